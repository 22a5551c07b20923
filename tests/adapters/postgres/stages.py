"""Two stages for the same play: an operator's facts in memory, and the same facts in PostgreSQL."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

from chancela.adapters.postgres import operators, pool as pools, rows, world as worlds
from chancela.adapters.postgres.world import Means
from chancela.bootstrap import deeds
from chancela.domain.contact import Contact
from chancela.domain.delivery import Channel
from chancela.domain.trail import Entry
from chancela.usecases.issue_token import IssueToken
from tests.fakes.brazil import PlainFormats
from tests.fakes.shelf import Shelf
from tests.fakes.vault import MemoryVault
from tests.usecases.scene import Scene

TRAIL = "SELECT operator, seq, at, kind, subject, actor, data, hash FROM chancela.trail ORDER BY seq"
CONTACTS = """
SELECT id, beneficiary_id, kind, address, state, typed_by, guia_id, created_at FROM chancela.contact ORDER BY address
"""


class MemoryStage:
    """The fakes."""

    def __init__(self, scene: Scene) -> None:
        self.memory = scene.memory
        self.ana = scene.ana
        self.memory.now = datetime.now(UTC)

    @contextlib.asynccontextmanager
    async def world(self, kind: type = IssueToken) -> AsyncIterator[Any]:
        """One transaction, for a deed of a kind."""
        del kind
        async with self.memory.transaction() as world:
            yield world

    async def do(self, *commands: Any) -> list[Any]:
        return await _done(self, commands)

    async def trail(self) -> list[Entry]:
        return list(self.memory.shelf.trail)

    async def contacts(self) -> list[Contact]:
        return sorted(self.memory.shelf.contacts.values(), key=lambda each: each.address)

    async def age_codes(self, hours: float) -> None:
        """Make every live code older."""
        back = timedelta(hours=hours)
        for key, (token, secret) in self.memory.shelf.live.items():
            older = replace(token, issued_at=token.issued_at - back, expires_at=token.expires_at - back)
            self.memory.shelf.live[key] = (older, secret)

    async def close(self) -> None:
        """Nothing is held open."""


class PostgresStage:
    """The real stores, over a database that holds what the scene's shelf does; its chance falls the same."""

    def __init__(self, scene: Scene, url: str) -> None:
        self.ans, self.url, self.ana = scene.memory.shelf.operator.ans, url, scene.ana
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

    async def age_codes(self, hours: float) -> None:
        """Make every live code older."""
        back = {"back": timedelta(hours=hours)}
        statement = (
            "UPDATE chancela.live_token SET issued_at = issued_at - %(back)s, expires_at = expires_at - %(back)s"
        )
        with psycopg.connect(self.url) as connection:
            connection.execute(statement, back)

    async def close(self) -> None:
        await self.pool.close()

    def _all(self, statement: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url, options="-c timezone=UTC") as connection:
            return connection.execute(statement).fetchall()


Stage = MemoryStage | PostgresStage


async def _done(stage: Stage, commands: Sequence[Any]) -> list[Any]:
    async with stage.world(type(commands[0])) as world:
        return list(await deeds.DEEDS[type(commands[0])](commands, world))


def furnish(connection: psycopg.Connection[Any], shelf: Shelf) -> None:
    """Put the people and houses of a shelf that has no guia yet into an empty database."""
    operator = shelf.operator
    settings = operators.settings_text(operator.rules, operator.lines)
    connection.execute(
        "INSERT INTO chancela.operator (ans, name, profile, settings) VALUES (%s, %s, %s, %s)",
        (operator.ans, operator.name, operator.policy.profile, settings),
    )
    for each in shelf.providers.values():
        houses = (operator.ans, each.code, each.name, list(each.phones), list(each.emails), each.active)
        connection.execute(
            "INSERT INTO chancela.provider (operator, code, name, phones, emails, active)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            houses,
        )
    for entry in shelf.entries.values():
        named = (entry.table, entry.code, entry.name, entry.dental)
        connection.execute("INSERT INTO chancela.procedure VALUES (%s, %s, %s, %s, '')", named)
    _furnish_people(connection, shelf)


def _furnish_people(connection: psycopg.Connection[Any], shelf: Shelf) -> None:
    ans = shelf.operator.ans
    for each in shelf.people.values():
        person = (ans, each.id, each.card_number, each.name, each.relation.value, each.cpf, each.has_app)
        connection.execute(
            "INSERT INTO chancela.beneficiary (operator, id, card_number, name, relation, cpf, has_app)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s)",
            person,
        )
    for contact in shelf.contacts.values():
        known = (ans, contact.id, contact.beneficiary_id, contact.kind.value, contact.address, contact.state.value)
        connection.execute(
            "INSERT INTO chancela.contact (operator, id, beneficiary_id, kind, address, state)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            known,
        )
