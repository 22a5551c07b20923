"""The lookout: sees what waits for each operator, and sends couriers, climber, teller and clerk to it."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import psycopg

from chancela.adapters.postgres.webhooks import WebhookEvents
from chancela.worker.meters import Stand

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.adapters.postgres.lookout import Sight
    from chancela.bootstrap.app import App
    from chancela.domain.people import Operator
    from chancela.worker.climber import Climber
    from chancela.worker.fleet import Fleet, Team
    from chancela.worker.meters import Meter
    from chancela.worker.pace import Pace
    from chancela.worker.teller import Teller
    from chancela.worker.webhooks import Senders

OPERATORS_S: Final = 5.0
QUEUES_S: Final = 5.0
LOOKING: Final = 0.5  # of the time at most, however many operators there are and however often something is queued
ERRANDS: Final = 0.2  # of the time at most, also where receipts of nothing come in floods
LOG: Final = logging.getLogger(__name__)


@dataclass(slots=True)
class Lookout:
    """Looks once a second, and at once when something was queued; one round trip tells of all operators."""

    app: App
    fleet: Fleet
    climber: Climber
    teller: Teller
    senders: Senders
    meter: Meter
    pace: Pace
    measures: bool = False
    _operators: Sequence[Operator] = ()
    _operators_at: float = field(default=float("-inf"))
    _queues_at: float = field(default=float("-inf"))
    _errands: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    async def run(self, stop: asyncio.Event) -> None:
        """Look until told to stop."""
        stopping = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                self.app.notices.queued.clear()
                began = time.monotonic()
                await self.look()
                await asyncio.wait({stopping}, timeout=_rest_s(began, LOOKING))
                await self._pause(stopping, self.pace.poll_s - (time.monotonic() - began))
        finally:
            stopping.cancel()
            for errand in self._errands.values():
                errand.cancel()

    async def _pause(self, stopping: asyncio.Task[bool], seconds: float) -> None:
        """Wait so long, or until something is queued, or the end has come."""
        queued = asyncio.create_task(self.app.notices.queued.wait())
        await asyncio.wait({queued, stopping}, return_when=asyncio.FIRST_COMPLETED, timeout=max(0.0, seconds))
        queued.cancel()

    async def look(self) -> None:
        """Look once; a database that is away is looked for again."""
        try:
            operators = await self._known()
            sights = await self.fleet.looks.look([each.ans for each in operators])
            for operator in operators:
                await self._send(operator, sights[operator.ans])
            if self.measures and time.monotonic() - self._queues_at >= QUEUES_S:
                self._queues_at = time.monotonic()
                await self._measure(operators)
        except (psycopg.Error, OSError) as fault:
            LOG.warning("the lookout waits for the database: %s", type(fault).__name__)

    async def _known(self) -> Sequence[Operator]:
        now = time.monotonic()
        if now - self._operators_at >= OPERATORS_S:
            self._operators = await self.app.reads.operators()
            self._operators_at = now
        return self._operators

    async def _send(self, operator: Operator, sight: Sight) -> None:
        """Send everyone to what waits for an operator; what goes wrong with one is no other's concern."""
        try:
            team = await self.fleet.muster(operator, sight.mark)
        except Exception as fault:  # noqa: BLE001 - see above; it is tried again in a moment
            LOG.warning("the carriers of %s are asked for again: %s", operator.name, type(fault).__name__)
            return
        for channel in sight.channels:
            team.couriers[channel].nudge()
        if sight.webhooks:
            self.senders.nudge(operator)
        if (sight.ladders or sight.untold or sight.early) and operator.ans not in self._errands:
            errand = asyncio.create_task(self._errand(team, sight))
            self._errands[operator.ans] = errand
            errand.add_done_callback(lambda _: self._errands.pop(operator.ans))

    async def _errand(self, team: Team, sight: Sight) -> None:
        """Climb, tell and match for one operator, while the lookout goes on looking; then rest as it does."""
        began = time.monotonic()
        try:
            if sight.ladders:
                await self.climber.climb(team.operator.ans)
            if sight.untold:
                await self.teller.tell(team.operator.ans)
            if sight.early:
                team.clerk.tell(await team.clerk.outbox.match_early(team.operator.ans))
        except Exception as fault:  # noqa: BLE001 - what waits is seen again in a moment
            LOG.warning("%s is looked after again in a moment: %s", team.operator.name, type(fault).__name__)
        await asyncio.sleep(_rest_s(began, ERRANDS))

    async def _measure(self, operators: Sequence[Operator]) -> None:
        for each in operators:
            self.meter.queues[each.ans] = await self.fleet.looks.queues(each.ans)
            self.meter.webhooks_due[each.ans] = await WebhookEvents(self.app.pool).due(each.ans)
        self.meter.stands = [stand for team in self.fleet.teams.values() for stand in _stands(team)]


def _rest_s(began: float, part: float) -> float:
    """Return how long to rest after what began then, so that it takes no more than this part of the time."""
    return (time.monotonic() - began) * (1 / part - 1)


def _stands(team: Team) -> list[Stand]:
    return [Stand(team.operator.ans, each.name, each.standing, each.kept) for each in team.porters]
