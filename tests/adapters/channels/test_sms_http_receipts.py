"""What aggregators tell us by HTTP: nobody else is believed, each receipt finds its delivery, each person is heard."""

import base64
import json
import uuid
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given, strategies as st

from chancela.adapters.channels.contract import (
    BadCallError,
    Call,
    CarrierReceipt,
    ForgedCallError,
    Heard,
    Letter,
    News,
    Reply,
    Setup,
)
from chancela.adapters.channels.sms_http import kind
from chancela.adapters.channels.twilio import signature
from chancela.domain import delivery
from chancela.domain.delivery import Channel, DeliveryState
from chancela.domain.message import Message
from tests import aggregators
from tests.aggregators import SECRET, Infobip, Twilio, Zenvia

NUMBER = "+5541900005949"
RECEIPTS = "https://aurora.example/v1/receipts/sms"
KINDS = {each.name: each for each in kind.KINDS}
SETTINGS = {"account_sid": aggregators.SID, "sender": "+554120001234"}
SECRETS = {
    "auth_token": aggregators.TOKEN,
    "api_token": aggregators.KEY,
    "api_key": aggregators.KEY,
    "callback_secret": SECRET,
}
HANDED_OVER, DELIVERED, FAILED = DeliveryState.HANDED_OVER, DeliveryState.DELIVERED, DeliveryState.FAILED

# Twilio docs, "Secure webhooks", and the tests of twilio-python: the token, the address, the form and what comes out.
TOKEN = "12345"
ADDRESS = "https://mycompany.com/myapp.php?foo=1&bar=2"
FORM = {
    "CallSid": "CA1234567890ABCDE",
    "Caller": "+14158675309",
    "Digits": "1234",
    "From": "+14158675309",
    "To": "+18005551212",
}


async def sent(name: str, company):
    """Send one letter by a company and return it with the carrier and the company's id for it."""
    message = Message(Channel.SMS, None, "Codigo 482913 da guia 1.\n@aurora.example #482913")
    letter = Letter(uuid.uuid4(), "999001", "Aurora", "001", "(41) *****-5949", message, NUMBER)
    async with aggregators.listening(company) as server:
        setup = Setup("999001", "sms", Channel.SMS, SETTINGS | {"base_url": server.url}, SECRETS, RECEIPTS)
        carrier = KINDS[name].build(setup)
        found = await carrier.send(letter)
        await carrier.close()
    return letter, carrier, found


def listener(name: str):
    """Return a carrier that only listens."""
    return KINDS[name].build(Setup("999001", "sms", Channel.SMS, SETTINGS, SECRETS, RECEIPTS))


def twilio_call(body: bytes, **changed: str) -> Call:
    return Call(**{"method": "POST", "url": ADDRESS, "headers": {}, "body": body, **changed})


def told(heard: Heard) -> list[tuple[DeliveryState, str | None]]:
    return [(news.state, news.failure) for news in heard.news if isinstance(news, CarrierReceipt)]


