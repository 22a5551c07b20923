"""WhatsApp follows Meta's pages: the template that is asked, what a refusal means, webhooks that none can forge."""

import asyncio
import json
import uuid
from dataclasses import replace
from datetime import UTC, date, datetime
from urllib.parse import quote

import pytest
from hypothesis import given, strategies as st

from chancela.adapters.channels.contract import (
    BadCallError,
    CarrierReceipt,
    ChannelFailure,
    ForgedCallError,
    Heard,
    Letter,
    Reply,
    SetupError,
)
from chancela.adapters.channels.whatsapp import account
from chancela.adapters.channels.whatsapp.carrier import WhatsAppCarrier
from chancela.adapters.channels.whatsapp.kind import KIND
from chancela.domain.delivery import Channel, DeliveryState, Purpose
from chancela.domain.message import Language, Message
from tests import counterpart, meta
from tests.counterpart import Answer
from tests.meta import Meta

MOBILE = "+5541900005949"
DENIED = {"payload": "DID_NOT_REQUEST_CODE", "text": "Não pedi um código"}


def letter(address: str | None = MOBILE, language: Language = Language.PORTUGUESE, **changes: object) -> Letter:
    message = Message(Channel.WHATSAPP, None, "Codigo 482913 da guia 1", Purpose.CODE, language, "482913")
    return Letter(uuid.uuid4(), "999001", "Aurora", "001", "(41) *****-5949", replace(message, **changes), address)


async def failure(server: Meta, what: Letter | None = None, answer_s: float = 5.0, **changes: str) -> ChannelFailure:
    async with counterpart.listening(server) as port:
        sending = WhatsAppCarrier(meta.setup(port, **changes), answer_s)
        with pytest.raises(ChannelFailure) as caught:
            await sending.send(what or letter())
        await sending.close()
    return caught.value


def hearing() -> WhatsAppCarrier:
    return WhatsAppCarrier(meta.setup(1))


def heard(**value: object) -> Heard:
    return hearing().hear(meta.post(meta.webhook(value)))


async def test_a_code_goes_out_in_the_template_of_its_language():
    server = Meta()
    portuguese, english = letter(), letter(language=Language.ENGLISH)
    async with counterpart.listening(server) as port:
        sending = WhatsAppCarrier(meta.setup(port))
        assert [await sending.send(portuguese), await sending.send(english)] == ["wamid.1", "wamid.2"]
        await sending.close()
    first, second = server.taken
    assert first == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "5541900005949",
        "type": "template",
        "template": {
            "name": "codigo_atendimento",
            "language": {"code": "pt_BR"},
            "components": [
                {"type": "body", "parameters": [{"type": "text", "text": "482913"}]},
                {"type": "button", "sub_type": "url", "index": "0", "parameters": [{"type": "text", "text": "482913"}]},
            ],
        },
        "biz_opaque_callback_data": str(portuguese.id),
    }
    assert second["template"]["language"] == {"code": "en_US"}


async def test_many_at_once_are_each_taken_once():
    server, letters = Meta(), [letter() for _ in range(40)]
    async with counterpart.listening(server) as port:
        sending = WhatsAppCarrier(meta.setup(port))
        assert len(set(await asyncio.gather(*[sending.send(each) for each in letters]))) == 40
        await sending.close()
    assert sorted(each["biz_opaque_callback_data"] for each in server.taken) == sorted(str(each.id) for each in letters)


@pytest.mark.parametrize(
    ("status", "code", "permanent", "ours", "reason"),
    [
        (400, 131026, True, False, "whatsapp 131026 undeliverable"),
        (400, 131047, True, False, "whatsapp 131047 conversation closed"),
        (400, 131030, True, False, "whatsapp 131030 recipient not allowed"),
        (400, 131056, False, False, "whatsapp 131056 pair throttled"),
        (429, 130429, False, False, "whatsapp 130429 throttled"),
        (400, 80007, False, False, "whatsapp 80007 throttled"),
        (404, 132001, False, True, "whatsapp 132001 template"),
        (400, 132015, False, True, "whatsapp 132015 template"),
        (401, 190, False, True, "whatsapp 190 token"),
        (403, 131005, False, True, "whatsapp 131005 permission"),
        (403, 230, False, True, "whatsapp 230 permission"),
        (402, 131042, False, True, "whatsapp 131042 payment"),
        (400, 131048, False, True, "whatsapp 131048 spam limit"),
        (400, 133010, False, True, "whatsapp 133010 number not registered"),
        (503, 133004, False, False, "whatsapp 133004 down"),
        (500, 131000, False, False, "whatsapp 131000 unknown"),
        (400, 100, True, False, "whatsapp 100 invalid parameter"),
        (400, 999999, True, False, "whatsapp 999999"),
        (401, 999999, False, True, "whatsapp 999999"),
        (500, 999999, False, False, "whatsapp 999999"),
    ],
)
async def test_each_error_code_passes_or_not_or_is_ours(
    status: int, code: int, permanent: bool, ours: bool, reason: str
):
    told = await failure(Meta(faults={"5541900005949": (status, code)}))
    assert (told.permanent, told.ours, told.reason) == (permanent, ours, reason)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"access_token": "EAAother"}, "whatsapp 190 token"),
        ({"template": "another_template"}, "whatsapp 132001 template"),
        ({"language_pt": "es"}, "whatsapp 132001 template"),
        ({"phone_number_id": "100000000000000"}, "whatsapp 100 no such number of ours"),
    ],
)
async def test_a_wrong_setting_is_our_fault_and_not_the_letters(changes: dict[str, str], reason: str):
    told = await failure(Meta(), **changes)
    assert (told.permanent, told.ours, told.reason) == (False, True, reason)


