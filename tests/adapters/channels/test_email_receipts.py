"""Mail that comes back moves the letter that it names, a person's NAO is heard, and hostile mail breaks nothing."""

import base64
import contextlib
import random
import re
import time
import uuid
from dataclasses import replace

import pytest
from hypothesis import example, given, strategies as st

from chancela.adapters.channels.contract import (
    BadCallError,
    Call,
    CarrierReceipt,
    ForgedCallError,
    Heard,
    Letter,
    Reply,
    Setup,
    SetupError,
)
from chancela.adapters.channels.email.carrier import EmailCarrier
from chancela.adapters.channels.email.kind import KIND
from chancela.adapters.channels.email.relay import Relay, relay
from chancela.domain.delivery import Channel, DeliveryState
from chancela.domain.message import Language, Message
from tests import relays
from tests.relays import RelayServer

SENDER = "codigos@aurora.example"
SECRET = "bounces-invented-secret"
OURS = uuid.UUID("01990000-0000-7000-8000-000000000007")
NAME = f"<{OURS}@aurora.example>"


def carrier(port: int = 25, **changes: object) -> EmailCarrier:
    return EmailCarrier(relay(f"smtp://127.0.0.1:{port}"), SENDER, receipts_secret=SECRET, **changes)


def letter(language: Language = Language.PORTUGUESE) -> Letter:
    message = Message(Channel.EMAIL, "Código do atendimento", "Seu código é 482913.\n", language=language)
    return Letter(uuid.uuid4(), "999001", "Aurora Saúde", "001", "a***@example.com", message, "ana@example.com")


def call(raw: bytes, authorization: str = f"Bearer {SECRET}") -> Call:
    headers = {"content-type": "message/rfc822", "authorization": authorization}
    return Call("POST", "https://aurora.example/v1/receipts/999001-email", headers, raw)


HEARING = carrier()


def heard(raw: bytes | str) -> Heard:
    return HEARING.hear(call(raw.encode() if isinstance(raw, str) else raw))


