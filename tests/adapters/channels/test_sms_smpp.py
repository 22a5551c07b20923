"""SMS is a real SMPP conversation: what is sent and how, which answers pass, and what the window and the pace allow."""

import asyncio
import contextlib
import logging
import random
import ssl
import time
import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from chancela.adapters.channels.contract import CarrierReceipt, ChannelFailure, Letter, News, Setup
from chancela.adapters.channels.sms_smpp.carrier import SmppCarrier
from chancela.adapters.channels.sms_smpp.kind import KIND
from chancela.domain.delivery import Channel, DeliveryState
from chancela.domain.message import Message
from tests import relays
from tests.message_centre import NACK, RECEIVER, TRANSCEIVER, TRANSMITTER, MessageCentre, message_centre, pdu

ANA = "+5541900005949"
TEXT = "Codigo 482913 da guia 2026000000123, vale ate 22/11 09:00.\n@aurora.example #482913"


@dataclass
class Told:
    """What was told; `refuse` says which sets are not kept, `held` lets telling wait."""

    news: list[News] = field(default_factory=list)
    refuse: Callable[[Sequence[News]], bool] = lambda news: False
    held: asyncio.Event | None = None

    async def tell(self, news: Sequence[News]) -> None:
        if self.held is not None:
            await self.held.wait()
        if self.refuse(news):
            raise ConnectionError("the database is away")
        self.news.extend(news)


def letter(address: str | None = ANA, text: str = TEXT) -> Letter:
    return Letter(
        uuid.uuid4(), "999001", "Aurora Saúde", "001", "(41) *****-5949", Message(Channel.SMS, None, text), address
    )


def built(
    centre: MessageCentre, told: Told | None = None, trust: ssl.SSLContext | None = None, **settings: str
) -> SmppCarrier:
    usual = {"host": "127.0.0.1", "port": str(centre.port), "tls": "off", "system_id": "chancela", "source": "27182"}
    quick = {"answer_s": "1", "enquire_s": "5"}
    tell = told.tell if told else None
    setup = Setup("999001", "operadora", Channel.SMS, usual | quick | settings, {"password": "segredo1"}, tell=tell)
    return SmppCarrier(setup, trust, waits_s=(0.02, 0.2))


@contextlib.asynccontextmanager
async def carrying(
    centre: MessageCentre, told: Told | None = None, trust: ssl.SSLContext | None = None, **settings: str
) -> AsyncIterator[SmppCarrier]:
    """A carrier that is closed at the end, and then has left nothing behind."""
    before = asyncio.all_tasks()
    carrier = built(centre, told, trust, **settings)
    try:
        yield carrier
    finally:
        async with asyncio.timeout(6):
            await carrier.close()
    assert asyncio.all_tasks() == before


async def until(so: Callable[[], Any], patience_s: float = 3.0) -> None:
    async with asyncio.timeout(patience_s):
        while not so():
            await asyncio.sleep(0.005)


async def failure(carrier: SmppCarrier, what: Letter | None = None) -> ChannelFailure:
    with pytest.raises(ChannelFailure) as caught:
        await carrier.send(what or letter())
    return caught.value


async def test_a_letter_arrives_as_it_was_written_and_asks_for_a_receipt():
    async with message_centre(new_id=lambda number: f"m-{number}") as centre, carrying(centre) as carrier:
        assert await carrier.send(letter()) == "m-1"
    (taken,) = centre.taken
    assert (taken.text, taken.to, taken.coding, taken.registered) == (TEXT, ANA[1:], 0, 1)
    assert (taken.destination.ton, taken.destination.npi) == (1, 1)
    assert taken.source == (3, 0, "27182")
    assert centre.binds == [(TRANSCEIVER, "chancela")]


@pytest.mark.parametrize(
    ("settings", "source"),
    [
        ({"source": "+554120000000"}, (1, 1, "554120000000")),
        ({"source": "Aurora"}, (5, 0, "Aurora")),
        ({"source": "27182", "source_ton": "6", "source_npi": "8"}, (6, 8, "27182")),
        ({"source": "27182", "source_ton": "0", "source_npi": "0"}, (0, 0, "27182")),
    ],
)
async def test_the_sender_is_typed_by_what_it_looks_like_or_as_it_is_set(
    settings: dict[str, str], source: tuple[int, int, str]
):
    async with message_centre() as centre, carrying(centre, **settings) as carrier:
        await carrier.send(letter())
    assert centre.taken[0].source == source


