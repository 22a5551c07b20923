"""What goes over the wire of contingency numbers: lists that are handed out, and attendances that are brought in."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from chancela.api.wire import Guia, NewProcedure, Problem
from chancela.api.wire_parts import LINES, PLAIN, CardNumber, Instant, ProviderCode, ProviderNumber, Wish, Zoned
from chancela.domain.guia import Kind
from chancela.domain.reconcile import Differs, Result

Number = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=40,
        pattern=PLAIN,
        description="A contingency number; spaces and hyphens may stand between its 13 digits.",
        examples=["9000 012 05 4821"],
    ),
]


class NewBlock(Wish, frozen=True):
    """Ask for contingency numbers of a provider: as many as it lacks."""

    provider: ProviderCode


class Block(Struct, frozen=True):
    """Contingency numbers, each for one attendance of this provider until a day; `jws` says so to all with our keys."""

    id: UUID
    block: int
    provider: str
    numbers: tuple[str, ...]
    issued_at: Instant
    valid_until: date
    jws: str


class NewRecord(Wish, frozen=True):
    """One attendance that took place without the system.

    With `guia_id` it is about a guia that stood before; otherwise a guia is entered whose number is this one. `code` is
    what the person gave; where there is none, `reason` says why (`system_down` unless something is said).
    """

    number: Number
    provider: ProviderCode
    taken_at: Annotated[Zoned, Meta(description="When the attendance was (RFC 3339 with offset).")]
    card_number: CardNumber
    kind: Kind
    procedures: Annotated[tuple[NewProcedure, ...], Meta(max_length=50)] = ()
    code: Annotated[str, Meta(max_length=40, examples=["482 913"])] | None = None
    reason: Annotated[str, Meta(min_length=1, max_length=40, pattern=r"^[0-9a-z_]*(?!\n)$", examples=["07"])] | None = (
        None
    )
    detail: Annotated[str, Meta(max_length=500, pattern=LINES)] | None = None
    urgent: bool = False
    guia_id: UUID | None = None
    provider_number: ProviderNumber | None = None


class NewReconciliation(Wish, frozen=True):
    """Attendances that took place without the system, each under its own contingency number."""

    records: Annotated[tuple[NewRecord, ...], Meta(min_length=1, max_length=100)]


class Difference(Struct, frozen=True):
    """One thing that is not as the record says, or as it was said before: as it `was`, and as it is `now` known."""

    what: Differs
    was: str
    now: str


class Reconciled(Struct, frozen=True):
    """What became of a record; a refused one (`problem`) is kept, and may be sent again under its number, corrected."""

    number: str
    result: Result
    guia: Guia | None
    differences: tuple[Difference, ...]
    problem: Problem | None


class Reconciliation(Struct, frozen=True):
    """What became of each record, in their order."""

    items: tuple[Reconciled, ...]