def answer(body: str = "NAO\r\n\r\n> Seu código", **headers: str) -> str:
    """A person's mail; a header of None is left out."""
    whole = {
        "From": "Ana <ana@Example.COM>",
        "To": SENDER,
        "Subject": "Re: Código",
        "In-Reply-To": NAME,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    return "".join(f"{name}: {value}\r\n" for name, value in whole.items() if value is not None) + f"\r\n{body}"


@pytest.mark.parametrize(
    ("action", "status", "state", "failure"),
    [
        ("delivered", "2.0.0", DeliveryState.DELIVERED, None),
        ("Delivered", "2.1.5", DeliveryState.DELIVERED, None),
        ("relayed", "2.0.0", DeliveryState.HANDED_OVER, None),
        ("expanded", "2.0.0", DeliveryState.HANDED_OVER, None),
        ("failed", "5.1.1", DeliveryState.FAILED, "smtp 5.1.1"),
        ("failed", "4.4.7", DeliveryState.FAILED, "smtp 4.4.7"),
        ("failed", "soon", DeliveryState.FAILED, "smtp failed"),
    ],
)
def test_a_report_moves_the_letter_of_its_envelope(action: str, status: str, state: DeliveryState, failure: str | None):
    told = heard(relays.report(action, status, envelope_id=str(OURS)))
    assert told == Heard((CarrierReceipt(state, NAME, OURS, failure=failure),))


@pytest.mark.parametrize("whole", [True, False])
def test_a_report_without_an_envelope_id_names_the_letter_that_came_back(whole: bool):
    (told,) = heard(relays.report("failed", "5.1.1", returned=NAME, whole=whole)).news
    assert (told.delivery_id, told.carrier_id) == (OURS, NAME)


@pytest.mark.parametrize("action", ["delayed", "wished", ""])
def test_a_delay_says_nothing(action: str):
    assert heard(relays.report(action, "4.4.1", envelope_id=str(OURS))) == Heard()


@pytest.mark.parametrize(
    "raw",
    [
        relays.report("failed", "5.1.1"),
        relays.report("failed", "5.1.1", envelope_id="QQ314159"),
        relays.report("failed", "5.1.1", returned=f"<{OURS}@other.example>"),
        relays.report("failed", "5.1.1", returned="<x@aurora.example>"),
        relays.report("failed", "5.1.1", returned=NAME).replace(b"message/delivery-status", b"text/plain"),
        relays.report("failed", "5.1.1", returned=NAME)
        .replace(b"report-type=delivery-status", b"report-type=disposition-notification")
        .replace(b"message/delivery-status", b"message/disposition-notification"),
    ],
)
def test_a_report_of_no_letter_of_ours_says_nothing(raw: bytes):
    assert heard(raw) == Heard()


def test_a_failure_repeats_no_address():
    (told,) = heard(relays.report("failed", "5.1.1", envelope_id=str(OURS))).news
    assert "ana" not in repr(told)


async def test_a_letter_comes_back_as_the_letter_that_it_was():
    async with relays.listening(RelayServer(dsn=True)) as server:
        sending, written = carrier(server.port, confirms=True), letter()
        carrier_id = await sending.send(written)
        await sending.close()
    ((mail_options, rcpt_options),) = server.wishes
    asked = re.fullmatch(r"ENVID=(\S+) RET=HDRS", mail_options)
    assert asked is not None and rcpt_options == "NOTIFY=SUCCESS,FAILURE"
    for raw in (
        relays.report("delivered", "2.0.0", envelope_id=asked[1].lower()),
        relays.report("delivered", "2.0.0", returned=str(server.taken[0]["Message-ID"])),
    ):
        (told,) = sending.hear(call(raw)).news
        assert (told.state, told.delivery_id, told.carrier_id) == (DeliveryState.DELIVERED, written.id, carrier_id)


async def test_without_confirmation_only_failures_are_asked_for():
    async with relays.listening(RelayServer(dsn=True)) as server:
        sending = carrier(server.port)
        await sending.send(letter())
        await sending.close()
    assert [each[1] for each in server.wishes] == ["NOTIFY=FAILURE"]


@pytest.mark.parametrize("options", ["", "?tls=off"])
async def test_a_relay_without_the_extension_is_asked_for_nothing(options: str):
    async with relays.listening(RelayServer()) as server:
        sending = EmailCarrier(relay(f"smtp://127.0.0.1:{server.port}{options}"), SENDER, confirms=True)
        await sending.send(letter())
        await sending.send(letter())
        await sending.close()
    assert server.wishes == [("", ""), ("", "")]


async def test_the_extension_is_found_where_tls_is_off():
    async with relays.listening(RelayServer(dsn=True)) as server:
        sending = EmailCarrier(relay(f"smtp://127.0.0.1:{server.port}?tls=off"), SENDER)
        await sending.send(letter())
        await sending.close()
    assert server.wishes[0][0].endswith("RET=HDRS")


async def test_a_letter_says_in_which_language_it_is_and_that_no_machine_need_answer():
    async with relays.listening(RelayServer()) as server:
        sending = carrier(server.port)
        await sending.send(letter(Language.ENGLISH))
        await sending.close()
    (mail,) = server.taken
    assert (mail["Content-Language"], mail["X-Auto-Response-Suppress"]) == ("en", "OOF, AutoReply")
    assert mail["List-Unsubscribe"] is None


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (answer(), "NAO"),
        (answer("\r\n  \r\nNão\r\nAna"), "Não"),
        (answer("N=C3=A3o\r\n", Content_Transfer_Encoding="quoted-printable"), "Não"),
        (answer(base64.b64encode("Não".encode()).decode(), Content_Transfer_Encoding="base64"), "Não"),
        (answer("x" * 5000), "x" * 160),
        (answer("NAO\x07"), "NAO"),
        (answer(Content_Type=None), "NAO"),
        (answer(In_Reply_To=None, References=f"<other@example.com> {NAME}"), "NAO"),
        (answer(Auto_Submitted="no"), "NAO"),
        (
            answer(
                '--b\r\nContent-Type: text/plain; charset="iso-8859-1"\r\nContent-Transfer-Encoding: quoted-printable'
                "\r\n\r\nN=E3o\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>x</p>\r\n--b--",
                Content_Type='multipart/alternative; boundary="b"',
            ),
            "Não",
        ),
    ],
)
def test_a_persons_answer_is_heard_with_the_letter_that_it_answers(raw: str, text: str):
    assert heard(raw) == Heard((Reply("ana@example.com", text, NAME, OURS),))