@pytest.mark.parametrize(
    ("alphabet", "text", "coding", "raw"),
    [
        ("gsm7", "é @_£", 0, b"\x05\x20\x00\x11\x01"),
        ("gsm7", "não", 8, "não".encode("utf-16-be")),
        ("latin1", "não @", 0, b"n\xe3o @"),
        ("ascii", "oi @", 0, b"oi @"),
    ],
)
async def test_a_text_goes_out_in_the_centres_alphabet_or_in_ucs2(alphabet: str, text: str, coding: int, raw: bytes):
    async with message_centre() as centre, carrying(centre, alphabet=alphabet) as carrier:
        await carrier.send(letter(text=text))
    assert (centre.taken[0].coding, centre.taken[0].raw) == (coding, raw)


async def test_a_long_text_is_carried_whole():
    async with message_centre() as centre, carrying(centre) as carrier:
        await carrier.send(letter(text="0123456789" * 30))
    assert centre.taken[0].text == "0123456789" * 30


@pytest.mark.parametrize(
    ("status", "permanent", "ours", "retry_after_s", "reason"),
    [
        (0x01, True, False, None, "smpp 0x01 text too long"),
        (0x0B, True, False, None, "smpp 0x0b invalid destination"),
        (0x58, False, False, 1.0, "smpp 0x58 throttled"),
        (0x14, False, False, 10.0, "smpp 0x14 queue full"),
        (0x08, False, False, None, "smpp 0x08 system error"),
        (0x45, False, False, None, "smpp 0x45 submit failed"),
        (0xFF, False, False, None, "smpp 0xff unknown error"),
        (0x0A, False, True, None, "smpp 0x0a invalid source"),
        (0x49, False, True, None, "smpp 0x49 invalid source NPI"),
        (0x401, False, False, None, "smpp 0x401 refused"),
        (0xFFFFFFFF, False, False, None, "smpp 0xffffffff refused"),
    ],
)
async def test_a_refusal_passes_or_not_and_ends_nothing_for_the_next_letter(
    status: int, permanent: bool, ours: bool, retry_after_s: float | None, reason: str
):
    async with message_centre(statuses={ANA[1:]: status}) as centre, carrying(centre) as carrier:
        told = await failure(carrier)
        assert await carrier.send(letter("+5541900001111"))
    assert (told.reason, told.permanent, told.ours, told.retry_after_s) == (reason, permanent, ours, retry_after_s)
    assert centre.connections == 1


async def test_a_centre_that_throttles_takes_the_rest():
    async with message_centre(throttle_every=3) as centre, carrying(centre) as carrier:
        results = await asyncio.gather(*[carrier.send(letter()) for _ in range(9)], return_exceptions=True)
    failures = [each for each in results if isinstance(each, ChannelFailure)]
    assert [each.reason for each in failures] == ["smpp 0x58 throttled"] * 3
    assert len(centre.taken) == 6


async def test_no_more_messages_are_unanswered_than_the_window_takes():
    async with message_centre(answer_after_s=0.03) as centre, carrying(centre, window="4") as carrier:
        assert carrier.capabilities.at_once == 4
        await asyncio.gather(*[carrier.send(letter()) for _ in range(12)])
    assert centre.most_unanswered == 4
    assert centre.connections == 1


async def test_answers_in_another_order_find_their_letters():
    people = [f"+55419000{number:05}" for number in range(40)]
    async with message_centre(answer_after_s=0.02, jumble=random.Random(3)) as centre, carrying(centre) as carrier:
        ids = await asyncio.gather(*[carrier.send(letter(each)) for each in people])
    assert {each.id: f"+{each.to}" for each in centre.taken} == dict(zip(ids, people, strict=True))


async def test_no_more_go_out_in_a_second_than_the_centre_allows():
    async with message_centre() as centre, carrying(centre, per_second="50") as carrier:
        await carrier.send(letter())
        began = time.monotonic()
        await asyncio.gather(*[carrier.send(letter()) for _ in range(10)])
        assert 0.18 <= time.monotonic() - began < 5
    assert len(centre.taken) == 11