async def test_a_pair_that_talks_too_often_is_told_when_to_come_again():
    async with counterpart.listening(Meta(pair_s=6)) as port:
        sending = WhatsAppCarrier(meta.setup(port))
        await sending.send(letter())
        with pytest.raises(ChannelFailure) as told:
            await sending.send(letter())
        await sending.send(letter("+5541900005950"))
        await sending.close()
    assert (told.value.permanent, told.value.retry_after_s) == (False, 6.0)


async def test_more_than_the_number_may_send_is_asked_to_wait():
    told = await failure(Meta(throughput=0))
    assert (told.permanent, told.retry_after_s, told.reason) == (False, 1.0, "whatsapp 130429 throttled")


@pytest.mark.parametrize(
    ("header", "expected"), [("7", 7.0), ("999999", 3600.0), ("Wed, 21 Oct", None), ("-1", None), ("٣", None)]
)
async def test_a_wait_that_is_asked_for_is_kept(header: str, expected: float | None):
    raw = f"HTTP/1.1 429 Slow\r\nretry-after: {header}\r\ncontent-length: 0\r\n\r\n".encode()
    told = await failure(Meta(answers=[Answer(raw=raw)]))
    assert (told.permanent, told.retry_after_s, told.reason) == (False, expected, "whatsapp http 429")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(500, b"<html>"), "whatsapp http 500"),
        (Answer(502), "whatsapp http 502"),
        (Answer(301, headers={"location": "http://127.0.0.1:1/"}), "whatsapp http 301"),
        (Answer(200, b"<html>welcome</html>"), "whatsapp: garbage answer"),
        (Answer(200, b"{}"), "whatsapp: garbage answer"),
        (Answer(200, b'{"messages":[]}'), "whatsapp: garbage answer"),
        (Answer(200, b'{"messages":[{"id":7}]}'), "whatsapp: garbage answer"),
        (Answer(200, b"[" * 60_000), "whatsapp: garbage answer"),
        (Answer(200, b'{"messages":[{"id":"wamid.1"}]}' + b" " * 200_000), "whatsapp: garbage answer"),
        (Answer(500, b"[" * 60_000), "whatsapp http 500"),
        (Answer(raw=b"220 mail.example ESMTP\r\n"), "whatsapp: no connection"),
        (Answer(reset=True), "whatsapp: no connection"),
    ],
)
async def test_what_is_no_answer_of_metas_passes(answer: Answer, reason: str):
    told = await failure(Meta(answers=[answer]))
    assert (told.permanent, told.ours, told.reason) == (False, False, reason)


async def test_a_refusal_that_meta_calls_transient_passes():
    said = {"error": {"code": 131026, "is_transient": True}}
    told = await failure(Meta(answers=[Answer(400, json.dumps(said).encode())]))
    assert not told.permanent


async def test_silence_after_the_request_passes_as_the_message_may_be_on_its_way():
    server = Meta(answers=[Answer(after_s=5)])
    told = await failure(server, answer_s=0.2)
    assert (told.permanent, told.reason, len(server.asked)) == (False, "whatsapp: no answer in time", 1)


async def test_an_answer_that_drips_is_not_waited_for():
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n")
        while not writer.is_closing():
            writer.write(b" ")
            await asyncio.sleep(0.05)

    server = await asyncio.start_server(drip, "127.0.0.1", 0)
    sending = WhatsAppCarrier(meta.setup(server.sockets[0].getsockname()[1]), 0.3)
    with pytest.raises(ChannelFailure, match="no answer in time"):
        await sending.send(letter())
    await sending.close()
    server.close()
    await server.wait_closed()
    await asyncio.sleep(0.1)


async def test_nobody_there_passes():
    async with counterpart.listening(Meta()) as port:
        pass
    sending = WhatsAppCarrier(meta.setup(port))
    with pytest.raises(ChannelFailure, match="no connection") as told:
        await sending.send(letter())
    await sending.close()
    assert not told.value.permanent