@pytest.mark.parametrize(
    "raw",
    [
        answer(Auto_Submitted="auto-replied"),
        answer(Auto_Submitted="auto-generated"),
        answer(Precedence="bulk"),
        answer(Precedence="auto_reply"),
        answer(X_Autoreply="yes"),
        answer(Return_Path="<>"),
        answer(List_Id="<list.example>"),
        answer(In_Reply_To=None),
        answer(In_Reply_To="<x@aurora.example>"),
        answer(In_Reply_To=f"<{OURS}@other.example>"),
        answer(From="MAILER-DAEMON"),
        answer(From="josé@example.com"),
        answer(""),
        answer("<p>NAO</p>", Content_Type="text/html"),
        answer("NAO", Content_Disposition="attachment; filename=x.txt"),
    ],
)
def test_a_machines_answer_and_mail_about_something_else_say_nothing(raw: str):
    assert heard(raw) == Heard()


@pytest.mark.parametrize("good", [f"Bearer {SECRET}", f"bearer {SECRET}"])
def test_who_knows_the_secret_is_heard(good: str):
    assert carrier().hear(call(answer().encode(), good)).news


def test_the_secret_may_be_a_basic_password():
    shown = base64.b64encode(f"postfix:{SECRET}".encode()).decode()
    assert carrier().hear(call(answer().encode(), f"Basic {shown}")).news


@pytest.mark.parametrize(
    "bad",
    [
        "",
        SECRET,
        f"Bearer {SECRET}x",
        "Bearer ",
        "Bearer é",
        "Bearer \ud800",
        f"Digest {SECRET}",
        "Basic !",
        "Basic é",
        f"Basic {base64.b64encode(SECRET.encode()).decode()}",
        f"Basic {base64.b64encode(b'x:wrong').decode()}",
        f"Basic {base64.b64encode(bytes([255, 58, 255])).decode()}",
    ],
)
def test_nobody_else_is_believed(bad: str):
    with pytest.raises(ForgedCallError):
        HEARING.hear(call(answer().encode(), bad))
    with pytest.raises(ForgedCallError):
        HEARING.hear(replace(call(answer().encode()), headers={}))


@pytest.mark.parametrize("shown", ["", "Bearer ", "Bearer x", "Basic Og=="])
def test_without_a_secret_nobody_is_heard_at_all(shown: str):
    with pytest.raises(ForgedCallError):
        EmailCarrier(relay("smtp://127.0.0.1"), SENDER).hear(call(answer().encode(), shown))


def test_only_a_post_brings_mail():
    with pytest.raises(BadCallError):
        carrier().hear(replace(call(answer().encode()), method="GET"))


def nested(depth: int) -> bytes:
    return b"From: a@b.example\n" + b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(depth)
    )


HOSTILE = {
    "nothing": b"",
    "no headers": b"\r\n\r\nNAO",
    "json": b'{"a": 1}',
    "nobody's": answer(From=None).encode(),
    "ten megabytes": b"From: a@b.example\r\n\r\n" + b"x" * 10_000_000,
    "NUL": answer("NA\x00O").encode(),
    "deep": nested(5000),
    "deep and long": nested(200) + b"\nx" * 18_000,
    "messages within messages": b"Content-Type: message/rfc822\n\n" * 3000,
    "many lines": b"From: a@b.example\n\n" + b"\n" * 100_000,
    "a long type": b"From: a@b.example\nContent-Type: text/plain; " + b'a="";' * 40_000 + b"\n\nNAO",
    "a folded type": b"From: a@b.example\nContent-Type: text/plain;" + b'\n a="";' * 15_000 + b"\n\nNAO",
    "an unknown charset": answer(Content_Type="text/plain; charset=klingon").encode(),
    "a charset that is none": answer(Content_Type="text/plain; charset=idna").encode(),
    "another that is none": answer(Content_Type="text/plain; charset=base64").encode(),
}


