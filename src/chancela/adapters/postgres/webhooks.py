"""Webhooks in PostgreSQL: who is told of what, and the messages that wait, claimed by one worker each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import msgspec

from chancela.adapters.postgres import events, statements, wall
from chancela.domain.webhook import Webhook, WebhookKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from psycopg import AsyncConnection

    from chancela.adapters.postgres.cases import PostgresCases
    from chancela.adapters.postgres.pool import Pool
    from chancela.domain.webhook import WebhookStep

SQL: Final = statements.read("webhooks.sql")
_JSON: Final = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class PostgresWebhooks:
    """The port `Webhooks`."""

    connection: AsyncConnection[tuple[Any, ...]]
    operator: str
    cases: PostgresCases

    async def all(self) -> tuple[Webhook, ...]:
        """Return the webhooks that did not end; nobody opens or ends one until this transaction does."""
        await self._run("hold")
        return tuple(map(webhook, await (await self._run("all")).fetchall()))

    async def save(self, steps: Sequence[WebhookStep]) -> None:
        """Write the changes with their events, and of what any webhook is told from now on."""
        if not steps:
            return
        latest = {each.webhook.id: each.webhook for each in steps}
        await self._run("put", rows=_JSON.encode(list(latest.values())).decode())
        await self._run("forget_ended", ended=[each.id for each in latest.values() if each.ended_at is not None])
        await self._run("say_told")
        await events.append(self.connection, self.operator, [each.event for each in steps], self.cases.seal)

    async def _run(self, statement: str, **values: Any) -> Any:
        return await self.connection.execute(SQL[statement], {"operator": self.operator, **values})


@dataclass(frozen=True, slots=True)
class Listed:
    """A webhook as it stands: when it took a message last, when and how one failed, and how many wait (to 1,000)."""

    webhook: Webhook
    delivered_at: datetime | None
    failed_at: datetime | None
    failure: str | None
    waiting: int


@dataclass(frozen=True, slots=True)
class DueEvent:
    """A message that one worker holds until its lease is over; `body` is there where an attempt was made before."""

    id: UUID
    webhook_id: UUID
    url: str
    kind: WebhookKind
    guia_id: UUID
    at: datetime
    attempt: int
    body: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt ended: `delivered`, `failed` for good, or `waiting` for the next one in so many seconds."""

    id: UUID
    webhook_id: UUID
    attempt: int
    state: str
    wait_s: float | None = None
    failure: str | None = None
    body: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class WebhookEvents:
    """The messages of all operators, and the list of webhooks; each call is one short transaction behind one wall."""

    pool: Pool

    async def listed(self, operator: str, provider: str | None = None, *, ended: bool = False) -> tuple[Listed, ...]:
        """Return the webhooks, of one provider alone where one is named, the oldest first."""
        found = await self._rows("listed", operator, provider=provider, ended=ended)
        return tuple(Listed(webhook(row), *row[8:]) for row in found)

    async def claim(
        self, operator: str, each: int, busy: Mapping[UUID, int], limit: int, lease_s: float
    ) -> list[DueEvent]:
        """Take due messages, of each webhook so many less those that are under way; nobody else does for a while."""
        under_way = _JSON.encode({str(key): count for key, count in busy.items()}).decode()
        asked = {"each": each, "busy": under_way, "limit": limit, "lease_s": lease_s}
        found = await self._rows("claim", operator, **asked)
        return [_due(row) for row in found]

    async def settle(self, operator: str, outcomes: Sequence[Outcome]) -> None:
        """Write how attempts ended, in one order for everyone."""
        rows = _JSON.encode(sorted(outcomes, key=lambda one: one.id)).decode()
        async with wall.behind(self.pool, operator) as connection:
            await connection.execute(SQL["settle"], {"operator": operator, "rows": rows})

    async def due(self, operator: str) -> tuple[int, float]:
        """Return how many messages are due, and for how long the oldest (seconds)."""
        ((count, age_s),) = await self._rows("due", operator)
        return count, age_s

    async def forget(self, operator: str) -> None:
        """Forget what was taken after three days, and what was given up after thirty."""
        async with wall.behind(self.pool, operator) as connection:
            await connection.execute(SQL["forget"], {"operator": operator})

    async def _rows(self, statement: str, operator: str, **values: Any) -> list[tuple[Any, ...]]:
        async with wall.behind(self.pool, operator) as connection:
            return await (await connection.execute(SQL[statement], {"operator": operator, **values})).fetchall()


def webhook(row: tuple[Any, ...]) -> Webhook:
    """Read a webhook's eight columns."""
    return Webhook(row[0], row[1], tuple(map(WebhookKind, row[2])), *row[3:8])


def _due(row: tuple[Any, ...]) -> DueEvent:
    told = (*row[:3], WebhookKind(row[3]), *row[4:])
    return DueEvent(*told)
