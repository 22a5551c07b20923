"""A checkpoint costs what is new, is signed once for each size, and is told to a witness that survives crashes."""

import asyncio
import json
from dataclasses import replace

import psycopg
import pytest

from chancela.adapters.keys.signing import SignatureError
from chancela.adapters.postgres import trails
from chancela.bootstrap import witness
from chancela.bootstrap.app import App
from chancela.bootstrap.checkpoints import TYP, BrokenTrailError, Checkpoints
from chancela.bootstrap.verify import verify
from chancela.bootstrap.witness import Line, Witness
from chancela.domain import merkle
from tests import visits


@pytest.fixture
def checkpoints(app) -> Checkpoints:
    return Checkpoints(app)


async def hashes(app, tenant) -> list[bytes]:
    async with app.pool.connection() as connection:
        await trails.wall(connection, tenant.ans)
        return await trails.hashes(connection, tenant.ans, 0, 10_000)


async def test_a_checkpoint_states_size_root_and_what_came_before(app, cambui, checkpoints):
    await visits.issued(app, cambui)
    first = await checkpoints.make(cambui.ans)
    await visits.validated(app, cambui)
    second = await checkpoints.make(cambui.ans)
    leaves = await hashes(app, cambui)
    stated = [app.keys.verify_jws(each.jws, TYP) for each in (first, second)]
    assert [(each["size"], each["previous"]) for each in stated] == [(2, 0), (5, 2)]
    assert stated[1]["root"] == merkle.root(merkle.grow(merkle.Frontier(), leaves)).hex()
    assert stated[1]["tip"] == leaves[-1].hex()
    assert stated[1]["iss"] == f"urn:chancela:operator:{cambui.ans}"
    assert stated[1]["iat"] == int(second.made_at.timestamp())


async def test_a_checkpoint_is_no_other_kind_of_signature(app, cambui, checkpoints):
    await visits.issued(app, cambui)
    made = await checkpoints.make(cambui.ans)
    with pytest.raises(SignatureError):
        app.keys.verify_jws(made.jws, "chancela-receipt+jwt")


async def test_growing_page_by_page_gives_the_same_root(app, cambui, checkpoints, monkeypatch):
    monkeypatch.setattr(trails, "PAGE", 2)
    for _ in range(3):
        await visits.validated(app, cambui)
    made = await checkpoints.make(cambui.ans)
    assert made.root == merkle.root(merkle.grow(merkle.Frontier(), await hashes(app, cambui)))
    assert (await verify(app.settings)).whole


async def test_nothing_new_needs_no_checkpoint(app, cambui, checkpoints):
    assert await checkpoints.make(cambui.ans) is None
    await visits.issued(app, cambui)
    assert await checkpoints.make(cambui.ans) is not None
    assert await checkpoints.make(cambui.ans) is None


async def test_a_broken_trail_is_not_signed(app, cambui, checkpoints, database_url):
    await visits.validated(app, cambui)
    with psycopg.connect(database_url) as connection:
        connection.execute("DELETE FROM chancela.trail WHERE seq = 2")
    with pytest.raises(BrokenTrailError):
        await checkpoints.make(cambui.ans)


async def test_a_trail_shorter_than_its_last_checkpoint_is_not_signed(app, cambui, checkpoints, database_url):
    await visits.validated(app, cambui)
    await checkpoints.make(cambui.ans)
    with psycopg.connect(database_url) as connection:
        connection.execute("DELETE FROM chancela.trail WHERE seq > 1")
        connection.execute("UPDATE chancela.trail_head SET seq = 1")
    with pytest.raises(BrokenTrailError):
        await checkpoints.make(cambui.ans)


async def test_many_at_once_make_each_size_once(app, cambui, settings):
    async with App(settings) as other:
        for _ in range(5):
            await visits.issued(app, cambui)
            await asyncio.gather(*[Checkpoints(each).make(cambui.ans) for each in (app, other, app, other)])
        await Checkpoints(app).make(cambui.ans)
    lines, _ = witness.read(settings.data / witness.FILE)
    sizes = [line.size for line in lines]
    assert sizes == sorted(set(sizes))
    assert sizes[-1] == 10
    assert (await verify(settings)).whole


async def test_the_witness_learns_what_a_crash_kept_from_it(app, cambui, checkpoints, settings):
    await visits.issued(app, cambui)
    await checkpoints.make(cambui.ans)
    (settings.data / witness.FILE).unlink()
    await Checkpoints(app).make(cambui.ans)
    lines, _ = witness.read(settings.data / witness.FILE)
    assert [(line.operator, line.size) for line in lines] == [(cambui.ans, 2)]


async def test_a_rotated_key_signs_on_and_the_old_checkpoints_stay_good(app, cambui, checkpoints):
    await visits.issued(app, cambui)
    await checkpoints.make(cambui.ans)
    app.keys.rotate()
    await visits.issued(app, cambui)
    await checkpoints.make(cambui.ans)
    assert (await verify(app.settings)).whole


def test_a_line_that_a_crash_cut_off_counts_for_nothing_and_is_overwritten(tmp_path):
    path = tmp_path / witness.FILE
    Witness(path).append([Line("999001", 5, "jws5")])
    with path.open("ab") as file:
        file.write(b'{"operator":"999001","si')
    assert [line.size for line in witness.read(path)[0]] == [5]
    Witness(path).append([Line("999001", 9, "jws9")])
    assert [json.loads(line)["size"] for line in path.read_text().splitlines()] == [5, 9]


def test_a_line_is_never_written_twice(tmp_path):
    one, other = Witness(tmp_path / witness.FILE), Witness(tmp_path / witness.FILE)
    one.append([Line("999001", 5, "jws5")])
    other.append([Line("999001", 5, "jws5"), Line("999002", 5, "jws5"), Line("999001", 7, "jws7")])
    one.append([Line("999002", 5, "jws5")])
    lines, _ = witness.read(tmp_path / witness.FILE)
    assert [(line.operator, line.size) for line in lines] == [("999001", 5), ("999002", 5), ("999001", 7)]
    assert replace(lines[0], size=7).size == one.last("999001")