@pytest.mark.parametrize("purpose", [Purpose.SIGN_IN, Purpose.CONTACT_CODE])
async def test_a_code_to_sign_in_or_of_a_new_contact_goes_by_the_same_template(purpose: Purpose):
    server = Meta()
    async with counterpart.listening(server) as port:
        sending = WhatsAppCarrier(meta.setup(port))
        await sending.send(letter(purpose=purpose))
        await sending.close()
    (body,) = server.taken
    assert body["template"]["name"] == "codigo_atendimento"


@pytest.mark.parametrize(
    "what",
    [
        letter(code=None),
        letter(purpose=Purpose.CONTACT_TYPED),
        letter(purpose=Purpose.CONTACT_TYPED, code=None),
    ],
)
async def test_a_notice_is_refused_before_it_is_asked(what: Letter):
    server = Meta()
    told = await failure(server, what)
    assert (told.permanent, told.reason, server.asked) == (True, "no notices by this channel", [])


async def test_so_is_a_late_code_whose_template_could_not_say_the_day_of_the_visit():
    server = Meta()
    told = await failure(server, letter(visit_date=date(2026, 11, 18)))
    assert (told.permanent, told.reason, server.asked) == (True, "no late codes by this channel", [])


@pytest.mark.parametrize("address", [None, "", "5541900005949", "+0541900005949", "+55419000٠5949", "+5541900005949\n"])
async def test_what_is_no_number_is_permanent(address: str | None):
    server = Meta()
    told = await failure(server, letter(address))
    assert (told.permanent, told.reason, server.asked) == (True, "no address", [])


async def test_no_failure_repeats_a_number_a_code_or_a_secret():
    told = await failure(Meta(faults={"5541900005949": (400, 131026)}))
    assert not any(each in f"{told!r} {told.__cause__!r}" for each in ("5949", "482913", meta.TOKEN))
    assert told.__context__ is None or told.__suppress_context__
    assert not any(each in repr(hearing()) for each in (meta.TOKEN, meta.APP_SECRET, meta.VERIFY_TOKEN))


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("sent", DeliveryState.HANDED_OVER),
        ("delivered", DeliveryState.DELIVERED),
        ("read", DeliveryState.DELIVERED),
    ],
)
def test_a_status_moves_the_letter_that_it_names(said: str, state: DeliveryState):
    ours = uuid.uuid4()
    told = heard(statuses=[meta.status("wamid.1", said, ours)])
    at = datetime(2025, 7, 30, 23, 45, 11, tzinfo=UTC)
    assert told == Heard((CarrierReceipt(state, "wamid.1", ours, at),), 200)


def test_a_failed_message_says_why_without_the_number():
    (told,) = heard(statuses=[meta.status("wamid.1", "failed", None, 131026)]).news
    assert (told.state, told.failure, told.delivery_id) == (
        DeliveryState.FAILED,
        "whatsapp 131026 undeliverable",
        None,
    )
    (bare,) = heard(statuses=[meta.status("wamid.1", "failed")]).news
    assert bare.failure == "whatsapp failed"


def test_a_status_of_another_kind_says_nothing():
    assert heard(statuses=[meta.status("wamid.1", "deleted"), meta.status("wamid.2", "warning")]).news == ()


def test_a_time_that_cannot_be_is_left_out():
    for timestamp in ("", "soon", "99999999999999", "-5", "٣" * 10):
        (told,) = heard(statuses=[{**meta.status("wamid.1", "sent"), "timestamp": timestamp}]).news
        assert told.at is None


@pytest.mark.parametrize(
    "said",
    [
        meta.answer("button", DENIED),
        meta.answer(
            "interactive", {"type": "button_reply", "button_reply": {"id": "DID_NOT_REQUEST_CODE", "title": "x"}}
        ),
        meta.answer("text", {"body": " NAO \n"}),
        meta.answer("button", {"payload": "x", "text": "NAO"}),
        meta.answer("interactive", {"type": "button_reply", "button_reply": {"id": "x", "title": "NAO"}}),
    ],
)
def test_i_did_not_request_a_code_is_an_answer_of_nao(said: dict[str, object]):
    assert heard(messages=[said]).news == (Reply(MOBILE, "NAO", "wamid.1"),)


def test_a_text_is_its_first_line_without_control_characters():
    (told,) = heard(messages=[meta.answer("text", {"body": "\n Não\x00fui\teu \r\nAna"}, None)]).news
    assert (told.text, told.carrier_id) == ("Não fui eu", None)
    (long,) = heard(messages=[meta.answer("text", {"body": "x" * 5000})]).news
    assert len(long.text) == 160


