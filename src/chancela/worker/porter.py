"""A porter: one carrier at work for one operator, with its breaker, its health, and the room that it has."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections import deque
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from chancela.adapters.channels.contract import ChannelFailure
from chancela.adapters.postgres.world import BRAZIL
from chancela.domain import carrier as carriers
from chancela.domain.carrier import Breaker, BreakerState, CarrierStanding, Health

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from chancela.adapters.channels.contract import Carrier, Letter
    from chancela.adapters.postgres.carriers import CarrierEntry
    from chancela.worker.pace import Pace

MOST_REMEMBERED: Final = 64
LOG: Final = logging.getLogger(__name__)


@dataclass(slots=True)
class Slots:
    """How many letters a carrier takes at once, whoever hands them to it; those who wait are told when one is free."""

    most: int
    used: int = 0
    waiting: set[asyncio.Event] = field(default_factory=set)

    @property
    def free(self) -> int:
        """How many more it takes now."""
        return max(0, self.most - self.used)

    def give_back(self) -> None:
        """Free one, and tell everyone who waits."""
        self.used -= 1
        for each in self.waiting:
            each.set()


@dataclass(slots=True)
class Purse:
    """What an operator's carriers took today (in Brazil), as the database told; a new day begins with nothing."""

    day: date = date.min
    spent: dict[str, int] = field(default_factory=dict)

    def of(self, carrier: str) -> int:
        """Return what a carrier took today, in thousandths of a real."""
        return self.spent.get(carrier, 0) if self.day == _today() else 0

    def learn(self, spent: Mapping[str, int]) -> None:
        """Remember what carriers took today in all; within a day it only grows, whatever a late look tells."""
        if self.day != (today := _today()):
            self.day, self.spent = today, {}
        for carrier, millis in spent.items():
            self.spent[carrier] = max(millis, self.spent.get(carrier, 0))


@dataclass(frozen=True, slots=True)
class Awaited:
    """A message whose receipt is looked for from this instant on (seconds of this process's clock)."""

    id: UUID
    planned_at: datetime
    at: float


