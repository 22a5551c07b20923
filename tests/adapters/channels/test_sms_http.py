"""SMS by an aggregator's HTTP API is a real conversation: what is taken, what passes, what is refused for good."""

import logging
import uuid

import pytest

from chancela.adapters.channels.contract import ChannelFailure, Letter, Setup, SetupError
from chancela.adapters.channels.sms_http import kind
from chancela.domain.delivery import Channel
from chancela.domain.message import Message
from tests import aggregators
from tests.aggregators import Infobip, Told, Twilio, Zenvia

TEXT = "Codigo 482913 da guia 2026000000123, vale ate 22/11 09:00. Diga so no atendimento.\n@aurora.example #482913"
NUMBER = "+5541900005949"
RECEIPTS = "https://aurora.example/v1/receipts/sms"
KINDS = {each.name: each for each in kind.KINDS}
SETTINGS = {"account_sid": aggregators.SID, "sender": "+554120001234"}
SECRETS = {
    "auth_token": aggregators.TOKEN,
    "api_token": aggregators.KEY,
    "api_key": aggregators.KEY,
    "callback_secret": aggregators.SECRET,
}
COMPANIES = {"sms_twilio": Twilio, "sms_zenvia": Zenvia, "sms_infobip": Infobip}
each_company = pytest.mark.parametrize("name", COMPANIES)


def letter(address: str | None = NUMBER) -> Letter:
    return Letter(uuid.uuid4(), "999001", "Aurora", "001", "(41) *****-5949", Message(Channel.SMS, None, TEXT), address)


def setup(url: str, receipts_url: str = RECEIPTS, **changed: str) -> Setup:
    settings = {**SETTINGS, "base_url": url, **changed}
    return Setup("999001", "sms", Channel.SMS, settings, SECRETS, receipts_url=receipts_url)


def carrier(name: str, url: str, **changed: str):
    return KINDS[name].build(setup(url, **changed))


async def failure(name: str, *instead: Told, company=None, patience_s: float = 5.0, **changed: str) -> ChannelFailure:
    async with aggregators.listening(company or COMPANIES[name](), *instead) as server:
        sending = carrier(name, server.url, **changed)
        sending.answer_s = patience_s
        with pytest.raises(ChannelFailure) as caught:
            await sending.send(letter())
        await sending.close()
    for secret in (NUMBER[1:], "482913", aggregators.TOKEN, aggregators.KEY):
        assert secret not in f"{caught.value!r} {caught.value} {caught.value.__cause__!r}"
    return caught.value


@each_company
async def test_a_letter_is_taken_under_the_companys_id(name: str):
    async with aggregators.listening(COMPANIES[name]()) as server:
        sending, written = carrier(name, server.url), letter()
        assert await sending.send(written) in server.company.taken
        await sending.close()
    assert len(server.asked) == 1


async def test_twilio_is_told_all_that_it_publishes():
    async with aggregators.listening(Twilio()) as server:
        sending, written = carrier("sms_twilio", server.url), letter()
        await sending.send(written)
        await sending.close()
    form = server.asked[0].form
    assert form["StatusCallback"] == [f"{RECEIPTS}?delivery={written.id}"]
    assert (form["To"], form["From"], form["Body"]) == ([NUMBER], ["+554120001234"], [TEXT])


async def test_a_messaging_service_of_twilio_sends_in_the_place_of_a_number():
    async with aggregators.listening(Twilio()) as server:
        sending = carrier("sms_twilio", server.url, sender="MG" + "0" * 32)
        await sending.send(letter())
        await sending.close()
    assert server.asked[0].form["MessagingServiceSid"] == ["MG" + "0" * 32]
    assert "From" not in server.asked[0].form


async def test_zenvia_is_told_all_that_it_publishes():
    async with aggregators.listening(Zenvia()) as server:
        sending, written = carrier("sms_zenvia", server.url), letter()
        await sending.send(written)
        await sending.close()
    assert server.asked[0].json == {
        "from": "+554120001234",
        "to": NUMBER[1:],
        "externalId": str(written.id),
        "contents": [{"type": "text", "text": TEXT}],
    }


async def test_infobip_is_told_all_that_it_publishes():
    async with aggregators.listening(Infobip()) as server:
        sending, written = carrier("sms_infobip", server.url), letter()
        assert await sending.send(written) == str(written.id)
        await sending.close()
    (message,) = server.asked[0].json["messages"]
    assert message["destinations"] == [{"to": NUMBER[1:], "messageId": str(written.id)}]
    assert (message["sender"], message["content"]) == ("+554120001234", {"text": TEXT})
    hooks = message["webhooks"]
    assert (hooks["callbackData"], hooks["contentType"]) == (str(written.id), "application/json")
    assert hooks["delivery"] == {"url": f"{RECEIPTS}?secret={aggregators.SECRET}", "intermediateReport": True}


async def test_what_infobip_took_before_is_not_sent_twice():
    async with aggregators.listening(Infobip()) as server:
        sending, written = carrier("sms_infobip", server.url), letter()
        first = await sending.send(written)
        assert await sending.send(written) == first
        await sending.close()
    assert len(server.company.taken) == 1


