"""Web Push arrives sealed for one browser, in our name, without the code; no endpoint leads into a private network."""

import asyncio
import contextlib
import logging
import uuid
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from chancela.adapters.channels.contract import ChannelFailure, Gone, Letter, News, Setup, SetupError, Subscription
from chancela.adapters.channels.push import answers, keys, places
from chancela.adapters.channels.push.carrier import PushCarrier
from chancela.adapters.channels.push.kind import KIND
from chancela.domain.delivery import Channel
from chancela.domain.message import Message
from tests import counterpart, relays
from tests.counterpart import Answer
from tests.push_service import Browser, PushService

PRIVATE, PUBLIC, FOR_BROWSERS = keys.new_keys()
TEXT = "Chegou o código da guia 2026000000123. Toque para ver; vale até 20/11 09:00."


def setup(private: str = "yes", key: str = PRIVATE, **settings: str) -> Setup:
    given = {"subject": "mailto:push@aurora.example", "allow_private": private, **settings}
    return Setup("999001", "avisos", Channel.APP, given, {"private_key": key})


def letter(*to: Browser | Subscription, **changes: object) -> Letter:
    message = Message(Channel.APP, "Código do atendimento", TEXT, code="482913", link="https://aurora.example/guia/7")
    subscriptions = tuple(each.subscription if isinstance(each, Browser) else each for each in to)
    whole = replace(message, **changes)
    return Letter(uuid.uuid4(), "999001", "Aurora Saúde", "001", "app", whole, None, subscriptions)


@contextlib.asynccontextmanager
async def service() -> AsyncIterator[PushService]:
    pushing = PushService(FOR_BROWSERS)
    async with counterpart.listening(pushing) as port:
        pushing.origin = f"http://127.0.0.1:{port}"
        yield pushing


async def failure(what: Letter, sending: PushCarrier | None = None) -> ChannelFailure:
    carrier = sending or PushCarrier(setup())
    with pytest.raises(ChannelFailure) as caught:
        await carrier.send(what)
    await carrier.close()
    return caught.value


async def test_a_push_is_opened_by_its_browser_alone_and_shows_no_digit_of_the_code():
    async with service() as pushing:
        phone = pushing.browser("phone")
        sending, written = PushCarrier(setup()), letter(phone)
        assert await sending.send(written) == str(written.id)
        await sending.close()
    note = pushing.waiting["/push/phone", written.id.hex]
    assert note == {
        "title": "Código do atendimento",
        "body": TEXT,
        "url": "https://aurora.example/guia/7",
        "tag": written.id.hex,
    }
    assert "482913" not in repr(pushing.asked)
    (asked,) = pushing.asked
    assert (asked.headers["ttl"], asked.headers["urgency"]) == ("14400", "high")
    with pytest.raises(InvalidTag):
        Browser("").opened(asked.body)


async def test_without_subject_and_link_the_sender_and_the_first_page_stand_in():
    async with service() as pushing:
        sending, written = PushCarrier(setup()), letter(pushing.browser("phone"), subject=None, link=None)
        await sending.send(written)
        await sending.close()
    ((_, note),) = pushing.waiting.items()
    assert (note["title"], note["url"]) == ("Aurora Saúde", "/")


async def test_a_push_that_is_repeated_replaces_itself():
    async with service() as pushing:
        sending, written = PushCarrier(setup()), letter(pushing.browser("phone"))
        await sending.send(written)
        await sending.send(written)
        await sending.close()
    assert len(pushing.asked) == 2
    assert len(pushing.waiting) == 1


async def test_every_browser_of_a_person_gets_it():
    async with service() as pushing:
        sending, written = PushCarrier(setup()), letter(*[pushing.browser(f"number-{n}") for n in range(5)])
        await sending.send(written)
        await sending.close()
    assert len(pushing.waiting) == 5


@pytest.mark.parametrize("text", ["Seu código é 482913.", "482913", "x\n482913\ny"])
@pytest.mark.parametrize("where", ["text", "subject"])
async def test_a_text_that_shows_the_code_never_goes_out(where: str, text: str):
    async with service() as pushing:
        told = await failure(letter(pushing.browser("phone"), **{where: text}))
    assert (told.permanent, told.reason, pushing.asked) == (True, "push: the text shows the code", [])


async def test_a_guia_number_that_contains_the_code_is_not_the_code():
    async with service() as pushing:
        sending = PushCarrier(setup())
        await sending.send(letter(pushing.browser("phone"), text="A guia 20264829130001 espera."))
        await sending.close()
    assert len(pushing.waiting) == 1