@dataclass(slots=True)
class Porter:
    """A carrier as an operator's couriers use it; `entry` is None for one that the whole installation shares."""

    carrier: Carrier
    slots: Slots
    purse: Purse
    pace: Pace
    entry: CarrierEntry | None = None
    breaker: Breaker = field(default_factory=Breaker)
    health: Health = field(default_factory=Health)
    under_way: int = 0
    unpaid: int = 0
    reason: str | None = None
    told: CarrierStanding | None = None
    awaited: deque[Awaited] = field(default_factory=deque)

    @property
    def name(self) -> str:
        """The carrier's name."""
        return self.carrier.name

    @property
    def cost_millis(self) -> int:
        """What it takes for a message, in thousandths of a real."""
        return self.entry.cost_millis if self.entry else 0

    @property
    def kept(self) -> float:
        """The part of its weight that it keeps."""
        return carriers.judge(self.health)

    @property
    def share(self) -> float:
        """What it is picked by: weight and health."""
        return (self.entry.weight if self.entry else 100) * self.kept

    @property
    def capped(self) -> bool:
        """Tell whether its cap of the day leaves no room for another message."""
        return self._affordable() == 0

    @property
    def standing(self) -> CarrierStanding:
        """How it stands."""
        return carriers.standing(self.breaker, self.kept, capped=self.capped)

    def works(self) -> bool:
        """Tell whether letters may go to it, as soon as there is room."""
        return carriers.lets_through(self.breaker, time.monotonic()) and not self.capped

    def capacity(self) -> int:
        """Return how many letters it takes at most: one where it must first show that it works again."""
        left = self._affordable()
        most = self.slots.most if left is None else min(self.slots.most, left)
        return most if self.breaker.state is BreakerState.CLOSED else min(most, 1)

    def room(self) -> int:
        """Return how many letters it takes now."""
        if not carriers.lets_through(self.breaker, time.monotonic()):
            return 0
        left = self._affordable()
        free = self.slots.free if left is None else min(self.slots.free, left - self.unpaid)
        return max(0, min(free, self.capacity()))

    def reserve(self) -> None:
        """Keep room for a letter until it is released, and its cost until that is paid."""
        self.under_way += 1
        self.unpaid += 1
        self.slots.used += 1
        self.breaker = carriers.tried(self.breaker)

    def release(self) -> None:
        """Give a letter's room back; a trial of which nothing was heard may be made again."""
        self.under_way -= 1
        if not self.under_way:
            self.breaker = carriers.untried(self.breaker)
        self.slots.give_back()

    def overdrawn(self) -> bool:
        """Tell whether what it has in its hands goes beyond its cap: letters that came from another carrier may."""
        left = self._affordable()
        return left is not None and self.unpaid > left

    def paid(self) -> None:
        """Note that what a letter cost is in the purse, or that it cost nothing."""
        self.unpaid -= 1

    async def enter(self) -> None:
        """Wait for room and reserve it, for a letter that another carrier was to take."""
        freed = asyncio.Event()
        self.slots.waiting.add(freed)
        try:
            while not self.slots.free:
                freed.clear()
                await freed.wait()
        finally:
            self.slots.waiting.discard(freed)
        self.reserve()

    async def carry(self, letter: Letter) -> str:
        """Hand a letter over and return the carrier's id for it; whatever goes wrong is a ChannelFailure."""
        try:
            async with asyncio.timeout(self.carrier.capabilities.patience_s):
                carrier_id = await self.carrier.send(letter)
        except ChannelFailure as fault:
            failure = fault
        except TimeoutError:
            failure = ChannelFailure("no answer in time", permanent=False)
        except Exception as fault:  # noqa: BLE001 - whatever a carrier does, the delivery is seen as failed
            LOG.warning("the carrier %s failed in a way of its own: %s", self.name, type(fault).__name__)
            failure = ChannelFailure(type(fault).__name__, permanent=False)
        else:
            self._worked()
            return carrier_id
        self._failed(failure)
        raise failure

    def remember(self, delivery_id: UUID, planned_at: datetime) -> None:
        """Let the receipt of a message that was handed over be looked for; of many a few are enough."""
        if self.carrier.capabilities.receipts and len(self.awaited) < MOST_REMEMBERED:
            self.awaited.append(Awaited(delivery_id, planned_at, time.monotonic() + self.pace.late_s))

    def overdue(self) -> list[Awaited]:
        """Take those messages whose receipt should have come by now."""
        found, now = [], time.monotonic()
        while self.awaited and self.awaited[0].at <= now:
            found.append(self.awaited.popleft())
        return found

    def looked_for(self, awaited: int, in_time: int) -> None:
        """Note how many receipts were looked for, and how many of them had come in time."""
        self.health = carriers.looked_for(self.health, time.monotonic(), awaited, awaited - in_time)

    def _affordable(self) -> int | None:
        if self.entry is None or self.entry.daily_cap_millis is None:
            return None
        return carriers.affordable(self.entry.daily_cap_millis, self.purse.of(self.name), self.entry.cost_millis)

    def _worked(self) -> None:
        self.health = carriers.attempted(self.health, time.monotonic(), error=False)
        self.breaker = carriers.worked(self.breaker)
        self.reason = None

    def _failed(self, failure: ChannelFailure) -> None:
        """Note a failure: one for good is about the letter, but shows the carrier at work."""
        now = time.monotonic()
        self.health = carriers.attempted(self.health, now, error=True)
        if failure.permanent and not failure.ours:
            self.breaker = carriers.worked(self.breaker)
        elif failure.retry_after_s is not None and not failure.ours:
            self.breaker = carriers.asked_to_wait(self.breaker, now, failure.retry_after_s)
        else:
            self.reason = failure.reason
            luck = random.random()  # noqa: S311 - spreads load, no secret
            rest_s = self.pace.first_rest_s
            self.breaker = carriers.failed(self.breaker, now, luck, ours=failure.ours, first_rest_s=rest_s)


def _today() -> date:
    return datetime.now(BRAZIL).date()
