"""Errands: work that is too long for a page, which asks a worker for it through the same PostgreSQL."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Final

import procrastinate
from procrastinate import exceptions

if TYPE_CHECKING:
    from chancela.bootstrap.settings import Settings

QUEUE: Final = "errands"  # apart from the chores by the clock, which wait for none of them
CHECK_TRAIL: Final = "check_trail"
IMPORT_FILE: Final = "import_file"


def connector(settings: Settings, most: int) -> procrastinate.PsycopgConnector:
    """Return the way to the tables of the jobs, still closed."""
    return procrastinate.PsycopgConnector(
        conninfo=settings.database_url,
        kwargs={"options": "-c search_path=jobs -c timezone=UTC -c application_name=chancela-jobs -c jit=off"},
        min_size=1,
        max_size=most,
    )


async def send(settings: Settings, errand: str, lock: str, **facts: str) -> None:
    """Ask for an errand by its name; while one with the same lock waits, another changes nothing."""
    async with procrastinate.App(connector=connector(settings, 1)).open_async() as jobs:
        with contextlib.suppress(exceptions.AlreadyEnqueued):
            await jobs.configure_task(errand, queue=QUEUE, queueing_lock=lock).defer_async(**facts)
