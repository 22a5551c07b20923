"""The clerk: writes what came of an operator's attempts as sets, and tells those whom it concerns."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import psycopg

from chancela.adapters.postgres.outbox import Outbox, PutOff, Settled
from chancela.bootstrap.lanes import Lane

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.adapters.postgres.outbox import Received
    from chancela.bootstrap.app import App
    from chancela.worker.climber import Climber
    from chancela.worker.pace import Pace
    from chancela.worker.porter import Purse

Result = Settled | PutOff


@dataclass(slots=True)
class Clerk:
    """One for each operator, so that the results of all its channels are written together."""

    app: App
    operator: str
    purse: Purse
    climber: Climber
    pace: Pace
    outbox: Outbox = field(init=False)
    _lane: Lane[Result, None] = field(init=False)

    def __post_init__(self) -> None:
        """Open the lane."""
        self.outbox = Outbox(self.app.pool)
        self._lane = Lane(self._settle)

    async def write(self, result: Result) -> None:
        """Write a result, however long the database is away: until then the attempt would be repeated."""
        while True:
            try:
                await self._lane.submit(result)
            except (psycopg.Error, OSError):
                await asyncio.sleep(self.pace.poll_s * (0.5 + random.random()))  # noqa: S311 - spreads load, no secret
            else:
                return

    def tell(self, received: Received) -> None:
        """Say what moved to those who watch, and let the ladders go on of which a message is lost."""
        self.purse.learn(received.spent)
        if received.touched:
            self.app.notices.tell(self.operator, received.touched, queued=False)
        if received.lost:
            self.climber.lost(self.operator, received.lost)

    async def _settle(self, results: Sequence[Result]) -> Sequence[None]:
        self.tell(await self.outbox.settle(self.operator, results))
        return [None] * len(results)
