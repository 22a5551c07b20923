"""A courier: claims what is due on one channel of one operator, and has its carriers make many attempts at once."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import psycopg

from chancela.adapters.channels.contract import ChannelFailure
from chancela.adapters.postgres.outbox import Pick, PutOff, Settled
from chancela.domain import carrier as carriers
from chancela.domain.delivery import DeliveryState, Purpose
from chancela.worker.letters import Unsendable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from chancela.adapters.postgres.dues import Due
    from chancela.domain.delivery import Channel
    from chancela.domain.people import Operator
    from chancela.worker.clerk import Clerk, Result
    from chancela.worker.letters import Scribe
    from chancela.worker.meters import Meter
    from chancela.worker.pace import Pace
    from chancela.worker.porter import Porter

BATCH: Final = 128
MOST_UNDER_WAY: Final = 4096
CAP_REACHED: Final = "cap reached"
NOBODY_WORKS: Final = "no carrier works"
LOG: Final = logging.getLogger(__name__)


@dataclass(slots=True)
class Courier:
    """A channel of an operator; each has a courier, so that none waits for another."""

    operator: Operator
    channel: Channel
    clerk: Clerk
    scribe: Scribe
    meter: Meter
    pace: Pace
    porters: Sequence[Porter] = ()
    _starved: bool = False
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _under_way: dict[UUID, tuple[asyncio.Task[None], Due]] = field(default_factory=dict)

    def nudge(self) -> None:
        """Say that something may be due, or that it is time to stop."""
        self._wake.set()

    def dues(self) -> list[Due]:
        """Return what is under way."""
        return [due for _, due in self._under_way.values()]

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver until told to stop, whenever nudged; then finish what is under way."""
        try:
            while not stop.is_set():
                self._wake.clear()
                if not await self._round():
                    await self._rest()
        finally:
            await self._finish()

    async def _rest(self) -> None:
        """Wait to be nudged, and for room where it was only room that was wanting."""
        for each in self.porters if self._starved else ():
            each.slots.waiting.add(self._wake)
        await self._wake.wait()
        for each in self.porters:
            each.slots.waiting.discard(self._wake)

    async def _round(self) -> bool:
        """Claim once; tell whether there may be more at once."""
        try:
            if dealt := self._deal():
                return await self._claim(dealt)
            if not any(each.works() for each in self.porters):
                await self._despair()
        except (psycopg.Error, OSError) as fault:
            LOG.warning("deliveries by %s wait for the database: %s", self.channel, type(fault).__name__)
        return False

    def _deal(self) -> list[tuple[Porter, Porter | None]]:
        """Return a porter for each delivery to claim, and who takes one that this porter carried in vain before.

        Nothing is claimed before a good part of somebody's room is free, so that claims are not of one each.
        """
        rooms = {id(each): each.room() for each in self.porters}
        ready = any(rooms[id(each)] >= max(1, min(BATCH, each.capacity()) // 4) for each in self.porters)
        self._starved = not ready or len(self._under_way) >= MOST_UNDER_WAY
        if self._starved:
            return []
        shares = [(each, each.share) for each in self.porters if each.works()]
        dealt: list[tuple[Porter, Porter | None]] = []
        while len(dealt) < BATCH and (chosen := _picked([each for each in shares if rooms[id(each[0])]])):
            rooms[id(chosen)] -= 1
            dealt.append((chosen, _picked([each for each in shares if each[0] is not chosen])))
        return dealt

    async def _claim(self, dealt: Sequence[tuple[Porter, Porter | None]]) -> bool:
        """Claim as many as were dealt, and begin their attempts; tell whether all were found."""
        free = dict(enumerate(dealt))
        for porter, _ in dealt:
            porter.reserve()
        try:
            picks = [Pick(porter.name, other.name if other else None) for porter, other in dealt]
            lease = timedelta(seconds=self.pace.lease_s)
            began = time.monotonic()
            found = await self.clerk.outbox.claim(self.operator.ans, self.channel, picks, len(picks), lease)
            for due in found:
                if due.id not in self._under_way:  # else its lease was lost while the database was away
                    porter, other = free.pop(due.slot)
                    self._start(due, porter, other, began)
        finally:
            for porter, _ in free.values():
                porter.release()
                porter.paid()
        return len(found) == len(dealt)

    def _start(self, due: Due, porter: Porter, other: Porter | None, began: float) -> None:
        if due.carrier == porter.name or other is None:
            attempt = self._attempt(due, porter, began)
        else:
            porter.release()
            porter.paid()
            attempt = self._instead(due, other, began)
        task = asyncio.create_task(attempt)
        self._under_way[due.id] = (task, due)
        task.add_done_callback(lambda _: self._end(due.id))

    def _end(self, delivery_id: UUID) -> None:
        del self._under_way[delivery_id]
        if self._starved:
            self._wake.set()

    async def _instead(self, due: Due, porter: Porter, began: float) -> None:
        await porter.enter()
        await self._attempt(due, porter, began)

    async def _attempt(self, due: Due, porter: Porter, began: float) -> None:
        try:
            result = await self._sent(due, porter, began)
        except Exception as fault:  # noqa: BLE001 - an attempt that breaks is one that failed, and is seen as such
            LOG.warning("a message by %s could not be written: %s", self.channel, type(fault).__name__)
            result = self._failed(due, porter, ChannelFailure(type(fault).__name__, permanent=False))
        finally:
            porter.release()
        what = result.state.value if isinstance(result, Settled) else "put_off"
        self.meter.results[self.operator.ans, self.channel.value, porter.name, what] += 1
        await self.clerk.write(result)
        porter.paid()
        if isinstance(result, PutOff) and not result.wait_s:
            self.nudge()

    async def _sent(self, due: Due, porter: Porter, began: float) -> Result:
        """Make the attempt that was recorded, and return what came of it."""
        abilities = porter.carrier.capabilities
        if porter.overdrawn():
            return PutOff(due.id, due.planned_at, due.attempt, self.pace.first_wait_s, CAP_REACHED)
        letter = self.scribe.letter(due, self.operator, replies=abilities.replies)
        if isinstance(letter, Unsendable):
            return Settled(due.id, due.planned_at, due.attempt, DeliveryState.FAILED, failure=letter.value)
        self.meter.attempts[self.operator.ans, self.channel.value, porter.name] += 1
        try:
            carrier_id = await porter.carry(letter)
        except ChannelFailure as failure:
            return self._failed(due, porter, failure)
        self.meter.taken(self.channel, (due.now - due.planned_at).total_seconds() + time.monotonic() - began)
        if due.purpose is Purpose.CODE:
            porter.remember(due.id, due.planned_at)
        state = DeliveryState.DELIVERED if abilities.delivers else DeliveryState.HANDED_OVER
        return Settled(
            due.id, due.planned_at, due.attempt, state, carrier_id, carrier=porter.name, cost_millis=porter.cost_millis
        )

    def _failed(self, due: Due, porter: Porter, failure: ChannelFailure) -> Result:
        """Return what follows a failure; another carrier takes a letter at once where this one refuses us."""
        if failure.permanent or due.attempt >= self.pace.attempts:
            return Settled(
                due.id,
                due.planned_at,
                due.attempt,
                DeliveryState.FAILED,
                failure=failure.reason,
                carrier=porter.name,
            )
        others = any(each.works() for each in self.porters if each is not porter)
        wait_s = self.pace.wait_s(due.attempt, random.random())  # noqa: S311 - spreads load, no secret
        if others and failure.ours:
            wait_s = 0.0
        elif not others and failure.retry_after_s is not None:
            wait_s = max(wait_s, min(failure.retry_after_s, self.pace.longest_wait_s))
        return PutOff(due.id, due.planned_at, due.attempt, wait_s, failure.reason)

    async def _despair(self) -> None:
        """Give up what waits where every cap is spent, or where carriers have been ill for too long."""
        now = time.monotonic()
        well = [each for each in self.porters if not each.capped]
        since = [each.breaker.ill_since for each in well]
        if self.porters and not well:
            failure, older_s = CAP_REACHED, 0.0
        elif well and all(each is not None and now - each >= self.pace.outlast_s for each in since):
            failure, older_s = well[0].reason or NOBODY_WORKS, self.pace.outlast_s
        else:
            return
        while True:
            received = await self.clerk.outbox.give_up(self.operator.ans, self.channel, failure, older_s, BATCH)
            self.clerk.tell(received)
            if len(received.touched) < BATCH:
                return

    async def _finish(self) -> None:
        """Let the attempts under way end and be written; what does not end in time is left to its lease."""
        pending = {task for task, _ in self._under_way.values()}
        if pending:
            _, pending = await asyncio.wait(pending, timeout=self.pace.grace_s)
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)


def _picked(shares: Sequence[tuple[Porter, float]]) -> Porter | None:
    return carriers.pick(shares, random.random())  # noqa: S311 - spreads load, no secret
