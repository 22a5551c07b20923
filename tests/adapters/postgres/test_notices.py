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
LISTENING = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND query LIKE 'LISTEN%%'"
GONE = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"


async def test_once_the_database_is_back_nobody_meets_a_connection_that_it_forgot(
    app: App, aurora: Tenant, cluster: str, database_url: str
):
    name = conninfo_to_dict(database_url)["dbname"]
    reading = [app.reads.person(aurora.desk, aurora.first.card_number) for _ in range(8)]
    assert all(await asyncio.gather(*reading))
    async with await psycopg.AsyncConnection.connect(cluster, autocommit=True) as server:
        await server.execute(GONE, (name,))
        async with asyncio.timeout(PATIENCE_S):
            while not (await (await server.execute(LISTENING, (name,))).fetchone() or (0,))[0]:
                await asyncio.sleep(0.05)
    await asyncio.sleep(0.1)
    again = [app.reads.person(aurora.desk, aurora.first.card_number) for _ in range(8)]
    assert all(await asyncio.gather(*again))
