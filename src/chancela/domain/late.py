"""Late codes: a visit whose code is given afterwards, within the days that the policy leaves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class LateVisit:
    """A visit that took place without its code: on which day, and until which day (inclusive) the code may follow."""

    guia_id: UUID
    visit_date: date
    due_date: date
    asked_at: datetime
    asked_by: str
    reminded_at: datetime | None = None
