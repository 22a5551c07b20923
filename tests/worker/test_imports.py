"""A worker does what was asked of an upload: in a process of its own, once, and again where it was broken off."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from bench import sib
from bench.sib import Contract
from chancela.adapters.chance import SystemChance
from chancela.adapters.imports import ledger
from chancela.adapters.postgres.imports import ImportRun, Imports, NewImport
from chancela.bootstrap import importing
from chancela.domain.refusal import Refusal, Refused
from chancela.worker import jobs
from chancela.worker.chores import Chores

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from chancela.bootstrap.app import App
    from tests.cast import Tenant


@pytest.fixture
def say(database_url: str) -> Callable[..., list[tuple[Any, ...]]]:
    """Say something to the database as its owner."""

    def said(text: str, *values: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(database_url, autocommit=True) as connection:
            found = connection.execute(text.encode(), values or None)
            return found.fetchall() if found.description else []

    return said


async def upload(app: App, ans: str, people: list[Contract], named_ans: str = "") -> UUID:
    """A file of these people that somebody sent."""
    run_id = SystemChance().id()
    path = importing.place(app.settings, ans, run_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    sib.conference(path, named_ans or ans, people)
    new = NewImport(run_id, "sib", "gestao", "base.CNX", path.stat().st_size, ledger.digest(path))
    await Imports(app.pool).add(ans, new)
    return run_id


async def done(app: App) -> None:
    """Every errand that waits, as a worker does them."""
    planned = jobs.schedule(app.settings, Chores(app))
    async with planned.open_async():
        await planned.run_worker_async(queues=["errands"], wait=False, install_signal_handlers=False)


async def run_of(app: App, ans: str, run_id: UUID) -> ImportRun:
    found = await Imports(app.pool).one(ans, run_id)
    assert found is not None
    return found


async def previewed(app: App, tenant: Tenant, people: list[Contract]) -> UUID:
    run_id = await upload(app, tenant.ans, people)
    await importing.work(app, tenant.ans, run_id)
    assert (await run_of(app, tenant.ans, run_id)).state == "ready"
    return run_id


async def test_an_errand_previews_brings_in_and_undoes(app: App, aurora: Tenant, say: Any):
    run_id = await upload(app, aurora.ans, [Contract(7, name="Zoe Prado")])
    await importing.send(app, aurora.ans, run_id)
    await done(app)
    run = await run_of(app, aurora.ans, run_id)
    assert (run.state, run.counts["new"], run.begun_at) == ("ready", 1, None)
    assert await Imports(app.pool).ask(aurora.ans, run_id, ends_absent=False) is None
    await importing.send(app, aurora.ans, run_id)
    await done(app)
    run = await run_of(app, aurora.ans, run_id)
    assert (run.state, run.last, run.undoable) == ("done", True, True)
    assert not importing.place(app.settings, aurora.ans, run_id).exists()
    assert await Imports(app.pool).ask_undo(aurora.ans, run_id) is None
    await importing.send(app, aurora.ans, run_id)
    await done(app)
    run = await run_of(app, aurora.ans, run_id)
    assert (run.state, run.undoable, run.counts["removed"]) == ("undone", False, 1)
    assert await Imports(app.pool).ask_undo(aurora.ans, run_id) == Refused(Refusal.IMPORT_NOT_LAST)
    assert say("SELECT 1 FROM chancela.beneficiary WHERE cco IS NOT NULL") == []


async def test_what_was_done_is_not_done_again_however_often_it_is_asked(app: App, aurora: Tenant, say: Any):
    run_id = await previewed(app, aurora, [Contract(7)])
    await importing.work(app, aurora.ans, run_id)
    assert (await run_of(app, aurora.ans, run_id)).state == "ready"
    await Imports(app.pool).ask(aurora.ans, run_id, ends_absent=False)
    for _ in range(3):
        await importing.work(app, aurora.ans, run_id)
    assert len(say("SELECT 1 FROM chancela.trail WHERE subject = %s", run_id)) == 2


async def test_two_workers_at_once_do_it_once(app: App, aurora: Tenant, say: Any):
    run_id = await previewed(app, aurora, [Contract(7)])
    await Imports(app.pool).ask(aurora.ans, run_id, ends_absent=False)
    await asyncio.gather(*(importing.work(app, aurora.ans, run_id) for _ in range(2)))
    await importing.work(app, aurora.ans, run_id)
    assert (await run_of(app, aurora.ans, run_id)).state == "done"
    assert len(say("SELECT 1 FROM chancela.beneficiary WHERE cco = %s", "000000000007")) == 1


async def test_an_errand_that_was_lost_is_found_by_the_clock(app: App, aurora: Tenant):
    run_id = await upload(app, aurora.ans, [Contract(7)])
    await Chores(app).carry_imports()
    await done(app)
    assert (await run_of(app, aurora.ans, run_id)).state == "ready"


async def test_a_worker_killed_half_way_leaves_it_to_the_next(app: App, aurora: Tenant, say: Any):
    run_id = await previewed(app, aurora, list(sib.crowd(20_000)))
    await Imports(app.pool).ask(aurora.ans, run_id, ends_absent=False)
    at_work = asyncio.create_task(importing.work_apart(app.settings, aurora.ans, run_id))
    while not say("SELECT 1 FROM chancela.beneficiary WHERE cco IS NOT NULL LIMIT 1"):
        await asyncio.sleep(0.02)
    for pid in _children_importing(run_id):
        os.kill(pid, signal.SIGKILL)
    await at_work
    assert (await run_of(app, aurora.ans, run_id)).state == "running"
    met = len(say("SELECT 1 FROM chancela.beneficiary WHERE cco IS NOT NULL"))
    assert 0 < met <= 20_000
    assert await Imports(app.pool).wanted(aurora.ans) == ()
    say("UPDATE chancela.import_run SET told_at = told_at - interval '1 minute'")
    assert await Imports(app.pool).wanted(aurora.ans) == (run_id,)
    await importing.work(app, aurora.ans, run_id)
    assert (await run_of(app, aurora.ans, run_id)).state == "done"
    assert len(say("SELECT 1 FROM chancela.beneficiary WHERE cco IS NOT NULL")) == 20_000


def _children_importing(run_id: UUID) -> list[int]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if str(run_id).encode() in (process / "cmdline").read_bytes():
                found.append(int(process.name))
    return found


async def test_a_file_of_another_operator_is_refused_with_its_name(app: App, aurora: Tenant, cambui: Tenant):
    run_id = await upload(app, aurora.ans, [Contract(7)], cambui.ans)
    await importing.work(app, aurora.ans, run_id)
    run = await run_of(app, aurora.ans, run_id)
    assert run.state == "refused"
    assert run.refusal is not None
    assert run.refusal.startswith(f"O arquivo base.CNX é da operadora {cambui.ans}")
    assert not importing.place(app.settings, aurora.ans, run_id).exists()


async def test_another_operators_import_is_like_an_unknown_one(app: App, aurora: Tenant, cambui: Tenant):
    run_id = await previewed(app, aurora, [Contract(7)])
    theirs = Imports(app.pool)
    assert await theirs.one(cambui.ans, run_id) is None
    assert await theirs.all(cambui.ans) == ()
    assert await theirs.ask(cambui.ans, run_id, ends_absent=False) == Refused(Refusal.IMPORT_RUNNING)
    assert await theirs.ask_undo(cambui.ans, run_id) == Refused(Refusal.IMPORT_NOT_LAST)
    assert not await theirs.drop(cambui.ans, run_id)
    await importing.work(app, cambui.ans, run_id)
    assert (await run_of(app, aurora.ans, run_id)).state == "ready"


async def test_one_that_was_cut_off_is_asked_for_again_only_while_it_is_the_last(app: App, aurora: Tenant, say: Any):
    old, new = await previewed(app, aurora, [Contract(7)]), await previewed(app, aurora, [Contract(8)])
    say("UPDATE chancela.import_run SET state = 'cut', begun_at = now() WHERE id = %s", old)
    await Imports(app.pool).ask(aurora.ans, new, ends_absent=False)
    await importing.work(app, aurora.ans, new)
    assert await Imports(app.pool).ask(aurora.ans, old, ends_absent=False) == Refused(Refusal.IMPORT_NOT_LAST)


async def test_after_a_day_uploads_and_what_was_told_of_them_are_deleted(app: App, aurora: Tenant, say: Any):
    kept = await previewed(app, aurora, [Contract(7, joined="x")])
    gone = await previewed(app, aurora, [Contract(7, joined="x")])
    say("UPDATE chancela.import_run SET created_at = created_at - interval '25 hours' WHERE id = %s", gone)
    await Chores(app).forget_imports()
    here = [importing.place, importing.errors_of]
    assert [each(app.settings, aurora.ans, kept).exists() for each in here] == [True, True]
    assert [each(app.settings, aurora.ans, gone).exists() for each in here] == [False, False]
    assert (await run_of(app, aurora.ans, gone)).state == "dropped"
    assert (await run_of(app, aurora.ans, gone)).notes == {}


async def test_a_file_without_a_row_is_deleted_after_a_day(app: App, aurora: Tenant):
    path = importing.place(app.settings, aurora.ans, SystemChance().id())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("somebody's data, of an upload that a crash cut off before it was noted")
    await Chores(app).forget_imports()
    assert path.exists()
    os.utime(path, (0, 0))
    await Chores(app).forget_imports()
    assert not path.exists()
