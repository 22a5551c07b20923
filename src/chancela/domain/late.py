"""Late codes: a visit whose code is given afterwards, within the days that the policy leaves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from chancela.domain.offline import BRAZIL, day
from chancela.domain.refusal import Refusal
from chancela.domain.token import TokenEnd, Window

if TYPE_CHECKING:
    from chancela.domain.case import Case
    from chancela.domain.guia import Guia
    from chancela.domain.policy import Policy


@dataclass(frozen=True, slots=True)
class LateVisit:
    """A visit that took place without its code: on which day, and until which day (inclusive) the code may follow.

    The provider is reminded from `remind_date` on, once.
    """

    guia_id: UUID
    visit_date: date
    due_date: date
    remind_date: date
    asked_at: datetime
    asked_by: str
    reminded_at: datetime | None = None


def visit(guia: Guia, visit_date: date, policy: Policy, now: datetime, by: str) -> LateVisit | Refusal:
    """Return a visit of a day of Brasília, or why its code cannot follow.

    The policy offers none; the day is before the guia's, after its last or in the future; or its time is over already.
    """
    if policy.late_days <= 0:
        return Refusal.LATE_NOT_OFFERED
    if not day(guia.created_at) <= visit_date <= min(day(now), guia.valid_until):
        return Refusal.VISIT_DATE_WRONG
    due = visit_date + timedelta(days=policy.late_days)
    if day(now) > due:
        return Refusal.LATE_WINDOW_OVER
    return LateVisit(guia.id, visit_date, due, due - timedelta(days=policy.late_reminder_days), now, by)


def ends_at(late: LateVisit) -> datetime:
    """Return the instant from which on no code is taken: the midnight of Brasília after the last day."""
    return datetime.combine(late.due_date + timedelta(days=1), time(), BRAZIL)


def over(late: LateVisit, now: datetime) -> bool:
    """Tell whether the time for the code has passed."""
    return now >= ends_at(late)


def window(case: Case, own: Window, code_date: date) -> Window:
    """Return the window of what somebody carried: its own, but late where its day is after that of the visit."""
    return own if case.late is None or code_date <= case.late.visit_date else Window.LATE


def expired(case: Case) -> bool:
    """Tell whether a late code was out and is past its time."""
    late, token = case.late, case.token
    return late is not None and token is not None and token.end is TokenEnd.EXPIRED and token.issued_at > late.asked_at


def taken_at(late: LateVisit) -> datetime:
    """Return when the visit was, as far as it is known: as its code was postponed, or on its day."""
    return late.asked_at if day(late.asked_at) == late.visit_date else datetime.combine(late.visit_date, time(), BRAZIL)
