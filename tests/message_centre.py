"""An SMPP 3.4 message centre in the test's own loop, by struct alone: it answers as it is told and keeps what it takes.

It is quick enough to be measured against: nothing but bytes is handled when a message comes in.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import itertools
from collections import Counter, deque
from dataclasses import dataclass, field
from struct import Struct, pack
from typing import TYPE_CHECKING, Any, NamedTuple, cast

if TYPE_CHECKING:
    import random
    import ssl
    from collections.abc import AsyncIterator, Callable, Iterator

RECEIVER, TRANSMITTER, SUBMIT, DELIVER, UNBIND, TRANSCEIVER, ENQUIRE = 0x01, 0x02, 0x04, 0x05, 0x06, 0x09, 0x15
ANSWER, NACK = 0x80000000, 0x80000000
BINDS = (RECEIVER, TRANSMITTER, TRANSCEIVER)
OK, SYSTEM_ERROR, WRONG_PASSWORD, THROTTLED, PERMANENT, REJECTED = 0x00, 0x08, 0x0E, 0x58, 0x65, 0x66
RECEIPTED_ID, MESSAGE_STATE, NETWORK_ERROR, PAYLOAD = 0x001E, 0x0427, 0x0423, 0x0424
STATES = ("", "ENROUTE", "DELIVRD", "EXPIRED", "DELETED", "UNDELIV", "ACCEPTD", "UNKNOWN", "REJECTD")
HEADER = Struct(">IIII")
GSM = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)  # 3GPP TS 23.038, 6.2.1


def pdu(command: int, status: int, sequence: int, body: bytes = b"") -> bytes:
    return HEADER.pack(16 + len(body), command, status, sequence) + body


def parameter(tag: int, value: bytes) -> bytes:
    return pack(">HH", tag, len(value)) + value


class Address(NamedTuple):
    ton: int
    npi: int
    number: str


@dataclass(slots=True)
class Taken:
    """A message as it came, and the id that it was given."""

    id: str
    source: Address
    destination: Address
    registered: int
    coding: int
    raw: bytes

    @property
    def to(self) -> str:
        return self.destination.number

    @property
    def text(self) -> str:
        if self.coding == 8:
            return self.raw.decode("utf-16-be")
        return "".join(GSM[each] for each in self.raw) if self.coding == 0 else self.raw.decode("latin-1")


@dataclass
class MessageCentre:
    """What it is told: `statuses` answers by destination, `receipt_after_s` None sends receipts only when asked to."""

    accounts: dict[str, str] = field(default_factory=lambda: {"chancela": "segredo1"})
    bind_status: int = OK
    submit_status: int = OK
    statuses: dict[str, int] = field(default_factory=dict)
    throttle_every: int = 0  # every Nth message is answered with THROTTLED
    drop_every: int = 0  # at every Nth message it hangs up instead of answering
    answer_after_s: float = 0.0
    deaf: bool = False  # takes everything and answers nothing
    receipt_after_s: float | None = None
    stats: tuple[str, ...] = ("DELIVRD",)  # the receipts of a message, in the order in which they are sent
    copies: int = 1
    jumble: random.Random | None = None  # answers and receipts overtake one another
    again_s: float = 0.05  # what was refused for the moment is sent again after this
    new_id: Callable[[int], str] = str
    receipt_id: Callable[[str], str] = str
    parameters: bool = True  # receipts say the same again as optional parameters
    port: int = 0
    connections: int = 0
    enquiries: int = 0
    unbinds: int = 0
    binds: list[tuple[int, str]] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    refused: Counter[int] = field(default_factory=Counter)  # statuses with which our own deliveries were answered
    nacks: list[int] = field(default_factory=list)
    acknowledged: int = 0
    lines: list[Line] = field(default_factory=list)
    unanswered: int = 0
    most_unanswered: int = 0
    _waiting: deque[bytes] = field(default_factory=deque)
    _submitted: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _delivered: Iterator[int] = field(default_factory=itertools.count)
    _closed: bool = False

    @property
    def owed(self) -> int:
        """How many deliveries nobody has acknowledged yet."""
        return len(self._waiting) + sum(len(line.unanswered) for line in self.lines)

    def receipt(self, of: Taken, stat: str = "DELIVRD", err: str = "000", *, text: str | None = None) -> None:
        """Send a receipt, as often as `copies` says; `text` replaces the usual words of Appendix B."""
        own, written = self.receipt_id(of.id), of.text[:20]
        usual = f"id:{own} sub:001 dlvrd:001 submit date:2611200900 done date:261120090105 stat:{stat} err:{err}"
        extra = b""
        if self.parameters:
            state = bytes([STATES.index(stat)])
            extra = parameter(RECEIPTED_ID, own.encode() + b"\0") + parameter(MESSAGE_STATE, state)
        for _ in range(self.copies):
            words = f"{usual} text:{written}" if text is None else text
            self.deliver(of.to, words.encode("latin-1"), extra, esm_class=0x04)

    def reply(self, sender: str, text: str, coding: int = 0, *, ton: int = 1, esm_class: int = 0) -> None:
        """Send what a person answered: `coding` 0 is GSM-7, 3 Latin-1, 8 UCS-2."""
        raw = text.encode("latin-1" if coding == 3 else "utf-16-be") if coding else bytes(map(GSM.index, text))
        self.deliver(sender, raw, coding=coding, ton=ton, esm_class=esm_class)

    def deliver(
        self, sender: str, raw: bytes, extra: bytes = b"", *, coding: int = 0, ton: int = 1, esm_class: int = 0
    ) -> None:
        """Send a deliver_sm to whoever is bound, or to the next who binds."""
        addresses = bytes([ton, 1]) + sender.encode() + b"\0" + b"\3\0" + b"27182\0"
        flags = bytes([esm_class, 0, 0]) + b"\0\0" + bytes([0, 0, coding, 0, len(raw)])
        self._waiting.append(b"\0" + addresses + flags + raw + extra)
        self.pump()

    def pump(self) -> None:
        """Send what waits, in turn to those who are bound and can hear."""
        hearing = [line for line in self.lines if line.mode in {RECEIVER, TRANSCEIVER}]
        while hearing and self._waiting:
            line = hearing[next(self._delivered) % len(hearing)]
            line.deliver(self._waiting.popleft())

    def garble(self, how: str) -> None:
        """Send what no centre should: a length that is too small or too big, an unknown command, a cut parameter."""
        start = b"\0\1\1554190000\0\3\x0027182\0\4\0\0\0\0\0\0\0\0"
        cut = start + b"\2id" + pack(">HH", RECEIPTED_ID, 40) + b"7"
        self.send_raw(
            {
                "short length": HEADER.pack(7, DELIVER, 0, 1),
                "huge length": HEADER.pack(0xFFFFFFFF, DELIVER, 0, 1),
                "unknown command": pdu(0x00000777, 0, 1),
                "unknown answer": pdu(0x80000777, 0, 1),
                "unknown status": pdu(SUBMIT | ANSWER, 0x12345, 4711, b"x\0"),
                "cut parameter": pdu(DELIVER, 0, 77, cut),
                "cut text": pdu(DELIVER, 0, 79, start + b"\x60id:7 stat:DELIVRD"),
                "cut body": pdu(DELIVER, 0, 78, b"\0\1\1554190000"),
                "not a PDU": b"GET / HTTP/1.1\r\nHost: centre\r\n\r\n" * 3,
            }[how]
        )

    def send_raw(self, data: bytes) -> None:
        for line in self.lines:
            line.write(data)

    def drop(self) -> None:
        """Hang up on everybody, without a word."""
        for line in list(self.lines):
            line.abort()

    def later(self, delay_s: float, deed: Callable[[], None]) -> None:
        """Do something after a while; at once where that is none."""
        if delay_s <= 0:
            deed()
        else:
            wait_s = delay_s * (self.jumble.uniform(0, 2) if self.jumble else 1)
            asyncio.get_running_loop().call_later(wait_s, lambda: None if self._closed else deed())

    def took(self, message: Taken) -> None:
        """Keep a message and send its receipts when they are due."""
        self.taken.append(message)
        if self.receipt_after_s is not None:
            for stat in self.stats:
                self.later(self.receipt_after_s, functools.partial(self.receipt, message, stat))

    def again(self, body: bytes) -> None:
        """Put back what was not acknowledged."""
        self._waiting.append(body)
        self.later(self.again_s, self.pump)

    def close(self) -> None:
        self._closed = True
        self.drop()


@dataclass(eq=False)
class Line(asyncio.Protocol):
    """One connection of a client; `mode` is its bind command, 0 before it is bound."""

    centre: MessageCentre
    mode: int = 0
    unanswered: dict[int, bytes] = field(default_factory=dict)
    _heard: bytearray = field(default_factory=bytearray)
    _sequence: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self.centre.connections += 1
        self.centre.lines.append(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.centre.lines.remove(self)
        for body in self.unanswered.values():
            self.centre.again(body)

    def data_received(self, data: bytes) -> None:
        self._heard += data
        while len(self._heard) >= HEADER.size:
            length, command, status, sequence = HEADER.unpack_from(self._heard)
            if len(self._heard) < length:
                return
            body = bytes(self._heard[HEADER.size : length])
            del self._heard[:length]
            self._take(command, status, sequence, body)

    def write(self, data: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    def abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def deliver(self, body: bytes) -> None:
        sequence = next(self._sequence)
        self.unanswered[sequence] = body
        self.write(pdu(DELIVER, 0, sequence, body))

    def _take(self, command: int, status: int, sequence: int, body: bytes) -> None:
        centre = self.centre
        centre.enquiries += command == ENQUIRE
        centre.unbinds += command == UNBIND
        if command == DELIVER | ANSWER:
            self._acknowledge(status, sequence)
        elif command == NACK:
            centre.nacks.append(status)
        elif centre.deaf or command & ANSWER:
            pass
        elif command in BINDS:
            self._bind(command, sequence, body)
        elif command == SUBMIT:
            self._submit(sequence, body)
        else:
            self.write(pdu(command | ANSWER, OK, sequence))
            if command == UNBIND and self._transport is not None:
                self._transport.close()

    def _bind(self, command: int, sequence: int, body: bytes) -> None:
        system_id, password = (each.decode() for each in body.split(b"\0")[:2])
        status = self.centre.bind_status
        if status == OK and self.centre.accounts.get(system_id) != password:
            status = WRONG_PASSWORD
        self.centre.binds.append((command, system_id))
        self.write(pdu(command | ANSWER, status, sequence, b"centre\0"))
        if status == OK:
            self.mode = command
            self.centre.pump()

    def _submit(self, sequence: int, body: bytes) -> None:
        centre, number = self.centre, next(self.centre._submitted)
        if centre.drop_every and number % centre.drop_every == 0:
            return self.abort()
        message = read(body, centre.new_id(number))
        status = centre.statuses.get(message.to, centre.submit_status)
        if centre.throttle_every and number % centre.throttle_every == 0:
            status = THROTTLED
        if status == OK:
            centre.took(message)
        text = b"" if status else message.id.encode() + b"\0"
        centre.unanswered += 1
        centre.most_unanswered = max(centre.most_unanswered, centre.unanswered)
        return centre.later(centre.answer_after_s, lambda: self._answer(pdu(SUBMIT | ANSWER, status, sequence, text)))

    def _answer(self, data: bytes) -> None:
        self.centre.unanswered -= 1
        self.write(data)

    def _acknowledge(self, status: int, sequence: int) -> None:
        body = self.unanswered.pop(sequence, b"")
        if status == OK:
            self.centre.acknowledged += bool(body)
            return
        self.centre.refused[status] += 1
        if body and status not in {PERMANENT, REJECTED}:
            self.centre.again(body)


def read(body: bytes, own_id: str) -> Taken:
    """Read a submit_sm (SMPP 3.4, 4.4.1)."""
    at = body.index(0) + 1
    ends = body.index(0, at + 2)
    source = Address(body[at], body[at + 1], body[at + 2 : ends].decode("ascii"))
    at, ends = ends + 1, body.index(0, ends + 3)
    destination = Address(body[at], body[at + 1], body[at + 2 : ends].decode("ascii"))
    at = body.index(0, body.index(0, ends + 4) + 1) + 1
    registered, _, coding, _, size = body[at : at + 5]
    raw, rest = body[at + 5 : at + 5 + size], body[at + 5 + size :]
    if rest[:2] == pack(">H", PAYLOAD):
        raw = rest[4:]
    return Taken(own_id, source, destination, registered, coding, raw)


@contextlib.asynccontextmanager
async def message_centre(tls: ssl.SSLContext | None = None, **told: Any) -> AsyncIterator[MessageCentre]:
    """Let a centre listen on a free port of this machine; `told` are the fields of MessageCentre."""
    centre = MessageCentre(**told)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Line(centre), "127.0.0.1", centre.port, ssl=tls)
    centre.port = server.sockets[0].getsockname()[1]
    try:
        yield centre
    finally:
        server.close()
        centre.close()
        await server.wait_closed()
        await asyncio.sleep(0)
