"""A worker process is light, delivers, keeps house, and ends in good order; several at once share the work."""

import asyncio
import subprocess
import sys
from dataclasses import replace

import psycopg
import pytest

from chancela.bootstrap.settings import Settings
from chancela.worker import main
from tests import visits
from tests.worker import processes

MOST_MB = 120


async def test_a_worker_delivers_in_a_moment_and_stays_light(app, house, settings, deliveries, until):
    with processes.worker(settings) as worker:
        for tenant in house.all:
            await visits.issued(app, tenant)
        await until(lambda: {state for state, _, _ in deliveries()} == {"delivered"})
        assert len(await app.inbox(house.aurora.first.card_number)) == 3
        await asyncio.sleep(1)
        assert processes.memory_mb(worker) < MOST_MB


def test_the_worker_needs_no_web_framework():
    loaded = "import sys, chancela.worker.main; print(sorted({n.split('.')[0] for n in sys.modules}))"
    told = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True).stdout
    assert not {"django", "litestar", "uvicorn", "lxml", "typer"} & set(eval(told))  # noqa: S307 - our own list


async def test_told_to_stop_it_finishes_what_is_in_flight_and_exits_well(app, cambui, settings, deliveries, until):
    slow = replace(settings, demo_carrier_delay_ms=1500)
    await visits.issued(app, cambui)
    with processes.worker(slow):
        await until(lambda: deliveries()[0][0] == "sending")
    assert deliveries() == [("delivered", 1, None)]


async def test_two_workers_share_the_work_and_repeat_nothing(app, bem_te_vi, settings, deliveries, until):
    for _ in range(25):
        await visits.issued(app, bem_te_vi)
    with processes.worker(settings), processes.worker(settings):
        await until(lambda: {state for state, _, _ in deliveries()} == {"delivered"}, seconds=40)
    assert {attempts for _, attempts, _ in deliveries()} == {1}
    assert len(await app.inbox(bem_te_vi.first.card_number)) == 50


async def test_without_its_tables_it_says_what_to_do(settings, database_url):
    with psycopg.connect(database_url) as connection:
        connection.execute("DROP SCHEMA jobs CASCADE")
    with pytest.raises(main.NotMigratedError, match="chancela migrate"):
        await main.run(settings, stop=asyncio.Event())


async def test_it_ends_when_the_event_says_so(settings: Settings):
    stop = asyncio.Event()
    working = asyncio.create_task(main.run(settings, when_ready=stop.set, stop=stop))
    await asyncio.wait_for(working, 20)
