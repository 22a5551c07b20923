"""What a desk's computer sends of the time without the portal: lists of closed records, and what one holds."""

import json
from datetime import datetime
from typing import Annotated, Any, Final, TypeVar
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from chancela.domain.absence import LONGEST_DETAIL, AbsenceReason
from chancela.domain.guia import Kind

# In Python `$` admits a line feed after the end; `(?!\n)` before it does not.
PLAIN: Final = r"^[^\u0000-\u001f\u007f]*(?!\n)$"
LINES: Final = r"^[^\u0000-\u0008\u000b-\u001f\u007f]*$"
WORD: Final = r"^[0-9A-Za-z]*(?!\n)$"
BASE64URL: Final = r"^[0-9A-Za-z_-]*(?!\n)$"
MOST: Final = 50  # records of one list
LONGEST: Final = 24_000  # letters of one closed record: fifty procedures and a note fit

Number = Annotated[str, Meta(pattern=r"^[0-9]{13}(?!\n)$")]
Closed = Annotated[str, Meta(min_length=1, max_length=LONGEST, pattern=BASE64URL)]
Shape = TypeVar("Shape")


class Wish(Struct, frozen=True, forbid_unknown_fields=True):
    """What is sent; unknown fields are refused."""


class Machine(Wish, frozen=True):
    """Which computer of the provider asks to be made ready, and how many numbers of its own it has left."""

    machine: UUID
    left: Annotated[int, Meta(ge=0, le=10_000)]


class ClosedRecord(Wish, frozen=True):
    """A record under its number; `former` is the one that it corrects, whose code it may keep."""

    number: Number
    sealed: Closed
    former: Closed | None = None


class RecordList(Wish, frozen=True):
    """Records of one computer."""

    machine: UUID
    records: Annotated[tuple[ClosedRecord, ...], Meta(min_length=1, max_length=MOST)]


class KeptProcedure(Wish, frozen=True):
    """A procedure of TUSS table 22."""

    code: Annotated[str, Meta(min_length=1, max_length=10, pattern=WORD)]
    quantity: Annotated[int, Meta(ge=1, le=99)] = 1
    tooth: Annotated[str, Meta(max_length=4, pattern=WORD)] | None = None
    region: Annotated[str, Meta(max_length=4, pattern=WORD)] | None = None
    faces: Annotated[str, Meta(max_length=5, pattern=WORD)] | None = None


class Record(Wish, frozen=True):
    """What was done without the portal: a guia that stood before or a new one, and its code or the reason for none.

    `code_kept` says that the code is the one of the record that this one corrects.
    """

    number: Number
    taken_at: Annotated[datetime, Meta(tz=True)]
    guia_id: UUID | None = None
    card_number: Annotated[str, Meta(max_length=20, pattern=PLAIN)] = ""
    kind: Kind | None = None
    procedures: Annotated[tuple[KeptProcedure, ...], Meta(max_length=50)] = ()
    urgent: bool = False
    code: Annotated[str, Meta(max_length=40, pattern=PLAIN)] | None = None
    code_kept: bool = False
    reason: AbsenceReason | None = None
    detail: Annotated[str, Meta(max_length=LONGEST_DETAIL, pattern=LINES)] | None = None


def _each_once(pairs: list[tuple[str, Any]]) -> None:
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a field stands twice")


def read(shape: type[Shape], body: bytes) -> Shape | None:
    """Return the shape that a JSON text has; None for whatever does not fit, or says a thing twice."""
    try:
        found = msgspec.json.decode(body, type=shape)
        json.loads(body.decode(), object_pairs_hook=_each_once)  # msgspec keeps the last of two
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
    return found
