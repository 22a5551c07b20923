"""A courier at work on the test's database, and waiting until something is so."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg.rows import dict_row

from chancela.worker import main
from chancela.worker.pace import Pace

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from chancela.adapters.channels.contract import Carrier
    from chancela.bootstrap.app import App
    from chancela.domain.people import Operator
    from chancela.worker.fleet import Bound
    from chancela.worker.meters import Meter

QUICK = Pace(
    lease_s=3, poll_s=0.1, attempts=3, first_wait_s=0.1, longest_wait_s=0.2, grace_s=3, first_rest_s=0.3, late_s=0.4
)


@pytest.fixture
def at_work(app) -> Callable[..., contextlib.AbstractAsyncContextManager[None]]:
    """Deliveries at work by these carriers alone; with an entry beside it a carrier is an operator's own.

    What is given may change: it is asked for anew whenever the mark of an operator's carriers does.
    """

    @contextlib.asynccontextmanager
    async def work(*given: Carrier | Bound, pace: Pace = QUICK, meter: Meter | None = None) -> AsyncIterator[None]:
        listed = given[0] if given and isinstance(given[0], list) else given

        async def source(_: App, operator: Operator) -> list[Bound]:
            bound = [each if isinstance(each, tuple) else (None, each) for each in listed]
            return [each for each in bound if each[0] is None or each[0].operator == operator.ans]

        stop, ready = asyncio.Event(), asyncio.Event()
        working = asyncio.create_task(main.deliver(app, pace, stop, when_ready=ready.set, source=source, meter=meter))
        waiting = asyncio.create_task(ready.wait())
        try:
            await asyncio.wait({working, waiting}, return_when=asyncio.FIRST_COMPLETED)
            yield
        finally:
            waiting.cancel()
            stop.set()
            await working

    return work


@pytest.fixture
def ask(database_url: str) -> Callable[..., list[dict[str, Any]]]:
    """Ask the database as its owner; each row by the names of its columns."""

    def ask(text: str, *values: object) -> list[dict[str, Any]]:
        with psycopg.connect(database_url, row_factory=dict_row) as connection:
            found = connection.execute(text.encode(), values or None)
            return found.fetchall() if found.description else []

    return ask


@pytest.fixture
def deliveries(database_url: str) -> Callable[[], list[tuple[str, int, str | None]]]:
    """State, attempts and failure of every message but those that tell of a validation."""

    def read() -> list[tuple[str, int, str | None]]:
        with psycopg.connect(database_url) as connection:
            return connection.execute(
                "SELECT state, attempts, failure FROM chancela.delivery WHERE purpose <> 'validated'"
                " ORDER BY planned_at, id"
            ).fetchall()

    return read


@pytest.fixture
def until() -> Callable[..., Awaitable[None]]:
    """Wait until something is so; fail after some seconds."""

    async def wait(so: Callable[[], bool], seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while not so():
            assert time.monotonic() < end, "it never came to be"
            await asyncio.sleep(0.02)

    return wait
