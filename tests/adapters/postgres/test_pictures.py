"""A day is counted from its own part of the tables, behind the wall, and at a cost that other days do not raise."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import psycopg
import pytest

from chancela.adapters.postgres import events, pictures
from chancela.adapters.postgres.chronicles import Chronicles
from chancela.adapters.postgres.pictures import Pictures
from chancela.adapters.postgres.wall import behind
from chancela.domain.case import Case
from chancela.domain.delivery import Channel
from chancela.domain.picture import Day, Miss, Way
from chancela.domain.refusal import Refused
from chancela.domain.report import ReportWay
from chancela.domain.trail import Event, EventKind
from chancela.usecases.record_absence import RecordAbsence
from chancela.usecases.report_token import ReportToken
from chancela.usecases.validate_token import ValidateToken
from tests import visits
from tests.adapters.postgres.test_chronicles import looked_at

if TYPE_CHECKING:
    from chancela.bootstrap.app import App
    from tests.cast import Tenant

OLD = """
INSERT INTO chancela.trail (operator, seq, at, kind, subject, actor, data, hash)
SELECT %(ans)s, -n, date_trunc('month', now()), 'guia:attendance:validated', gen_random_uuid(), 'x',
       '{"generation":1}', ''
FROM generate_series(0, %(many)s) AS n
"""


@pytest.fixture
def counting(app: App) -> Pictures:
    return Pictures(app.pool)


def around() -> tuple[datetime, datetime]:
    now = datetime.now(UTC)
    return now - timedelta(hours=1), now + timedelta(hours=1)


async def counted(counting: Pictures, tenant: Tenant) -> Day:
    return await counting.day(tenant.ans, *around())


async def test_a_day_is_counted(app: App, counting: Pictures, cambui: Tenant, database_url: str):
    visits.unhinder(database_url)
    await visits.validated(app, cambui)
    held = await visits.issued(app, cambui, channel=Channel.SMS)
    wrong = visits.wrong(visits.code(app, held))
    assert isinstance(await app.do(ValidateToken(cambui.desk, held.guia.id, wrong)), Refused)
    await app.do(ReportToken(cambui.system, held.guia.id, ReportWay.SMS))
    day = await counted(counting, cambui)
    assert (day.registered, day.issued, day.total) == (2, 2, 1)
    assert day.misses == {Miss.WRONG: 1, Miss.REPORTED: 1}
    assert (day.absences, day.share_without_code) == ({}, 0)


async def test_a_validation_is_counted_by_the_channel_whose_message_arrived_first(
    app: App, counting: Pictures, aurora: Tenant, database_url: str
):
    case = await visits.issued(app, aurora)
    channels = {each.channel for each in case.deliveries}
    assert len(channels) > 1
    arrived = max(channels)
    with psycopg.connect(database_url) as owner:
        owner.execute(
            "UPDATE chancela.delivery SET state = 'delivered', changed_at = planned_at + interval '8 s'"
            " WHERE guia_id = %s AND channel = %s",
            (case.guia.id, arrived),
        )
    await visits.validated(app, aurora, case)
    day = await counted(counting, aurora)
    assert list(day.ways) == [Way(arrived)]
    assert {channel: (each.delivered, each.p50_s) for channel, each in day.arrivals.items()} == {
        Channel(arrived): (1, 8)
    }


@pytest.mark.parametrize(
    "data",
    [
        {"generation": 1, "method": "offline"},
        {"generation": 1, "method": "paper"},
        {"generation": 1},
    ],
)
async def test_what_no_message_bore_is_counted_by_what_it_was(
    app: App, counting: Pictures, aurora: Tenant, data: dict[str, Any]
):
    async with behind(app.pool, aurora.ans) as connection:
        told = [Event(EventKind.GUIA_VALIDATED, uuid4(), "x", data)]
        await events.append(connection, aurora.ans, told, app.head_mac)
    day = await counted(counting, aurora)
    assert (day.ways, day.absences) == ((Way(data.get("method", "hand")),), {})


async def test_a_guia_without_a_code_is_counted_by_its_reason_and_a_session_of_a_series_is_none(
    app: App, counting: Pictures, aurora: Tenant
):
    case = await visits.entered(app, aurora)
    assert isinstance(await app.do(RecordAbsence(aurora.desk, case.guia.id, "no_signal")), Case)
    async with behind(app.pool, aurora.ans) as connection:
        told = [Event(EventKind.ABSENCE_RECORDED, uuid4(), "x", {"absence": "07", "session": 1, "of": 10})]
        await events.append(connection, aurora.ans, told, app.head_mac)
    day = await counted(counting, aurora)
    assert (day.ways, day.absences, day.total) == ((Way.NONE,), {"03": 1}, 1)


async def test_hours_are_those_of_brazil(app: App, counting: Pictures, aurora: Tenant):
    await visits.validated(app, aurora)
    day = await counted(counting, aurora)
    now = datetime.now(UTC) - timedelta(hours=3)
    assert {hour for hour, _ in day.validated} <= {now.hour, (now.hour - 1) % 24}


async def test_codes_that_are_alive_are_counted(app: App, counting: Pictures, cambui: Tenant):
    await visits.issued(app, cambui)
    assert await counting.awaiting(cambui.ans) == 1


async def test_an_empty_day_and_another_operators_day_hold_nothing(
    app: App, counting: Pictures, aurora: Tenant, bem_te_vi: Tenant
):
    await visits.validated(app, aurora)
    assert await counted(counting, bem_te_vi) == Day()
    assert await counting.awaiting(bem_te_vi.ans) == 0
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    assert await counting.day(aurora.ans, long_ago, long_ago + timedelta(days=1)) == Day()


async def test_other_days_do_not_raise_the_cost(app: App, aurora: Tenant, database_url: str):
    await visits.validated(app, aurora)
    cost = {}
    for many in (100, 5_000):
        with psycopg.connect(database_url, autocommit=True, cursor_factory=psycopg.ClientCursor) as owner:
            owner.execute("DELETE FROM chancela.trail WHERE operator = %s AND seq <= 0", (aurora.ans,))
            owner.execute(OLD, {"ans": aurora.ans, "many": many})
            owner.execute("VACUUM ANALYZE chancela.trail")
        since, until = around()
        after, before = 0, (await Chronicles(app.pool).between(aurora.ans, since, until))[1]
        values = {"operator": aurora.ans, "since": since, "until": until, "after": after, "before": before}
        values |= {"zone": pictures.ZONE, "kinds": pictures.COUNTED}
        for statement in ("validated", "happened"):
            cost[statement, many] = await looked_at(app, pictures.SQL[statement], values)
    for statement in ("validated", "happened"):
        assert cost[statement, 5_000] <= cost[statement, 100] + 5, cost