@pytest.mark.parametrize(
    ("url", "form", "expected"),
    [
        (ADDRESS, FORM, "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        (ADDRESS, FORM | {"Caller": "+12349013030", "From": "+12349013030"}, "0/KCTR6DLpKmkAf8muzZqo1nDgQ="),
        (ADDRESS.replace(".com", ".com:443"), FORM, "kvajT1Ptam85bY51eRf/AJRuM3w="),
        (ADDRESS.replace("https", "http").replace(".com", ".com:80"), FORM, "0ZXoZLH/DfblKGATFgpif+LLRf4="),
    ],
)
def test_the_signature_is_the_one_that_twilio_publishes(url: str, form: dict[str, str], expected: str):
    assert signature.signature(TOKEN, url, form.items()) == expected


def test_a_name_that_stands_twice_is_signed_as_twilios_own_library_does():
    pairs = [("Sid", "CA123"), ("SidAccount", "AC123"), ("Digits", "5678"), ("Digits", "1234"), ("Digits", "1234")]
    assert signature.signature(TOKEN, ADDRESS, pairs) == "IK+Dwps556ElfBT0I3Rgjkr1wJU="


@pytest.mark.parametrize(
    ("url", "given"),
    [
        (ADDRESS, "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        (ADDRESS, "kvajT1Ptam85bY51eRf/AJRuM3w="),
        (ADDRESS.replace(".com", ".com:443"), "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        (ADDRESS.replace("https", "http"), "0ZXoZLH/DfblKGATFgpif+LLRf4="),
        (ADDRESS.replace("https://mycompany.com", "http://mycompany.com:1234"), "Zmvh+3yNM1Phv2jhDCwEM3q5ebU="),
    ],
)
def test_the_port_may_stand_in_the_address_or_not(url: str, given: str):
    call = twilio_call(urlencode(FORM).encode(), url=url, headers={"x-twilio-signature": given})
    assert signature.proven(call, TOKEN) == FORM


@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"]), min_size=1), st.text(st.characters(exclude_categories=["Cs"]))
    ),
    st.sampled_from(["url", "body", "token", "signature", "method"]),
)
def test_a_signed_call_is_believed_and_none_that_differs(form: dict[str, str], part: str):
    call = aggregators.signed(ADDRESS, form)
    assert signature.proven(call, aggregators.TOKEN) == dict(parse_qsl(call.body.decode(), keep_blank_values=True))
    given = {
        "url": {"url": ADDRESS + "&more=1"},
        "body": {"body": call.body + b"&More=1"},
        "signature": {"headers": {"x-twilio-signature": "A" + call.headers["x-twilio-signature"][1:]}},
        "method": {"method": "GET"},
    }.get(part, {})
    forged = Call(**{"method": "POST", "url": ADDRESS, "headers": call.headers, "body": call.body, **given})
    if forged != call or part == "token":
        with pytest.raises(ForgedCallError):
            signature.proven(forged, "another" if part == "token" else aggregators.TOKEN)


@pytest.mark.parametrize("given", ["", "é", "=", "RSOYDt4T1cUTdK1PDd93/VVr8B8", "\ud800"])
@pytest.mark.parametrize("body", [urlencode(FORM).encode(), b"", b"\xff=1", b"a=%ff", b"&".join([b"a=1"] * 300)])
def test_whatever_else_is_called_a_signature_is_none(given: str, body: bytes):
    with pytest.raises(ForgedCallError):
        signature.proven(twilio_call(body, headers={"x-twilio-signature": given}), TOKEN)


@pytest.mark.parametrize("url", ["", "mycompany.com", "https://[::1/x", "https://a:99999/x"])
def test_an_address_that_is_none_proves_nothing(url: str):
    with pytest.raises(ForgedCallError):
        signature.proven(twilio_call(urlencode(FORM).encode(), url=url), TOKEN)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"MessageStatus": "queued"}, (HANDED_OVER, None)),
        ({"MessageStatus": "sent"}, (HANDED_OVER, None)),
        ({"MessageStatus": "delivered"}, (DELIVERED, None)),
        ({"MessageStatus": "read"}, (DELIVERED, None)),
        ({"MessageStatus": "undelivered", "ErrorCode": "30007"}, (FAILED, "twilio 30007 filtered")),
        ({"MessageStatus": "failed", "ErrorCode": "21610"}, (FAILED, "twilio 21610 unsubscribed")),
        ({"MessageStatus": "failed", "ErrorCode": "39999"}, (FAILED, "twilio 39999")),
        ({"MessageStatus": "failed", "ErrorCode": NUMBER}, (FAILED, "twilio without code")),
        ({"MessageStatus": "canceled"}, (FAILED, "twilio without code")),
    ],
)
async def test_twilio_tells_what_became_of_a_message(
    fields: dict[str, str], expected: tuple[DeliveryState, str | None]
):
    letter, carrier, sid = await sent("sms_twilio", company := Twilio())
    heard = carrier.hear(company.callback(sid, **fields))
    assert told(heard) == [expected]
    assert (heard.news[0].carrier_id, heard.news[0].delivery_id, heard.status) == (sid, letter.id, 204)


