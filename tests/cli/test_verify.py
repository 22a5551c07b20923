"""`chancela verify` over a trail that is whole, and over one that somebody mended."""

import asyncio

import psycopg
import pytest

from chancela.bootstrap.app import App
from chancela.domain.guia import Kind, RequestedProcedure
from chancela.usecases.register_guia import RegisterGuia


@pytest.fixture
def trail(settings, aurora):
    """A trail of three guias."""

    async def write():
        asked = RegisterGuia(
            aurora.desk, Kind.ODONTO, aurora.first.card_number, aurora.provider, (RequestedProcedure("22", "81000030"),)
        )
        async with App(settings) as app:
            for _ in range(3):
                await app.do(asked)

    asyncio.run(write())


def test_a_whole_trail_is_status_0(here, trail, aurora):
    said = here("verify")
    assert said.status == 0, said.out
    assert f"{aurora.ans}  Aurora Saúde: 3 events" in said.out
    assert "Everything is whole" in said.out


def test_a_trail_that_was_touched_is_status_1_and_the_place_is_named(here, trail, settings):
    with psycopg.connect(settings.database_url) as connection:
        connection.execute("UPDATE chancela.trail SET actor = 'nobody' WHERE seq = 2")
    said = here("verify")
    assert said.status == 1
    assert "NOT WHOLE  999001, event 2: " in said.out


def test_without_its_keys_nothing_can_be_called_whole(here, settings, trail):
    settings.key_file.unlink()
    said = here("verify")
    assert said.status == 1
    assert "the key file is missing" in said.out
    assert not settings.key_file.exists()


def test_a_folder_without_an_installation_is_not_whole(cli, tmp_path):
    said = cli("verify", "--data", tmp_path / "nothing")
    assert said.status == 1
    assert said.err.startswith("chancela: There is no Chancela in")
    assert not (tmp_path / "nothing").exists()
