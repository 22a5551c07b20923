"""By the clock: providers are reminded of late codes, and what did not come in time is settled."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import psycopg

from chancela.adapters.postgres.outbox import Outbox, Pick
from chancela.bootstrap.verify import verify
from chancela.domain import offline
from chancela.domain.delivery import Channel
from chancela.usecases.postpone_token import PostponeToken
from chancela.worker import jobs
from chancela.worker.chores import Chores
from chancela.worker.letters import Scribe
from tests import visits

if TYPE_CHECKING:
    from chancela.adapters.channels.contract import Letter
    from chancela.bootstrap.app import App
    from chancela.domain.case import Case
    from tests.cast import Cast, Tenant


def today() -> date:
    return offline.day(datetime.now(UTC))


async def postponed(app: App, tenant: Tenant) -> Case:
    case = await visits.entered(app, tenant)
    late: Case = await app.do(PostponeToken(tenant.desk, case.guia.id, today()))
    return late


def back(url: str, statement: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(statement.encode())


async def test_each_operators_late_codes_are_reminded_of_and_settled(app: App, house: Cast, database_url: str):
    chores, cases = Chores(app), [await postponed(app, tenant) for tenant in house.all]
    await chores.remind_late()
    await chores.settle_late()
    found = [await app.guia(tenant.desk, each.guia.id) for tenant, each in zip(house.all, cases, strict=True)]
    assert [each and each.late for each in found] == [each.late for each in cases]
    back(database_url, "UPDATE chancela.late_visit SET remind_date = remind_date - 9")
    await chores.remind_late()
    again = await app.guia(house.aurora.desk, cases[0].guia.id)
    assert again is not None and again.late is not None and again.late.reminded_at is not None
    back(database_url, "UPDATE chancela.late_visit SET visit_date = visit_date - 9, due_date = due_date - 9")
    await chores.settle_late()
    for tenant, each in zip(house.all, cases, strict=True):
        ended = await app.guia(tenant.desk, each.guia.id)
        assert ended is not None and ended.absence is not None
        assert (ended.guia.attendance, ended.late) == ("without_token", None)
    assert (await verify(app.settings)).whole


def test_both_run_by_the_clock():
    assert {"settle_late", "remind_late"} <= set(jobs.SCHEDULE)


async def test_the_letter_of_a_late_code_says_the_day_of_the_visit(app: App, bem_te_vi: Tenant):
    case = await postponed(app, bem_te_vi)
    await visits.issued(app, bem_te_vi, case)
    letters = {each: await written(app, bem_te_vi, each) for each in (Channel.SMS, Channel.EMAIL)}
    for letter in letters.values():
        assert f"{today():%d/%m}" in letter.message.text
        assert letter.message.visit_date == today()
    other = await visits.issued(app, bem_te_vi)
    ordinary = await written(app, bem_te_vi, Channel.SMS)
    assert other.guia.number in ordinary.message.text
    assert ordinary.message.visit_date is None


async def written(app: App, tenant: Tenant, channel: Channel) -> Letter:
    (due,) = await Outbox(app.pool).claim(tenant.ans, channel, [Pick("test")], 1, timedelta(minutes=1))
    operator = await app.reads.operator(tenant.ans)
    assert operator is not None
    letter = Scribe(app.keys, "https://chancela.example").letter(due, operator)
    assert not isinstance(letter, str)
    return letter