async def test_twilio_may_learn_new_words_without_harm():
    _, carrier, sid = await sent("sms_twilio", company := Twilio())
    assert carrier.hear(company.callback(sid, MessageStatus="teleported")) == Heard()


async def test_a_delivery_written_into_the_address_by_somebody_else_is_not_believed():
    _, carrier, sid = await sent("sms_twilio", company := Twilio())
    call = company.callback(sid, MessageStatus="delivered")
    moved = Call(call.method, f"{RECEIPTS}?delivery={uuid.uuid4()}", call.headers, call.body)
    with pytest.raises(ForgedCallError):
        carrier.hear(moved)


def test_a_reply_by_twilio_is_heard_and_answered_with_silence():
    form = {"MessageSid": "SM1", "SmsStatus": "received", "From": NUMBER, "To": "+554120001234", "Body": " não "}
    heard = listener("sms_twilio").hear(aggregators.signed(RECEIPTS, form))
    assert heard.news == (Reply(NUMBER, " não "),)
    assert (heard.status, heard.media_type) == (200, "text/xml")
    assert heard.body.endswith(b"<Response/>")


def test_a_short_code_that_writes_to_us_is_nobody():
    form = {"MessageSid": "SM1", "SmsStatus": "received", "From": "27182", "Body": "promo"}
    assert listener("sms_twilio").hear(aggregators.signed(RECEIPTS, form)).news == ()


@pytest.mark.parametrize("form", [{}, {"AccountSid": aggregators.SID}, {"MessageStatus": "sent"}])
def test_a_signed_call_of_twilio_that_says_nothing_is_nonsense(form: dict[str, str]):
    with pytest.raises(BadCallError):
        listener("sms_twilio").hear(aggregators.signed(RECEIPTS, form))


@pytest.mark.parametrize(
    ("code", "cause", "expected"),
    [
        ("SENT", None, (HANDED_OVER, None)),
        ("DELIVERED", None, (DELIVERED, None)),
        ("READ", None, (DELIVERED, None)),
        ("NOT_DELIVERED", "34", (FAILED, "zenvia NOT_DELIVERED 34")),
        ("REJECTED", NUMBER, (FAILED, "zenvia REJECTED")),
        ("REJECTED", "482913", (FAILED, "zenvia REJECTED")),
        ("REJECTED", None, (FAILED, "zenvia REJECTED")),
    ],
)
async def test_zenvia_tells_what_became_of_a_message(
    code: str, cause: str | None, expected: tuple[DeliveryState, str | None]
):
    _, carrier, found = await sent("sms_zenvia", company := Zenvia())
    event = company.event(found, code, **({"channelErrorCode": cause} if cause else {}), reason=f"to {NUMBER}")
    heard = carrier.hear(aggregators.posted(RECEIPTS, event, x_chancela_secret=SECRET))
    assert told(heard) == [expected]
    assert heard.news[0].carrier_id == found
    assert heard.news[0].at == datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize("raw", ["2026-11-20T12:00:00", "today", "", 7, None])
async def test_a_time_that_nobody_could_place_is_none(raw: object):
    _, carrier, found = await sent("sms_zenvia", company := Zenvia())
    event = company.event(found, "SENT")
    event["messageStatus"]["timestamp"] = raw
    assert carrier.hear(aggregators.posted(RECEIPTS, event, x_chancela_secret=SECRET)).news[0].at is None


@pytest.mark.parametrize("where", ["event", "message"])
async def test_zenvia_may_give_the_delivery_back(where: str):
    letter, carrier, found = await sent("sms_zenvia", company := Zenvia())
    ours = {"externalId": company.taken[found]["externalId"]}
    event = company.event(found, "DELIVERED") | (ours if where == "event" else {"message": ours})
    assert carrier.hear(aggregators.posted(RECEIPTS, event, x_chancela_secret=SECRET)).news[0].delivery_id == letter.id


