"""Reading the network for the operator's own desk: a list by name, specialty and standing, and a provider's sheet."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from chancela.adapters.postgres import histories, networks, record_reads, statements, wall
from chancela.adapters.postgres.world import BRAZIL
from chancela.domain import network, report
from chancela.domain.professional import Council, Entry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from psycopg import AsyncConnection

    from chancela.adapters.postgres.histories import Deed
    from chancela.adapters.postgres.pool import Pool
    from chancela.domain.network import House

SQL: Final = statements.read("network_reads.sql")
MOST: Final = 25
MOST_SPECIALTIES: Final = 200
LAST: Final = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list is asked for: the beginning of any word of a name, a whole specialty, and how a provider stands."""

    text: str = ""
    specialty: str = ""
    active: bool | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A provider as a list shows it; the next page goes on after `key` and `code`."""

    key: str
    code: str
    name: str
    specialties: tuple[str, ...]
    active: bool
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Program:
    """A program of a provider that speaks to the API."""

    id: str
    name: str
    created_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything of one provider that the desk shows.

    `guias`, `sends` and `wrong` are today's; `reports` wait for a decision, `pauses` are people to whom no code goes
    from there; `twins` have the same document.
    """

    house: House
    guias: int
    sends: int
    wrong: int
    reports: int
    pauses: int
    programs: tuple[Program, ...]
    history: tuple[Deed, ...]
    twins: tuple[Listed, ...]


def plain(text: str) -> str:
    """Return a text as names are kept for the search: small letters without accents, single spaces."""
    return re.sub(r"[^a-z0-9]+", " ", record_reads.small(text)).strip()


async def listed(
    pool: Pool, operator: str, asked: Asked, after: tuple[str, str] | None, limit: int = MOST
) -> tuple[Listed, ...]:
    """Return a page of the list, in the order of names; `after` are the key and code of the last one before."""
    text = plain(asked.text)
    if asked.text.strip() and not text:
        return ()
    key, code = after or ("", "")
    values: dict[str, Any] = {"operator": operator, "key": key, "code": code, "active": asked.active, "limit": limit}
    statement = "ended" if asked.active is False else "all"
    if text or asked.specialty:
        kind, begins = ("name", text) if text else ("specialty", f"{asked.specialty}\t")
        values |= {"kind": kind, "from": begins, "until": begins + LAST, "specialty": asked.specialty}
        statement = "by_key"
    return await _rows(pool, operator, statement, values)


async def by_code(pool: Pool, operator: str, code: str) -> tuple[Listed, ...]:
    """Return the provider with this code, where there is one."""
    return await _rows(pool, operator, "by_code", {"operator": operator, "code": code})


async def specialties(pool: Pool, operator: str) -> tuple[str, ...]:
    """Return what is done in the network, each specialty once."""
    found = await _all(pool, operator, "specialties", {"operator": operator, "limit": MOST_SPECIALTIES})
    return tuple(row[0] for row in found)


async def professionals(pool: Pool, operator: str, code: str) -> tuple[tuple[str, Entry], ...]:
    """Return who attends at a provider now: names and their entries in a council."""
    found = await _all(pool, operator, "professionals", {"operator": operator, "code": code})
    return tuple((row[0], Entry(Council(row[1]), row[2], row[3])) for row in found)


async def sheet(pool: Pool, operator: str, code: str) -> Sheet | None:
    """Return a provider's sheet, or None where the operator has none of this code."""
    async with wall.behind(pool, operator) as connection:
        house = (await networks.read(connection, operator, [code])).get(code)
        return await _sheet(connection, operator, house) if house else None


async def _sheet(connection: AsyncConnection[tuple[Any, ...]], operator: str, house: House) -> Sheet:
    values: dict[str, Any] = {
        "operator": operator,
        "code": house.provider.code,
        "today": datetime.now(BRAZIL).date(),
        "pause": report.PAUSE,
        "pausing": report.PAUSING,
        "document": house.document,
        "limit": MOST,
    }
    figures = await (await connection.execute(SQL["figures"], values)).fetchone() or (0,) * 5
    programs = await (await connection.execute(SQL["programs"], values)).fetchall()
    history = await histories.of(connection, operator, network.subject(operator, house.provider.code))
    twins = await (await connection.execute(SQL["twins"], values)).fetchall()
    known = tuple(Program(*row) for row in programs)
    return Sheet(*(house, *figures, known, history, tuple(_listed(row) for row in twins)))


async def _rows(pool: Pool, operator: str, statement: str, values: Mapping[str, Any]) -> tuple[Listed, ...]:
    return tuple(_listed(row) for row in await _all(pool, operator, statement, values))


async def _all(pool: Pool, operator: str, statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    async with wall.behind(pool, operator) as connection:
        return await (await connection.execute(SQL[statement], values)).fetchall()


def _listed(row: tuple[Any, ...]) -> Listed:
    return Listed(*(*row[:3], tuple(row[3]), *row[4:]))
