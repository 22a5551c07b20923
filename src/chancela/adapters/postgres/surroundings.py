"""Reading around a person: for whom they may see and act, and how codes reach them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chancela.adapters.postgres import families, world as worlds
from chancela.domain import family
from chancela.domain.policy import ADULT

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from chancela.adapters.postgres.pool import Pool
    from chancela.domain.family import Circle
    from chancela.domain.people import Operator, Person


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Everybody for whom a person may have a power, each in their circle, with the operator and the database's time."""

    operator: Operator
    now: datetime
    today: date
    circles: dict[UUID, Circle]


async def of_person(pool: Pool, operator: str, person: UUID) -> Surroundings:
    """Return everybody for whom a person may have a power, themselves among them, as it is now."""
    return await _read(pool, operator, "circles_around", {"person": person, "adult": ADULT})


async def reached(pool: Pool, operator: str, card_number: str) -> Person | None:
    """Return the person with a card as codes go to them."""
    found = await _read(pool, operator, "circle_of_card", {"card": card_number})
    circle = next(iter(found.circles.values()), None)
    if circle is None:
        return None
    person = family.reached(found.operator.policy, circle, found.today, found.now)
    shown = replace(person.beneficiary, card_number=card_number)  # as it was presented: a merged file's card leads here
    return replace(person, beneficiary=shown)


async def _read(pool: Pool, operator: str, statement: str, asked: dict[str, object]) -> Surroundings:
    async with pool.connection() as connection, connection.pipeline():
        opening = await worlds.opening(connection, operator)
        found = await connection.execute(families.SQL[statement], {"operator": operator, **asked})
        known, now = await worlds.opened(opening, operator)
        row = await found.fetchone()
    today = now.astimezone(worlds.BRAZIL).date()
    return Surroundings(known, now, today, families.circles(row, today))