def zenvia_message(direction: str, sender: str = NUMBER[1:]) -> dict[str, object]:
    contents = [{"type": "text", "text": "NAO"}, {"type": "file", "fileUrl": "x"}, {"type": "text", "text": "pedi"}]
    message = {"id": "m", "from": sender, "to": "27182", "direction": direction, "contents": contents}
    return {"type": "MESSAGE", "direction": direction, "channel": "sms", "message": message}


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (zenvia_message("IN"), (Reply(NUMBER, "NAO\npedi"),)),
        (zenvia_message("OUT"), ()),
        (zenvia_message("IN", "27182"), ()),
        ({"type": "MESSAGE_STATUS", "messageId": "m", "messageStatus": {"code": "DELETED"}}, ()),
    ],
)
def test_zenvia_tells_what_people_write(event: dict[str, object], expected: tuple[News, ...]):
    assert listener("sms_zenvia").hear(aggregators.posted(RECEIPTS, event, x_chancela_secret=SECRET)).news == expected


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"type": "MESSAGE_STATUS"},
        {"type": "MESSAGE_STATUS", "messageId": "m"},
        {"type": "MESSAGE_STATUS", "messageId": "m", "messageStatus": "SENT"},
        {"type": "MESSAGE", "message": {"from": NUMBER, "contents": "NAO"}},
        {"type": "MESSAGE", "message": {"from": NUMBER, "contents": ["NAO"]}},
        {"type": ["MESSAGE"]},
        [],
        "MESSAGE",
    ],
)
def test_an_event_of_zenvia_that_says_nothing_is_nonsense(event: object):
    with pytest.raises(BadCallError):
        listener("sms_zenvia").hear(aggregators.posted(RECEIPTS, event, x_chancela_secret=SECRET))


@pytest.mark.parametrize(
    ("group", "name", "error", "expected"),
    [
        ("PENDING", "PENDING_ENROUTE", "NO_ERROR", (HANDED_OVER, None)),
        ("DELIVERED", "DELIVERED_TO_OPERATOR", "NO_ERROR", (HANDED_OVER, None)),
        ("DELIVERED", "DELIVERED_TO_HANDSET", "NO_ERROR", (DELIVERED, None)),
        (
            "UNDELIVERABLE",
            "UNDELIVERABLE_NOT_DELIVERED",
            "EC_ABSENT_SUBSCRIBER",
            (FAILED, "infobip UNDELIVERABLE_NOT_DELIVERED EC_ABSENT_SUBSCRIBER"),
        ),
        ("EXPIRED", "EXPIRED_EXPIRED", "NO_ERROR", (FAILED, "infobip EXPIRED_EXPIRED")),
        ("REJECTED", "REJECTED_DESTINATION", "NO_ERROR", (FAILED, "infobip REJECTED_DESTINATION")),
        ("REJECTED", f"about {NUMBER}", "482913", (FAILED, "infobip REJECTED")),
    ],
)
async def test_infobip_tells_what_became_of_a_message(
    group: str, name: str, error: str, expected: tuple[DeliveryState, str | None]
):
    letter, carrier, found = await sent("sms_infobip", company := Infobip())
    url = company.taken[found]["webhooks"]["delivery"]["url"]
    heard = carrier.hear(aggregators.posted(url, {"results": [company.report(found, group, name, error)]}))
    assert told(heard) == [expected]
    assert (heard.news[0].delivery_id, heard.news[0].carrier_id) == (letter.id, found)
    assert heard.news[0].at == datetime(2026, 11, 20, 12, tzinfo=UTC)


async def test_infobip_tells_many_things_at_once_and_nonsense_among_them_harms_none():
    letter, carrier, found = await sent("sms_infobip", company := Infobip())
    reply = {"messageId": "m", "from": NUMBER[1:], "text": "NAO", "callbackData": str(letter.id)}
    results = [
        company.report(found, "PENDING", "PENDING_ENROUTE"),
        {"status": {}},
        {"status": {"groupName": "DELIVERED"}},
        {"from": "Promo", "text": "x"},
        company.report(found, "REJECTED", "REJECTED_DUPLICATE_MESSAGE_ID"),
        reply,
        company.report(found, "DELIVERED", "DELIVERED_TO_HANDSET"),
    ]
    heard = carrier.hear(aggregators.posted(RECEIPTS, {"results": results}, x_chancela_secret=SECRET))
    assert told(heard) == [(HANDED_OVER, None), (DELIVERED, None)]
    assert heard.news[1] == Reply(NUMBER, "NAO", delivery_id=letter.id)


