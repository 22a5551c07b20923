"""Reading for the edges: what an actor may see, and nothing that hints at the rest."""

from __future__ import annotations

import contextlib
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from chancela.adapters import chance
from chancela.adapters.postgres import (
    cases as cases_store,
    loading,
    operators,
    rows,
    statements,
    stores,
    surroundings,
    wall,
    world,
)
from chancela.domain import permissions
from chancela.domain.guia import Kind, Status
from chancela.domain.permissions import Permission

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from psycopg import AsyncConnection

    from chancela.adapters.postgres.pool import Pool
    from chancela.domain.analysis import CatalogueEntry
    from chancela.domain.case import Case
    from chancela.domain.people import Operator, Person, Provider
    from chancela.domain.permissions import Actor

SQL: Final = statements.read("reads.sql")
MOST: Final = 100
QUEUE_DAYS: Final = 7


@dataclass(frozen=True, slots=True)
class GuiaFilter:
    """Which guias to list, newest first; `limit` is 1 to 100, `cursor` the last id of the page before."""

    status: Status | None = None
    card_number: str | None = None
    provider: str | None = None
    number: str | None = None
    since: datetime | None = None
    cursor: UUID | None = None
    limit: int = 25


@dataclass(frozen=True, slots=True)
class Page:
    """A page of guias; `next_cursor` is None on the last."""

    items: tuple[Case, ...]
    next_cursor: UUID | None


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A signed statement of how long a trail was and what its tree's root was."""

    size: int
    made_at: datetime
    root: bytes
    jws: str