def test_a_sender_that_is_all_comments_is_nobody():
    """Some versions of Python cannot read it, others find nobody in it."""
    started = time.process_time()
    with contextlib.suppress(BadCallError):
        assert heard(answer(From="(" * 3900 + "ana@example.com").encode()).news == ()
    assert time.process_time() - started < 1


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_mail_is_refused_quickly(what: str):
    started = time.process_time()
    with pytest.raises(BadCallError):
        heard(HOSTILE[what])
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    "raw",
    [
        nested(30) + b"\nx" * 15_000,
        answer(In_Reply_To=None, References="<" * 100_000).encode(),
        answer(From='"' * 3000 + "@example.com").encode(),
        answer(From=",;:" * 1300 + "@example.com").encode(),
        b"From: a@b.example\n" + b"X: y\n" * 19_000 + b"\nNAO",
        b"From: a@b.example\nContent-Type: multipart/report; boundary=b\n\n" + b"--b\n" * 15_000,
        relays.report("failed", "5.1.1", envelope_id="x" * 100_000),
    ],
)
def test_mail_that_is_only_odd_takes_no_time(raw: bytes):
    started = time.process_time()
    assert heard(raw) == Heard()
    assert time.process_time() - started < 1


@given(st.binary(max_size=300))
@example(b"Content-Type: message/delivery-status\n\n\n\n")
@example(b"Content-Type: multipart/report\n\n")
def test_no_mail_breaks_the_hearing(raw: bytes):
    report = b"From: a@b.example\nContent-Type: multipart/report; boundary=b\n\n--b\n"
    for whole in (raw, b"From: a@b.example\n" + raw, report + raw, answer().encode() + raw):
        try:
            heard(whole)
        except BadCallError:
            continue


@pytest.mark.parametrize("seed", range(8))
def test_no_mutation_of_a_good_mail_breaks_the_hearing(seed: int):
    chance = random.Random(seed)
    for good in (relays.report("failed", "5.1.1", returned=NAME, whole=True), answer().encode()):
        for _ in range(100):
            raw = bytearray(good)
            for _ in range(chance.randint(1, 12)):
                raw[chance.randrange(len(raw))] = chance.choice(b'\r\n\t ;:="<>@\x80\xff-()')
            try:
                heard(bytes(raw))
            except BadCallError:
                continue


def setup(**changes: str) -> Setup:
    given = {"host": "mail.example", "sender": SENDER, "receipts_secret": SECRET, **changes}
    secrets = {name: given.pop(name) for name in ("receipts_secret", "password") if name in given}
    return Setup("999001", "correio", Channel.EMAIL, given, secrets)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, Relay("mail.example", 587, starttls=True)),
        ({"tls": "offered"}, Relay("mail.example", 587)),
        ({"tls": "off", "port": "25"}, Relay("mail.example", 25, starttls=False)),
        ({"tls": "implicit", "port": "465"}, Relay("mail.example", 465, implicit_tls=True, starttls=False)),
        ({"user": "u", "password": "p"}, Relay("mail.example", 587, starttls=True, user="u", password="p")),
        (
            {"user": "u", "password": "p", "tls": "off", "host": "127.0.0.1"},
            Relay("127.0.0.1", 587, starttls=False, user="u", password="p"),
        ),
    ],
)
def test_an_operators_relay_is_reached_as_it_was_said(changes: dict[str, str], expected: Relay):
    found = KIND.build(setup(**changes))
    assert isinstance(found, EmailCarrier)
    assert (found.name, found.relay, found.sender) == ("correio", expected, SENDER)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("host", ""),
        ("host", "smtp://mail.example"),
        ("port", "0"),
        ("port", "99999"),
        ("port", "٢٥"),
        ("tls", "perhaps"),
        ("sender", "codigos"),
        ("sender", "Aurora <codigos@aurora.example>"),
        ("dsn", "yes"),
        ("replies", "yes"),
        ("user", "alone"),
        ("password", "alone"),
        ("receipts_secret", ""),
        ("receipts_secret", "short"),
    ],
)
def test_a_setting_that_cannot_be_is_named(name: str, value: str):
    with pytest.raises(SetupError, match=name):
        KIND.build(setup(**{name: value}))


@pytest.mark.parametrize("tls", ["off", "offered"])
def test_no_password_goes_in_clear_to_another_machine(tls: str):
    with pytest.raises(SetupError, match="tls"):
        KIND.build(setup(user="u", password="p", tls=tls))


def test_what_is_promised_is_what_the_operator_set_up():
    plain, whole = KIND.build(setup()).capabilities, KIND.build(setup(dsn="on", replies="on")).capabilities
    assert (plain.receipts, plain.replies) == (False, False)
    assert (whole.receipts, whole.replies) == (True, True)
    assert whole.channels == KIND.channels


def test_no_secret_is_shown():
    shown = repr(KIND.build(setup(user="u", password="password-invented")))
    assert SECRET not in shown and "password-invented" not in shown
