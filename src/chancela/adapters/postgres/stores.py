"""Reading stores of one transaction: people, network, catalogue and counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from chancela.adapters.postgres import rows, statements
from chancela.domain.people import Person
from chancela.domain.tally import Day, Fleet

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date, datetime
    from uuid import UUID

    from psycopg import AsyncConnection

    from chancela.domain.analysis import CatalogueEntry
    from chancela.domain.contact import Contact
    from chancela.domain.people import Beneficiary, Provider

SQL: Final = statements.read("world.sql")
HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class PostgresPeople:
    """Beneficiaries with their contacts."""

    connection: AsyncConnection[tuple[Any, ...]]
    operator: str

    async def by_card(self, cards: Collection[str]) -> dict[str, Person]:
        """Return the people with these card numbers."""
        found = await self.connection.execute(SQL["people_by_card"], {"operator": self.operator, "cards": list(cards)})
        people = await self._with_contacts([rows.beneficiary(row) for row in await found.fetchall()])
        return {each.beneficiary.card_number: each for each in people}

    async def by_id(self, ids: Collection[UUID]) -> dict[UUID, Person]:
        """Return the people with these ids."""
        found = await self.connection.execute(SQL["people_by_id"], {"operator": self.operator, "ids": list(ids)})
        people = await self._with_contacts([rows.beneficiary(row) for row in await found.fetchall()])
        return {each.beneficiary.id: each for each in people}

    async def _with_contacts(self, people: list[Beneficiary]) -> list[Person]:
        ids = [each.id for each in people]
        found = await self.connection.execute(SQL["contacts"], {"operator": self.operator, "people": ids})
        contacts: dict[UUID, list[Contact]] = {}
        for row in await found.fetchall():
            contacts.setdefault(row[1], []).append(rows.contact(row))
        return [Person(each, tuple(contacts.get(each.id, ()))) for each in people]


@dataclass(frozen=True, slots=True)
class PostgresNetwork:
    """Providers."""

    connection: AsyncConnection[tuple[Any, ...]]
    operator: str

    async def by_code(self, codes: Collection[str]) -> dict[str, Provider]:
        """Return the providers with these codes."""
        found = await self.connection.execute(SQL["providers"], {"operator": self.operator, "codes": list(codes)})
        return {row[0]: rows.provider(row) for row in await found.fetchall()}


@dataclass(frozen=True, slots=True)
class PostgresCatalogue:
    """TUSS table 22."""

    connection: AsyncConnection[tuple[Any, ...]]

    async def entries(self, codes: Collection[str]) -> dict[str, CatalogueEntry]:
        """Return the entries with these codes."""
        found = await self.connection.execute(SQL["entries"], {"codes": list(codes)})
        return {row[0]: rows.entry(row) for row in await found.fetchall()}


@dataclass(frozen=True, slots=True)
class PostgresTallies:
    """Counts for the limits; they are written with the steps."""

    connection: AsyncConnection[tuple[Any, ...]]
    operator: str
    now: datetime
    today: date

    async def days(self, providers: Collection[str]) -> dict[str, Day]:
        """Return today's counts; a provider without any has zeros."""
        asked = {"operator": self.operator, "providers": list(providers), "day": self.today}
        found = await self.connection.execute(SQL["days"], asked)
        return dict.fromkeys(providers, Day()) | {row[0]: rows.day(row) for row in await found.fetchall()}

    async def fleet(self) -> Fleet:
        """Return the entries of this hour and of the week before it."""
        hour = self.now.replace(minute=0, second=0, microsecond=0)
        found = await self.connection.execute(SQL["fleet"], {"operator": self.operator, "hour": hour})
        row = await found.fetchone()
        return rows.fleet(row) if row else Fleet()

    async def sends(self, beneficiary_ids: Collection[UUID]) -> Mapping[UUID, Mapping[UUID, int]]:
        """Return how many messages were planned for each person in the last hour, by guia."""
        asked = {
            "operator": self.operator,
            "people": list(beneficiary_ids),
            "since": self.now - HOUR,
            "until": self.now + HOUR,
        }
        counts: dict[UUID, dict[UUID, int]] = {}
        for person, guia, count in await (await self.connection.execute(SQL["sends"], asked)).fetchall():
            counts.setdefault(person, {})[guia] = count
        return counts