@each_company
async def test_without_a_public_address_nothing_is_asked_back_nor_promised(name: str):
    async with aggregators.listening(COMPANIES[name]()) as server:
        sending = KINDS[name].build(setup(server.url, receipts_url=""))
        await sending.send(letter())
        await sending.close()
    assert b"StatusCallback" not in server.asked[0].body
    assert b"webhooks" not in server.asked[0].body
    assert (sending.capabilities.receipts, sending.capabilities.replies) == (False, False)


@each_company
async def test_letters_share_a_connection(name: str):
    async with aggregators.listening(COMPANIES[name]()) as server:
        sending = carrier(name, server.url)
        for _ in range(3):
            await sending.send(letter())
        await sending.close()
    assert server.connections == 1


@each_company
@pytest.mark.parametrize("address", [None, "", "5541900005949", "+55", "+5541900005949\n", "+٥٥٤١٩٠٠٠٠٥٩٤٩", "ana"])
async def test_what_is_no_number_is_refused_before_anybody_is_asked(name: str, address: str | None):
    async with aggregators.listening(COMPANIES[name]()) as server:
        sending = carrier(name, server.url)
        with pytest.raises(ChannelFailure) as caught:
            await sending.send(letter(address))
        await sending.close()
    assert (caught.value.reason, caught.value.permanent, server.asked) == ("no number", True, [])


@each_company
@pytest.mark.parametrize(
    ("status", "permanent", "ours"),
    [
        (400, True, False),
        (401, False, True),
        (402, False, True),
        (403, False, True),
        (404, False, True),
        (408, False, False),
        (409, False, False),
        (429, False, False),
        (301, False, False),
        (500, False, False),
        (503, False, False),
    ],
)
async def test_an_answer_without_words_is_judged_by_its_status(name: str, status: int, permanent: bool, ours: bool):
    told = await failure(name, Told(status, b"<html>no</html>", {"Location": "http://127.0.0.1:1/elsewhere"}))
    assert (told.permanent, told.ours) == (permanent, ours)
    assert told.reason == f"{name.removeprefix('sms_')} {status}"


@each_company
@pytest.mark.parametrize(
    ("raw", "wait_s"),
    [
        ("7", 7.0),
        ("999999", 3600.0),
        ("Fri, 20 Nov 2020 12:00:00 GMT", 0.0),
        ("Fri, 20 Nov 2099 12:00:00 GMT", 3600.0),
        ("soon", None),
        ("-3", None),
    ],
)
async def test_a_company_says_when_to_come_again(name: str, raw: str, wait_s: float | None):
    told = await failure(name, Told(429, b"", {"Retry-After": raw}))
    assert (told.permanent, told.retry_after_s) == (False, wait_s)


@each_company
@pytest.mark.parametrize(
    "body", [b"", b"yes", b"[]", b"{}", b'{"sid": 7, "id": 7}', b"\xff\xfe", b"[" * 40_000, b'{"messages": [7]}']
)
async def test_a_yes_without_sense_passes(name: str, body: bytes):
    told = await failure(name, Told(201, body))
    assert (told.permanent, told.ours) == (False, False)
    assert told.reason == f"{name.removeprefix('sms_')}: answer without sense"


@each_company
@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("reset", "no connection"),
        ("cut", "no connection"),
        ("silence", "no answer in time"),
        ("drip", "no answer in time"),
        ("flood", "answer too long"),
    ],
)
async def test_a_company_that_breaks_off_or_never_ends_is_asked_again(name: str, fault: str, reason: str):
    told = await failure(name, Told(201, b"{", fault=fault), patience_s=0.4)
    assert (told.permanent, told.ours) == (False, False)
    assert told.reason == f"{name.removeprefix('sms_')}: {reason}"


@each_company
async def test_a_company_that_is_not_there_is_asked_again(name: str):
    async with aggregators.listening(COMPANIES[name]()) as server:
        pass
    sending = carrier(name, server.url)
    with pytest.raises(ChannelFailure) as caught:
        await sending.send(letter())
    await sending.close()
    assert caught.value.reason == f"{name.removeprefix('sms_')}: no connection"
    assert not caught.value.permanent


@each_company
async def test_after_a_fault_the_next_letter_goes_out(name: str):
    async with aggregators.listening(COMPANIES[name](), Told(fault="reset"), Told(500)) as server:
        sending = carrier(name, server.url)
        for _ in range(2):
            with pytest.raises(ChannelFailure):
                await sending.send(letter())
        assert await sending.send(letter())
        await sending.close()


