"""The worker: couriers that deliver, ladders that climb, chores by the clock, and an orderly end."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import signal
from typing import TYPE_CHECKING

from chancela.adapters.postgres import housekeeping
from chancela.bootstrap.app import App
from chancela.bootstrap.carriers import carriers_of
from chancela.bootstrap.outage_pulse import Pulse
from chancela.domain.outage_pulse import WORKER
from chancela.worker import jobs, outage_fleet
from chancela.worker.chores import Chores
from chancela.worker.climber import Climber
from chancela.worker.fleet import Fleet
from chancela.worker.lookout import Lookout
from chancela.worker.meters import Meter, Serving
from chancela.worker.pace import Pace
from chancela.worker.teller import Teller
from chancela.worker.tending import Tending
from chancela.worker.webhooks import Senders

if TYPE_CHECKING:
    from collections.abc import Callable

    from chancela.bootstrap.settings import Settings
    from chancela.worker.fleet import CarriersOf
    from chancela.worker.webhooks import Shape

GOOD_PACE = Pace()


class NotMigratedError(Exception):
    """The database lacks the tables of the jobs."""


async def run(
    settings: Settings,
    pace: Pace = GOOD_PACE,
    when_ready: Callable[[], None] | None = None,
    stop: asyncio.Event | None = None,
    shape: Shape | None = None,
) -> None:
    """Deliver and keep house until SIGTERM, SIGINT or the event; what is in flight is finished first.

    Any number of workers may run at once; one without a `shape` of guias tells no other system. A database that was not
    migrated raises NotMigratedError.
    """
    stop = stop or _stopped_by_signals()
    async with App(settings) as app:
        if not await housekeeping.jobs_laid(settings.database_url or ""):
            raise NotMigratedError("The database is not ready for the worker: run `chancela migrate` first.")
        chores = Chores(app)
        await chores.ensure_partitions()
        await chores.destroy_day_keys()
        planned = jobs.schedule(settings, chores)
        meter = Meter()
        with Serving(meter, settings.worker_metrics_port) as metrics:
            async with asyncio.TaskGroup() as group:
                group.create_task(jobs.run(planned, stop))
                measures = metrics.port is not None
                await deliver(app, pace, stop, when_ready=when_ready, meter=meter, measures=measures, shape=shape)


async def deliver(
    app: App,
    pace: Pace,
    stop: asyncio.Event,
    *,
    when_ready: Callable[[], None] | None = None,
    source: CarriersOf = carriers_of,
    meter: Meter | None = None,
    measures: bool = False,
    shape: Shape | None = None,
) -> None:
    """Deliver until the event, then finish what is under way and let the carriers go."""
    meter = meter or Meter()
    climber = Climber(app, meter)
    async with contextlib.AsyncExitStack() as closing, asyncio.TaskGroup() as group:
        fleet = Fleet(app, pace, meter, climber, source, group, stop)
        closing.push_async_callback(fleet.close)
        closing.push_async_callback(climber.finish)
        tending = asyncio.create_task(Tending(fleet, pace).run())
        closing.callback(tending.cancel)
        pulse = Pulse(app, {WORKER}, channels=functools.partial(outage_fleet.channels, fleet))
        closing.callback(asyncio.create_task(pulse.run()).cancel)
        senders = Senders(app, meter, shape, pace.tells_s)
        closing.push_async_callback(senders.finish, pace.grace_s)
        lookout = Lookout(app, fleet, climber, Teller(app), senders, meter, pace, measures)
        await lookout.look()
        if when_ready:
            when_ready()
        await lookout.run(stop)
        fleet.nudge()


def _stopped_by_signals() -> asyncio.Event:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, stop.set)
    return stop
