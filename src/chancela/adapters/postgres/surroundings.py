"""Reading whom a person may see and act for: their own circle and every one in which they may stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chancela.adapters.postgres import families, world as worlds
from chancela.domain.policy import ADULT

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from chancela.adapters.postgres.pool import Pool
    from chancela.domain.family import Circle
    from chancela.domain.people import Operator


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Everybody for whom a person may have a power, each in their circle, with the operator and the database's time."""

    operator: Operator
    now: datetime
    today: date
    circles: dict[UUID, Circle]


async def of_person(pool: Pool, operator: str, person: UUID) -> Surroundings:
    """Return everybody for whom a person may have a power, themselves among them, as it is now."""
    asked = {"operator": operator, "person": person, "adult": ADULT}
    async with pool.connection() as connection, connection.pipeline():
        opening = await worlds.opening(connection, operator)
        found = await connection.execute(families.SQL["circles_around"], asked)
        known, now = await worlds.opened(opening, operator)
        row = await found.fetchone()
    today = now.astimezone(worlds.BRAZIL).date()
    return Surroundings(known, now, today, families.circles(row, today))
