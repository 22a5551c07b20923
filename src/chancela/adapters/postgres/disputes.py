"""Disputed attendances in PostgreSQL: who is to be told how one ended, and which wait for a decision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from chancela.adapters.postgres import statements, wall
from chancela.domain.guia import Attendance
from chancela.domain.report import ReportWay

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from psycopg import AsyncConnection

    from chancela.adapters.postgres.pool import Pool

SQL: Final = statements.read("disputes.sql")
MOST: Final = 100


@dataclass(frozen=True, slots=True)
class PostgresDisputes:
    """The port `Disputes`."""

    connection: AsyncConnection[tuple[Any, ...]]
    operator: str

    async def untold(self, limit: int) -> list[UUID]:
        """Return guias of whose dispute the person was not told yet how it ended, the longest waiting first."""
        asked = {"operator": self.operator, "limit": limit}
        return [row[0] for row in await (await self.connection.execute(SQL["untold"], asked)).fetchall()]


@dataclass(frozen=True, slots=True)
class OpenDispute:
    """An attendance that a person says was not theirs; `of_pair` are their reports of this provider in seven days.

    `sessions` are the places of those of a series that it is about, none where it is the whole; `answered_before` tells
    that the provider answered before they were as many.
    """

    guia_id: UUID
    number: str
    card_number: str
    provider: str
    provider_name: str
    way: ReportWay
    protocol: str
    opened_at: datetime
    was: Attendance
    due_date: date
    answered: bool
    answered_before: bool
    sessions: tuple[int, ...]
    of_pair: int


async def waiting(pool: Pool, operator: str, limit: int = MOST) -> tuple[OpenDispute, ...]:
    """Return the disputes that nobody has decided, those whose last day comes first on top."""
    async with wall.behind(pool, operator) as connection:
        rows = await (await connection.execute(SQL["open"], {"operator": operator, "limit": limit})).fetchall()
    return tuple(_read(row) for row in rows)


def _read(row: tuple[Any, ...]) -> OpenDispute:
    told = (*row[:5], ReportWay(row[5]), *row[6:8], Attendance(row[8]), *row[9:12], tuple(row[12]), row[13])
    return OpenDispute(*told)