@pytest.mark.parametrize(
    "address", [None, "", "41900005949", "+55 41", "+0541900005949", "ana@example.com", "+５５41900005949"]
)
async def test_an_address_that_cannot_be_one_is_permanent(address: str | None):
    async with message_centre() as centre, carrying(centre) as carrier:
        told = await failure(carrier, letter(address))
    assert (told.permanent, told.reason) == (True, "no address")
    assert centre.connections == 0


async def test_a_centre_that_is_not_there_is_asked_again_and_found_when_it_comes_back():
    async with message_centre() as centre:
        pass
    async with carrying(centre) as carrier:
        told = await failure(carrier)
        assert (told.permanent, told.ours, told.reason) == (False, False, "smpp: no connection")
        async with message_centre(port=centre.port) as centre:
            await until(lambda: carrier._lines[0]._session)
            await carrier.send(letter())


async def test_a_wrong_password_is_our_fault_and_known_at_once():
    async with message_centre(accounts={"chancela": "another"}) as centre, carrying(centre) as carrier:
        told = await failure(carrier)
        assert (told.permanent, told.ours, told.reason) == (False, True, "smpp bind 0x0e invalid password")
        centre.accounts = {"chancela": "segredo1"}
        await until(lambda: carrier._lines[0]._session)
        await carrier.send(letter())


async def test_a_centre_that_refuses_is_not_stormed():
    async with message_centre(bind_status=0x08) as centre, carrying(centre) as carrier:
        told = await failure(carrier)
        await asyncio.sleep(0.6)
        assert 3 <= len(centre.binds) <= 10
    assert (told.ours, told.reason) == (False, "smpp bind 0x08 system error")


async def test_a_centre_that_answers_nothing_is_not_waited_for_too_long():
    async with message_centre() as centre, carrying(centre, answer_s="0.2") as carrier:
        await carrier.send(letter())
        centre.deaf = True
        told = await failure(carrier)
        assert (told.permanent, told.reason) == (False, "smpp: no answer in time")


async def test_a_centre_that_never_lets_us_in_leaves_us_unbound():
    async with message_centre(deaf=True) as centre, carrying(centre, answer_s="0.2") as carrier:
        told = await failure(carrier)
    assert (told.permanent, told.reason) in [(False, "smpp: not bound"), (False, "smpp: no answer in time")]


async def test_a_connection_that_is_lost_fails_what_was_under_way_and_carries_the_next():
    async with message_centre(drop_every=3) as centre, carrying(centre) as carrier:
        await carrier.send(letter())
        await carrier.send(letter())
        told = await failure(carrier)
        assert (told.permanent, told.reason) == (False, "smpp: connection lost")
        await carrier.send(letter())
    assert (centre.connections, len(centre.taken)) == (2, 3)


async def test_a_late_answer_is_told_with_our_own_id():
    told, written = Told(), letter()
    async with message_centre(answer_after_s=0.5) as centre, carrying(centre, told, answer_s="0.25") as carrier:
        assert (await failure(carrier, written)).reason == "smpp: no answer in time"
        await until(lambda: told.news)
        centre.answer_after_s = 0
        assert await carrier.send(letter()) == "2"
    assert told.news == [CarrierReceipt(DeliveryState.HANDED_OVER, "1", written.id)]


async def test_a_late_refusal_is_nothing_new():
    told = Told()
    async with (
        message_centre(answer_after_s=0.2, submit_status=8) as centre,
        carrying(centre, told, answer_s="0.1") as carrier,
    ):
        await failure(carrier)
        await asyncio.sleep(0.2)
    assert told.news == []


@pytest.mark.parametrize(("given", "kept"), [("7\0\0\x1d\0\1x", "7"), (" 7 ", "7"), ("9" * 90, "9" * 64)])
async def test_an_id_ends_where_it_ends(given: str, kept: str):
    async with message_centre(new_id=lambda number: given) as centre, carrying(centre) as carrier:
        assert await carrier.send(letter()) == kept


async def test_a_message_that_is_taken_without_an_id_keeps_ours():
    written = letter()
    async with message_centre(new_id=lambda number: "") as centre, carrying(centre) as carrier:
        assert await carrier.send(written) == str(written.id)


