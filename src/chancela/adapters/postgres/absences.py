"""Guias without a code for lists: what a provider still owes, and what waits for the auditors, page by page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from chancela.adapters.postgres import statements, wall
from chancela.domain.absence import AbsenceLead, AbsenceNeed, AbsenceReason
from chancela.domain.guia import Kind

if TYPE_CHECKING:
    from chancela.adapters.postgres.pool import Pool

SQL: Final = statements.read("absences.sql")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended."""

    at: datetime
    guia_id: UUID


START: Final = Place(datetime(1970, 1, 1, tzinfo=UTC), UUID(int=0))


@dataclass(frozen=True, slots=True)
class Waiting:
    """One absence that waits for an auditor; `name` is the person's whole name, `documents` how many there are."""

    guia_id: UUID
    reason: AbsenceReason
    tiss: str
    protocol: str
    at: datetime
    lead: AbsenceLead
    missed: tuple[AbsenceNeed, ...]
    noted: bool
    called: bool
    number: str
    kind: Kind
    card_number: str
    urgent: bool
    name: str
    provider: str
    provider_name: str
    documents: int


@dataclass(frozen=True, slots=True)
class Page:
    """A page of them, the oldest first; `after` is None on the last."""

    items: tuple[Waiting, ...]
    after: Place | None


@dataclass(frozen=True, slots=True)
class Absences:
    """Queries behind one operator's wall."""

    pool: Pool

    async def owing(self, operator: str, provider: str, limit: int) -> list[UUID]:
        """Return the provider's guias that still owe something, the nearest day first."""
        asked = {"operator": operator, "provider": provider, "limit": limit}
        return [row[0] for row in await self._rows("owing", asked)]

    async def to_review(self, operator: str, after: Place = START, limit: int = 25) -> Page:
        """Return a page of what waits for an auditor; what may still come within its days is not among it."""
        asked = {"operator": operator, "at": after.at, "guia_id": after.guia_id, "limit": limit + 1}
        found = await self._rows("to_review", asked)
        items = tuple(_waiting(row) for row in found[:limit])
        return Page(items, Place(items[-1].at, items[-1].guia_id) if len(found) > limit else None)

    async def _rows(self, statement: str, asked: dict[str, Any]) -> list[tuple[Any, ...]]:
        async with wall.behind(self.pool, asked["operator"]) as connection:
            await connection.execute("SET LOCAL plan_cache_mode = force_custom_plan")
            return await (await connection.execute(SQL[statement], asked)).fetchall()


def _waiting(row: tuple[Any, ...]) -> Waiting:
    missed = tuple(AbsenceNeed(each) for each in row[6])
    told = (row[0], AbsenceReason(row[1]), *row[2:5], AbsenceLead(row[5]), missed, *row[7:10], Kind(row[10]), *row[11:])
    return Waiting(*told)
