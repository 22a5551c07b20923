"""A bind is kept: in silence, through lost connections, whatever a centre says that it should not; left politely."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator

import pytest

from chancela.adapters.channels.sms_smpp.carrier import SmppCarrier
from tests.adapters.channels.test_sms_smpp import Told, built, carrying, failure, letter, until
from tests.message_centre import TRANSCEIVER, MessageCentre, message_centre, pdu

INVALID_COMMAND = 0x03
PERMANENT = 0x65


@contextlib.asynccontextmanager
async def attended(centre: MessageCentre, told: Told | None = None, **settings: str) -> AsyncIterator[SmppCarrier]:
    """A carrier that is attended as the worker does: in a task that is cancelled before it is closed."""
    async with carrying(centre, told, **settings) as carrier:
        attending = asyncio.create_task(carrier.attend())
        await until(lambda: bound(centre))
        try:
            yield carrier
        finally:
            attending.cancel()
            with pytest.raises(asyncio.CancelledError):
                await attending


def bound(centre: MessageCentre) -> bool:
    return any(line.mode for line in centre.lines)


async def test_it_is_bound_although_nothing_is_sent():
    async with message_centre() as centre, attended(centre):
        pass
    assert centre.binds == [(TRANSCEIVER, "chancela")]
    assert centre.taken == []


async def test_in_silence_the_centre_is_asked_whether_it_is_there():
    async with message_centre() as centre, attended(centre, enquire_s="0.05"):
        await until(lambda: centre.enquiries >= 3)
    assert centre.connections == 1


async def test_who_talks_is_not_asked():
    async with message_centre() as centre, attended(centre, enquire_s="0.3") as carrier:
        for _ in range(15):
            await carrier.send(letter())
            await asyncio.sleep(0.03)
    assert centre.enquiries == 0


async def test_a_centre_that_fell_silent_is_left_for_a_new_connection():
    async with message_centre() as centre, attended(centre, enquire_s="0.05", answer_s="0.2") as carrier:
        centre.deaf = True
        await until(lambda: centre.connections == 2)
        centre.deaf = False
        await until(lambda: carrier._lines[0]._session)
        await carrier.send(letter())
    assert len(centre.taken) == 1


async def test_a_question_of_the_centre_is_answered():
    async with message_centre() as centre, attended(centre):
        answers: list[bytes] = []
        line = centre.lines[0]
        heard = line.data_received
        line.data_received = lambda data: (answers.append(data), heard(data))[1]  # type: ignore[method-assign]
        centre.send_raw(pdu(0x15, 0, 9))
        await until(lambda: answers)
    assert answers[0] == pdu(0x80000015, 0, 9)


@pytest.mark.parametrize("command", [0x0B, 0x102])  # outbind, alert_notification
async def test_what_has_no_answer_in_the_protocol_gets_none(command: int):
    async with message_centre() as centre, attended(centre) as carrier:
        centre.send_raw(pdu(command, 0, 9))
        await carrier.send(letter())
    assert (centre.nacks, centre.connections) == ([], 1)


async def test_a_connection_that_is_dropped_comes_back_by_itself():
    async with message_centre() as centre, attended(centre):
        for times in range(2, 5):
            centre.drop()
            await until(lambda times=times: len(centre.binds) == times)
    assert centre.connections == 4


async def test_a_centre_that_says_goodbye_is_bound_to_again():
    async with message_centre() as centre, attended(centre) as carrier:
        centre.send_raw(pdu(0x06, 0, 5))
        await until(lambda: len(centre.binds) == 2)
        await carrier.send(letter())
    assert centre.connections == 2


async def test_what_is_sent_while_the_connection_comes_back_waits_for_it():
    async with message_centre() as centre, attended(centre) as carrier:
        centre.drop()
        await until(lambda: carrier._lines[0]._session is None)
        await carrier.send(letter())
    assert len(centre.taken) == 1


@pytest.mark.parametrize("how", ["short length", "huge length", "not a PDU"])
async def test_what_has_no_end_ends_the_connection_and_no_more(how: str):
    told = Told()
    async with message_centre() as centre, attended(centre, told, answer_s="9") as carrier:
        await carrier.send(letter())
        centre.garble(how)
        await until(lambda: len(centre.binds) == 2)
        await carrier.send(letter())
        centre.receipt(centre.taken[0])
        await until(lambda: told.news)
    assert len(centre.taken) == 2


@pytest.mark.parametrize(
    "how", ["unknown command", "unknown answer", "unknown status", "cut parameter", "cut body", "cut text"]
)
async def test_what_cannot_be_understood_ends_nothing(how: str):
    told = Told()
    async with message_centre() as centre, attended(centre, told) as carrier:
        await carrier.send(letter())
        centre.garble(how)
        await carrier.send(letter())
        centre.receipt(centre.taken[0])
        await until(lambda: told.news)
    assert (centre.connections, len(centre.taken), len(told.news)) == (1, 2, 1)
    assert centre.nacks == ([INVALID_COMMAND] if how == "unknown command" else [])
    assert centre.refused[PERMANENT] == (how in {"cut body", "cut text"})


async def test_a_pdu_that_is_never_finished_does_not_hold_us_for_ever():
    async with message_centre() as centre, attended(centre, answer_s="0.2") as carrier:
        centre.send_raw(pdu(0x05, 0, 1, b"x" * 50)[:30])
        await until(lambda: len(centre.binds) == 2)
        await carrier.send(letter())


async def test_who_answers_a_bind_with_something_else_is_no_centre():
    async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(pdu(0x80000015, 0, 1))
        await reader.read(100)
        writer.close()

    server = await asyncio.start_server(babble, "127.0.0.1", 0)
    async with server, carrying(MessageCentre(port=server.sockets[0].getsockname()[1])) as carrier:
        told = await failure(carrier)
    assert (told.permanent, told.ours, told.reason) == (False, False, "smpp: garbled")


async def test_garbage_again_and_again_still_lets_letters_through():
    async with message_centre() as centre, attended(centre) as carrier:
        for how in ("huge length", "cut body", "not a PDU", "unknown status", "short length"):
            centre.garble(how)
            await until(lambda: carrier._lines[0]._session)
            with contextlib.suppress(Exception):
                await carrier.send(letter())
        await until(lambda: carrier._lines[0]._session)
        await carrier.send(letter())
    assert centre.taken


async def test_leaving_is_said():
    async with message_centre() as centre:
        async with attended(centre) as carrier:
            await carrier.send(letter())
        assert (centre.unbinds, centre.lines) == (1, [])


async def test_leaving_a_centre_that_answers_nothing_takes_a_moment_and_no_more():
    async with message_centre() as centre:
        carrier = built(centre)
        await carrier.send(letter())
        centre.deaf = True
        began = time.monotonic()
        await carrier.close()
        assert time.monotonic() - began < 15
        await until(lambda: not centre.lines)


async def test_leaving_while_nobody_is_there_is_no_trouble():
    async with message_centre() as centre:
        pass
    async with carrying(centre) as carrier:
        assert (await failure(carrier)).reason == "smpp: no connection"


async def test_who_was_never_needed_has_nothing_to_leave():
    async with message_centre() as centre, carrying(centre):
        pass
    assert centre.connections == 0


async def test_who_left_comes_back_when_needed():
    async with message_centre() as centre, carrying(centre) as carrier:
        await carrier.send(letter())
        await carrier.close()
        await carrier.send(letter())
    assert (len(centre.binds), centre.unbinds) == (2, 2)