@pytest.mark.parametrize(("status", "reason"), [(0x02, "smpp 0x02 invalid length"), (0x00, "smpp 0xff unknown error")])
async def test_a_message_that_is_not_understood_is_not_taken(status: int, reason: str):
    async with message_centre() as centre, carrying(centre) as carrier:
        await carrier.send(letter())
        centre.deaf = True
        sending = asyncio.create_task(failure(carrier))
        await asyncio.sleep(0.02)
        centre.send_raw(pdu(NACK, status, 3))  # after the bind and one message
        assert (await sending).reason == reason
        centre.deaf = False


async def test_a_letter_that_is_given_up_disturbs_no_other():
    async with message_centre(answer_after_s=0.1) as centre, carrying(centre, window="1") as carrier:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await carrier.send(letter())
        assert await carrier.send(letter()) == "2"
    assert centre.connections == 1


async def test_a_centre_that_forgot_us_is_bound_to_anew():
    async with message_centre(submit_status=0x04) as centre, carrying(centre) as carrier:
        told = await failure(carrier)
        centre.submit_status = 0
        await carrier.send(letter())
    assert (told.ours, told.reason) == (True, "smpp 0x04 not bound for this")
    assert centre.connections == 2


async def test_a_session_that_has_ended_says_so_at_once():
    async with message_centre() as centre, carrying(centre) as carrier:
        await carrier.send(letter())
        session = carrier._lines[0]._session
        assert session is not None
        await session.end()
        with pytest.raises(ConnectionError):
            await session.submit(carrier._written(letter()), uuid.uuid4())


async def test_sending_and_hearing_may_take_two_binds():
    told = Told()
    async with message_centre() as centre, carrying(centre, told, bind="separate") as carrier:
        await carrier.send(letter())
        await until(lambda: len(centre.binds) == 2)
        centre.receipt(centre.taken[0])
        await until(lambda: told.news)
    assert sorted(mode for mode, _ in centre.binds) == sorted([TRANSMITTER, RECEIVER])
    assert centre.unbinds == 2


async def test_where_tls_is_required_nothing_is_said_without_it(tmp_path):
    offered, trusting = relays.certificate(tmp_path)
    async with message_centre(offered) as centre, carrying(centre, trust=trusting, tls="required") as carrier:
        await carrier.send(letter())
    assert len(centre.taken) == 1
    async with message_centre() as centre, carrying(centre, trust=trusting, tls="required", answer_s="0.3") as carrier:
        told = await failure(carrier)
    assert not told.permanent
    assert (centre.binds, centre.taken) == ([], [])


async def test_a_certificate_of_nobody_we_trust_gets_no_password(tmp_path):
    offered, _ = relays.certificate(tmp_path)
    async with message_centre(offered) as centre, carrying(centre, tls="required") as carrier:
        told = await failure(carrier)
    assert (told.permanent, told.reason) == (False, "smpp: no trusted connection")
    assert centre.binds == []


async def test_nothing_secret_is_logged_or_shown(caplog):
    caplog.set_level(logging.DEBUG)
    told = Told(refuse=lambda news: True)
    async with message_centre(statuses={ANA[1:]: 0x0B}) as centre, carrying(centre, told) as carrier:
        failed = await failure(carrier)
        await carrier.send(letter("+5541900001111"))
        centre.receipt(centre.taken[0], "UNDELIV", "001")
        centre.reply(ANA[1:], "NAO pedi 482913")
        await until(lambda: centre.refused)
        shown = (
            f"{carrier!r} {carrier.setup!r} {carrier._lines!r} {failed!r} {failed.__cause__!r} {failed.__context__!r}"
        )
    for secret in ("segredo1", "482913", "900005949", "900001111", "NAO"):
        assert secret not in caplog.text + shown
    assert "operadora is bound" in caplog.text


def test_the_kind_builds_the_carrier_and_opens_nothing():
    setup = Setup(
        "999001",
        "operadora",
        Channel.SMS,
        {"host": "127.0.0.1", "system_id": "a", "source": "27182"},
        {"password": "b"},
    )
    carrier = KIND.build(setup)
    assert (carrier.name, KIND.channels) == ("operadora", frozenset({Channel.SMS}))
    abilities = carrier.capabilities
    assert (abilities.channels, abilities.at_once, abilities.receipts, abilities.replies) == (
        KIND.channels,
        16,
        True,
        True,
    )
    assert not abilities.delivers
