"""Reading outages for the edges: those that run, what there was, and the guias that each is proof for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from chancela.adapters.postgres import wall
from chancela.adapters.postgres.outages import SQL, outage
from chancela.domain.absence import AbsenceReason

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from chancela.adapters.postgres.pool import Pool
    from chancela.domain.outage import Outage

MOST: Final = 50
COLUMNS: Final = 11


@dataclass(frozen=True, slots=True)
class Told:
    """An outage, and for how many guias it is proof."""

    outage: Outage
    guias: int


@dataclass(frozen=True, slots=True)
class Proved:
    """A guia without a code that was so within an outage: when, at whose desk, and why."""

    id: UUID
    number: str
    provider: str
    provider_name: str | None
    reason: AbsenceReason
    protocol: str
    at: datetime


async def running(pool: Pool, operator: str) -> tuple[Outage, ...]:
    """Return the outages that run, the oldest first; what nobody confirmed in time runs no more, whoever wrote it."""
    return tuple(map(outage, await _rows(pool, operator, "running")))


async def listed(pool: Pool, operator: str, before: datetime | None = None, limit: int = MOST) -> tuple[Told, ...]:
    """Return outages that are over, the last to end first; `before` is the end of the last one of the page before."""
    found = await _rows(pool, operator, "listed", before=before or "infinity", limit=limit)
    return tuple(_told(row) for row in found)


async def one(pool: Pool, operator: str, outage_id: UUID) -> Told | None:
    """Return an outage of the operator, or None where it has none of this id."""
    found = await _rows(pool, operator, "one", id=outage_id)
    return _told(found[0]) if found else None


async def guias(pool: Pool, operator: str, outage_id: UUID, limit: int) -> tuple[Proved, ...]:
    """Return the guias for which an outage is proof, in the order in which they were."""
    found = await _rows(pool, operator, "guias", id=outage_id, limit=limit)
    return tuple(Proved(row[0], row[1], row[2], row[3], AbsenceReason(row[4]), row[5], row[6]) for row in found)


def _told(row: tuple[Any, ...]) -> Told:
    return Told(outage(row[:COLUMNS]), row[COLUMNS])


async def _rows(pool: Pool, operator: str, statement: str, **values: Any) -> list[tuple[Any, ...]]:
    async with wall.behind(pool, operator) as connection:
        return await (await connection.execute(SQL[statement], {"operator": operator, **values})).fetchall()
