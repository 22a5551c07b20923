"""A worker outlives its database: what was planned before, and what is planned after, is delivered."""

import asyncio

import psycopg
import pytest

from chancela.adapters.demo import loading
from chancela.adapters.postgres import cluster, embedded
from chancela.bootstrap.app import App
from chancela.bootstrap.settings import Settings
from tests import running, visits
from tests.worker import processes


@pytest.fixture
def own_database(tmp_path):
    """A PostgreSQL that no other test uses, migrated, with the cast in it."""
    server = embedded.start(tmp_path / "postgres", {"fsync": "off"})
    done = running.chancela("migrate", "--data", tmp_path, CHANCELA_DATABASE_URL=server.url)
    assert done.returncode == 0, done.stderr
    with psycopg.connect(server.url) as connection:
        loading.load(connection)
    yield server
    server.close()


def states(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        return [state for (state,) in connection.execute("SELECT state FROM chancela.delivery").fetchall()]


async def test_a_database_that_goes_away_and_comes_back_finds_its_worker_waiting(own_database, cambui, tmp_path, until):
    settings = Settings(data=tmp_path / "data", database_url=own_database.url, demo=True, demo_carrier_delay_ms=500)
    with processes.worker(settings) as worker:
        async with App(settings) as app:
            await visits.issued(app, cambui)
        await asyncio.sleep(0.3)
        cluster.stop(own_database.folder)
        await asyncio.sleep(3)
        assert worker.poll() is None
        cluster.start(own_database.folder)
        async with App(settings) as app:
            await visits.issued(app, cambui)
            await until(lambda: states(own_database.url) == ["delivered"] * 2, seconds=40)
            assert len(await app.inbox(cambui.first.card_number)) == 2