@pytest.mark.parametrize(
    ("wa_id", "number"),
    [
        ("5541900005949", "+5541900005949"),
        ("554190005949", "+5541990005949"),
        ("554120000000", "+554120000000"),
        ("12015550123", "+12015550123"),
        ("", ""),
        ("group-7", ""),
    ],
)
def test_a_sender_is_a_number_with_its_ninth_digit(wa_id: str, number: str):
    (told,) = heard(messages=[meta.answer("button", DENIED, sender=wa_id)]).news
    assert (told.sender, told.carrier_id) == (number, "wamid.1")


def test_pictures_and_reactions_say_nothing():
    assert heard(messages=[meta.answer("image", {"id": "1"}), meta.answer("reaction", {"emoji": "x"})]).news == ()


def test_another_number_and_another_field_are_not_ours():
    said = {"statuses": [meta.status("wamid.1", "delivered")]}
    assert hearing().hear(meta.post(meta.webhook(said, number="1"))).news == ()
    assert hearing().hear(meta.post(meta.webhook({"event": "BANNED"}, "account_update"))).news == ()
    assert hearing().hear(meta.post(b'{"object":"page","entry":[]}')).news == ()


def test_a_batch_is_heard_whole():
    said = [meta.status(f"wamid.{n}", "sent") for n in range(50)]
    assert len(heard(statuses=said, messages=[meta.answer("button", DENIED)]).news) == 51


@pytest.mark.parametrize(
    "call",
    [
        meta.post(meta.webhook({}), secret="another"),
        replace(meta.post(meta.webhook({})), headers={}),
        replace(meta.post(meta.webhook({})), headers={"x-hub-signature-256": "sha256=é"}),
        replace(meta.post(meta.webhook({})), headers={"x-hub-signature-256": ""}),
        replace(meta.post(meta.webhook({})), body=meta.webhook({}) + b" "),
        meta.get(verify_token="another"),
        meta.get(verify_token=""),
        meta.get(verify_token="%C3%A9"),
        meta.get(mode="unsubscribe"),
        replace(meta.get(), url=meta.WEBHOOK),
    ],
)
def test_nobody_else_is_believed(call):
    with pytest.raises(ForgedCallError):
        hearing().hear(call)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"entry":7}',
        b'{"entry":[{"changes":[{"field":"messages","value":{"statuses":[7]}}]}]}',
        b'{"entry":' + b"[" * 50_000,
        b'{"entry":[{"changes":[{"field":"messages","value":' + b"[" * 50_000,
        b"\xff\xfe",
        b'{"entry":"\\ud800"}',
    ],
)
def test_nonsense_that_is_signed_well_is_said_to_be_nonsense(body: bytes):
    with pytest.raises(BadCallError):
        hearing().hear(meta.post(body))


@given(
    st.recursive(
        st.none() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(st.sampled_from(["from", "id", "text", "body", "button", "context"]), inner)
        ),
        max_leaves=8,
    )
)
def test_no_answer_of_a_person_breaks_the_hearing(what: object):
    try:
        told = heard(messages=[what])
    except BadCallError:
        return
    assert all(isinstance(each, Reply) for each in told.news)


def test_the_address_is_confirmed_to_who_knows_the_token():
    assert hearing().hear(meta.get()) == Heard((), 200, "text/plain", b"1158201444")


@pytest.mark.parametrize("challenge", ["", quote("<script>"), "x" * 300, "1%0A2"])
def test_a_challenge_that_is_no_word_is_not_repeated(challenge: str):
    with pytest.raises(BadCallError):
        hearing().hear(meta.get(challenge=challenge))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("phone_number_id", ""),
        ("phone_number_id", "+5541900005949"),
        ("template", "Código"),
        ("language_pt", "pt-BR"),
        ("version", "24"),
        ("base_url", "http://graph.facebook.com"),
        ("base_url", "graph.facebook.com"),
        ("base_url", "https://graph.facebook.com?x=1"),
        ("base_url", "https://[::1"),
        ("access_token", "EAA\nlines"),
        ("access_token", ""),
        ("app_secret", ""),
        ("verify_token", "short"),
    ],
)
def test_a_setting_that_cannot_be_is_named(name: str, value: str):
    with pytest.raises(SetupError, match=name) as told:
        KIND.build(meta.setup(443, **{name: value}))
    assert "EAA" not in str(told.value)


def test_defaults_need_not_be_given():
    whole = meta.setup(443)
    found = account.account(replace(whole, settings={k: v for k, v in whole.settings.items() if k != "base_url"}))
    assert found.messages == f"https://graph.facebook.com/v24.0/{meta.NUMBER}/messages"


async def test_the_kind_carries_whatsapp_and_hears():
    sending = KIND.build(meta.setup(443))
    assert (sending.name, KIND.channels) == ("zap", sending.capabilities.channels)
    assert sending.capabilities.receipts and sending.capabilities.replies and not sending.capabilities.delivers
    await sending.close()
