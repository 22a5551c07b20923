"""A guia: the form of one course of care, with its two independent state tables."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Kind(StrEnum):
    """The forms of the field (TISS guia types)."""

    CONSULTA = "consulta"
    SP_SADT = "sp_sadt"
    INTERNACAO = "internacao"
    ODONTO = "odonto"


class ItemState(StrEnum):
    """What the analysis or an auditor says of one procedure."""

    AUTHORISED = "authorised"
    UNDER_AUDIT = "under_audit"
    AWAITING_DOCUMENT = "awaiting_document"
    DENIED = "denied"


class Authorisation(StrEnum):
    """What the operator says of the whole guia (TISS table 45)."""

    AUTHORISED = "authorised"
    PARTIALLY_AUTHORISED = "partially_authorised"
    UNDER_AUDIT = "under_audit"
    AWAITING_DOCUMENT = "awaiting_document"
    DENIED = "denied"
    CANCELLED = "cancelled"


TISS_STATUS = {  # TISS table 45
    Authorisation.AUTHORISED: "1",
    Authorisation.UNDER_AUDIT: "2",
    Authorisation.DENIED: "3",
    Authorisation.AWAITING_DOCUMENT: "5",
    Authorisation.CANCELLED: "6",
    Authorisation.PARTIALLY_AUTHORISED: "7",
}


class Attendance(StrEnum):
    """What is known of the visit itself."""

    NONE = "none"
    AWAITING_TOKEN = "awaiting_token"  # noqa: S105 - a state, not a secret
    VALIDATED = "validated"
    WITHOUT_TOKEN = "without_token"  # noqa: S105 - a state, not a secret
    LATE_PENDING = "late_pending"
    DISPUTED = "disputed"


_OPEN = frozenset(Authorisation)
AUTHORISATION_MOVES: Mapping[Authorisation, frozenset[Authorisation]] = {
    Authorisation.UNDER_AUDIT: _OPEN - {Authorisation.UNDER_AUDIT},
    Authorisation.AWAITING_DOCUMENT: _OPEN - {Authorisation.AWAITING_DOCUMENT},
    Authorisation.AUTHORISED: frozenset({Authorisation.CANCELLED}),
    Authorisation.PARTIALLY_AUTHORISED: frozenset({Authorisation.CANCELLED}),
    Authorisation.DENIED: frozenset({Authorisation.CANCELLED}),
    Authorisation.CANCELLED: frozenset(),
}
ATTENDANCE_MOVES: Mapping[Attendance, frozenset[Attendance]] = {
    Attendance.NONE: frozenset({Attendance.AWAITING_TOKEN, Attendance.WITHOUT_TOKEN}),
    Attendance.AWAITING_TOKEN: frozenset(
        {Attendance.VALIDATED, Attendance.WITHOUT_TOKEN, Attendance.LATE_PENDING, Attendance.NONE}
    ),
    Attendance.LATE_PENDING: frozenset(  # a session of a series leaves the guia to await the next code
        {Attendance.VALIDATED, Attendance.WITHOUT_TOKEN, Attendance.NONE, Attendance.AWAITING_TOKEN}
    ),
    Attendance.VALIDATED: frozenset({Attendance.DISPUTED}),
    Attendance.WITHOUT_TOKEN: frozenset({Attendance.DISPUTED}),
    Attendance.DISPUTED: frozenset({Attendance.VALIDATED, Attendance.WITHOUT_TOKEN}),
}


class Status(StrEnum):
    """What people see, derived from both tables."""

    UNDER_ANALYSIS = "under_analysis"
    AWAITING_TOKEN = "awaiting_token"  # noqa: S105 - a state, not a secret
    VALIDATED = "validated"
    WITHOUT_TOKEN = "without_token"  # noqa: S105 - a state, not a secret
    LATE_PENDING = "late_pending"
    DENIED = "denied"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    DISPUTED = "disputed"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a procedure stands as it does: a TISS table 38 code and a sentence in Portuguese."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class RequestedProcedure:
    """A procedure as the provider asks for it (TUSS table 22)."""

    table: str
    code: str
    quantity: int = 1
    tooth: str | None = None
    region: str | None = None
    faces: str | None = None


@dataclass(frozen=True, slots=True)
class Procedure:
    """A procedure of a guia with its answer; items count from 1."""

    item: int
    table: str
    code: str
    name: str
    quantity: int
    authorisation: ItemState
    tooth: str | None = None
    region: str | None = None
    faces: str | None = None
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Guia:
    """The form of one course of care.

    `wrong_tries` counts over all generations of its code, `generation` is the last issued, `last_end` how it ended.
    `plan` is the person's as the guia was registered; `sessions` is how many visits a series has (1 where it is none).
    """

    operator: str
    id: UUID
    number: str
    kind: Kind
    beneficiary_id: UUID
    card_number: str
    provider: str
    created_at: datetime
    valid_until: date
    procedures: tuple[Procedure, ...]
    authorisation: Authorisation
    attendance: Attendance
    provider_number: str | None = None
    requester: str | None = None
    notes: str | None = None
    cancelled_why: str | None = None
    generation: int = 0
    wrong_tries: int = 0
    last_end: str | None = None
    urgent: bool = False
    plan: str = ""
    sessions: int = 1


_COMPACT: Final = json.JSONEncoder(separators=(",", ":"))


def status(guia: Guia, today: date) -> Status:
    """Return what people see of a guia on a day."""
    if guia.authorisation is Authorisation.CANCELLED:
        return Status.CANCELLED
    if guia.attendance not in {Attendance.NONE, Attendance.AWAITING_TOKEN}:
        return Status(guia.attendance.value)
    if guia.valid_until < today:
        return Status.EXPIRED
    if guia.attendance is Attendance.AWAITING_TOKEN:
        return Status.AWAITING_TOKEN
    return Status.DENIED if guia.authorisation is Authorisation.DENIED else Status.UNDER_ANALYSIS


def authorisation_of(items: Iterable[ItemState]) -> Authorisation:
    """Return what the answers of the procedures make of the whole guia; what still waits for a person comes first."""
    states = set(items)
    if ItemState.UNDER_AUDIT in states:
        return Authorisation.UNDER_AUDIT
    if ItemState.AWAITING_DOCUMENT in states:
        return Authorisation.AWAITING_DOCUMENT
    if states == {ItemState.AUTHORISED}:
        return Authorisation.AUTHORISED
    return Authorisation.PARTIALLY_AUTHORISED if ItemState.AUTHORISED in states else Authorisation.DENIED


def procedures_hash(procedures: Iterable[Procedure]) -> bytes:
    """Return the SHA-256 of what was requested (never of how it was answered), to which a code is bound."""
    asked = [[p.item, p.table, p.code, p.quantity, p.tooth, p.region, p.faces] for p in procedures]
    return hashlib.sha256(_COMPACT.encode(asked).encode()).digest()