async def test_a_text_that_no_push_can_hold_is_permanent():
    async with service() as pushing:
        told = await failure(letter(pushing.browser("phone"), text="ç" * 2000))
        sending = PushCarrier(setup())
        await sending.send(letter(pushing.browser("tablet"), text="ç" * 1800))
        await sending.close()
    assert (told.permanent, told.reason) == (True, "push: the text is too long")
    assert len(pushing.waiting) == 1


@pytest.mark.parametrize("status", [404, 410])
async def test_a_dead_subscription_is_told_and_the_living_one_carries_the_push(status: int):
    told: list[News] = []

    async def tell(news: Sequence[News]) -> None:
        told.extend(news)

    async with service() as pushing:
        old, new = pushing.browser("old"), pushing.browser("new")
        pushing.said["old"] = Answer(status)
        sending = PushCarrier(replace(setup(), tell=tell))
        await sending.send(letter(old, new))
        await sending.close()
    assert told == [Gone(old.endpoint)]
    assert len(pushing.waiting) == 1


async def test_where_no_subscription_lives_the_letter_fails_for_ever_and_all_are_told():
    told: list[News] = []

    async def tell(news: Sequence[News]) -> None:
        told.extend(news)

    async with service() as pushing:
        old = Browser(f"{pushing.origin}/push/old")
        fault = await failure(letter(old), PushCarrier(replace(setup(), tell=tell)))
    assert (fault.permanent, fault.reason, told) == (True, "no live subscription", [Gone(old.endpoint)])
    nobody = await failure(letter())
    assert (nobody.permanent, nobody.reason) == (True, "no live subscription")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"endpoint": "http://push.example/1"}, "no TLS"),
        ({"endpoint": "ftp://push.example/1"}, "no web"),
        ({"endpoint": "https://user:pw@push.example/1"}, "a password"),
        ({"endpoint": "https://push.example\\@127.0.0.1/1"}, "two readings"),
        ({"endpoint": "https:///1"}, "no host"),
        ({"endpoint": "https://push.example:0/1"}, "no port"),
        ({"endpoint": "https://push.example:port/1"}, "no port"),
        ({"endpoint": "https://[::1/1"}, "no host"),
        ({"endpoint": "https://push.example/1\r\nx: y"}, "two lines"),
        ({"endpoint": "https://bücher.example/1"}, "not ASCII"),
        ({"endpoint": "https://push.example/" + "x" * 3000}, "too long"),
        ({"endpoint": ""}, "nothing"),
        ({"p256dh": ""}, "no key"),
        ({"p256dh": "é"}, "no key"),
        ({"p256dh": "A" * 87}, "a point off the curve"),
        ({"auth": "AAAA"}, "a short secret"),
        ({"auth": "A"}, "no base64"),
    ],
)
async def test_what_no_browser_could_have_given_is_gone(changes: dict[str, str], why: str):
    told: list[News] = []

    async def tell(news: Sequence[News]) -> None:
        told.extend(news)

    async def nowhere(host: str, port: int) -> Sequence[str]:
        raise AssertionError(why)

    crooked = replace(Browser("https://push.example/1").subscription, **changes)
    fault = await failure(letter(crooked), PushCarrier(replace(setup("no"), tell=tell), resolve=nowhere))
    assert (fault.permanent, fault.reason, told) == (True, "no live subscription", [Gone(crooked.endpoint)])


@pytest.mark.parametrize(
    ("answer", "permanent", "ours", "reason"),
    [
        (Answer(400), True, False, "push 400"),
        (Answer(413), True, False, "push 413"),
        (Answer(401), False, True, "push 401"),
        (Answer(403), False, True, "push 403"),
        (Answer(429), False, False, "push 429"),
        (Answer(500, b"oops"), False, False, "push 500"),
        (Answer(503), False, False, "push 503"),
        (Answer(301, headers={"location": "http://127.0.0.1:1/"}), False, False, "push 301"),
        (Answer(raw=b"SSH-2.0-OpenSSH\r\n"), False, False, "push: no connection"),
        (Answer(reset=True), False, False, "push: no connection"),
    ],
)
async def test_each_answer_passes_or_not_or_is_ours(answer: Answer, permanent: bool, ours: bool, reason: str):
    async with service() as pushing:
        pushing.said["phone"] = answer
        told = await failure(letter(pushing.browser("phone")))
    assert (told.permanent, told.ours, told.reason) == (permanent, ours, reason)


