"""A courier at work on the test's database, and waiting until something is so."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING

import psycopg
import pytest

from chancela.worker.courier import Courier
from chancela.worker.pace import Pace

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from chancela.adapters.channels.contract import Carrier

QUICK = Pace(lease_s=3, poll_s=0.1, attempts=3, first_wait_s=0.1, longest_wait_s=0.2, grace_s=3)


@pytest.fixture
def at_work(app) -> Callable[..., contextlib.AbstractAsyncContextManager[Courier]]:
    @contextlib.asynccontextmanager
    async def work(carrier: Carrier, pace: Pace = QUICK) -> AsyncIterator[Courier]:
        courier, stop = Courier(app, carrier, pace), asyncio.Event()
        working = asyncio.create_task(courier.run(stop))
        try:
            yield courier
        finally:
            stop.set()
            courier.nudge()
            await working

    return work


@pytest.fixture
def deliveries(database_url: str) -> Callable[[], list[tuple[str, int, str | None]]]:
    """State, attempts and failure of every delivery."""

    def read() -> list[tuple[str, int, str | None]]:
        with psycopg.connect(database_url) as connection:
            return connection.execute(
                "SELECT state, attempts, failure FROM chancela.delivery ORDER BY planned_at, id"
            ).fetchall()

    return read


@pytest.fixture
def until() -> Callable[..., Awaitable[None]]:
    """Wait until something is so; fail after some seconds."""

    async def wait(so: Callable[[], bool], seconds: float = 20) -> None:
        end = time.monotonic() + seconds
        while not so():
            assert time.monotonic() < end, "it never came to be"
            await asyncio.sleep(0.02)

    return wait
