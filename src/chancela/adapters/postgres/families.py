"""Families in PostgreSQL: people with those around them, a set as one statement and one JSON text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec

from chancela.adapters.postgres import statements
from chancela.domain import family
from chancela.domain.family import Circle, Tie
from chancela.domain.people import Person

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date
    from uuid import UUID

    from psycopg import AsyncConnection

    from chancela.adapters.postgres.cases import PostgresCases

SQL: Final = statements.read("families.sql")


@dataclass(frozen=True, slots=True)
class _Row:
    person: Person
    holder: Person | None = None
    guardians: tuple[Person, ...] | None = None
    named: Person | None = None
    ties: tuple[Tie, ...] | None = None
    takers: tuple[Person, ...] | None = None


_ROWS: Final = msgspec.json.Decoder(list[_Row])


@dataclass(frozen=True, slots=True)
class PostgresFamilies:
    """The port `Families`."""

    connection: AsyncConnection[tuple[Any, ...]]
    operator: str
    cases: PostgresCases

    async def circles(self, ids: Collection[UUID]) -> dict[UUID, Circle]:
        """Return the circles; whoever came with a case and has nobody around them is not asked for again."""
        known = self.cases.along.people or {}
        ready = {each: Circle(known[each]) for each in ids if each in known and each not in self.cases.along.tied}
        alone = {key: each for key, each in ready.items() if family.alone(each.person.beneficiary, self.cases.today)}
        rest = [each for each in ids if each not in alone]
        if not rest and self.cases.along.people is not None:
            return alone
        return {**alone, **await self._asked(rest)}

    async def _asked(self, ids: Collection[UUID]) -> dict[UUID, Circle]:
        found = await self.connection.execute(SQL["circles"], {"operator": self.operator, "ids": list(ids)})
        return circles(await found.fetchone(), self.cases.today)


def circles(row: tuple[Any, ...] | None, today: date) -> dict[UUID, Circle]:
    """Read the circles of one JSON text, as they count on a day."""
    rows = _ROWS.decode(row[0]) if row else []
    return {each.person.beneficiary.id: family.circle(_circle(each), today) for each in rows}


def _circle(row: _Row) -> Circle:
    return Circle(row.person, row.guardians or (), row.named, row.ties or (), row.takers or (), row.holder)
