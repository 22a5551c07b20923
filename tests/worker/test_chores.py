"""By the clock: codes expire, trails are signed, keys are destroyed, room is made, answers are forgotten."""

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from procrastinate import exceptions
from psycopg import sql

from chancela.adapters.postgres import housekeeping
from chancela.bootstrap import witness
from chancela.bootstrap.verify import verify
from chancela.worker import jobs
from chancela.worker.chores import Chores
from tests import visits


@pytest.fixture
def chores(app) -> Chores:
    return Chores(app)


def ask(url: str, text: str, *values: object) -> list:
    with psycopg.connect(url) as connection:
        found = connection.execute(text.encode(), values or None)
        return found.fetchall() if found.description else []


async def test_codes_past_their_time_end_and_lose_their_copy(app, house, chores, database_url):
    for tenant in house.all:
        await visits.issued(app, tenant)
    ask(database_url, "UPDATE chancela.live_token SET expires_at = issued_at + interval '1 microsecond'")
    await visits.issued(app, house.cambui)
    await chores.expire_tokens()
    assert len(ask(database_url, "SELECT 1 FROM chancela.live_token")) == 1
    assert ask(database_url, 'SELECT DISTINCT "end" FROM chancela.token') == [("expired",)]
    assert (await verify(app.settings)).whole


async def test_every_trail_is_signed_and_told_to_the_witness(app, house, chores, settings):
    for tenant in house.all:
        await visits.issued(app, tenant)
    await chores.sign_checkpoints()
    await chores.sign_checkpoints()
    lines, _ = witness.read(settings.data / witness.FILE)
    assert [(line.operator, line.size) for line in lines] == [(tenant.ans, 2) for tenant in house.all]


async def test_a_broken_trail_stops_no_other_from_being_signed(app, house, chores, settings, database_url):
    for tenant in house.all:
        await visits.issued(app, tenant)
    ask(database_url, "DELETE FROM chancela.trail WHERE operator = %s AND seq = 1", house.aurora.ans)
    await chores.sign_checkpoints()
    lines, _ = witness.read(settings.data / witness.FILE)
    assert [line.operator for line in lines] == [house.bem_te_vi.ans, house.cambui.ans]


async def test_day_keys_are_destroyed_when_their_72_hours_are_over(app, cambui, chores, database_url):
    today = datetime.now(UTC).date()
    for age in range(6):
        app.keys.day(cambui.ans, today - timedelta(days=age))
    await chores.destroy_day_keys()
    kept = [age for age in range(6) if app.keys.find_day(cambui.ans, today - timedelta(days=age))]
    assert kept == [0, 1, 2]


async def test_messages_go_with_the_key_that_could_open_them(app, cambui, chores, database_url):
    ask(
        database_url,
        "INSERT INTO chancela.inbox_message (operator, id, card_number, channel, masked, sealed, key_date)"
        " SELECT %s, gen_random_uuid(), '1', 'sms', '', '', (now() AT TIME ZONE 'UTC')::date - age"
        " FROM generate_series(0, 5) AS age",
        cambui.ans,
    )
    await chores.destroy_day_keys()
    kept = ask(
        database_url, "SELECT (now() AT TIME ZONE 'UTC')::date - key_date FROM chancela.inbox_message ORDER BY 1"
    )
    assert kept == [(0,), (1,), (2,)]


async def test_room_is_made_for_the_months_to_come_also_by_many_at_once(chores, database_url):
    children = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'chancela.trail'::regclass"
    before = ask(database_url, children)
    with psycopg.connect(database_url) as connection:
        connection.execute(
            sql.SQL("DROP TABLE chancela.{}").format(sql.Identifier(max(before)[0].removeprefix("chancela.")))
        )
    await asyncio.gather(*[chores.ensure_partitions() for _ in range(4)])
    assert sorted(ask(database_url, children)) == sorted(before)


async def test_answers_older_than_a_day_are_forgotten(cambui, chores, database_url):
    ask(
        database_url,
        "INSERT INTO chancela.answer SELECT"
        " %s, 'asker', hours::text, '', 200, '', now() - make_interval(hours => hours)"
        " FROM generate_series(0, 30, 10) AS hours",
        cambui.ans,
    )
    await chores.forget_answers()
    assert ask(database_url, "SELECT key FROM chancela.answer ORDER BY 1") == [("0",), ("10",), ("20",)]


@pytest.mark.parametrize(("validates", "alarms"), [(False, [("prefix", 40, 0), ("provider", 40, 0)]), (True, [])])
async def test_an_alarm_sounds_where_many_messages_lead_to_hardly_any_validation(
    app, cambui, chores, database_url, validates: bool, alarms: list
):
    visits.unhinder(database_url)
    for place in range(40):
        case = await visits.issued(app, cambui)
        if validates and place < 4:
            await visits.validated(app, cambui, case)
    ask(database_url, "SELECT chancela.ensure_partitions(now() - interval '1 month')")  # this one may be hours old
    ask(
        database_url,
        "UPDATE chancela.delivery"
        " SET state = 'handed_over', handed_over_at = now(), planned_at = now() - interval '1 hour'",
    )
    ask(database_url, "UPDATE chancela.guia SET created_at = created_at - interval '2 hours'")
    for _ in range(2):
        await chores.watch_conversion()
    sounding = "SELECT kind, sent, validated FROM chancela.alarm WHERE ended_at IS NULL ORDER BY 1"
    assert ask(database_url, sounding) == alarms
    ask(database_url, "UPDATE chancela.delivery SET planned_at = now() - interval '4 hours'")
    await chores.watch_conversion()
    assert ask(database_url, sounding) == []


