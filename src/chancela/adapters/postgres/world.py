"""A world over PostgreSQL: one transaction of one operator, with the database's clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from chancela.adapters.postgres import operators, statements, stores
from chancela.adapters.postgres.cases import PostgresCases

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from psycopg import AsyncConnection

    from chancela.domain.delivery import Channel
    from chancela.domain.people import Operator
    from chancela.ports import Chance, Formats, Vault

SQL: Final = statements.read("world.sql")
BRAZIL: Final = ZoneInfo("America/Sao_Paulo")


@dataclass(frozen=True, slots=True)
class Means:
    """What a world needs beside its transaction; `seal` gives a trail head its MAC."""

    carried: frozenset[Channel]
    vault: Vault
    chance: Chance
    formats: Formats
    seal: Callable[[str, int, bytes], bytes]


class UnknownOperatorError(LookupError):
    """No operator has this ANS register here."""


@dataclass(slots=True)
class PostgresWorld:
    """The port `World`."""

    operator: Operator
    now: datetime
    today: date
    carried: frozenset[Channel]
    cases: PostgresCases
    people: stores.PostgresPeople
    network: stores.PostgresNetwork
    catalogue: stores.PostgresCatalogue
    tallies: stores.PostgresTallies
    vault: Vault
    chance: Chance
    formats: Formats


async def opened(connection: AsyncConnection[tuple[Any, ...]], ans: str) -> tuple[Operator, datetime]:
    """Put the operator's wall up for this transaction; return the operator and the database's time."""
    row = await (await connection.execute(SQL["open"], {"operator": ans})).fetchone()
    if row is None or row[2] is None:
        raise UnknownOperatorError(ans)
    return operators.operator(ans, row[2], row[3], row[4]), row[1]


async def world(connection: AsyncConnection[tuple[Any, ...]], ans: str, means: Means) -> PostgresWorld:
    """Return the world of an operator within the connection's transaction."""
    operator, now = await opened(connection, ans)
    today = now.astimezone(BRAZIL).date()
    return PostgresWorld(
        operator=operator,
        now=now,
        today=today,
        carried=means.carried,
        cases=PostgresCases(connection, ans, now, today, means.seal),
        people=stores.PostgresPeople(connection, ans),
        network=stores.PostgresNetwork(connection, ans),
        catalogue=stores.PostgresCatalogue(connection),
        tallies=stores.PostgresTallies(connection, ans, now, today),
        vault=means.vault,
        chance=means.chance,
        formats=means.formats,
    )
