"""Held contacts in PostgreSQL: what waits for a second person or for time, and how it is shown to those who decide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec

from chancela.adapters.postgres import statements, wall
from chancela.domain import contact as contacts, people as persons
from chancela.domain.contact import ContactKind
from chancela.domain.hold import Hold, HoldEnd
from chancela.domain.policy import ContactCare

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from uuid import UUID

    from psycopg import AsyncConnection

    from chancela.adapters.postgres.cases import PostgresCases
    from chancela.adapters.postgres.changes import PostgresChanges
    from chancela.adapters.postgres.pool import Pool
    from chancela.domain.hold import HoldStep

SQL: Final = statements.read("holds.sql")
COLUMNS: Final = 14
MOST: Final = 100
_JSON: Final = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class PostgresHolds:
    """The port `Holds`."""

    connection: AsyncConnection[tuple[Any, ...]]
    operator: str
    cases: PostgresCases
    changes: PostgresChanges

    async def load(self, hold_ids: Collection[UUID]) -> dict[UUID, Hold]:
        """Return the held contacts that exist, once nobody else changes the contacts of their people."""
        await self._run("hold", ids=list(hold_ids))
        found = await (await self._run("load", ids=list(hold_ids))).fetchall()
        return {row[0]: hold(row) for row in found}

    async def waiting(self, people: Collection[UUID]) -> Mapping[UUID, tuple[Hold, ...]]:
        """Return what waits for each of these people, whose contacts this transaction holds."""
        found: dict[UUID, tuple[Hold, ...]] = {}
        for row in await (await self._run("waiting", people=list(people))).fetchall():
            found[row[1]] = (*found.get(row[1], ()), hold(row))
        return found

    async def asked(self, people: Collection[UUID]) -> Mapping[UUID, int]:
        """Return how many contacts were proposed for these people within a day."""
        found = await (await self._run("asked", people=list(people), now=self.cases.now)).fetchall()
        return {row[0]: row[1] for row in found}

    async def askers(self, hold_ids: Collection[UUID]) -> Mapping[UUID, UUID]:
        """Return who asked for each of these in its call; whose file was merged since asks as the one that goes on."""
        found = await (await self._run("askers", ids=list(hold_ids))).fetchall()
        return {row[0]: row[1] for row in found}

    async def due(self, limit: int) -> list[UUID]:
        """Return held contacts whose time has come, the longest waiting first."""
        return [row[0] for row in await (await self._run("due", limit=limit)).fetchall()]

    async def save(self, steps: Sequence[HoldStep]) -> None:
        """Write the last of each held contact, then what they change of their people with messages and events."""
        latest = {each.hold.id: each.hold for each in steps}
        if latest:
            await self._run("put", rows=_JSON.encode(list(latest.values())).decode())
            await self.changes.save([each.change for each in steps])

    async def _run(self, statement: str, **values: Any) -> Any:
        return await self.connection.execute(SQL[statement], {"operator": self.operator, **values})


@dataclass(frozen=True, slots=True)
class Waiting:
    """A held contact as those see it who decide: all masked; `old` are the contacts in whose place it would come.

    `families` are the others that have the address; `of_a_provider` says that it is on file for one.
    """

    hold: Hold
    name: str
    card_number: str
    old: tuple[str, ...]
    families: int
    of_a_provider: bool

    @property
    def to(self) -> str:
        """Return the address, masked."""
        return contacts.masked(self.hold.kind, self.hold.address)


async def listed(pool: Pool, operator: str, limit: int = MOST) -> tuple[Waiting, ...]:
    """Return the contacts that wait, the most urgent first."""
    return await _shown(pool, operator, "listed", limit=limit)


async def of_person(pool: Pool, operator: str, person: UUID, limit: int = MOST) -> tuple[Waiting, ...]:
    """Return what was ever proposed for a person and is still kept, the newest first."""
    return await _shown(pool, operator, "of_person", person=person, limit=limit)


async def open_of(pool: Pool, operator: str, people: Collection[UUID]) -> tuple[Waiting, ...]:
    """Return what waits for these people, the oldest first."""
    return await _shown(pool, operator, "open_of", people=list(people))


async def one(pool: Pool, operator: str, hold_id: UUID) -> Waiting | None:
    """Return a held contact however it stands, or None where the operator has none of this id."""
    found = await _shown(pool, operator, "one", id=hold_id)
    return found[0] if found else None


async def forget(pool: Pool, operator: str) -> None:
    """Delete what ended 90 days ago."""
    async with wall.behind(pool, operator) as connection:
        await connection.execute(SQL["forget"], {"operator": operator})


def hold(row: tuple[Any, ...]) -> Hold:
    """Read a held contact's fourteen columns."""
    id_, whose, call, protocol, contact, kind, address, care, by, at, due, end, *ended = row
    kept = HoldEnd(end) if end else None
    asked = (ContactKind(kind), address, ContactCare(care), by, at, due)
    return Hold(id_, whose, call, protocol, contact, *asked, kept, *ended)


async def _shown(pool: Pool, operator: str, statement: str, **values: Any) -> tuple[Waiting, ...]:
    async with wall.behind(pool, operator) as connection:
        found = await (await connection.execute(SQL[statement], {"operator": operator, **values})).fetchall()
    return tuple(_waiting(hold(row[:COLUMNS]), row[COLUMNS:]) for row in found)


def _waiting(held: Hold, told: tuple[Any, ...]) -> Waiting:
    name, card, old, families, provider = told
    masked = tuple(contacts.masked(held.kind, each) for each in old)
    return Waiting(held, persons.masked_name(name), card, masked, families, provider)
