"""Sessions of a series: one guia, many visits, each confirmed for itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from chancela.domain.absence import AbsenceLead, AbsenceNeed, AbsenceReason, AbsenceReview
from chancela.domain.guia import ItemState
from chancela.domain.report import ReportOutcome
from chancela.domain.token import Method, Window

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chancela.domain.absence import Absence
    from chancela.domain.guia import Procedure
    from chancela.domain.policy import Policy

BRAZIL: Final = ZoneInfo("America/Sao_Paulo")  # a session's day is Brasília's
MOST: Final = 99  # as often as a procedure may be asked for
MOST_CODES: Final = 20  # procedures that a policy names
LONGEST_CODE: Final = 10


class SessionCode(StrEnum):
    """What a day with several sessions asks for: one code for as many as the policy says, or a code for each."""

    PER_DAY = "per_day"
    PER_SESSION = "per_session"


@dataclass(frozen=True, slots=True)
class Session:
    """One session of a series; places count from 1. It has a method and a window, or the reason why it has neither.

    `upon` is the place of the session whose code of the same day stands for this one; `device_id` and `device_day` say
    which code was computed without a signal. Of a session without a code there is what an absence says (`absence.py`).
    `closed_why` stands at the last one of a series that ended before its time. `outcome` is how a dispute about it was
    decided, `ruling` that decision in writing: it stays with the session whatever is said of others later.
    """

    guia_id: UUID
    place: int
    at: datetime
    by: str
    generation: int = 0
    method: Method | None = None
    window: Window | None = None
    upon: int | None = None
    device_id: UUID | None = None
    device_day: date | None = None
    reason: AbsenceReason | None = None
    tiss: str | None = None
    protocol: str | None = None
    detail: str | None = None
    call_protocol: str | None = None
    second_person: str | None = None
    taken_at: datetime | None = None
    outage_id: UUID | None = None
    owes: tuple[AbsenceNeed, ...] = ()
    lead: AbsenceLead | None = None
    review: AbsenceReview = AbsenceReview.NONE
    closed_why: str | None = None
    outcome: ReportOutcome | None = None
    judged_at: datetime | None = None
    ruling: str | None = None
    event_seq: int | None = None


@dataclass(frozen=True, slots=True)
class DayCode:
    """A code that was given on a day: its own `session`, how many it `confirmed`, that one included, and may yet."""

    session: Session
    confirmed: int
    left: int


def length(named: Sequence[str], procedures: Iterable[Procedure]) -> int:
    """Return how many sessions a guia has: the most of its authorised procedures that the policy names, 1 for none.

    `named` are TUSS codes or the beginnings of such.
    """
    return max(
        (
            each.quantity
            for each in procedures
            if each.authorisation is ItemState.AUTHORISED and each.code.startswith(tuple(named))
        ),
        default=1,
    )


def without_code(guia_id: UUID, place: int, why: Absence) -> Session:
    """Return a session that took place without a code."""
    return Session(
        guia_id,
        place,
        why.at,
        why.by,
        reason=why.reason,
        tiss=why.tiss,
        protocol=why.protocol,
        detail=why.detail,
        call_protocol=why.call_protocol,
        second_person=why.second_person,
        taken_at=why.taken_at,
        outage_id=why.outage_id,
        owes=why.owes,
        lead=why.lead,
        review=why.review,
    )


def proven(sessions: Iterable[Session]) -> Session | None:
    """Return the last session that a code confirmed, None where none did."""
    return max((each for each in sessions if each.method is not None), key=lambda each: each.place, default=None)


def day_code(sessions: Sequence[Session], today: date, most: int) -> DayCode | None:
    """Return the first code of this day (Brasília) that confirms more sessions, else the last one, which does not.

    A code confirms `most` sessions, its own included; None where no code was given for today. A late code, and one
    that a device computed for another day, speak of a visit that is over.
    """
    codes = [_counted(each, sessions, most) for each in sessions if _of_day(each, today)]
    return next((each for each in codes if each.left), codes[-1] if codes else None)


def of_a_code(policy: Policy) -> int:
    """Return how many sessions a code confirms, its own included."""
    return policy.day_sessions if policy.session_code is SessionCode.PER_DAY else 1


def _of_day(session: Session, today: date) -> bool:
    return (
        session.method is not None
        and session.upon is None
        and session.window is not Window.LATE
        and session.device_day in {None, today}
        and (session.taken_at or session.at).astimezone(BRAZIL).date() == today
    )


def _counted(first: Session, sessions: Iterable[Session], most: int) -> DayCode:
    confirmed = 1 + sum(each.upon == first.place for each in sessions)
    return DayCode(first, confirmed, max(most - confirmed, 0))


def spent(sessions: Iterable[Session], device_id: UUID, day: date) -> bool:
    """Tell whether the code that a device computed for a day has confirmed a session already."""
    return any((each.device_id, each.device_day) == (device_id, day) for each in sessions)


def well_formed(codes: Iterable[str]) -> bool:
    """Tell whether each is a TUSS code or the beginning of one: one to ten digits."""
    return all(each.isascii() and each.isdigit() and len(each) <= LONGEST_CODE for each in codes)
