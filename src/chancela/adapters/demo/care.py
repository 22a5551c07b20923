"""Care goes on: eight people, three faults, and the way by which each of the 24 attendances is recorded."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from chancela.domain.absence import AbsenceReason
from chancela.domain.guia import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping


class Whom(StrEnum):
    """Who stands at the desk."""

    SMARTPHONE = "smartphone"
    WITHOUT_DATA = "without_data"
    NO_PHONE = "no_phone"
    LANDLINE = "landline"
    CHILD = "child"
    INPATIENT = "inpatient"
    HOME = "home"
    REFUSES = "refuses"


class Fault(StrEnum):
    """What is wrong meanwhile."""

    NOTHING = "nothing"
    CARRIER = "carrier"
    PORTAL = "portal"


class Way(StrEnum):
    """By which way the attendance is recorded."""

    CODE = "code"
    CALLED = "called"
    FAMILY = "family"
    READ_OUT = "read_out"
    COMPUTED = "computed"
    LATE = "late"
    REASON = "reason"
    SIGNED = "signed"
    KEPT_CODE = "kept_code"
    KEPT_COMPUTED = "kept_computed"
    KEPT_PAPER = "kept_paper"
    KEPT_REASON = "kept_reason"
    LISTED = "listed"
    NUMBERED = "numbered"


@dataclass(frozen=True, slots=True)
class Guest:
    """An invented person of the demo and the form of their care; the code is of TUSS table 22."""

    card_number: str
    kind: Kind
    procedure: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: the way, and what TISS is told: the code of the validation, or a reason with its value of table 74."""

    way: Way
    reason: AbsenceReason | None = None
    tiss: str | None = None


HOUSE: Final = "999001"
CONSULTATION, EXAM, STAY = "10101012", "40304361", "10101039"
GUESTS: Final[Mapping[Whom, Guest]] = {
    Whom.SMARTPHONE: Guest("00100000101", Kind.CONSULTA, CONSULTATION),
    Whom.WITHOUT_DATA: Guest("00100000401", Kind.CONSULTA, CONSULTATION),
    Whom.NO_PHONE: Guest("00100000801", Kind.CONSULTA, CONSULTATION),
    Whom.LANDLINE: Guest("00100000201", Kind.CONSULTA, CONSULTATION),
    Whom.CHILD: Guest("00100000103", Kind.CONSULTA, CONSULTATION),
    Whom.INPATIENT: Guest("00100000601", Kind.INTERNACAO, STAY),
    Whom.HOME: Guest("00100000501", Kind.SP_SADT, EXAM),
    Whom.REFUSES: Guest("00100000301", Kind.CONSULTA, CONSULTATION),
}
CELLS: Final[Mapping[tuple[Whom, Fault], Cell]] = {
    (Whom.SMARTPHONE, Fault.NOTHING): Cell(Way.CODE),
    (Whom.SMARTPHONE, Fault.CARRIER): Cell(Way.COMPUTED),
    (Whom.SMARTPHONE, Fault.PORTAL): Cell(Way.KEPT_COMPUTED),
    (Whom.WITHOUT_DATA, Fault.NOTHING): Cell(Way.CODE),
    (Whom.WITHOUT_DATA, Fault.CARRIER): Cell(Way.LATE),
    (Whom.WITHOUT_DATA, Fault.PORTAL): Cell(Way.KEPT_PAPER),
    (Whom.NO_PHONE, Fault.NOTHING): Cell(Way.SIGNED, AbsenceReason.NO_PHONE, "07"),
    (Whom.NO_PHONE, Fault.CARRIER): Cell(Way.REASON, AbsenceReason.NO_PHONE, "07"),
    (Whom.NO_PHONE, Fault.PORTAL): Cell(Way.NUMBERED, AbsenceReason.SYSTEM_DOWN, "03"),
    (Whom.LANDLINE, Fault.NOTHING): Cell(Way.CALLED),
    (Whom.LANDLINE, Fault.CARRIER): Cell(Way.READ_OUT),
    (Whom.LANDLINE, Fault.PORTAL): Cell(Way.KEPT_CODE),
    (Whom.CHILD, Fault.NOTHING): Cell(Way.FAMILY),
    (Whom.CHILD, Fault.CARRIER): Cell(Way.REASON, AbsenceReason.WITH_ANOTHER_ADULT, "07"),
    (Whom.CHILD, Fault.PORTAL): Cell(Way.KEPT_REASON, AbsenceReason.WITH_ANOTHER_ADULT, "07"),
    (Whom.INPATIENT, Fault.NOTHING): Cell(Way.REASON, AbsenceReason.INPATIENT, "01"),
    (Whom.INPATIENT, Fault.CARRIER): Cell(Way.REASON, AbsenceReason.INPATIENT, "01"),
    (Whom.INPATIENT, Fault.PORTAL): Cell(Way.KEPT_REASON, AbsenceReason.INPATIENT, "01"),
    (Whom.HOME, Fault.NOTHING): Cell(Way.REASON, AbsenceReason.HOME_COLLECTION, "05"),
    (Whom.HOME, Fault.CARRIER): Cell(Way.REASON, AbsenceReason.HOME_COLLECTION, "05"),
    (Whom.HOME, Fault.PORTAL): Cell(Way.LISTED, AbsenceReason.HOME_COLLECTION, "05"),
    (Whom.REFUSES, Fault.NOTHING): Cell(Way.REASON, AbsenceReason.REFUSED, "04"),
    (Whom.REFUSES, Fault.CARRIER): Cell(Way.REASON, AbsenceReason.REFUSED, "04"),
    (Whom.REFUSES, Fault.PORTAL): Cell(Way.KEPT_REASON, AbsenceReason.REFUSED, "04"),
}
