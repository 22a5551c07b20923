"""Two stages for the same play: an operator's facts in memory, and the same facts in PostgreSQL."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg

from chancela.adapters.postgres import pool as pools, rows, world as worlds
from chancela.adapters.postgres.world import Means
from chancela.bootstrap import deeds
from chancela.domain import delivery as deliveries
from chancela.domain.contact import Contact
from chancela.domain.delivery import Channel, DeliveryState
from chancela.domain.trail import Entry
from chancela.usecases.issue_token import IssueToken
from tests.adapters.postgres.furnishing import furnish
from tests.fakes.brazil import PlainFormats
from tests.fakes.vault import MemoryVault
from tests.usecases.scene import Scene

TRAIL = "SELECT operator, seq, at, kind, subject, actor, data, hash FROM chancela.trail ORDER BY seq"
CONTACTS = """
SELECT id, beneficiary_id, kind, address, state, typed_by, guia_id, created_at FROM chancela.contact
ORDER BY address COLLATE "C", id
"""
OLDER = (
    "UPDATE chancela.guia SET created_at = created_at - %(back)s",
    "UPDATE chancela.live_token SET issued_at = issued_at - %(back)s, expires_at = expires_at - %(back)s",
    "UPDATE chancela.live_token SET climb_at = climb_at - %(back)s",
    "UPDATE chancela.delivery SET planned_at = planned_at - %(back)s",
    "UPDATE chancela.report SET opened_at = opened_at - %(back)s",
)
TOLD = """
WITH moved AS (
    UPDATE chancela.delivery SET state = %(state)s
    WHERE guia_id = %(guia)s AND channel = %(channel)s AND state = ANY(%(lower)s)
    RETURNING generation, purpose)
UPDATE chancela.live_token l SET climb_at = NULL
WHERE %(state)s = 'delivered' AND l.guia_id = %(guia)s
  AND EXISTS (SELECT FROM moved m WHERE m.purpose = 'code' AND m.generation = l.generation)
"""


class MemoryStage:
    """The fakes."""

    def __init__(self, scene: Scene) -> None:
        self.memory = scene.memory
        self.ana = scene.ana
        self.crowd: list[UUID] = []

    @contextlib.asynccontextmanager
    async def world(self, kind: type = IssueToken) -> AsyncIterator[Any]:
        """One transaction, for a deed of a kind, at the time that it is."""
        del kind
        self.memory.now = datetime.now(UTC)
        async with self.memory.transaction() as world:
            yield world

    async def do(self, *commands: Any) -> list[Any]:
        return await _done(self, commands)

    async def trail(self) -> list[Entry]:
        return list(self.memory.shelf.trail)

    async def contacts(self) -> list[Contact]:
        return sorted(self.memory.shelf.contacts.values(), key=lambda each: (each.address, each.id))

    async def age(self, **time: float) -> None:
        """Make every guia older, with its live code, its ladder, its messages and its report."""
        back, shelf = timedelta(**time), self.memory.shelf
        shelf.guias = {key: replace(each, created_at=each.created_at - back) for key, each in shelf.guias.items()}
        for key, (token, secret) in shelf.live.items():
            older = replace(token, issued_at=token.issued_at - back, expires_at=token.expires_at - back)
            shelf.live[key] = (older, secret)
        shelf.climbs = {key: replace(each, at=each.at and each.at - back) for key, each in shelf.climbs.items()}
        shelf.deliveries = [replace(each, planned_at=each.planned_at - back) for each in shelf.deliveries]
        shelf.reports = {key: replace(each, opened_at=each.opened_at - back) for key, each in shelf.reports.items()}

    async def carrier_tells(self, guia_id: UUID, channel: Channel, state: DeliveryState) -> None:
        """What a carrier says of a guia's messages; an arrival of the live code ends the waiting."""
        self.memory.shelf.told(guia_id, state, channel)

    async def close(self) -> None:
        """Nothing is held open."""


class PostgresStage:
    """The real stores, over a database that holds what the scene's shelf does; its chance falls the same."""

    def __init__(self, scene: Scene, url: str) -> None:
        self.ans, self.url, self.ana = scene.memory.shelf.operator.ans, url, scene.ana
        self.crowd: list[UUID] = []
        self.vault = MemoryVault()
        chance = copy.deepcopy(scene.memory.chance)
        self.means = Means(frozenset(Channel), self.vault, chance, PlainFormats(), lambda *_: b"mac")
        self.pool = pools.pool(url, 3)
        with psycopg.connect(url) as connection:
            furnish(connection, scene.memory.shelf)

    async def open(self) -> None:
        await self.pool.open(wait=True, timeout=10)

    @contextlib.asynccontextmanager
    async def world(self, kind: type = IssueToken) -> AsyncIterator[Any]:
        """One transaction, with what a deed of this kind looks at."""
        async with self.pool.connection() as connection, connection.pipeline():
            opening = await worlds.opening(connection, self.ans)
            operator, now = await worlds.opened(opening, self.ans)
            yield worlds.world(connection, operator, now, self.means, deeds.looks(kind))
            await connection.commit()

    async def do(self, *commands: Any) -> list[Any]:
        return await _done(self, commands)

    async def trail(self) -> list[Entry]:
        return [Entry(*row) for row in self._all(TRAIL)]

    async def contacts(self) -> list[Contact]:
        return [replace(rows.contact(row), created_at=None) for row in self._all(CONTACTS)]

    async def age(self, **time: float) -> None:
        """Make every guia older, with its live code, its ladder, its messages and its report."""
        with psycopg.connect(self.url) as connection:
            for statement in OLDER:
                connection.execute(statement, {"back": timedelta(**time)})

    async def carrier_tells(self, guia_id: UUID, channel: Channel, state: DeliveryState) -> None:
        """What a carrier says of a guia's messages; an arrival of the live code ends the waiting."""
        lower = [each.value for each in DeliveryState if deliveries.moves(each, state)]
        said = {"guia": guia_id, "channel": channel.value, "state": state.value, "lower": lower}
        with psycopg.connect(self.url) as connection:
            connection.execute(TOLD, said)

    async def execute(self, statement: str) -> None:
        """Change the database as its owner."""
        with psycopg.connect(self.url) as connection:
            connection.execute(statement)

    async def close(self) -> None:
        await self.pool.close()

    def _all(self, statement: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url, options="-c timezone=UTC") as connection:
            return connection.execute(statement).fetchall()


Stage = MemoryStage | PostgresStage


async def _done(stage: Stage, commands: Sequence[Any]) -> list[Any]:
    async with stage.world(type(commands[0])) as world:
        return list(await deeds.DEEDS[type(commands[0])](commands, world))