@pytest.mark.parametrize("status", [200, 201, 202])
async def test_each_yes_is_a_yes_however_long_it_is(status: int):
    async with service() as pushing:
        pushing.said["phone"] = Answer(status, b"x" * 200_000)
        sending = PushCarrier(setup())
        await sending.send(letter(pushing.browser("phone")))
        await sending.close()


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("7", 7.0),
        ("99999999999", 3600.0),
        (format_datetime(datetime.now(UTC) - timedelta(hours=1), usegmt=True), 0.0),
        (format_datetime(datetime.now(UTC) + timedelta(days=1), usegmt=True), 3600.0),
        ("Wed, 21 Oct 2015 07:28:00 -0000", 0.0),
        ("soon", None),
        ("-1", None),
        ("", None),
    ],
    ids=("seconds", "ages", "an hour ago", "tomorrow", "years ago", "words", "less than nothing", "nothing"),
)
async def test_a_wait_that_is_asked_for_is_kept(header: str, expected: float | None):
    async with service() as pushing:
        pushing.said["phone"] = Answer(429, headers={"Retry-After": header})
        told = await failure(letter(pushing.browser("phone")))
    assert (told.permanent, told.retry_after_s) == (False, expected)


async def test_one_that_may_pass_keeps_the_letter_alive_and_one_yes_is_enough():
    async with service() as pushing:
        pushing.said |= {"slow": Answer(429, headers={"retry-after": "9"}), "down": Answer(503), "mad": Answer(400)}
        pushing.said |= {"key": Answer(403), "old": Answer(410)}
        every = {name: pushing.browser(name) for name in ("slow", "down", "mad", "key", "old", "good")}
        passing = await failure(letter(*[every[name] for name in ("old", "mad", "key", "down", "slow")]))
        ours = await failure(letter(every["old"], every["mad"], every["key"]))
        never = await failure(letter(every["old"], every["mad"]))
        sending = PushCarrier(setup())
        await sending.send(letter(*every.values()))
        await sending.close()
    assert (passing.permanent, passing.ours, passing.retry_after_s) == (False, False, 9.0)
    assert (ours.permanent, ours.ours) == (False, True)
    assert (never.permanent, never.reason) == (True, "push 400")


async def test_another_key_than_the_browsers_subscribed_with_is_our_fault():
    async with service() as pushing:
        other, _, _ = keys.new_keys()
        told = await failure(letter(pushing.browser("phone")), PushCarrier(setup(key=other)))
    assert (told.permanent, told.ours, pushing.waiting) == (False, True, {})


async def test_silence_passes():
    async with service() as pushing:
        pushing.said["phone"] = Answer(201, after_s=5)
        told = await failure(letter(pushing.browser("phone")), PushCarrier(setup(), answer_s=0.2))
    assert (told.permanent, told.reason) == (False, "push: no answer in time")


async def test_nobody_there_passes():
    async with service() as pushing:
        phone = pushing.browser("phone")
    told = await failure(letter(phone))
    assert (told.permanent, told.reason) == (False, "push: no connection")


async def test_an_unknown_name_passes_as_names_come_back():
    async def nobody(host: str, port: int) -> Sequence[str]:
        raise OSError

    told = await failure(letter(Browser("https://push.example/1")), PushCarrier(setup("no"), resolve=nobody))
    assert (told.permanent, told.reason) == (False, "push: no connection")


PRIVATE_ADDRESSES = [
    "127.0.0.1",
    "10.0.0.7",
    "172.16.9.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",  # noqa: S104 - an address to refuse
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "198.18.0.1",
    "192.0.2.1",
    "::1",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "fd00::7",
    "fec0::1",
    "ff02::1",
    "::ffff:10.0.0.7",
    "::10.0.0.7",
    "64:ff9b::a00:7",
    "64:ff9b:1::a00:7",
    "2002:a00:7::1",
    "2001:0:4136:e378:8000:63bf:f5ff:fff8",
    "2001:db8::1",
]


@pytest.mark.parametrize("address", PRIVATE_ADDRESSES)
def test_a_private_address_is_known_in_every_clothing(address: str):
    assert not places.public(address)


@pytest.mark.parametrize(
    "address", ["142.250.79.10", "2a00:1450:4001::1", "::ffff:142.250.79.10", "64:ff9b::8efa:4f0a"]
)
def test_a_public_address_is_public(address: str):
    assert places.public(address)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "localhost", "[::1]"])
async def test_no_endpoint_leads_to_this_machine(host: str):
    async with service() as pushing:
        port = pushing.origin.rpartition(":")[2]
        told = await failure(letter(Browser(f"https://{host}:{port}/push/phone")), PushCarrier(setup("no")))
    assert (told.permanent, told.reason, pushing.asked) == (True, "push: a private address", [])


