"""What pages ask of a worker: the trail is verified beside the chores, and what was found is kept with its event."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import psycopg
import pytest

from chancela.adapters.postgres.trail_checks import Outcome, TrailChecks
from chancela.bootstrap import trail_check
from chancela.bootstrap.verify import verify
from chancela.worker import jobs
from chancela.worker.chores import Chores
from tests import visits

if TYPE_CHECKING:
    from collections.abc import Callable

    from chancela.bootstrap.app import App
    from tests.cast import Tenant


@pytest.fixture
def checks(app: App) -> TrailChecks:
    return TrailChecks(app.pool)


@pytest.fixture
def say(database_url: str) -> Callable[..., list[tuple[Any, ...]]]:
    """Say something to the database as its owner."""

    def said(text: str, *values: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(database_url) as connection:
            found = connection.execute(text.encode(), values or None)
            return found.fetchall() if found.description else []

    return said


async def done(app: App, tenant: Tenant) -> Any:
    """The newest verification, after every errand that waits was done."""
    planned = jobs.schedule(app.settings, Chores(app))
    async with planned.open_async():
        await planned.run_worker_async(queues=["errands"], wait=False, install_signal_handlers=False)
    return (await TrailChecks(app.pool).latest(tenant.ans))[0]


async def test_a_whole_trail_is_found_whole(app: App, aurora: Tenant, say: Any):
    await visits.validated(app, aurora)
    assert await trail_check.ask(app, aurora.auditor)
    check = await done(app, aurora)
    assert check.asked_by == aurora.auditor.name
    assert (check.result.outcome, check.result.events, check.result.found) == (Outcome.WHOLE, 3, 0)
    told = say("SELECT kind, actor, data FROM chancela.trail WHERE operator = %s ORDER BY seq DESC LIMIT 1", aurora.ans)
    assert told == [
        ("operator:trail:verified", aurora.auditor.name, '{"found":0,"length":3,"outcome":"whole"}'),
    ]
    assert (await verify(app.settings)).whole


async def test_a_broken_trail_is_told_with_its_first_places(app: App, aurora: Tenant, cambui: Tenant, say: Any):
    for tenant in (aurora, cambui):
        await visits.validated(app, tenant)
    say("UPDATE chancela.trail SET actor = 'another' WHERE operator = %s AND seq = 2", aurora.ans)
    for tenant in (aurora, cambui):
        await trail_check.ask(app, tenant.auditor)
    check = await done(app, aurora)
    assert check.result.outcome is Outcome.BROKEN
    assert ("event 2", "its content does not match its seal") in check.result.places
    (other,) = await TrailChecks(app.pool).latest(cambui.ans)
    assert other.result.outcome is Outcome.WHOLE


async def test_one_runs_at_a_time(app: App, aurora: Tenant, checks: TrailChecks):
    assert await trail_check.ask(app, aurora.auditor)
    assert not await trail_check.ask(app, aurora.auditor)
    assert len(await checks.latest(aurora.ans)) == 1


async def test_one_of_which_nobody_speaks_any_more_is_given_up(app: App, aurora: Tenant, checks: TrailChecks, say: Any):
    await trail_check.ask(app, aurora.auditor)
    say("UPDATE chancela.trail_check SET seen_at = now() - interval '4 minutes'")
    assert await trail_check.ask(app, aurora.auditor)
    new, old = await checks.latest(aurora.ans)
    assert new.result is None
    assert old.result is not None and old.result.outcome is Outcome.GIVEN_UP


async def test_whoever_comes_late_to_one_that_is_over_changes_nothing(app: App, aurora: Tenant, checks: TrailChecks):
    await trail_check.ask(app, aurora.auditor)
    check = await done(app, aurora)
    await trail_check.run(app, aurora.ans, check.id)
    await trail_check.run(app, aurora.ans, uuid4())
    assert (await checks.latest(aurora.ans)) == (check,)
    assert await checks.proceed(aurora.ans, check.id, 1, 1) is None


async def test_how_far_it_is_can_be_read(app: App, aurora: Tenant, checks: TrailChecks):
    await trail_check.ask(app, aurora.auditor)
    (check,) = await checks.latest(aurora.ans)
    assert await checks.proceed(aurora.ans, check.id, 5_000, 9_000) == aurora.auditor.name
    (check,) = await checks.latest(aurora.ans)
    assert (check.done, check.total, check.result) == (5_000, 9_000, None)


async def test_a_key_file_that_is_gone_is_told_as_a_failure(app: App, aurora: Tenant):
    await visits.entered(app, aurora)
    await trail_check.ask(app, aurora.auditor)
    app.settings.key_file.rename(app.settings.key_file.with_suffix(".gone"))
    try:
        result = await asyncio.to_thread(trail_check._result, app.settings, aurora.ans, trail_check._Progress())
    finally:
        app.settings.key_file.with_suffix(".gone").rename(app.settings.key_file)
    assert result.outcome is Outcome.FAILED
    assert "the key file is missing" in result.places[0][1]


async def test_another_operators_verifications_are_not_seen(
    app: App, aurora: Tenant, cambui: Tenant, checks: TrailChecks
):
    await trail_check.ask(app, aurora.auditor)
    (check,) = await checks.latest(aurora.ans)
    assert await checks.latest(cambui.ans) == ()
    assert await checks.proceed(cambui.ans, check.id, 1, 1) is None


async def test_the_worker_does_errands_beside_its_chores(app: App, aurora: Tenant, checks: TrailChecks, until: Any):
    stop = asyncio.Event()
    at_work = asyncio.create_task(jobs.run(jobs.schedule(app.settings, Chores(app)), stop))
    await trail_check.ask(app, aurora.auditor)

    async with asyncio.timeout(30):
        while (await checks.latest(aurora.ans))[0].result is None:
            await asyncio.sleep(0.05)
    stop.set()
    await at_work