@pytest.mark.parametrize("body", [{}, {"results": {}}, {"results": ["x"]}, [], 7])
def test_a_call_of_infobip_without_results_is_nonsense(body: object):
    with pytest.raises(BadCallError):
        listener("sms_infobip").hear(aggregators.posted(RECEIPTS, body, x_chancela_secret=SECRET))


@pytest.mark.parametrize("name", ["sms_zenvia", "sms_infobip"])
@pytest.mark.parametrize(
    ("url", "headers"),
    [
        (RECEIPTS, {"x-chancela-secret": SECRET}),
        (f"{RECEIPTS}?secret={SECRET}", {}),
        (RECEIPTS, {"authorization": "Basic " + base64.b64encode(f"infobip:{SECRET}".encode()).decode()}),
    ],
)
def test_the_secret_may_stand_in_a_header_a_password_or_the_address(name: str, url: str, headers: dict[str, str]):
    body = json.dumps({"type": "MESSAGE_STATUS", "messageId": "m", "messageStatus": {"code": "DELETED"}, "results": []})
    assert listener(name).hear(Call("POST", url, headers, body.encode())) == Heard()


@pytest.mark.parametrize("name", ["sms_zenvia", "sms_infobip"])
@pytest.mark.parametrize(
    ("method", "url", "headers"),
    [
        ("POST", RECEIPTS, {}),
        ("POST", RECEIPTS, {"x-chancela-secret": ""}),
        ("POST", RECEIPTS, {"x-chancela-secret": SECRET[:-1]}),
        ("POST", RECEIPTS, {"x-chancela-secret": "é" * 20}),
        ("POST", f"{RECEIPTS}?secret=", {}),
        ("POST", f"{RECEIPTS}?secret=%ff", {}),
        ("POST", RECEIPTS, {"authorization": "Basic !"}),
        ("POST", RECEIPTS, {"authorization": "Basic é"}),
        ("POST", RECEIPTS, {"authorization": f"Bearer {SECRET}"}),
        ("POST", RECEIPTS, {"authorization": "Bearer " + base64.b64encode(f"x:{SECRET}".encode()).decode()}),
        ("POST", RECEIPTS, {"authorization": "Basic " + base64.b64encode(SECRET.encode()).decode()}),
        ("GET", RECEIPTS, {"x-chancela-secret": SECRET}),
    ],
)
def test_nobody_without_the_secret_is_believed(name: str, method: str, url: str, headers: dict[str, str]):
    with pytest.raises(ForgedCallError):
        listener(name).hear(Call(method, url, headers, b'{"type": "MESSAGE", "results": []}'))


@pytest.mark.parametrize("name", ["sms_zenvia", "sms_infobip"])
@pytest.mark.parametrize("body", [b"", b"\xff", b"{", b"[" * 90_000, b"null", b'{"results": NaN}'])
def test_a_body_that_is_no_json_is_nonsense(name: str, body: bytes):
    with pytest.raises(BadCallError):
        listener(name).hear(Call("POST", RECEIPTS, {"x-chancela-secret": SECRET}, body))


async def test_receipts_that_come_twice_and_in_disorder_leave_a_delivery_where_it_got():
    _, carrier, sid = await sent("sms_twilio", company := Twilio())
    state = DeliveryState.SENDING
    for status in ("delivered", "sent", "delivered", "queued", "undelivered", "sent"):
        (news,) = carrier.hear(company.callback(sid, MessageStatus=status)).news
        state = news.state if delivery.moves(state, news.state) else state
    assert state is DELIVERED


def test_what_is_heard_is_not_shown():
    form = {"SmsStatus": "received", "From": NUMBER, "Body": "meu codigo 482913"}
    shown = repr(listener("sms_twilio").hear(aggregators.signed(RECEIPTS, form)))
    assert "482913" not in shown
    assert NUMBER not in shown
