"""Sessions of a series: one guia, many visits, each confirmed for itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from chancela.domain.absence import AbsenceReason
from chancela.domain.token import Method, Window


class SessionCode(StrEnum):
    """What a day with several sessions asks for: one code for all of them, or a code for each."""

    PER_DAY = "per_day"
    PER_SESSION = "per_session"


@dataclass(frozen=True, slots=True)
class Session:
    """One session of a series; places count from 1. It has a method and a window, or the reason why it has neither."""

    guia_id: UUID
    place: int
    at: datetime
    by: str
    generation: int = 0
    method: Method | None = None
    window: Window | None = None
    reason: AbsenceReason | None = None
    tiss: str | None = None
    event_seq: int | None = None
