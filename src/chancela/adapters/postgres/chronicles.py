"""Finding events of the trail, newest first, a page at a time, at a cost that does not grow with the trail.

What is about a thing, names it, or is rare has an index. All else is found by going back from the end, a stretch at a
time: a page then says how far it has looked, and the next one goes on from there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from chancela.adapters.postgres import statements, wall
from chancela.domain import chronicle
from chancela.domain.trail import Entry

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection, Mapping
    from uuid import UUID

    from psycopg import AsyncConnection

    from chancela.adapters.postgres.pool import Pool

SQL: Final = statements.read("chronicles.sql")
PAGE: Final = 50
COUNTED: Final = 2_000
STRETCH: Final = 20_000  # events looked at in one go, some hundredths of a second
STRETCHES: Final = 5
GUIAS: Final = 500  # of one person, the newest
NEAR: Final = 1_000  # instants of events may stand a little out of order, as many deeds end together
FIRST, LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
EVERYDAY: Final = frozenset(kind.value for kind in chronicle.EVERYDAY)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; what is None is not asked.

    `things` are ids: an event is about one of them, or names it; `named` are protocols that it may name instead.
    `within` are ids too, of which one must be met besides. `since` is the first instant, `until` the first one after.
    """

    things: frozenset[UUID] | None = None
    named: frozenset[str] | None = None
    within: frozenset[UUID] | None = None
    kinds: frozenset[str] | None = None
    actor: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A page of events, newest first; the next one goes on before `before`, None where there is no more.

    `looked` is the instant back to which a page that is not full has looked, None where it looked at all there is.
    """

    entries: tuple[Entry, ...]
    before: int | None = None
    looked: datetime | None = None


@dataclass(frozen=True, slots=True)
class Faces:
    """What ids and names stand for: guias by id (number, person), people by id (card, name), and names by code."""

    guias: Mapping[UUID, tuple[str, UUID]]
    people: Mapping[UUID, tuple[str, str]]
    providers: Mapping[str, str]
    clients: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Chronicles:
    """Queries behind one operator's wall."""

    pool: Pool

    async def page(self, operator: str, wanted: Wanted, before: int | None = None, limit: int = PAGE) -> Found:
        """Return a page of what is wanted, from the end of the trail or before a place in it."""
        async with wall.behind(self.pool, operator) as connection:
            await connection.execute("SET LOCAL plan_cache_mode = force_custom_plan")
            first, last = await _bounds(connection, operator, wanted)
            values = _values(operator, wanted, first, min(last, before or last), limit)
            if statement := _index(wanted):
                return _found(operator, await _rows(connection, statement, values), limit)
            return await _back(connection, values, limit)

    async def all(self, operator: str, wanted: Wanted, before: int, limit: int) -> AsyncIterator[tuple[Entry, ...]]:
        """Yield everything that is wanted before a place, newest first, some hundreds at a time."""
        place: int | None = before
        while place is not None:
            found = await self.page(operator, wanted, place, limit)
            if found.entries:
                yield found.entries
            place = found.before

    async def end(self, operator: str) -> int:
        """Return the first place after the trail's end."""
        rows = await self._read(operator, "end")
        return rows[0][0] + 1 if rows else 1

    async def between(self, operator: str, since: datetime, until: datetime) -> tuple[int, int]:
        """Return places of which the events of a time stand between, both left out, and perhaps a few others."""
        async with wall.behind(self.pool, operator) as connection:
            return await _bounds(connection, operator, Wanted(since=since, until=until))

    async def guia(self, operator: str, number: str) -> frozenset[UUID]:
        """Return the id of the guia with this number, or nothing."""
        return frozenset(row[0] for row in await self._read(operator, "guia", number=number))

    async def people(self, operator: str, written: str) -> frozenset[UUID]:
        """Return whoever has this card number, or this CPF: one person may have several cards."""
        digits = "".join(each for each in written if each in "0123456789")
        return frozenset(row[0] for row in await self._read(operator, "people", written=written, digits=digits))

    async def of_people(self, operator: str, people: Collection[UUID]) -> frozenset[UUID]:
        """Return people and their guias, the newest where there are very many."""
        rows = await self._read(operator, "guias_of", people=list(people), limit=GUIAS)
        return frozenset(people) | {row[0] for row in rows}

    async def count(self, operator: str, wanted: Wanted, before: int, most: int) -> int:
        """Return how many events are wanted before a place; no more are counted than `most` and one page."""
        counted = 0
        async for entries in self.all(operator, wanted, before, COUNTED):
            counted += len(entries)
            if counted > most:
                break
        return counted

    async def of_protocol(self, operator: str, protocol: str) -> frozenset[UUID]:
        """Return the call that has this protocol, or nothing."""
        return frozenset(row[0] for row in await self._read(operator, "of_protocol", protocol=protocol))

    async def faces(self, operator: str, ids: Collection[UUID], names: Collection[str]) -> Faces:
        """Return what ids and names stand for, those that stand for nothing left out."""
        async with wall.behind(self.pool, operator) as connection:
            guias = await _rows(connection, "known_guias", {"operator": operator, "ids": list(ids)})
            whose = {*ids, *(row[2] for row in guias)}
            people = await _rows(connection, "known_people", {"operator": operator, "ids": list(whose)})
            providers = await _rows(connection, "known_providers", {"operator": operator, "codes": list(names)})
            clients = await _rows(connection, "known_clients", {"operator": operator, "names": list(names)})
        return Faces(
            {row[0]: (row[1], row[2]) for row in guias},
            {row[0]: (row[1], row[2]) for row in people},
            dict(providers),
            dict(clients),
        )

    async def _read(self, operator: str, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        async with wall.behind(self.pool, operator) as connection:
            return await _rows(connection, statement, {"operator": operator, **values})


def _index(wanted: Wanted) -> str | None:
    """Return the statement that finds it by an index, or None where one goes back from the end."""
    if wanted.things is not None or wanted.named is not None:
        return "of_things"
    if wanted.kinds is not None and not wanted.kinds & EVERYDAY:
        return "of_deeds" if wanted.actor is not None else "of_kinds"
    return None


async def _bounds(connection: AsyncConnection[tuple[Any, ...]], operator: str, wanted: Wanted) -> tuple[int, int]:
    """Return the places between which the days lie that are asked for, both left out, and a little more."""
    rows = await _rows(connection, "end", {"operator": operator})
    first, last = 0, rows[0][0] + 1 if rows else 1
    if wanted.since is not None:
        first = max(0, await _place(connection, operator, wanted.since, last) - NEAR)
    if wanted.until is not None:
        last = min(last, await _place(connection, operator, wanted.until, last) + NEAR)
    return first, last


async def _place(connection: AsyncConnection[tuple[Any, ...]], operator: str, at: datetime, last: int) -> int:
    row = (await _rows(connection, "place", {"operator": operator, "at": at}))[0]
    return last if row[0] is None else int(row[0])


def _values(operator: str, wanted: Wanted, after: int, before: int, limit: int) -> dict[str, Any]:
    things = list(wanted.things or ())
    return {
        "operator": operator,
        "subjects": things,
        "named": [*map(str, things), *(wanted.named or ())],
        "within": None if wanted.within is None else list(wanted.within),
        "within_named": [str(each) for each in wanted.within or ()],
        "kinds": None if wanted.kinds is None else list(wanted.kinds),
        "actor": wanted.actor,
        "since": wanted.since or FIRST,
        "until": wanted.until or LAST,
        "after": after,
        "before": before,
        "limit": limit + 1,
    }


async def _back(connection: AsyncConnection[tuple[Any, ...]], values: dict[str, Any], limit: int) -> Found:
    """Go back until the page is full, nothing is left, or enough was looked at."""
    rows: list[tuple[Any, ...]] = []
    after, before = values["after"], values["before"]
    for _ in range(STRETCHES):
        floor = max(after, before - 1 - STRETCH)
        asked = {**values, "after": floor, "before": before, "limit": limit + 1 - len(rows)}
        rows += await _rows(connection, "going_back", asked)
        before = floor + 1
        if len(rows) > limit or floor == after:
            return _found(values["operator"], rows, limit)
    asked = {**values, "kinds": None, "actor": None, "after": before - 1, "before": before + 1, "limit": 1}
    reached = await _rows(connection, "going_back", asked)
    page = _found(values["operator"], rows, limit)
    return Found(page.entries, before, reached[0][1] if reached else values["since"])


def _found(operator: str, rows: list[tuple[Any, ...]], limit: int) -> Found:
    entries = tuple(Entry(operator, *row) for row in rows[:limit])
    return Found(entries, entries[-1].seq if len(rows) > limit else None)


async def _rows(
    connection: AsyncConnection[tuple[Any, ...]], statement: str, values: Mapping[str, Any]
) -> list[tuple[Any, ...]]:
    return await (await connection.execute(SQL[statement], values)).fetchall()
