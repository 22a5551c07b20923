"""Verifying one operator's trail from its pages: a worker walks it while the page tells how far it is."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

import psycopg

from chancela.adapters import chance
from chancela.adapters.postgres.trail_checks import Outcome, Result, TrailChecks
from chancela.bootstrap import errands, verify
from chancela.domain.trail import Event, EventKind

if TYPE_CHECKING:
    from chancela.bootstrap.app import App
    from chancela.bootstrap.settings import Settings
    from chancela.domain.permissions import Actor

EVERY_S: Final = 1.0
TOLD: Final = 20  # places


@dataclass(slots=True)
class _Progress:
    """How far it is, as another thread says."""

    done: int = 0
    total: int = 0

    def tell(self, operator: str, done: int, total: int) -> None:
        del operator
        self.done, self.total = done, total


async def ask(app: App, actor: Actor) -> bool:
    """Ask a worker to verify the trail of the actor's operator; False where that is under way."""
    check = chance.SystemChance().id()
    if not await TrailChecks(app.pool).ask(actor.operator, check, actor.name):
        return False
    await errands.send(app.settings, errands.CHECK_TRAIL, str(check), operator=actor.operator, check=str(check))
    return True


async def run(app: App, operator: str, check: UUID) -> None:
    """Verify, saying now and then how far it is, and keep what was found with its event; one that is over is left."""
    checks, progress = TrailChecks(app.pool), _Progress()
    asked_by = await checks.proceed(operator, check, 0, 0)
    if asked_by is None:
        return
    walking = asyncio.create_task(asyncio.to_thread(_result, app.settings, operator, progress))
    while not (await asyncio.wait({walking}, timeout=EVERY_S))[0]:
        await checks.proceed(operator, check, progress.done, progress.total)
    result = walking.result()
    data = {"outcome": result.outcome.value, "length": result.events, "found": result.found}
    event = Event(EventKind.TRAIL_VERIFIED, check, asked_by, data)
    await checks.finish(operator, check, result, event, app.head_mac)


def _result(settings: Settings, operator: str, progress: _Progress) -> Result:
    """Walk the trail in a loop of its own, so that what a worker does beside it goes on."""
    try:
        report = asyncio.run(verify.verify(settings, progress.tell, only=operator))
    except (psycopg.Error, OSError):
        return Result(Outcome.FAILED)
    if not report.trails:
        return Result(Outcome.FAILED, found=len(report.findings), places=_places(report))
    mine = report.trails[0]
    outcome = Outcome.WHOLE if report.whole else Outcome.BROKEN
    return Result(outcome, mine.events, mine.checkpoints, len(report.findings), _places(report))


def _places(report: verify.Report) -> tuple[tuple[str, str], ...]:
    return tuple((each.where, each.what) for each in report.findings[:TOLD])
