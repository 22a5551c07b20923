"""One bound connection: messages and their answers, deliveries that are acknowledged once they are told, silence."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Final

from aiosmpplib import protocol
from aiosmpplib.state import SmppCommand as Command, SmppCommandStatus as Status

from chancela.adapters.channels.contract import CarrierReceipt
from chancela.adapters.channels.sms_smpp import pdus, receipts
from chancela.domain.delivery import DeliveryState

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator
    from uuid import UUID

    from chancela.adapters.channels.contract import News
    from chancela.adapters.channels.sms_smpp.account import Account
    from chancela.adapters.channels.sms_smpp.pdus import Pdu

FAULTS: Final = (OSError, EOFError, ValueError)  # the line broke, ended, or carried what is no PDU
UNANSWERED: Final = frozenset({Command.OUTBIND, Command.ALERT_NOTIFICATION})  # requests that have no answer
LATE: Final = 10_000  # messages whose answers may still come
GOODBYE_S: Final = 2.0
BINDS: Final = {
    Command.BIND_TRANSCEIVER: protocol.BindTransceiver,
    Command.BIND_TRANSMITTER: protocol.BindTransmitter,
    Command.BIND_RECEIVER: protocol.BindReceiver,
}


class RefusedError(Exception):
    """The centre does not let us in; `status` says why."""

    def __init__(self, status: int) -> None:
        super().__init__(f"0x{status:02x}")
        self.status = status


@dataclass(frozen=True, slots=True)
class Heard:
    """News, and how the centre is answered once they are told or could not be."""

    news: News
    answer: Callable[[Status], None]


@dataclass(slots=True, eq=False)
class Session:
    """What was asked waits by sequence number; a letter whose answer is late is told to `inbox` when it comes."""

    account: Account
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    inbox: asyncio.Queue[Heard]
    _asked: dict[int, asyncio.Future[Pdu]] = field(default_factory=dict)
    _late: dict[int, UUID] = field(default_factory=dict)
    _sequence: Iterator[int] = field(default_factory=lambda: itertools.cycle(range(1, 0x7FFFFFFF)))
    _ended: bool = False

    async def bind(self, mode: Command) -> None:
        """Ask to be let in; a refusal raises RefusedError."""
        account = self.account
        asked = BINDS[mode](
            sequence_num=next(self._sequence),
            system_id=account.system_id,
            password=account.password,
            system_type=account.system_type,
        )
        self._write(asked)
        async with asyncio.timeout(account.answer_s):
            answer = await self._whole(*await pdus.header(self.reader))
        if answer.status != Status.ESME_ROK:
            raise RefusedError(answer.status)
        if answer.command != mode | pdus.ANSWER:
            raise pdus.GarbledError("no answer to a bind")

    async def listen(self) -> None:
        """Take what comes until the connection ends, which raises one of FAULTS."""
        while True:
            await self._take(await self._next())

    async def submit(self, message: protocol.SubmitSm, letter_id: UUID) -> Pdu:
        """Send a message and return the answer; none in time raises TimeoutError, a lost connection ConnectionError."""
        message.sequence_num = sequence = next(self._sequence)
        try:
            return await self._ask(message, self.account.answer_s)
        except (TimeoutError, asyncio.CancelledError):
            if len(self._late) < LATE:
                self._late[sequence] = letter_id
            raise

    async def unbind(self) -> None:
        """Take leave, and wait a moment for the answer."""
        with contextlib.suppress(*FAULTS):
            await self._ask(protocol.Unbind(sequence_num=next(self._sequence)), GOODBYE_S)

    async def end(self) -> None:
        """Let go of the connection; whoever still waits for an answer gets ConnectionError."""
        self._ended = True
        for waiting in self._asked.values():
            if not waiting.done():
                waiting.set_exception(ConnectionError())
        self.writer.transport.abort()
        with contextlib.suppress(*FAULTS):
            async with asyncio.timeout(GOODBYE_S):
                await self.writer.wait_closed()

    async def _ask(self, request: protocol.SmppMessage, patience_s: float) -> Pdu:
        answer: asyncio.Future[Pdu] = asyncio.get_running_loop().create_future()
        self._asked[request.sequence_num] = answer
        try:
            async with asyncio.timeout(patience_s):
                self._write(request)
                await self.writer.drain()
                return await answer
        finally:
            del self._asked[request.sequence_num]

    async def _next(self) -> Pdu:
        """Read a PDU; a centre that is silent for long is asked whether it is there, and has to say so."""
        account = self.account
        try:
            async with asyncio.timeout(account.enquire_s):
                size, head = await pdus.header(self.reader)
        except TimeoutError:
            self._write(protocol.EnquireLink(sequence_num=next(self._sequence)))
            async with asyncio.timeout(account.answer_s):
                size, head = await pdus.header(self.reader)
        async with asyncio.timeout(account.answer_s):
            return await self._whole(size, head)

    async def _whole(self, size: int, head: Pdu) -> Pdu:
        return replace(head, body=await self.reader.readexactly(size)) if size else head

    async def _take(self, pdu: Pdu) -> None:
        match pdu.command:
            case Command.SUBMIT_SM_RESP | Command.GENERIC_NACK | Command.UNBIND_RESP:
                await self._answered(pdu)
            case Command.DELIVER_SM:
                await self._delivered(pdu)
            case Command.ENQUIRE_LINK:
                self._write(protocol.EnquireLinkResp(sequence_num=pdu.sequence))
            case Command.UNBIND:
                self._write(protocol.UnbindResp(sequence_num=pdu.sequence))
                raise EOFError
            case _ if not pdu.command & pdus.ANSWER and pdu.command not in UNANSWERED:
                self._write(protocol.GenericNack(sequence_num=pdu.sequence, command_status=Status.ESME_RINVCMDID))

    async def _answered(self, pdu: Pdu) -> None:
        asked = self._asked.get(pdu.sequence)
        if asked is not None and not asked.done():
            asked.set_result(pdu)
        elif (letter_id := self._late.pop(pdu.sequence, None)) and pdu.status == Status.ESME_ROK:
            carrier_id = receipts.answered_id(pdus.message_id(pdu.body), self.account)
            news = CarrierReceipt(DeliveryState.HANDED_OVER, carrier_id or None, letter_id)
            await self.inbox.put(Heard(news, lambda _: None))

    async def _delivered(self, pdu: Pdu) -> None:
        """Keep what a delivery tells for the telling; one that cannot be read will be no better a second time."""
        try:
            news = receipts.read(pdus.delivery(pdu.body), self.account)
        except pdus.GarbledError:
            self._acknowledge(pdu.sequence, Status.ESME_RX_P_APPN)
            return
        if news is None:
            self._acknowledge(pdu.sequence, Status.ESME_ROK)
        else:
            await self.inbox.put(Heard(news, partial(self._acknowledge, pdu.sequence)))

    def _acknowledge(self, sequence: int, status: Status) -> None:
        self._write(protocol.DeliverSmResp(sequence_num=sequence, command_status=status))

    def _write(self, message: protocol.SmppMessage) -> None:
        """Write, unless the connection has ended: the centre then sends again what it got no answer to."""
        if not self._ended:
            self.writer.write(message.pdu())


async def opened(account: Account, mode: Command, trust: ssl.SSLContext | None, inbox: asyncio.Queue[Heard]) -> Session:
    """Connect, over TLS where there is someone to trust, and bind; raises RefusedError or one of FAULTS."""
    async with asyncio.timeout(account.answer_s):
        reader, writer = await asyncio.open_connection(account.host, account.port, ssl=trust)
    session = Session(account, reader, writer, inbox)
    try:
        await session.bind(mode)
    except BaseException:
        await session.end()
        raise
    return session
