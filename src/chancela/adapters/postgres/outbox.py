"""The outbox: deliveries are claimed in batches, attempts recorded before they are made, results written as sets."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

import msgspec

from chancela.adapters.postgres import dues, families, statements, wall, world

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, timedelta
    from uuid import UUID

    from psycopg import AsyncConnection

    from chancela.adapters.postgres.dues import Due
    from chancela.adapters.postgres.pool import Pool
    from chancela.domain.delivery import Channel, DeliveryState
    from chancela.domain.family import Circle

SQL: Final = statements.read("outbox.sql")
HEARD: Final[Counter[tuple[str, ...]]] = Counter()  # of this process: receipts by operator, carrier and state
_JSON: Final = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class Pick:
    """A carrier for one delivery, and the one that makes the attempt where the first made the last one in vain."""

    carrier: str
    other: str | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """How a delivery ended for now: handed over, delivered, or failed with a reason that names no address.

    `carrier` made the attempt, None where none was made; `cost_millis` is what it takes for a message.
    """

    id: UUID
    planned_at: datetime
    attempt: int
    state: DeliveryState
    carrier_id: str | None = None
    failure: str | None = None
    carrier: str | None = None
    cost_millis: int = 0


@dataclass(frozen=True, slots=True)
class PutOff:
    """An attempt that failed in passing: the next one is due after so many seconds."""

    id: UUID
    planned_at: datetime
    attempt: int
    wait_s: float
    failure: str


@dataclass(frozen=True, slots=True)
class Received:
    """Guias of which a message moved, and those of them of which one was lost while their ladder goes on.

    `spent` is what the carriers of these messages have taken today in all, in thousandths of a real.
    """

    touched: frozenset[UUID] = frozenset()
    lost: frozenset[UUID] = frozenset()
    spent: Mapping[str, int] = field(default_factory=dict)


class Receipt(Protocol):
    """What a carrier tells of a message, by its own id or by ours."""

    @property
    def state(self) -> DeliveryState:
        """HANDED_OVER, DELIVERED or FAILED."""
        ...

    @property
    def carrier_id(self) -> str | None:
        """The carrier's id of the message."""
        ...

    @property
    def delivery_id(self) -> UUID | None:
        """Ours, where the protocol carries it along."""
        ...

    @property
    def failure(self) -> str | None:
        """Why it failed, without an address."""
        ...


@dataclass(frozen=True, slots=True)
class Outbox:
    """The deliveries of all operators; each call is one short transaction behind one operator's wall."""

    pool: Pool

    async def claim(
        self, operator: str, channel: Channel, picks: Sequence[Pick], limit: int, lease: timedelta
    ) -> list[Due]:
        """Take at most so many due deliveries of a channel; nobody else does until the lease is over.

        Each gets the carrier of its pick, picks being used again in their order where there are fewer than the limit.
        """
        dealt = [picks[place % len(picks)] for place in range(limit)]
        asked = {
            "operator": operator,
            "channel": channel.value,
            "carriers": [each.carrier for each in dealt],
            "others": [each.other or each.carrier for each in dealt],
            "limit": limit,
            "lease": lease,
        }
        async with wall.behind(self.pool, operator) as connection:
            rows = await (await connection.execute(SQL["claim"], asked)).fetchall()
            around = await _around(connection, operator, rows)
        return [dues.due(operator, row, around) for row in rows]

    async def settle(self, operator: str, results: Sequence[Settled | PutOff]) -> Received:
        """Write results; a state never moves back (RANK), and a late failure of an earlier attempt changes nothing.

        A hand-over that was told by a receipt before it is written still gets its time, its carrier's id and its cost.
        """
        ended = [each for each in results if isinstance(each, Settled)]
        put_off = [each for each in results if isinstance(each, PutOff)]
        async with wall.behind(self.pool, operator) as connection:
            if put_off:
                await connection.execute(SQL["put_off"], {"operator": operator, "rows": _text(put_off)})
            if not ended:
                return Received()
            found = await connection.execute(SQL["settle"], {"operator": operator, "rows": _text(ended)})
            return _received(await found.fetchone())

    async def renew(self, operator: str, under_way: Sequence[Due], lease_s: float) -> None:
        """Let the claims of attempts that are still under way hold for another lease."""
        held = [{"id": each.id, "planned_at": each.planned_at, "attempt": each.attempt} for each in under_way]
        values = {"operator": operator, "rows": _JSON.encode(held).decode(), "lease_s": lease_s}
        async with wall.behind(self.pool, operator) as connection:
            await connection.execute(SQL["renew"], values)

    async def give_up(self, operator: str, channel: Channel, failure: str, older_s: float, limit: int) -> Received:
        """Let what is due and was planned so long ago fail without an attempt, as nobody can make one."""
        asked = {"channel": channel.value, "failure": failure, "older_s": older_s, "limit": limit}
        return await self._moved(operator, "give_up", asked)

    async def receive(self, operator: str, carrier: str, receipts: Sequence[Receipt]) -> Received:
        """Write what a carrier told; what is of no message yet is kept until `match_early` finds its own.

        A late or repeated receipt, or one that says less than is known, changes nothing.
        """
        if not receipts:
            return Received()
        told = [
            {
                "n": place,
                "delivery_id": each.delivery_id,
                "carrier_id": each.carrier_id,
                "state": each.state,
                "failure": each.failure,
            }
            for place, each in enumerate(receipts)
        ]
        asked = {"carrier": carrier, "rows": _JSON.encode(told).decode()}
        received = await self._moved(operator, "receive", asked)
        HEARD.update((operator, carrier, each.state.value) for each in receipts)
        return received

    async def match_early(self, operator: str) -> Received:
        """Write what was told of messages before their hand-over was."""
        return await self._moved(operator, "match_early", {})

    async def forget_early(self, operator: str) -> None:
        """Forget receipts that belong to nothing after three days."""
        async with wall.behind(self.pool, operator) as connection:
            await connection.execute(SQL["forget_early"], {"operator": operator})

    async def _moved(self, operator: str, statement: str, asked: Mapping[str, Any]) -> Received:
        found = await self._rows(operator, statement, asked)
        return _received(found[0] if found else None)

    async def _rows(self, operator: str, statement: str, asked: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        async with wall.behind(self.pool, operator) as connection:
            return await (await connection.execute(SQL[statement], {"operator": operator, **asked})).fetchall()


def _text(results: Sequence[Settled | PutOff]) -> str:
    """Return the results as JSON, in one order for everyone, so that no two sets wait for each other in a circle."""
    return _JSON.encode(sorted(results, key=lambda each: each.id)).decode()


async def _around(
    connection: AsyncConnection[tuple[Any, ...]], operator: str, rows: Sequence[tuple[Any, ...]]
) -> Mapping[UUID, Circle]:
    """Return the circles of those around whom one looks once more; mostly there is none, and nothing is asked."""
    guarded = dues.guarded(rows)
    if not guarded:
        return {}
    found = await connection.execute(families.SQL["circles"], {"operator": operator, "ids": list(guarded)})
    return families.circles(await found.fetchone(), dues.now(rows[0]).astimezone(world.BRAZIL).date())


def _received(row: tuple[Any, ...] | None) -> Received:
    if row is None:
        return Received()
    return Received(frozenset(row[0]), frozenset(row[1]), row[2] or {})
