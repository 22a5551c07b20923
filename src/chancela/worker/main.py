"""The worker: couriers that deliver, chores by the clock, and an orderly end."""

from __future__ import annotations

import asyncio
import signal
from typing import TYPE_CHECKING

from chancela.adapters.postgres import housekeeping
from chancela.bootstrap.app import App
from chancela.bootstrap.carriers import carriers
from chancela.worker import jobs
from chancela.worker.chores import Chores
from chancela.worker.courier import Courier
from chancela.worker.pace import Pace

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from chancela.bootstrap.settings import Settings

GOOD_PACE = Pace()


class NotMigratedError(Exception):
    """The database lacks the tables of the jobs."""


async def run(
    settings: Settings,
    pace: Pace = GOOD_PACE,
    when_ready: Callable[[], None] | None = None,
    stop: asyncio.Event | None = None,
) -> None:
    """Deliver and keep house until SIGTERM, SIGINT or the event; what is in flight is finished first.

    Any number of workers may run at once. A database that was not migrated raises NotMigratedError.
    """
    stop = stop or _stopped_by_signals()
    async with App(settings) as app:
        if not await housekeeping.jobs_laid(settings.database_url or ""):
            raise NotMigratedError("The database is not ready for the worker: run `chancela migrate` first.")
        chores = Chores(app)
        await chores.ensure_partitions()
        await chores.destroy_day_keys()
        couriers = [Courier(app, carrier, pace) for carrier in carriers(app)]
        if when_ready:
            when_ready()
        async with asyncio.TaskGroup() as group:
            for courier in couriers:
                group.create_task(courier.run(stop))
            group.create_task(jobs.run(jobs.schedule(settings, chores), stop))
            group.create_task(_ring(app, couriers, stop))


async def _ring(app: App, couriers: Sequence[Courier], stop: asyncio.Event) -> None:
    """Nudge every courier when something was queued, and once more in the end."""
    stopping = asyncio.create_task(stop.wait())
    while not stop.is_set():
        queued = asyncio.create_task(app.notices.queued.wait())
        await asyncio.wait({queued, stopping}, return_when=asyncio.FIRST_COMPLETED)
        queued.cancel()
        app.notices.queued.clear()
        for courier in couriers:
            courier.nudge()


def _stopped_by_signals() -> asyncio.Event:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, stop.set)
    return stop