@pytest.mark.parametrize("found", [["10.0.0.7"], ["142.250.79.10", "127.0.0.1"], ["127.0.0.1", "142.250.79.10"]])
async def test_a_name_that_leads_into_a_private_network_is_refused_and_not_forgotten(found: list[str]):
    told: list[News] = []

    async def tell(news: Sequence[News]) -> None:
        told.extend(news)

    async def resolve(host: str, port: int) -> Sequence[str]:
        return found

    sending = PushCarrier(replace(setup("no"), tell=tell), resolve=resolve)
    fault = await failure(letter(Browser("https://push.example/1")), sending)
    assert (fault.permanent, fault.reason, told) == (True, "push: a private address", [])


async def test_the_checked_address_is_the_one_that_is_asked_and_its_certificate_bears_the_name(tmp_path):
    """The name exists nowhere: whoever looked it up again would find nothing."""
    offered, trusting = relays.certificate(tmp_path)
    looked: list[str] = []

    async def resolve(host: str, port: int) -> Sequence[str]:
        looked.append(host)
        return ["127.0.0.2", "127.0.0.1"]  # nobody listens at the first

    pushing = PushService(FOR_BROWSERS)
    async with counterpart.listening(pushing, offered) as port:
        pushing.origin = f"https://here.example:{port}"
        sending = PushCarrier(setup(), trusting, resolve)
        await sending.send(letter(pushing.browser("phone")))
        await sending.send(letter(pushing.browser("tablet")))
        stranger = Browser(f"https://elsewhere.example:{port}/push/phone")
        told = await failure(letter(stranger), sending)
    assert looked == ["here.example", "elsewhere.example"]
    assert {each.headers["host"] for each in pushing.asked} == {f"here.example:{port}"}
    assert (told.permanent, told.reason) == (False, "push: no connection")


def test_the_origin_of_an_endpoint_bears_a_port_only_where_it_is_not_the_usual_one():
    assert places.place("https://Push.example/1") == places.Place("https", "push.example")
    assert places.place("https://push.example:443/1") == places.Place("https", "push.example")
    assert places.place("https://push.example:8443/1") == places.Place("https", "push.example:8443")
    assert places.place("https://[2a00::1]:8443/1") == places.Place("https", "[2a00::1]:8443")
    assert places.place("http://localhost/1", private=True) == places.Place("http", "localhost")
    assert places.place("http://10.0.0.7/1", private=True) is None
    assert places.place("http://push.example/1", private=True) is None


async def test_nothing_of_a_push_is_logged_or_shown(caplog):
    caplog.set_level(logging.INFO)
    async with service() as pushing:
        phone = pushing.browser("phone")
        pushing.said["phone"] = Answer(400)
        told = await failure(letter(phone))
    shown = f"{caplog.text} {told!r} {PushCarrier(setup())!r} {letter(phone)!r}"
    assert not any(each in shown for each in (phone.endpoint, TEXT, "482913", "PRIVATE KEY"))


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"subject": ""}, "subject"),
        ({"subject": "https://aurora.example"}, "subject"),
        ({"ttl_s": "soon"}, "ttl_s"),
        ({"ttl_s": "-1"}, "ttl_s"),
        ({"ttl_s": "2419201"}, "ttl_s"),
        ({"private": "perhaps"}, "allow_private"),
        ({"key": ""}, "private_key"),
        ({"key": PUBLIC}, "private_key"),
        (
            {
                "key": ed25519.Ed25519PrivateKey.generate()
                .private_bytes(
                    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
                )
                .decode()
            },
            "private_key",
        ),
    ],
)
def test_a_setting_that_cannot_be_is_named(changes: dict[str, str], name: str):
    with pytest.raises(SetupError, match=name):
        KIND.build(setup(**changes))


def test_the_key_that_browsers_take_comes_from_the_private_one():
    assert keys.application_server_key(PRIVATE) == FOR_BROWSERS
    assert keys.public_pem(PRIVATE).decode() == PUBLIC


async def test_the_kind_carries_the_app_and_promises_no_receipt():
    sending = KIND.build(Setup("999001", "avisos", Channel.APP, {"subject": "a@b.example"}, {"private_key": PRIVATE}))
    can = sending.capabilities
    assert (sending.name, can.channels, can.receipts, can.replies, can.delivers) == (
        "avisos",
        KIND.channels,
        False,
        False,
        False,
    )
    await sending.close()


def test_a_date_without_a_zone_is_utc():
    assert answers.wait_s("Wed, 21 Oct 2015 07:28:00") == 0.0


async def test_a_letter_that_is_given_up_leaves_nothing_behind():
    async with service() as pushing:
        pushing.said["phone"] = Answer(201, after_s=5)
        sending = PushCarrier(setup())
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await sending.send(letter(pushing.browser("phone")))
        await sending.close()
