"""Ties in PostgreSQL: what people let each other do, locked in key order and saved as a set; and reading them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec

from chancela.adapters.postgres import events, statements, wall
from chancela.domain import tie as ties
from chancela.domain.family import Scope, Tie, TieKind

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from psycopg import AsyncConnection

    from chancela.adapters.postgres.cases import PostgresCases
    from chancela.adapters.postgres.pool import Pool
    from chancela.domain.tie import FamilyStep

SQL: Final = statements.read("ties.sql")
_JSON: Final = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class PostgresTies:
    """The port `Ties`."""

    connection: AsyncConnection[tuple[Any, ...]]
    operator: str
    cases: PostgresCases

    async def load(self, tie_ids: Collection[UUID]) -> dict[UUID, Tie]:
        """Return the ties that exist, locked in key order."""
        found = await self._run("load", ids=list(tie_ids))
        return {row[0]: tie(row) for row in await found.fetchall()}

    async def by_hash(self, hashes: Collection[bytes]) -> dict[bytes, Tie]:
        """Return the ties that links with these hashes stand for, locked in key order."""
        found = await self._run("by_hash", hashes=list(hashes))
        return {each.token_hash: each for each in map(tie, await found.fetchall())}

    async def standing(self, people: Collection[UUID]) -> Mapping[UUID, tuple[Tie, ...]]:
        """Return the ties of these people that are not over; nobody else gives one more until this transaction ends."""
        await self._run("hold", people=[str(each) for each in people])
        asked = await self._run("standing", people=list(people), now=self.cases.now)
        found: dict[UUID, tuple[Tie, ...]] = {}
        for each in map(tie, await asked.fetchall()):
            if ties.standing(each, self.cases.now):
                found[each.of_id] = (*found.get(each.of_id, ()), each)
        return found

    async def save(self, steps: Sequence[FamilyStep]) -> None:
        """Write the last of each tie and of each person's privacy, and their events at the end of the trail.

        People come after the trail's head, as with every deed that writes them.
        """
        if not steps:
            return
        latest = {each.tie.id: each.tie for each in steps if each.tie}
        private = {each.privacy.beneficiary_id: each.privacy for each in steps if each.privacy}
        await self._run("put_ties", rows=_text(list(latest.values())))
        await events.append(self.connection, self.operator, [each.event for each in steps], self.cases.seal)
        if private:
            await self._run("put_privacy", rows=_text(list(private.values())))

    async def _run(self, statement: str, **values: Any) -> Any:
        return await self.connection.execute(SQL[statement], {"operator": self.operator, **values})


@dataclass(frozen=True, slots=True)
class Known:
    """A tie as its people read it: who gave it, whose it is, who took it; `used` tells of a visit that came to be."""

    tie: Tie
    giver: str
    of: str
    taker: str | None
    used: bool


@dataclass(frozen=True, slots=True)
class Ties:
    """Queries over short transactions of their own, each behind one operator's wall."""

    pool: Pool

    async def around(self, operator: str, person: UUID, managed: Collection[UUID]) -> tuple[Known, ...]:
        """Return the ties of these people, and those that a person took, that are not over; the newest first."""
        found, now = await self._known("around", operator, person=person, managed=list(managed))
        return tuple(each for each in found if ties.standing(each.tie, now) and not each.used)

    async def by_secret(self, operator: str, secret: str) -> tuple[Known, datetime] | None:
        """Return the tie of a link whether it is over or not, with the database's time."""
        found, now = await self._known("by_secret", operator, token_hash=ties.hashed(secret))
        return (found[0], now) if found else None

    async def name(self, operator: str, person: UUID) -> str | None:
        """Return a person's name."""
        async with wall.behind(self.pool, operator) as connection:
            row = await (await connection.execute(SQL["person"], {"operator": operator, "id": person})).fetchone()
        return row[0] if row else None

    async def _known(self, statement: str, operator: str, **values: Any) -> tuple[list[Known], datetime]:
        async with wall.behind(self.pool, operator) as connection:
            asked = await connection.execute(SQL[statement], {"operator": operator, **values})
            rows = await asked.fetchall()
        found = [Known(tie(row), *row[11:15]) for row in rows if row[0] is not None]
        return found, rows[0][15]


def tie(row: tuple[Any, ...]) -> Tie:
    """Read a tie's eleven columns."""
    kind, scope = TieKind(row[1]), Scope(row[4])
    return Tie(row[0], kind, row[2], row[3], scope, bytes(row[5]), *row[6:11])


def _text(values: Sequence[Any]) -> str:
    return _JSON.encode(values).decode()
