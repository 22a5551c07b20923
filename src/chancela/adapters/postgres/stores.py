"""Reading stores of a transaction: people, network, catalogue, counts; what came with the cases is not asked again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from chancela.adapters.postgres import rows, statements
from chancela.adapters.postgres.cases import AHEAD, HOUR
from chancela.domain.people import Person
from chancela.domain.route import Sharing
from chancela.domain.tally import Day, Fleet

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from uuid import UUID

    from psycopg import AsyncConnection

    from chancela.adapters.postgres.cases import PostgresCases
    from chancela.domain.analysis import CatalogueEntry
    from chancela.domain.contact import Contact
    from chancela.domain.people import Beneficiary, Provider

SQL: Final = statements.read("world.sql")


@dataclass(frozen=True, slots=True)
class PostgresPeople:
    """Beneficiaries with their contacts."""

    connection: AsyncConnection[tuple[Any, ...]]
    operator: str
    cases: PostgresCases | None = None

    async def by_card(self, cards: Collection[str]) -> dict[str, Person]:
        """Return the people with these card numbers."""
        found = await self.connection.execute(SQL["people_by_card"], {"operator": self.operator, "cards": list(cards)})
        people = await self.with_contacts([rows.beneficiary(row) for row in await found.fetchall()])
        return {each.beneficiary.card_number: each for each in people}

    async def by_id(self, ids: Collection[UUID]) -> dict[UUID, Person]:
        """Return the people of the cases that were loaded to send."""
        known = (self.cases.along.people if self.cases else None) or {}
        return {each: known[each] for each in ids}

    async def sharing(self, asked: Collection[tuple[UUID, str]]) -> dict[tuple[UUID, str], Sharing]:
        """Return who else has each address; it is held, in the order of addresses, until the transaction ends."""
        now = self.cases.now if self.cases else datetime.now(UTC)
        values = {
            "operator": self.operator,
            "people": [person for person, _ in asked],
            "addresses": [address for _, address in asked],
            "since": now - HOUR,
            "until": now + AHEAD,
        }
        for address in sorted({address.lower() for _, address in asked}):
            await self.connection.execute(SQL["hold_address"], {"operator": self.operator, "address": address})
        found = await (await self.connection.execute(SQL["sharing"], values)).fetchall()
        return {(row[0], row[1]): Sharing(frozenset(row[2]), frozenset(row[3]), row[4]) for row in found}

    async def with_contacts(self, people: list[Beneficiary]) -> list[Person]:
        """Return these people with every contact on file, in their order."""
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
    cases: PostgresCases

    async def by_code(self, codes: Collection[str]) -> dict[str, Provider]:
        """Return the providers with these codes."""
        known = self.cases.along.providers
        if known is not None:
            return known
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
    """Counts for the limits: they come with the cases, those of their readers apart, and are written with the steps."""

    connection: AsyncConnection[tuple[Any, ...]]
    operator: str
    cases: PostgresCases

    async def days(self, providers: Collection[str]) -> dict[str, Day]:
        """Return today's counts: the cases' providers' came with them, those of others are asked for."""
        known = self.cases.along.days or {}
        others = [each for each in providers if each not in known]
        if others:
            asked = {"operator": self.operator, "providers": others, "today": self.cases.today}
            found = await (await self.connection.execute(SQL["days"], asked)).fetchall()
            known = {**known, **{row[0]: Day(*row[1:]) for row in found}}
        return {each: known.get(each, Day()) for each in providers}

    async def fleet(self) -> Fleet:
        """Return the entries of this hour and of the week before it."""
        return self.cases.along.fleet or Fleet()

    async def sends(self, beneficiary_ids: Collection[UUID]) -> Mapping[UUID, Mapping[UUID, int]]:
        """Return how many messages were planned for each person in the last hour, by guia."""
        known = self.cases.along.sends or {}
        return {each: known.get(each, {}) for each in beneficiary_ids}

    async def numbers(self, beneficiary_ids: Collection[UUID]) -> Mapping[UUID, int]:
        """Return how many messages went to each contact's address in the last hour."""
        known, here = self.cases.along.numbers or {}, self.cases.along.people or {}
        others = [each for each in beneficiary_ids if each not in here]
        if not others:
            return known
        asked = {
            "operator": self.operator,
            "people": others,
            "since": self.cases.now - HOUR,
            "until": self.cases.now + AHEAD,
        }
        found = await (await self.connection.execute(SQL["numbers"], asked)).fetchall()
        return {**known, **{row[0]: row[1] for row in found}}

    async def reports(self, beneficiary_ids: Collection[UUID]) -> Mapping[UUID, Mapping[str, int]]:
        """Return each person's reports of the last seven days, by provider."""
        known = self.cases.along.reports or {}
        return {each: known.get(each, {}) for each in beneficiary_ids}