async def test_receipts_of_nothing_are_forgotten_after_three_days(cambui, chores, database_url):
    ask(
        database_url,
        "INSERT INTO chancela.early_receipt SELECT %s, 'a', hours::text, 'delivered', NULL,"
        " now() - make_interval(hours => hours) FROM generate_series(0, 96, 24) AS hours",
        cambui.ans,
    )
    await chores.forget_early_receipts()
    assert ask(database_url, "SELECT carrier_id FROM chancela.early_receipt ORDER BY 1") == [("0",), ("24",), ("48",)]


def test_every_chore_has_its_time(settings, chores):
    planned = jobs.schedule(settings, chores)
    assert {name for name, _ in planned.periodic_registry.periodic_tasks} == set(jobs.SCHEDULE)
    assert set(jobs.SCHEDULE) >= {
        name for name in dir(chores) if not name.startswith("_") and callable(getattr(chores, name))
    }


async def test_each_is_done_once_however_many_workers_there_are(app, chores, settings, database_url, until):
    """Procrastinate defers a chore once for each instant, and a worker that dies leaves it to the next."""
    stop = asyncio.Event()
    at_work = [asyncio.create_task(jobs.run(jobs.schedule(settings, chores), stop)) for _ in range(2)]
    one = jobs.schedule(settings, chores)
    async with one.open_async():
        for name in jobs.SCHEDULE:
            with contextlib.suppress(exceptions.AlreadyEnqueued):  # the clock was quicker
                await one.configure_task(name, queueing_lock=name).defer_async(timestamp=0)
    await until(lambda: ask(database_url, "SELECT 1 FROM jobs.procrastinate_jobs WHERE status <> 'succeeded'") == [])
    stop.set()
    await asyncio.gather(*at_work)
    assert ask(database_url, "SELECT count(*) FROM jobs.procrastinate_jobs WHERE status = 'failed'") == [(0,)]


async def test_the_database_tells_the_time(app):
    assert abs(await housekeeping.now(app.pool) - datetime.now(UTC)) < timedelta(minutes=1)


async def test_a_chore_that_died_with_its_worker_is_forgotten_and_hinders_no_later_one(settings, chores, database_url):
    planned = jobs.schedule(settings, chores)
    async with planned.open_async():
        dead = await planned.job_manager.register_worker()
        await planned.configure_task("expire_tokens", queueing_lock="expire_tokens").defer_async(timestamp=0)
        assert await planned.job_manager.fetch_job(None, dead) is not None
        ask(database_url, "UPDATE jobs.procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")
        await planned.configure_task("expire_tokens", queueing_lock="expire_tokens").defer_async(timestamp=60)
        await planned.configure_task("forget_jobs").defer_async(timestamp=60)
        await planned.run_worker_async(wait=False, install_signal_handlers=False, delete_jobs="successful")
    assert ask(database_url, "SELECT 1 FROM jobs.procrastinate_jobs") == []


OVER = {
    "person_session": "id, beneficiary_id, token_hash, created_at, seen_at, expires_at, assured_at, device, ended_at",
    "tie": "id, giver_id, of_id, token_hash, kind, scope, created_at, until, ended_at",
    "passkey": "id, beneficiary_id, credential_id, public_key, sign_count, name, created_at, ended_at",
    "device": "id, beneficiary_id, name, secret, enrolled_at, ended_at",
    "paper_code": "sheet_id, place, beneficiary_id, printed_at, digest, ended_at",
}
ROW = {
    "person_session": "gen_random_uuid(), b.id, %s::text::bytea, {at}, {at}, {at}, {at}, 'Firefox', %s",
    "tie": "gen_random_uuid(), b.id, b.id, %s::text::bytea, 'visit', 'act', {at} - interval '1 day', {at}, %s",
    "passkey": "gen_random_uuid(), b.id, %s::text::bytea, 'key', 0, 'Firefox', {at}, %s",
    "device": "gen_random_uuid(), b.id, %s::text, NULL, {at}, %s",
    "paper_code": "gen_random_uuid(), length(%s), b.id, {at}, NULL, %s",
}


@pytest.mark.parametrize("table", OVER)
async def test_what_was_over_ninety_days_ago_is_forgotten_and_what_was_over_lately_is_not(
    app, cambui, chores, database_url, table
):
    put = "INSERT INTO chancela.{} (operator, {}) SELECT b.operator, {} FROM chancela.beneficiary b {}"
    clear, left, where = "DELETE FROM chancela.{}", "TABLE chancela.{}", "WHERE b.card_number = %s"
    ask(database_url, clear.format(table))
    for days in (91, 89):
        at = datetime.now(UTC) - timedelta(days=days)
        row = ROW[table].format(at=f"'{at:%Y-%m-%d %H:%M}+00'::timestamptz")
        given = ("x" * (days - 88), at, cambui.first.card_number)
        ask(database_url, put.format(table, OVER[table], row, where), *given)
    await chores.forget_what_is_over()
    (kept,) = ask(database_url, left.format(table))
    assert max((datetime.now(UTC) - each).days for each in kept if isinstance(each, datetime)) in {89, 90}
