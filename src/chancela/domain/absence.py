"""Absences: why a visit has no code, what each reason needs and leads to, and what is kept of it (TISS table 74)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class AbsenceReason(StrEnum):
    """Why no code was given, finer than the seven values of TISS table 74 to which each is mapped by the policy."""

    INPATIENT = "inpatient"
    URGENT = "urgent"
    SYSTEM_DOWN = "system_down"
    NOT_DELIVERED = "not_delivered"
    NO_SIGNAL = "no_signal"
    AFTER_EXIT = "after_exit"
    REFUSED = "refused"
    HOME_COLLECTION = "home_collection"
    THIRD_PARTY_MATERIAL = "third_party_material"
    NO_PHONE = "no_phone"
    PHONE_NOT_HERE = "phone_not_here"
    CANNOT_USE = "cannot_use"
    WITH_ANOTHER_ADULT = "with_another_adult"


class AbsenceNeed(StrEnum):
    """What a reason needs beside itself; the first two are given at once, the others may follow within days."""

    NOTE = "note"
    SECOND_PERSON = "second_person"
    SIGNATURE = "signature"
    DOCUMENT = "document"
    CALL_CENTRE = "call_centre"


class AbsenceLead(StrEnum):
    """What a reason leads to once nothing of it is missing."""

    ACCEPTED = "accepted"
    SAMPLED = "sampled"
    REVIEWED = "reviewed"


class AbsenceReview(StrEnum):
    """Where an absence stands with the auditors."""

    NONE = "none"
    WAITING = "waiting"
    ACCEPTED = "accepted"
    REFUSED = "refused"


TISS_ABSENCES: Final = ("01", "02", "03", "04", "05", "06", "07")  # TISS table 74
NEVER_WAITS: Final = frozenset({AbsenceReason.INPATIENT, AbsenceReason.URGENT})
AT_ONCE: Final = frozenset({AbsenceNeed.NOTE, AbsenceNeed.SECOND_PERSON})
LONGEST_DETAIL: Final = 500


@dataclass(frozen=True, slots=True)
class AbsenceRule:
    """One reason as an operator takes it: its value of table 74, what it needs, what it leads to."""

    reason: AbsenceReason
    tiss: str
    needs: tuple[AbsenceNeed, ...] = ()
    leads: AbsenceLead = AbsenceLead.SAMPLED


ABSENCES: Final = (
    AbsenceRule(AbsenceReason.NO_PHONE, "07"),
    AbsenceRule(AbsenceReason.PHONE_NOT_HERE, "07"),
    AbsenceRule(AbsenceReason.NOT_DELIVERED, "03"),
    AbsenceRule(AbsenceReason.NO_SIGNAL, "03"),
    AbsenceRule(AbsenceReason.SYSTEM_DOWN, "03"),
    AbsenceRule(AbsenceReason.CANNOT_USE, "07"),
    AbsenceRule(AbsenceReason.WITH_ANOTHER_ADULT, "07"),
    AbsenceRule(AbsenceReason.URGENT, "02", leads=AbsenceLead.ACCEPTED),
    AbsenceRule(AbsenceReason.INPATIENT, "01", leads=AbsenceLead.ACCEPTED),
    AbsenceRule(AbsenceReason.HOME_COLLECTION, "05"),
    AbsenceRule(AbsenceReason.THIRD_PARTY_MATERIAL, "06"),
    AbsenceRule(AbsenceReason.REFUSED, "04", (AbsenceNeed.NOTE,), AbsenceLead.REVIEWED),
    AbsenceRule(AbsenceReason.AFTER_EXIT, "03", leads=AbsenceLead.REVIEWED),
)


@dataclass(frozen=True, slots=True)
class Given:
    """What a provider says with a reason; `taken_at` is when the visit was, where it is recorded afterwards.

    `outage_id` is the declared or noticed outage within which it happened: proof enough of a system that was down.
    """

    reason: AbsenceReason
    detail: str | None = None
    call_protocol: str | None = None
    second_person: str | None = None
    taken_at: datetime | None = None
    outage_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Absence:
    """A visit without a code; `protocol` is the 20-digit number told at the desk, `tiss` the value of table 74.

    `owes` is what must follow until `owes_until`; `detail` is what the provider wrote (at most 500 characters).
    """

    guia_id: UUID
    reason: AbsenceReason
    tiss: str
    protocol: str
    at: datetime
    by: str
    detail: str | None = None
    call_protocol: str | None = None
    second_person: str | None = None
    taken_at: datetime | None = None
    outage_id: UUID | None = None
    owes: tuple[AbsenceNeed, ...] = ()
    owes_until: date | None = None
    lead: AbsenceLead = AbsenceLead.SAMPLED
    review: AbsenceReview = AbsenceReview.NONE
    review_text: str | None = None
    reviewed_at: datetime | None = None
    reviewed_by: str | None = None


def rule(rules: Sequence[AbsenceRule], asked: str) -> AbsenceRule | None:
    """Return the rule that a reason names: one of ours by its slug, or a value of table 74, whose first rule it is."""
    return next((each for each in rules if asked in {each.reason.value, each.tiss}), None)


def lacking(found: AbsenceRule, given: Given) -> tuple[AbsenceNeed, ...]:
    """Return what the reason still needs beside what was given; a known outage is proof enough of itself."""
    if given.outage_id is not None or found.reason in NEVER_WAITS:
        return ()
    here = {
        AbsenceNeed.NOTE: bool((given.detail or "").strip()),
        AbsenceNeed.SECOND_PERSON: bool((given.second_person or "").strip()),
        AbsenceNeed.CALL_CENTRE: bool((given.call_protocol or "").strip()),
    }
    return tuple(each for each in found.needs if not here.get(each, False))


def supplied(absence: Absence, need: AbsenceNeed) -> Absence:
    """Return the absence once something that it owed came."""
    left = tuple(each for each in absence.owes if each is not need)
    return replace(absence, owes=left, owes_until=absence.owes_until if left else None)


def at_once(needs: Iterable[AbsenceNeed]) -> tuple[AbsenceNeed, ...]:
    """Return which of these needs cannot follow later."""
    return tuple(each for each in needs if each in AT_ONCE)