@dataclass(frozen=True, slots=True)
class Reads:
    """Queries over short transactions of their own."""

    pool: Pool

    @contextlib.asynccontextmanager
    async def _opened(self, operator: str) -> AsyncIterator[AsyncConnection[tuple[Any, ...]]]:
        async with self.pool.connection() as connection, connection.pipeline():
            await connection.execute("SELECT set_config('chancela.operator', %s, true)", (operator,))
            yield connection

    @contextlib.asynccontextmanager
    async def _searching(self, operator: str) -> AsyncIterator[AsyncConnection[tuple[Any, ...]]]:
        """Open for a search: what is left out of it decides the plan, so it is planned each time."""
        async with self._opened(operator) as connection:
            await connection.execute("SET LOCAL plan_cache_mode = force_custom_plan")
            yield connection

    async def cases(self, operator: str, guia_ids: Sequence[UUID]) -> list[Case | None]:
        """Return the cases with these ids, in their order, None where there is none; no code can be read from them."""
        async with self._opened(operator) as connection:
            found = await _cases(connection, operator, guia_ids)
        return [found.get(each) for each in guia_ids]

    def visible(self, actor: Actor, case: Case | None) -> Case | None:
        """Return the case where the actor may read it; a foreign one is like none."""
        if case is None or not permissions.may(actor, Permission.READ_GUIA, case.guia):
            return None
        return case

    async def guias(self, actor: Actor, asked: GuiaFilter) -> Page:
        """Return a page of the guias that the actor may read."""
        provider = asked.provider if actor.provider is None else actor.provider
        may = permissions.may_for(actor, Permission.READ_GUIA, provider or "")
        if not may or asked.provider not in {None, provider}:
            return Page((), None)
        limit = max(1, min(asked.limit, MOST))
        values = {
            "operator": actor.operator,
            "provider": provider,
            "card": asked.card_number,
            "number": asked.number,
            "since": asked.since,
            "cursor": asked.cursor,
            "status": asked.status.value if asked.status else None,
            "today": datetime.now(world.BRAZIL).date(),
            "limit": limit + 1,
        }
        async with self._searching(actor.operator) as connection:
            ids = [row[0] for row in await (await connection.execute(SQL["list_guias"], values)).fetchall()]
            found = await _cases(connection, actor.operator, ids[:limit])
        return Page(tuple(found[each] for each in ids[:limit]), ids[limit - 1] if len(ids) > limit else None)

    async def queue(self, actor: Actor, limit: int = 50) -> tuple[Case, ...]:
        """Return the guias of the provider's last week that await something: codes that are out, then the newest."""
        since = datetime.now(UTC) - timedelta(days=QUEUE_DAYS)
        values = {
            "operator": actor.operator,
            "provider": actor.provider,
            "since": chance.uuid7(int(since.timestamp() * 1000), 0),
            "today": datetime.now(world.BRAZIL).date(),
            "limit": limit,
        }
        async with self._searching(actor.operator) as connection:
            ids = [row[0] for row in await (await connection.execute(SQL["queue"], values)).fetchall()]
            found = await _cases(connection, actor.operator, ids)
        return tuple(found[each] for each in ids)

    async def person(self, actor: Actor, card_number: str) -> Person | None:
        """Return the person with this card in the actor's operator."""
        async with self._opened(actor.operator) as connection:
            people = await stores.PostgresPeople(connection, actor.operator).by_card([card_number])
        return people.get(card_number)

    async def reached(self, actor: Actor, card_number: str) -> Person | None:
        """Return the person with this card as codes go to them: what is used at their age, and who reads beside."""
        return await surroundings.reached(self.pool, actor.operator, card_number)

    async def provider(self, operator: str, code: str) -> Provider | None:
        """Return a provider of the operator."""
        async with self._opened(operator) as connection:
            values = {"operator": operator, "code": code}
            row = await (await connection.execute(SQL["provider"], values)).fetchone()
        return rows.provider(row) if row else None

    async def procedures(self, kind: Kind | None, text: str, limit: int = 20) -> tuple[CatalogueEntry, ...]:
        """Return procedures of TUSS 22 by the beginning of their code or by words, those of the guia's kind alone."""
        values = {
            "dental": None if kind is None else kind is Kind.ODONTO,
            "prefix": f"{text.strip()}%" if text.strip().isascii() and text.strip().isdigit() else "",
            "words": query_words(text),
            "limit": limit,
        }
        async with self.pool.connection() as connection:
            found = await (await connection.execute(SQL["search_procedures"], values)).fetchall()
        return tuple(rows.entry(row) for row in found)

    async def operators(self) -> tuple[Operator, ...]:
        """Return every operator of this installation, each read behind its own wall."""
        async with self.pool.connection() as connection:
            known = await (await connection.execute(SQL["operators"])).fetchall()
            async with connection.pipeline():
                asked = []
                for (ans,) in known:
                    await connection.execute(wall.WALL, (ans,))
                    asked.append(await connection.execute(SQL["operator"], {"operator": ans}))
                found = [await each.fetchone() for each in asked]
        return tuple(_operator(row) for row in found if row)

    async def operator(self, ans: str) -> Operator | None:
        """Return one operator; `logo` is told behind its wall."""
        async with self._opened(ans) as connection:
            row = await (await connection.execute(SQL["operator"], {"operator": ans})).fetchone()
        return _operator(row) if row else None

    async def checkpoint(self, operator: str) -> Checkpoint | None:
        """Return the newest signed checkpoint of the operator's trail."""
        async with self._opened(operator) as connection:
            row = await (await connection.execute(SQL["checkpoint"], {"operator": operator})).fetchone()
        return Checkpoint(*row) if row else None

    async def alive(self) -> bool:
        """Tell whether the database answers and is migrated; raises where it does not."""
        async with self.pool.connection(timeout=2) as connection:
            row = await (await connection.execute(SQL["alive"])).fetchone()
        return bool(row and row[0])


def _operator(row: tuple[Any, ...]) -> Operator:
    return operators.operator(*row[:4], tuple(row[4]), *row[5:])


async def _cases(
    connection: AsyncConnection[tuple[Any, ...]], operator: str, guia_ids: Sequence[UUID]
) -> dict[UUID, Case]:
    if not guia_ids:
        return {}
    values = {"operator": operator, "until": datetime.now(UTC) + cases_store.AHEAD}
    return (await loading.load(connection, "read", guia_ids, values))[0]


def plain_words(text: str) -> list[str]:
    """Return the words of a text in lower case without accents, as the catalogue is indexed."""
    bare = "".join(each for each in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(each))
    return "".join(each if each.isascii() and each.isalnum() else " " for each in bare).split()


def query_words(text: str) -> str:
    """Return a tsquery: every word, the last as a beginning."""
    return " & ".join(f"{word}:*" for word in plain_words(text)[:8])
