"""The chores by the clock and the errands of pages: procrastinate gives each to one worker, from one PostgreSQL."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING, Final

import procrastinate
import psycopg
from procrastinate import exceptions

from chancela.bootstrap import errands
from chancela.worker.errands import Errands

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from chancela.bootstrap.settings import Settings
    from chancela.worker.chores import Chores

SCHEDULE: Final = {
    "expire_tokens": "* * * * *",
    "apply_contacts": "* * * * *",
    "settle_late": "*/5 * * * *",  # a late code's last day ends at midnight in Brasília
    "remind_late": "*/10 * * * *",
    "chase_absences": "13 * * * *",  # what is owed until a day is owed until midnight in Brasília
    "lapse_outages": "* * * * *",
    "attach_outages": "* * * * *",
    "sign_checkpoints": "*/5 * * * *",
    "watch_conversion": "*/5 * * * *",
    "destroy_day_keys": "0 * * * *",  # a day key's 72 h end at midnight UTC
    "ensure_partitions": "11 3 * * *",
    "forget_answers": "17 * * * *",
    "forget_early_receipts": "21 * * * *",
    "forget_sign_ins": "*/10 * * * *",
    "forget_contact_changes": "*/10 * * * *",
    "forget_passkey_challenges": "*/10 * * * *",
    "forget_what_is_over": "37 3 * * *",
    "sweep_documents": "47 3 * * *",
    "carry_imports": "* * * * *",
    "forget_imports": "7 * * * *",
    "forget_webhook_events": "23 * * * *",
    "forget_jobs": "27 * * * *",
}
AGAIN_S: Final = 5.0
KEPT_HOURS: Final = 72
CHORES: Final = "default"
AT_ONCE: Final = {CHORES: 1, errands.QUEUE: 2}
LOG: Final = logging.getLogger(__name__)


def schedule(settings: Settings, chores: Chores) -> procrastinate.App:
    """Return procrastinate's app with every chore on its schedule; nothing is opened yet."""
    jobs = procrastinate.App(connector=errands.connector(settings, 6))

    async def forget_jobs() -> None:
        """Delete what is over, and what a killed worker left."""
        await jobs.job_manager.delete_old_jobs(KEPT_HOURS, include_failed=True, include_aborted=True)
        for stalled in await jobs.job_manager.get_stalled_jobs():
            await jobs.job_manager.finish_job(stalled, procrastinate.jobs.Status.ABORTED, delete_job=True)

    for name, cron in SCHEDULE.items():
        deed = forget_jobs if name == "forget_jobs" else getattr(chores, name)
        jobs.periodic(cron=cron)(jobs.task(name=name, queueing_lock=name)(_timed(deed)))
    Errands(chores.app).learn(jobs)
    return jobs


def _timed(deed: Callable[[], Awaitable[None]]) -> Callable[[int], Awaitable[None]]:
    async def at(timestamp: int) -> None:
        del timestamp
        await deed()

    return at


async def run(jobs: procrastinate.App, stop: asyncio.Event) -> None:
    """Work until told to stop; a database that goes away is waited for."""
    while not stop.is_set():
        try:
            async with jobs.open_async():
                await _work(jobs, stop)
        except (exceptions.ProcrastinateException, psycopg.Error, OSError) as fault:
            LOG.warning("chores wait for the database: %s", type(fault).__name__)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), AGAIN_S)


async def _work(jobs: procrastinate.App, stop: asyncio.Event) -> None:
    """Work at both queues until told to stop, or until one of them breaks off: a long errand holds up no chore."""
    working = [asyncio.create_task(_at(jobs, queue, at_once)) for queue, at_once in AT_ONCE.items()]
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({*working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in (stopping, *working):
            each.cancel()
        await asyncio.wait(working)
    for each in working:
        if not each.cancelled():
            each.result()


async def _at(jobs: procrastinate.App, queue: str, at_once: int) -> None:
    await jobs.run_worker_async(
        queues=[queue],
        concurrency=at_once,
        install_signal_handlers=False,
        shutdown_graceful_timeout=10,
        delete_jobs="successful",
    )
