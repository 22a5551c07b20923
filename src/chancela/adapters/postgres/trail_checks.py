"""Verifications of an operator's trail that were asked for on a page: how far each is, and what it found."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from chancela.adapters.postgres import events, statements, wall

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from uuid import UUID

    from chancela.adapters.postgres.pool import Pool
    from chancela.domain.trail import Event

SQL: Final = statements.read("trail_checks.sql")
PATIENCE: Final = timedelta(minutes=3)  # whoever runs one says how far it is every second
LISTED: Final = 10


class Outcome(StrEnum):
    """How a verification ended."""

    WHOLE = "whole"
    BROKEN = "broken"
    FAILED = "failed"  # the database or the key file could not be read
    GIVEN_UP = "given_up"  # nobody has said anything of it for a while, and it was asked for again


@dataclass(frozen=True, slots=True)
class Result:
    """What was found: `places` are the first (where, what) of `found` that are not as they should be."""

    outcome: Outcome
    events: int = 0
    checkpoints: int = 0
    found: int = 0
    places: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """A verification; `result` is None while it runs: `done` of `total` events are read, of none before it starts."""

    id: UUID
    asked_at: datetime
    asked_by: str
    seen_at: datetime
    done: int
    total: int
    ended_at: datetime | None
    result: Result | None


@dataclass(frozen=True, slots=True)
class TrailChecks:
    """The verifications of every operator; each call is one short transaction behind one operator's wall."""

    pool: Pool

    async def ask(self, operator: str, check: UUID, asked_by: str) -> bool:
        """Keep that one is asked for; False where one runs already. One of which nobody speaks any more is given up."""
        values = {"operator": operator, "id": check, "asked_by": asked_by, "patience": PATIENCE}
        async with wall.behind(self.pool, operator) as connection:
            await connection.execute(SQL["give_up"], values)
            return await (await connection.execute(SQL["ask"], values)).fetchone() is not None

    async def proceed(self, operator: str, check: UUID, done: int, total: int) -> str | None:
        """Say how far it is and return who asked for it, or None where it is over."""
        values = {"operator": operator, "id": check, "done": done, "total": total}
        async with wall.behind(self.pool, operator) as connection:
            row = await (await connection.execute(SQL["proceed"], values)).fetchone()
        return str(row[0]) if row else None

    async def finish(
        self, operator: str, check: UUID, result: Result, event: Event, seal: Callable[[str, int, bytes], bytes]
    ) -> bool:
        """Keep what was found, with its event; False where it was over before."""
        values = {
            "operator": operator,
            "id": check,
            "outcome": result.outcome.value,
            "events": result.events,
            "checkpoints": result.checkpoints,
            "found": result.found,
            "findings": json.dumps(result.places),
        }
        async with wall.behind(self.pool, operator) as connection:
            kept = await (await connection.execute(SQL["finish"], values)).fetchone() is not None
            if kept:
                await events.append(connection, operator, [event], seal)
        return kept

    async def latest(self, operator: str, limit: int = LISTED) -> tuple[Check, ...]:
        """Return the newest verifications, the one that runs first."""
        async with wall.behind(self.pool, operator) as connection:
            found = await connection.execute(SQL["latest"], {"operator": operator, "limit": limit})
            return tuple(_check(row) for row in await found.fetchall())


def _check(row: tuple[Any, ...]) -> Check:
    places = tuple((where, what) for where, what in row[11])
    result = None if row[7] is None else Result(Outcome(row[7]), row[8] or 0, row[9] or 0, row[10] or 0, places)
    return Check(row[0], row[1], row[2], row[3], row[4], row[5], row[6], result)
