"""A courier: claims what is due for one carrier, sends many at once, and writes the results as sets."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import psycopg

from chancela.adapters.channels.contract import ChannelFailure
from chancela.adapters.keys.vault import KeyVault
from chancela.adapters.postgres.outbox import Outbox, PutOff, Settled
from chancela.bootstrap.lanes import Lane
from chancela.domain.delivery import DeliveryState
from chancela.worker import letters
from chancela.worker.letters import Unsendable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from chancela.adapters.channels.contract import Carrier
    from chancela.adapters.postgres.outbox import Due
    from chancela.bootstrap.app import App
    from chancela.domain.delivery import Channel
    from chancela.domain.people import Operator
    from chancela.worker.pace import Pace

BATCH: Final = 128
Result = Settled | PutOff
LOG: Final = logging.getLogger(__name__)


@dataclass(slots=True)
class Courier:
    """The deliveries of one carrier, of all operators in turn; each carrier has a courier, so that none waits."""

    app: App
    carrier: Carrier
    pace: Pace
    outbox: Outbox = field(init=False)
    vault: KeyVault = field(init=False)
    host: str = field(init=False)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _freed: asyncio.Event = field(default_factory=asyncio.Event)
    _under_way: dict[UUID, tuple[asyncio.Task[None], str, Due]] = field(default_factory=dict)
    _lanes: dict[str, Lane[Result, None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Take from the app what a letter needs."""
        self.outbox = Outbox(self.app.pool)
        self.vault = KeyVault(self.app.keys)
        self.host = letters.host(self.app.settings.public_url)

    def nudge(self) -> None:
        """Say that something may be due, or that it is time to stop."""
        self._wake.set()
        self._freed.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver until told to stop; then finish what is under way."""
        renewing = asyncio.create_task(self._renew())
        try:
            while not stop.is_set():
                self._wake.clear()
                if not await self._round(stop):
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(self._wake.wait(), self.pace.poll_s)
        finally:
            await self._finish()
            renewing.cancel()
            await self.carrier.close()

    async def _round(self, stop: asyncio.Event) -> bool:
        """Claim once for every operator and channel; tell whether there may be more at once."""
        more = False
        try:
            for operator in await self.app.reads.operators():
                for channel in self.carrier.capabilities.channels:
                    more |= await self._claim(operator, channel, stop)
        except (psycopg.Error, OSError) as fault:
            LOG.warning("deliveries by %s wait for the database: %s", self.carrier.name, type(fault).__name__)
            return False
        return more

    async def _claim(self, operator: Operator, channel: Channel, stop: asyncio.Event) -> bool:
        limit = min(await self._room(stop), BATCH)
        if stop.is_set():
            return False
        lease = timedelta(seconds=self.pace.lease_s)
        found = await self.outbox.claim(operator.ans, channel, self.carrier.name, limit, lease)
        for due in found:
            if due.id not in self._under_way:  # else its lease was lost while the database was away
                self._start(operator, due)
        return len(found) == limit

    def _start(self, operator: Operator, due: Due) -> None:
        task = asyncio.create_task(self._attempt(operator, due))
        self._under_way[due.id] = (task, operator.ans, due)
        task.add_done_callback(lambda _: self._end(due.id))

    def _end(self, delivery_id: UUID) -> None:
        del self._under_way[delivery_id]
        self._freed.set()

    async def _room(self, stop: asyncio.Event) -> int:
        """Return how many more letters the carrier takes, once that is a good part of what it can."""
        most = self.carrier.capabilities.at_once
        while (room := most - len(self._under_way)) < max(1, most // 4) and not stop.is_set():
            self._freed.clear()
            await self._freed.wait()
        return room

    async def _attempt(self, operator: Operator, due: Due) -> None:
        result = await self._sent(operator, due)
        lane = self._lanes.get(operator.ans)
        if lane is None:
            ans = operator.ans
            lane = self._lanes[ans] = Lane(lambda results: self._settle(ans, results))
        while True:  # the carrier has it: until that is written, the attempt would be repeated
            try:
                await lane.submit(result)
            except (psycopg.Error, OSError):
                await asyncio.sleep(self.pace.poll_s * (0.5 + random.random()))  # noqa: S311 - spreads load, no secret
            else:
                return

    async def _sent(self, operator: Operator, due: Due) -> Result:
        """Make the attempt that was recorded, and return what came of it."""
        found = letters.letter(due, operator, self.vault, self.host)
        if isinstance(found, Unsendable):
            return Settled(due.id, due.planned_at, due.attempt, DeliveryState.FAILED, failure=found.value)
        abilities = self.carrier.capabilities
        try:
            async with asyncio.timeout(abilities.patience_s):
                carrier_id = await self.carrier.send(found)
        except ChannelFailure as failure:
            return self._failed(due, failure.reason, permanent=failure.permanent)
        except TimeoutError:
            return self._failed(due, "no answer in time", permanent=False)
        except Exception as fault:  # noqa: BLE001 - whatever a carrier does, the delivery is seen as failed
            LOG.warning("the carrier %s failed in a way of its own: %s", self.carrier.name, type(fault).__name__)
            return self._failed(due, type(fault).__name__, permanent=False)
        state = DeliveryState.DELIVERED if abilities.delivers else DeliveryState.HANDED_OVER
        return Settled(due.id, due.planned_at, due.attempt, state, carrier_id)

    def _failed(self, due: Due, reason: str, *, permanent: bool) -> Result:
        if permanent or due.attempt >= self.pace.attempts:
            return Settled(due.id, due.planned_at, due.attempt, DeliveryState.FAILED, failure=reason)
        wait_s = self.pace.wait_s(due.attempt, random.random())  # noqa: S311 - spreads load, no secret
        return PutOff(due.id, due.planned_at, due.attempt, wait_s, reason)

    async def _settle(self, operator: str, results: Sequence[Result]) -> Sequence[None]:
        if touched := await self.outbox.settle(operator, results):
            self.app.notices.tell(operator, touched, queued=False)
        return [None] * len(results)

    async def _renew(self) -> None:
        """Keep the leases of attempts that last, so that a short lease never repeats one that is still under way."""
        while True:
            await asyncio.sleep(self.pace.lease_s / 3)
            held: dict[str, list[Due]] = {}
            for _, operator, due in list(self._under_way.values()):
                held.setdefault(operator, []).append(due)
            for operator, dues in held.items():
                with contextlib.suppress(psycopg.Error, OSError):
                    await self.outbox.renew(operator, dues, self.pace.lease_s)

    async def _finish(self) -> None:
        """Let the attempts under way end and be written; what does not end in time is left to its lease."""
        pending = {task for task, _, _ in self._under_way.values()}
        if pending:
            _, pending = await asyncio.wait(pending, timeout=self.pace.grace_s)
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
