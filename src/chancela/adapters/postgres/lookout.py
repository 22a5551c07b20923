"""What a worker looks at to know what is to be done: a few index look-ups for each operator, all in one round."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec

from chancela.adapters.postgres import statements, wall
from chancela.domain.delivery import Channel

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from chancela.adapters.postgres.pool import Pool
    from chancela.domain.carrier import CarrierStanding

SQL: Final = statements.read("lookout.sql")
CHANNELS: Final = [each.value for each in Channel]


@dataclass(frozen=True, slots=True)
class Sight:
    """What waits for an operator: channels with something due, ladders to climb, validations to tell, early receipts.

    `mark` is when its carriers were last changed, None where it has none.
    """

    channels: frozenset[Channel]
    ladders: bool
    untold: bool
    early: bool
    mark: datetime | None
    webhooks: bool


@dataclass(frozen=True, slots=True)
class Queue:
    """Messages that are due on a channel, and how long ago the oldest of them was planned (seconds)."""

    channel: Channel
    depth: int
    age_s: float


@dataclass(frozen=True, slots=True)
class Found:
    """How a worker found a carrier, and why where it is not at work."""

    carrier: str
    state: CarrierStanding
    reason: str | None


@dataclass(frozen=True, slots=True)
class Looks:
    """The readings of the worker: short transactions, no statement of which sees the rows of two operators."""

    pool: Pool

    async def look(self, operators: Collection[str]) -> Mapping[str, Sight]:
        """Return what waits for each of these operators."""
        async with self.pool.connection() as connection, connection.pipeline():
            asked = []
            for each in operators:
                await connection.execute(wall.WALL, (each,))
                asked.append((each, await connection.execute(SQL["look"], {"operator": each, "channels": CHANNELS})))
            return {each: _sight(await found.fetchone()) for each, found in asked}

    async def queues(self, operator: str) -> tuple[Queue, ...]:
        """Return how much is due on each channel that has anything."""
        return tuple(Queue(Channel(row[0]), row[1], row[2]) for row in await self._rows("queues", operator))

    async def spent(self, operator: str) -> dict[str, int]:
        """Return what each carrier took today (in Brazil), in thousandths of a real."""
        return {row[0]: row[1] for row in await self._rows("spent", operator)}

    async def in_time(self, operator: str, messages: Sequence[tuple[UUID, datetime]], late_s: float) -> int:
        """Return of how many messages (id, planned at) something final was told within so many seconds of hand-over."""
        asked = {"ids": [each[0] for each in messages], "planned": [each[1] for each in messages], "late_s": late_s}
        ((count,),) = await self._rows("in_time", operator, **asked)
        return int(count)

    async def stand(self, operator: str, found: Sequence[Found]) -> None:
        """Write how carriers were found; where nothing changed, since when it is so remains."""
        async with wall.behind(self.pool, operator) as connection:
            values = {"operator": operator, "rows": msgspec.json.encode(found).decode()}
            await connection.execute(SQL["stand"], values)

    async def _rows(self, statement: str, operator: str, **values: Any) -> list[tuple[Any, ...]]:
        async with wall.behind(self.pool, operator) as connection:
            return await (await connection.execute(SQL[statement], {"operator": operator, **values})).fetchall()


def _sight(row: tuple[Any, ...] | None) -> Sight:
    if row is None:
        raise LookupError("the database did not say what waits")
    return Sight(frozenset(map(Channel, row[0])), row[1], row[2], row[3], row[4], row[5])