@pytest.mark.parametrize(
    ("status", "code", "permanent", "ours", "reason"),
    [
        (400, 21211, True, False, "twilio 21211 invalid number"),
        (400, 21610, True, False, "twilio 21610 unsubscribed"),
        (400, 21614, True, False, "twilio 21614 not a mobile"),
        (400, 21635, True, False, "twilio 21635 landline"),
        (400, 21408, False, True, "twilio 21408 region not permitted"),
        (400, 21606, False, True, "twilio 21606 sender refused"),
        (400, 21611, False, False, "twilio 21611 queue full"),
        (400, 63038, False, True, "twilio 63038 daily limit"),
        (400, 21999, True, False, "twilio 400 code 21999"),
        (429, 20429, False, False, "twilio 20429 throttled"),
        (500, 20500, False, False, "twilio 500 code 20500"),
    ],
)
async def test_twilios_codes_say_more_than_its_status(status: int, code: int, permanent: bool, ours: bool, reason: str):
    told = await failure("sms_twilio", company=Twilio(refused={NUMBER: (status, code)}))
    assert (told.permanent, told.ours, told.reason) == (permanent, ours, reason)


async def test_twilio_says_when_to_come_again():
    body = b'{"code": 20429, "message": "Too Many Requests", "status": 429}'
    told = await failure("sms_twilio", Told(429, body, {"Retry-After": "2"}))
    assert (told.reason, told.retry_after_s) == ("twilio 20429 throttled", 2.0)


@pytest.mark.parametrize(
    ("invalid", "permanent", "ours", "reason"),
    [
        (["to"], True, False, "zenvia 400 VALIDATION_ERROR"),
        (["from"], False, True, "zenvia 400 VALIDATION_ERROR from"),
        (["from", "to"], True, False, "zenvia 400 VALIDATION_ERROR"),
    ],
)
async def test_zenvia_tells_our_sender_from_the_persons_number(
    invalid: list[str], permanent: bool, ours: bool, reason: str
):
    told = await failure("sms_zenvia", company=Zenvia(invalid))
    assert (told.permanent, told.ours, told.reason) == (permanent, ours, reason)


@pytest.mark.parametrize(
    ("status", "permanent", "ours"),
    [
        (("REJECTED", "REJECTED_DESTINATION"), True, False),
        (("REJECTED", "REJECTED_INVALID_DESTINATION"), True, False),
        (("UNDELIVERABLE", "UNDELIVERABLE_NOT_DELIVERED"), True, False),
        (("REJECTED", "REJECTED_NOT_ENOUGH_CREDITS"), False, True),
        (("REJECTED", "REJECTED_SOURCE"), False, True),
        (("REJECTED", "REJECTED_FLOODING_FILTER"), False, False),
        (("REJECTED", "REJECTED_SYSTEM_ERROR"), False, False),
    ],
)
async def test_infobip_refuses_within_a_yes(status: tuple[str, str], permanent: bool, ours: bool):
    told = await failure("sms_infobip", company=Infobip(status))
    assert (told.permanent, told.ours, told.reason) == (permanent, ours, f"infobip {status[1]}")


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("sms_twilio", {"account_sid": "AC-of-somebody"}),
        ("sms_twilio", {"account_sid": ""}),
        ("sms_twilio", {"sender": " "}),
        ("sms_zenvia", {"sender": ""}),
        ("sms_infobip", {"base_url": "http://api.infobip.com"}),
        ("sms_infobip", {"base_url": "ftp://127.0.0.1"}),
        ("sms_infobip", {"base_url": "api.infobip.com"}),
    ],
)
async def test_a_setting_that_cannot_be_is_named(name: str, changed: dict[str, str]):
    with pytest.raises(SetupError, match=next(iter(changed))):
        KINDS[name].build(setup("https://api.example.com", **changed))


@each_company
async def test_a_secret_that_is_missing_or_short_is_named(name: str):
    secrets = {"auth_token": " ", "api_token": aggregators.KEY, "api_key": aggregators.KEY, "callback_secret": "short"}
    with pytest.raises(SetupError, match="auth_token" if name == "sms_twilio" else "callback_secret"):
        KINDS[name].build(Setup("999001", "sms", Channel.SMS, SETTINGS, secrets))


@each_company
async def test_each_kind_asks_for_what_its_carrier_needs_and_goes_to_the_companys_own_api(name: str):
    asked = {each.name: each for each in KINDS[name].settings}
    plain = {key: "x" if value.default is None else value.default for key, value in asked.items() if not value.secret}
    hidden = {each: "an-invented-secret" for each, value in asked.items() if value.secret}
    built = KINDS[name].build(
        Setup("999001", "sms", Channel.SMS, plain | {"account_sid": aggregators.SID}, hidden, RECEIPTS)
    )
    assert built.company.request(letter()).url.startswith(asked["base_url"].default)
    assert (built.name, built.capabilities.channels) == ("sms", KINDS[name].channels)
    await built.close()


@each_company
async def test_nothing_that_is_shown_or_logged_holds_a_secret_or_the_text(name: str, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    async with aggregators.listening(COMPANIES[name]()) as server:
        sending = carrier(name, server.url)
        request = sending.company.request(letter())
        await sending.send(letter())
        await sending.close()
    shown = f"{sending!r} {request!r} {caplog.text}"
    for secret in (aggregators.TOKEN, aggregators.KEY, aggregators.SECRET, "482913", NUMBER[1:]):
        assert secret not in shown
