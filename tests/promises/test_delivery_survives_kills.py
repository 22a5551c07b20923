"""Promise 5: what was issued is delivered or seen as failed; kill -9 loses nothing, and repeats what was in flight."""

from __future__ import annotations

import asyncio
import signal
from dataclasses import replace
from typing import TYPE_CHECKING

import psycopg
import pytest

from chancela.bootstrap.app import App
from tests import relays, visits
from tests.relays import RelayServer
from tests.worker import processes

if TYPE_CHECKING:
    from chancela.bootstrap.settings import Settings
    from tests.cast import Tenant
    from tests.worker.processes import Brood

KILLS = 50
PACE = {"lease_s": 1.5, "poll_s": 0.1}


def deliveries(url: str) -> dict[str, tuple[str, str, int]]:
    """Channel, state and recorded attempts of each delivery, by its id."""
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT id::text, channel, state, attempts FROM chancela.delivery").fetchall()
    return {row[0]: (row[1], row[2], row[3]) for row in found}


async def load(app: App, tenant: Tenant, stop: asyncio.Event) -> None:
    """Issue codes without end, as a desk at work would."""
    while not stop.is_set():
        await visits.issued(app, tenant)
        await asyncio.sleep(0.02)


async def killed_again_and_again(brood: Brood, url: str) -> set[str]:
    """Kill worker after worker, the next one at work already; return what was in flight at any of the deaths."""
    in_flight: set[str] = set()
    worker = await asyncio.to_thread(brood.start)
    for kill in range(KILLS):
        heir = await asyncio.to_thread(brood.start) if kill < KILLS - 1 else None
        await asyncio.to_thread(brood.kill, worker)
        in_flight |= {key for key, (_, state, _) in deliveries(url).items() if state == "sending"}
        worker = heir or worker
    return in_flight


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_killing_workers_under_load_loses_no_delivery(settings: Settings, database_url: str, aurora: Tenant):
    visits.unhinder(database_url)
    async with relays.listening(RelayServer(delay_s=0.05)) as relay:
        mailed = replace(settings, smtp_url=f"smtp://127.0.0.1:{relay.port}?tls=off", demo_carrier_delay_ms=50)
        stop = asyncio.Event()
        async with App(settings) as app:
            with processes.Brood(mailed, **PACE) as brood:
                loading = asyncio.create_task(load(app, aurora, stop))
                in_flight = await killed_again_and_again(brood, database_url)
                stop.set()
                await loading
                last = await asyncio.to_thread(brood.start)
                await settled(database_url)
                await asyncio.to_thread(brood.end, last)
            phone = {each.text for each in await app.inbox(aurora.first.card_number)}
    outcomes = deliveries(database_url)
    assert len(outcomes) > 3 * KILLS
    assert {state for channel, state, _ in outcomes.values() if channel == "email"} == {"handed_over"}
    assert {state for channel, state, _ in outcomes.values() if channel != "email"} == {"delivered"}
    tried = {key.strip("<>").partition("@")[0]: count for key, count in relay.tried.items()}
    assert tried.keys() == {key for key, (channel, _, _) in outcomes.items() if channel == "email"}
    assert all(tried[key] <= outcomes[key][2] for key in tried), "an attempt was made that was not recorded before"
    assert {key for key, count in tried.items() if count > 1} <= in_flight, "more than what was in flight was repeated"
    assert in_flight, "no death met an attempt in flight, so that this test proved nothing"
    assert phone


async def settled(url: str) -> None:
    """Wait until no delivery waits any more."""
    async with asyncio.timeout(200):
        while {"queued", "sending"} & {state for _, state, _ in deliveries(url).values()}:
            await asyncio.sleep(0.2)


SERVER = """
import asyncio, os, signal, sys
from chancela.bootstrap import settings
from chancela.bootstrap.app import App
from tests import cast, visits

async def main():
    async with App(settings.read()) as app:
        tenant = cast.cast().cambui
        for _ in range(3):
            await visits.issued(app, tenant)
        os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


async def test_a_server_that_dies_right_after_its_answer_has_planned_every_delivery(settings, database_url, cambui):
    """The code and its deliveries are one transaction; the notice to the workers may be lost, as they look anyway."""
    died = await asyncio.to_thread(processes.run, settings, SERVER)
    assert died.returncode == -signal.SIGKILL
    assert [state for _, state, _ in deliveries(database_url).values()] == ["queued"] * 3
    with processes.worker(settings):
        await settled(database_url)
    async with App(settings) as app:
        assert len(await app.inbox(cambui.first.card_number)) == 3
