"""Messages to other systems: claimed, signed, posted; to each system so few at once that none waits for another."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import msgspec
import psycopg

from chancela.adapters.postgres.webhooks import Outcome, WebhookEvents
from chancela.adapters.webhooks import signing
from chancela.bootstrap import webhooks as house
from chancela.bootstrap.lanes import Lane
from chancela.domain import webhook as webhooks
from chancela.domain.permissions import Actor, ActorKind
from chancela.usecases.end_webhook import EndWebhook

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from uuid import UUID

    from chancela.adapters.postgres.webhooks import DueEvent
    from chancela.bootstrap.app import App
    from chancela.domain.case import Case
    from chancela.domain.people import Operator
    from chancela.worker.meters import Meter

    Shape = Callable[[Case, Operator], bytes]  # a guia as the machine contract writes it

EACH: Final = 4  # at once to one system
AT_ONCE: Final = 64  # at once for one operator
KEPT: Final = 32  # of these, for systems to which nothing is under way
LOG: Final = logging.getLogger(__name__)
_JSON: Final = msgspec.json.Encoder()


@dataclass(slots=True)
class Sender:
    """What one operator's systems are to be told; it works while anything is due, and whenever it is nudged."""

    app: App
    operator: Operator
    shape: Shape
    lease_s: float
    meter: Meter
    store: WebhookEvents = field(init=False)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _work: asyncio.Task[None] | None = None
    _under_way: dict[asyncio.Task[None], UUID] = field(default_factory=dict)
    _lane: Lane[Outcome, None] = field(init=False)

    def __post_init__(self) -> None:
        """Open the lane on which outcomes are written as sets."""
        self.store = WebhookEvents(self.app.pool)
        self._lane = Lane(self._settle)

    def nudge(self) -> None:
        """Say that something is due."""
        self._wake.set()
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._send())

    async def finish(self, grace_s: float) -> None:
        """Let what is under way end; what does not end in time is sent again when its lease is over."""
        if self._work is not None:
            self._work.cancel()
            await asyncio.gather(self._work, return_exceptions=True)
        pending = set(self._under_way)
        if pending:
            _, pending = await asyncio.wait(pending, timeout=grace_s)
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)

    async def _send(self) -> None:
        """Claim and begin attempts until nothing is due and nothing is under way."""
        while True:
            self._wake.clear()
            try:
                if await self._begin(EACH, AT_ONCE - KEPT):
                    await self._begin(1, AT_ONCE)
            except (psycopg.Error, OSError) as fault:
                LOG.warning("systems of %s wait for the database: %s", self.operator.name, type(fault).__name__)
                return
            if not self._under_way:
                return
            await self._wake.wait()

    async def _begin(self, each: int, most: int) -> bool:
        """Begin what is due, to each system so many at once and to all of them together; tell whether they are."""
        room = most - len(self._under_way)
        busy = Counter(self._under_way.values())
        found = await self.store.claim(self.operator.ans, each, busy, room, self.lease_s) if room > 0 else []
        for due in found:
            task = asyncio.create_task(self._attempt(due))
            self._under_way[task] = due.webhook_id
            task.add_done_callback(self._end)
        return len(self._under_way) >= most

    def _end(self, task: asyncio.Task[None]) -> None:
        del self._under_way[task]
        self._wake.set()
        if not task.cancelled() and (fault := task.exception()) is not None:
            LOG.warning("a message to a system of %s is sent again: %s", self.operator.name, type(fault).__name__)

    async def _attempt(self, due: DueEvent) -> None:
        """Send one message, and write what came of it."""
        worker = Actor(self.operator.ans, ActorKind.SYSTEM, "worker")
        case = await self.app.guia(worker, due.guia_id)
        if case is None:
            raise LookupError("the guia of a message is not there")
        body = due.body.encode() if due.body is not None else self._body(due, case)
        secret = house.secret(self.app, self.operator.ans, due.webhook_id)
        taken = await self.app.post.send(due.url, signing.headers(secret, due.id, int(time.time()), body), body)
        outcome = _outcome(due, taken.failure, body)
        self.meter.webhooks[self.operator.ans, outcome.state] += 1
        await self._lane.submit(outcome)
        if taken.gone:
            await self.app.do(EndWebhook(worker, due.webhook_id))

    def _body(self, due: DueEvent, case: Case) -> bytes:
        data = {"guia": msgspec.Raw(self.shape(case, self.operator))}
        return _JSON.encode({"type": due.kind, "timestamp": due.at, "data": data})

    async def _settle(self, outcomes: Sequence[Outcome]) -> Sequence[None]:
        await self.store.settle(self.operator.ans, outcomes)
        return [None] * len(outcomes)


def _outcome(due: DueEvent, failure: str | None, body: bytes) -> Outcome:
    if failure is None:
        return Outcome(due.id, due.webhook_id, due.attempt, "delivered")
    wait_s = webhooks.wait_s(due.attempt, random.random())  # noqa: S311 - spreads load, no secret
    if wait_s is None:
        return Outcome(due.id, due.webhook_id, due.attempt, "failed", failure=failure)
    return Outcome(due.id, due.webhook_id, due.attempt, "waiting", wait_s, failure, body.decode())


@dataclass(slots=True)
class Senders:
    """The senders of all operators; without a `shape` for guias this process sends nothing of the kind."""

    app: App
    meter: Meter
    shape: Shape | None
    lease_s: float
    _known: dict[str, Sender] = field(default_factory=dict)

    def nudge(self, operator: Operator) -> None:
        """Say that an operator's systems have something to be told."""
        if self.shape is None:
            return
        sender = self._known.get(operator.ans)
        if sender is None:
            sender = self._known[operator.ans] = Sender(self.app, operator, self.shape, self.lease_s, self.meter)
        sender.operator = operator
        sender.nudge()

    async def finish(self, grace_s: float) -> None:
        """Let what is under way end."""
        await asyncio.gather(*(each.finish(grace_s) for each in self._known.values()))
