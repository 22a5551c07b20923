"""PDUs as they come off the wire, read so that nothing a centre sends does more harm than to end a connection.

aiosmpplib writes ours; its readers know neither a centre's own statuses nor a receipt that stands in parameters alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from struct import Struct
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from asyncio import StreamReader

HEADER: Final = Struct(">IIII")
PARAMETER: Final = Struct(">HH")
MOST: Final = 70_000  # a message_payload has at most 64 KiB (SMPP 3.4, 5.3.2.32)
ANSWER: Final = 0x80000000
CARRIED: Final = 0x0424  # message_payload: the text where it is not in short_message
LONGEST_ID: Final = 64  # 5.2.23, without the final NUL
FIXED: Final = 5  # octets after the dates: registered_delivery to sm_length


class GarbledError(ValueError):
    """What came is no PDU, or none of which the end can be told."""


@dataclass(frozen=True, slots=True)
class Pdu:
    """A header's command, status and sequence number, and the body behind it."""

    command: int
    status: int
    sequence: int
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A deliver_sm (SMPP 3.4, 4.6.1): the sender's address and its type, the text undecoded, parameters by tag."""

    ton: int
    sender: str = field(repr=False)
    esm_class: int
    coding: int
    text: bytes = field(repr=False)
    parameters: dict[int, bytes] = field(repr=False)


async def header(reader: StreamReader) -> tuple[int, Pdu]:
    """Read a header and return how many octets follow it; a length that cannot be raises GarbledError."""
    length, command, status, sequence = HEADER.unpack(await reader.readexactly(HEADER.size))
    if not HEADER.size <= length <= MOST:
        raise GarbledError("no length of a PDU")
    return length - HEADER.size, Pdu(command, status, sequence)


def message_id(octets: bytes) -> str:
    """Return the id in a submit_sm_resp (4.4.2) or a parameter: there may be more behind it, or nothing at all."""
    return octets[:LONGEST_ID].partition(b"\0")[0].decode("ascii", "replace").strip()


def delivery(body: bytes) -> Delivery:
    """Read a deliver_sm; one that is cut before its text ends raises GarbledError, a cut parameter is left out."""
    try:
        sender_at = body.index(0) + 1
        receiver_at = body.index(0, sender_at + 2) + 1
        flags_at = body.index(0, receiver_at + 2) + 1
        dates_at = flags_at + 3
        fixed_at = body.index(0, body.index(0, dates_at) + 1) + 1
        coding, size = body[fixed_at + 2], body[fixed_at + 4]
        esm_class, ton = body[flags_at], body[sender_at]
    except (ValueError, IndexError):
        raise GarbledError("a deliver_sm that is cut") from None
    text_at = fixed_at + FIXED
    if len(body) < text_at + size:
        raise GarbledError("a deliver_sm whose text is cut")
    found = _parameters(body[text_at + size :])
    sender = body[sender_at + 2 : receiver_at - 1].decode("ascii", "replace")
    return Delivery(ton, sender, esm_class, coding, body[text_at : text_at + size] or found.get(CARRIED, b""), found)


def _parameters(rest: bytes) -> dict[int, bytes]:
    """Return optional parameters by tag (5.3), as far as they are whole."""
    found: dict[int, bytes] = {}
    at = 0
    while at + PARAMETER.size <= len(rest):
        tag, size = PARAMETER.unpack_from(rest, at)
        at += PARAMETER.size
        if at + size > len(rest):
            break
        found[tag] = rest[at : at + size]
        at += size
    return found
