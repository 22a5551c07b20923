"""Absences: why a visit has no code, what each reason needs and leads to, and what is kept of it (TISS table 74)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from uuid import UUID

from chancela.domain.guia import Attendance, Guia, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chancela.domain.attachment import Attachment
    from chancela.domain.case import Case


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
OF_SYSTEMS: Final = "03"  # table 74: systems that fail or are slow, and what is put right after the person left
NEVER_WAITS: Final = frozenset({AbsenceReason.INPATIENT, AbsenceReason.URGENT})
OWN: Final = {AbsenceReason.INPATIENT: "01", AbsenceReason.URGENT: "02"}  # no other value says what they are
ALWAYS_OFFERED: Final = frozenset({*NEVER_WAITS, AbsenceReason.SYSTEM_DOWN})  # care is never blocked
AT_ONCE: Final = frozenset({AbsenceNeed.NOTE, AbsenceNeed.SECOND_PERSON})
LONGEST_DETAIL: Final = 500
LONGEST_NAME: Final = 70  # of a second person
LONGEST_REVIEW: Final = 600
FEWEST_LETTERS: Final = 10  # of a refusal's reason
PROTOCOL_DIGITS: Final = 20  # RN 395/2016: the ANS register, the day, the day's count


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

    `owes` is what must follow until `owes_until`, `missed` what did not come by then; `detail` is what the provider
    wrote (at most 500 characters).
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
    missed: tuple[AbsenceNeed, ...] = ()


def rule(rules: Sequence[AbsenceRule], asked: str) -> AbsenceRule | None:
    """Return the rule that a reason names: one of ours by its slug, or a value of table 74, whose first rule it is."""
    return next((each for each in rules if asked in {each.reason.value, each.tiss}), None)


def never_waits(reason: AbsenceReason, guia: Guia) -> bool:
    """Tell whether care must go on at once: an urgent or inpatient reason, or such a guia (RN 623/2024)."""
    return reason in NEVER_WAITS or guia.urgent or guia.kind is Kind.INTERNACAO


def vouched(reason: AbsenceReason, guia: Guia) -> bool:
    """Tell whether the guia itself bears an urgent or inpatient reason out; of others there is nothing to bear out."""
    if reason is AbsenceReason.URGENT:
        return guia.urgent
    return reason is not AbsenceReason.INPATIENT or guia.kind is Kind.INTERNACAO


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


def awaits(absence: Absence | None, need: AbsenceNeed) -> bool:
    """Tell whether something may still be supplied: it is owed, or was missed and nobody decided without it yet."""
    if absence is None or absence.review in {AbsenceReview.ACCEPTED, AbsenceReview.REFUSED}:
        return False
    return need in {*absence.owes, *absence.missed}


def supplied(absence: Absence, need: AbsenceNeed) -> Absence:
    """Return the absence once something that it owed came, in time or after it."""
    left = tuple(each for each in absence.owes if each is not need)
    missed = tuple(each for each in absence.missed if each is not need)
    return replace(absence, owes=left, owes_until=absence.owes_until if left else None, missed=missed)


def overdue(absence: Absence, today: date) -> bool:
    """Tell whether the day by which something was owed has passed."""
    return absence.owes_until is not None and absence.owes_until < today


def missed(absence: Absence) -> Absence:
    """Return the absence once its day passed: what did not come is looked at by an auditor."""
    waiting = AbsenceReview.WAITING if absence.review is AbsenceReview.NONE else absence.review
    return replace(absence, owes=(), owes_until=None, missed=(*absence.missed, *absence.owes), review=waiting)


def at_once(needs: Iterable[AbsenceNeed]) -> tuple[AbsenceNeed, ...]:
    """Return which of these needs cannot follow later."""
    return tuple(each for each in needs if each in AT_ONCE)


def call_number(text: str, ans: str, today: date) -> str | None:
    """Return the 20 digits of a protocol number that the operator's call centre told, or None where they are none.

    Spaces, dots, hyphens and slashes may stand between them; its day is not one to come (RN 395/2016).
    """
    bare = "".join(each for each in text if each not in " .-/")
    if len(bare) != PROTOCOL_DIGITS or not (bare.isascii() and bare.isdigit()) or not bare.startswith(ans):
        return None
    try:
        day = date(int(bare[6:10]), int(bare[10:12]), int(bare[12:14]))
    except ValueError:
        return None
    return bare if day <= today else None


def mark(absence: Absence, attachments: Iterable[Attachment]) -> str:
    """Return a short mark of what an auditor has before them: it is another one once something came or was decided."""
    drawn = (absence.review.value, absence.owes, absence.missed, absence.call_protocol)
    return hashlib.sha256(repr((drawn, sorted(str(each.id) for each in attachments))).encode()).hexdigest()[:16]


def seal(absence: Absence) -> str:
    """Return the SHA-256 of a review's words under the protocol, in hex: the trail holds it in their place."""
    return hashlib.sha256(f"{absence.protocol}|{absence.review_text or ''}".encode()).hexdigest()


def tiss_pair(case: Case) -> tuple[str | None, str | None]:
    """Return `ausenciaCodValidacao` and `codValidacao` of a guia: one of them, or none before its attendance.

    The TISS schema lets both or neither pass; either-or is our rule. A disputed guia keeps what it had.
    """
    attendance, proof, absence = case.guia.attendance, case.validation, case.absence
    if attendance is Attendance.WITHOUT_TOKEN or (attendance is Attendance.DISPUTED and proof is None):
        return (absence.tiss if absence else None), None
    if attendance in {Attendance.VALIDATED, Attendance.DISPUTED}:
        return None, (proof.code if proof else None)
    return None, None
