"""Calls of the call centre in PostgreSQL: locked in key order, saved as a set, and what is on file of their callers."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import msgspec

from chancela.adapters.postgres import events, rows, statements, stores, wall
from chancela.domain import call as calls
from chancela.domain.call import Asked, Call, Done
from chancela.domain.caller import File

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from uuid import UUID

    from psycopg import AsyncConnection

    from chancela.adapters.postgres.cases import PostgresCases
    from chancela.adapters.postgres.pool import Pool
    from chancela.domain.call import CallStep
    from chancela.domain.caller import Search
    from chancela.domain.people import Beneficiary

SQL: Final = statements.read("calls.sql")
MOST: Final = 1000  # of those born on one day
PERSON: Final = 21  # columns
_JSON: Final = msgspec.json.Encoder()
_QUESTIONS: Final = msgspec.json.Decoder(tuple[Asked, ...])
_DONE: Final = msgspec.json.Decoder(tuple[Done, ...])


@dataclass(frozen=True, slots=True)
class PostgresCalls:
    """The port `Calls`; what is known of nobody takes the same statements as what is known of somebody."""

    connection: AsyncConnection[tuple[Any, ...]]
    operator: str
    cases: PostgresCases

    async def load(self, call_ids: Collection[UUID]) -> dict[UUID, Call]:
        """Return the calls that exist, locked in key order."""
        found = await self._run("load", ids=list(call_ids))
        return {row[0]: call(row) for row in await found.fetchall()}

    async def open_of(self, agents: Collection[str]) -> dict[str, Call]:
        """Return the call of each of these agents that did not end; nobody opens one for them meanwhile."""
        await self._run("hold_agents", agents=list(agents))
        found = await self._run("open_of", agents=list(agents))
        return {each.agent: each for each in map(call, await found.fetchall())}

    async def known(self, searches: Sequence[Search]) -> dict[Search, tuple[Beneficiary, ...]]:
        """Return whom each search may mean."""
        asked = [
            {"n": place, "card": each.card, "cpf": each.cpf, "birth_date": each.birth_date}
            for place, each in enumerate(searches)
        ]
        found: dict[Search, tuple[Beneficiary, ...]] = {}
        for row in await (await self._run("known", rows=_text(asked), most=MOST)).fetchall():
            search = searches[row[0]]
            found[search] = (*found.get(search, ()), rows.beneficiary(row[1:]))
        return found

    async def files(self, people: Collection[UUID]) -> dict[UUID, File]:
        """Return what is on file of the people that exist."""
        found = await (await self._run("files", people=list(people))).fetchall()
        known = stores.PostgresPeople(self.connection, self.operator)
        persons = await known.with_contacts([rows.beneficiary(row) for row in found])
        return {
            each.beneficiary.id: File(each, row[PERSON], tuple(row[PERSON + 1]))
            for each, row in zip(persons, found, strict=True)
        }

    async def failures(self, people: Collection[UUID]) -> Mapping[UUID, int]:
        """Return the wrong answers of today's calls about these people; nobody's hold is of one made up."""
        await self._run("hold_people", people=[str(each) for each in people] or [secrets.token_hex(16)])
        found = await self._run("failures", people=list(people), today=self.cases.today)
        return {row[0]: row[1] for row in await found.fetchall()}

    async def reveals_today(self, agents: Collection[str]) -> Mapping[str, int]:
        """Return how many codes each of these agents read out today."""
        found = await self._run("reveals_today", agents=list(agents), today=self.cases.today, longest=calls.LONGEST)
        return {row[0]: row[1] for row in await found.fetchall()}

    async def save(self, steps: Sequence[CallStep]) -> None:
        """Write the last of each call, and the events at the end of the trail."""
        if not steps:
            return
        latest = {each.call.id: each.call for each in steps}
        await self._run("put", rows=_text(list(latest.values())))
        told = [each.event for each in steps if each.event]
        if told:
            await events.append(self.connection, self.operator, told, self.cases.seal)

    async def _run(self, statement: str, **values: Any) -> Any:
        return await self.connection.execute(SQL[statement], {"operator": self.operator, **values})


async def of_agent(pool: Pool, operator: str, agent: str) -> Call | None:
    """Return an agent's call that did not end."""
    return await _one(pool, operator, "of_agent", agent=agent)


async def read(pool: Pool, operator: str, agent: str, call_id: UUID) -> Call | None:
    """Return a call of this agent, over or not; another's is like none."""
    return await _one(pool, operator, "read", agent=agent, id=call_id)


async def _one(pool: Pool, operator: str, statement: str, **values: Any) -> Call | None:
    async with wall.behind(pool, operator) as connection:
        row = await (await connection.execute(SQL[statement], {"operator": operator, **values})).fetchone()
    return call(row) if row else None


def call(row: tuple[Any, ...]) -> Call:
    """Read a call's thirteen columns."""
    questions, done = _QUESTIONS.decode(row[6]), _DONE.decode(row[11])
    id_, agent, protocol, opened_at, person, named = row[:6]
    wrong, identified_at, reveals, changed = row[7:11]
    begun = Call(id_, agent, protocol, opened_at, person, named, questions, wrong, identified_at, reveals, changed)
    return replace(begun, done=done, ended_at=row[12])


def _text(values: Sequence[Any]) -> str:
    return _JSON.encode(values).decode()
