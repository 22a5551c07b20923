"""The catalogue of TUSS 22 is filled once for all operators and found by code and by words."""

import asyncio
import datetime as dt

import psycopg
import pytest

from chancela.adapters.imports import into_database, procedures, writer
from chancela.adapters.imports.run import silent
from chancela.adapters.postgres import reads
from chancela.adapters.tiss import catalogue

DAY = dt.date(2026, 11, 20)


def fill(database, progress=silent):
    return asyncio.run(into_database.procedures(database.url, DAY, progress))


def found(database, text: str) -> list[str]:
    words = reads.query_words(text)
    rows = database.ask(
        "SELECT code FROM chancela.procedure WHERE words @@ to_tsquery('simple', %s) ORDER BY code", words
    )
    return [code for (code,) in rows]


def test_all_that_is_in_force_comes_in_once(database):
    listed = [each for each in catalogue.procedures() if each.in_force(DAY)]
    assert fill(database).inserted == len(listed) > 5_000
    again = fill(database)
    assert (again.inserted, again.changed) == (0, 0)
    assert database.ask("SELECT table_code, name, dental FROM chancela.procedure WHERE code = '81000030'") == [
        ("22", "Consulta odontológica", True)
    ]


def test_words_find_procedures_with_or_without_accents(database):
    fill(database)
    assert "81000030" in found(database, "consulta odontológica")
    assert found(database, "consulta odontológica") == found(database, "CONSULTA odontologica")
    assert "81000030" in found(database, "odontologica consul")
    assert found(database, "consulta gratuita") == []


def test_a_name_that_changed_is_brought_up_to_date(database):
    fill(database)
    database.ask("UPDATE chancela.procedure SET name = 'x', words = '' WHERE code = '81000030'")
    assert fill(database).changed == 1
    assert "81000030" in found(database, "consulta odontológica")


def test_progress_is_told_to_the_end(database):
    heard = []
    fill(database, lambda done, total: heard.append((done, total)))
    assert heard[-1][0] == heard[-1][1] > 5_000


def test_an_operator_cannot_change_the_catalogue(database):
    async def work():
        async with writer.connected(database.url, "999001") as connection:
            await procedures.fill(connection, DAY)

    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        asyncio.run(work())
