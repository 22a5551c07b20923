"""What happens to this process's connections when the database has been away: nobody meets one that is dead."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import psycopg
from psycopg.conninfo import conninfo_to_dict

if TYPE_CHECKING:
    from chancela.bootstrap.app import App
    from tests.cast import Tenant

PATIENCE_S = 20
GONE = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"


async def test_once_the_database_is_back_nobody_meets_a_connection_that_it_forgot(
    app: App, aurora: Tenant, cluster: str, database_url: str
):
    name = conninfo_to_dict(database_url)["dbname"]
    await everybody_reads(app, aurora)
    open_ones = (await at_rest(app))["pool_size"]
    async with await psycopg.AsyncConnection.connect(cluster, autocommit=True) as server:
        await server.execute(GONE, (name,))
    async with asyncio.timeout(PATIENCE_S):  # the listener comes back by itself, and looks after the others
        while app.pool.get_stats().get("connections_lost", 0) < open_ones:
            await asyncio.sleep(0.05)
    await everybody_reads(app, aurora)


async def at_rest(app: App) -> dict[str, int]:
    """What is told of the connections once none is being made, as one that is cut short there was never one of them."""
    async with asyncio.timeout(PATIENCE_S):
        while (told := app.pool.get_stats())["pool_available"] < told["pool_size"]:
            await asyncio.sleep(0.05)
    return told


async def everybody_reads(app: App, tenant: Tenant) -> None:
    reading = [app.reads.person(tenant.desk, tenant.first.card_number) for _ in range(8)]
    assert all(await asyncio.gather(*reading))


async def test_a_stop_that_was_not_heard_is_said_again(app: App):
    """As Python before 3.12 forgets a cancellation that meets the end of a wait (gh-86296)."""
    heard = 0

    async def deaf() -> None:
        nonlocal heard
        while heard < 2:
            try:
                await asyncio.sleep(PATIENCE_S)
            except asyncio.CancelledError:
                heard += 1

    app.notices._tasks.append(asyncio.create_task(deaf()))
    await asyncio.sleep(0)
    async with asyncio.timeout(PATIENCE_S):
        await app.notices.stop()
    assert heard == 2
