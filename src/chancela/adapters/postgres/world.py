"""A world over PostgreSQL: one transaction of one operator, with the database's clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from chancela.adapters.postgres import operators, statements, stores
from chancela.adapters.postgres.attachments import PostgresAttachments, PostgresDecisions
from chancela.adapters.postgres.blocks import PostgresBlocks
from chancela.adapters.postgres.calls import PostgresCalls
from chancela.adapters.postgres.cases import PostgresCases
from chancela.adapters.postgres.changes import PostgresChanges
from chancela.adapters.postgres.disputes import PostgresDisputes
from chancela.adapters.postgres.doors import PostgresDoors
from chancela.adapters.postgres.families import PostgresFamilies
from chancela.adapters.postgres.holds import PostgresHolds
from chancela.adapters.postgres.networks import PostgresNetworkDesk
from chancela.adapters.postgres.outages import PostgresOutages
from chancela.adapters.postgres.passkeys import PostgresPasskeys
from chancela.adapters.postgres.pocket import PostgresPocket
from chancela.adapters.postgres.policies import PostgresPolicies
from chancela.adapters.postgres.printed import PostgresSlips
from chancela.adapters.postgres.records import PostgresRecords
from chancela.adapters.postgres.ties import PostgresTies
from chancela.adapters.postgres.webhooks import PostgresWebhooks

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from psycopg import AsyncConnection, AsyncCursor

    from chancela.adapters.postgres.loading import Look
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
    today: date
    carried: frozenset[Channel]
    cases: PostgresCases
    people: stores.PostgresPeople
    network: stores.PostgresNetwork
    catalogue: stores.PostgresCatalogue
    tallies: stores.PostgresTallies
    doors: PostgresDoors
    changes: PostgresChanges
    passkeys: PostgresPasskeys
    pocket: PostgresPocket
    policies: PostgresPolicies
    ties: PostgresTies
    families: PostgresFamilies
    calls: PostgresCalls
    attachments: PostgresAttachments
    slips: PostgresSlips
    decisions: PostgresDecisions
    disputes: PostgresDisputes
    webhooks: PostgresWebhooks
    holds: PostgresHolds
    records: PostgresRecords
    network_desk: PostgresNetworkDesk
    outages: PostgresOutages
    blocks: PostgresBlocks
    vault: Vault
    chance: Chance
    formats: Formats

    @property
    def hour(self) -> int:
        """Return the hour of the day in Brasília."""
        return self.now.astimezone(BRAZIL).hour

    @property
    def now(self) -> datetime:
        """Return the database's time: when the cases were read, so that what happens to a guia happens in order."""
        return self.cases.now


async def opening(connection: AsyncConnection[tuple[Any, ...]], ans: str) -> AsyncCursor[tuple[Any, ...]]:
    """Put the operator's wall up for this transaction; in a pipeline, what is asked next goes out with it."""
    return await connection.execute(SQL["open"], {"operator": ans})


async def opened(cursor: AsyncCursor[tuple[Any, ...]], ans: str) -> tuple[Operator, datetime]:
    """Return the operator and the database's time, from what the opening found."""
    row = await cursor.fetchone()
    if row is None or row[2] is None:
        raise UnknownOperatorError(ans)
    known = operators.operator(ans, row[2], row[3], row[4], tuple(row[5]), None, row[6], row[7], tuple(row[8]))
    return known, row[1]


def world(
    connection: AsyncConnection[tuple[Any, ...]], operator: Operator, now: datetime, means: Means, look: Look
) -> PostgresWorld:
    """Return the world of an operator within the connection's transaction."""
    today, ans = now.astimezone(BRAZIL).date(), operator.ans
    cases = PostgresCases(connection, ans, now, today, means.seal, look, told=operator.told)
    doors, changes = PostgresDoors(connection, ans, cases), PostgresChanges(connection, ans, cases)
    return PostgresWorld(
        operator=operator,
        today=today,
        carried=means.carried | operator.carried,
        cases=cases,
        people=stores.PostgresPeople(connection, ans, cases),
        network=stores.PostgresNetwork(connection, ans, cases),
        catalogue=stores.PostgresCatalogue(connection),
        tallies=stores.PostgresTallies(connection, ans, cases),
        doors=doors,
        changes=changes,
        passkeys=PostgresPasskeys(connection, ans, doors),
        pocket=PostgresPocket(connection, ans, cases),
        policies=PostgresPolicies(connection, ans, cases),
        ties=PostgresTies(connection, ans, cases),
        families=PostgresFamilies(connection, ans, cases),
        calls=PostgresCalls(connection, ans, cases),
        attachments=PostgresAttachments(connection, ans),
        slips=PostgresSlips(connection, ans),
        decisions=PostgresDecisions(connection, ans),
        disputes=PostgresDisputes(connection, ans),
        webhooks=PostgresWebhooks(connection, ans, cases),
        holds=PostgresHolds(connection, ans, cases, changes),
        records=PostgresRecords(connection, ans, cases),
        network_desk=PostgresNetworkDesk(connection, ans, cases),
        outages=PostgresOutages(connection, ans, cases),
        blocks=PostgresBlocks(connection, ans, cases),
        vault=means.vault,
        chance=means.chance,
        formats=means.formats,
    )
