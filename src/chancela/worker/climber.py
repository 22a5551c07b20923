"""The climber: lets the next rung of a ladder go out when its time has come, or at once when every message failed."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import psycopg

from chancela.domain.permissions import Actor, ActorKind
from chancela.usecases.climb_ladders import ClimbLadders

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from chancela.bootstrap.app import App
    from chancela.worker.meters import Meter

MOST: Final = 200
LOG: Final = logging.getLogger(__name__)


@dataclass(slots=True)
class Climber:
    """Any number of workers may climb: whoever holds the guia moves its ladder, the others find it moved."""

    app: App
    meter: Meter
    _under_way: set[asyncio.Task[None]] = field(default_factory=set)

    async def climb(self, operator: str) -> None:
        """Move every ladder of an operator whose time has come."""
        while await self._do(ClimbLadders(_actor(operator), limit=MOST)) >= MOST:
            pass

    def lost(self, operator: str, guias: Collection[UUID]) -> None:
        """Let ladders of which a message failed be looked at, without waiting for it; their own time stands behind."""
        task = asyncio.create_task(self._lost(ClimbLadders(_actor(operator), tuple(sorted(guias)))))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def finish(self) -> None:
        """Wait until what was begun is done."""
        while self._under_way:
            await asyncio.wait(self._under_way)

    async def _lost(self, command: ClimbLadders) -> None:
        try:
            await self._do(command)
        except (psycopg.Error, OSError) as fault:
            LOG.warning("ladders wait for their time: %s", type(fault).__name__)

    async def _do(self, command: ClimbLadders) -> int:
        moved: int = await self.app.do(command)
        self.meter.climbed[(command.actor.operator,)] += moved
        return moved


def _actor(operator: str) -> Actor:
    return Actor(operator, ActorKind.SYSTEM, "worker")
