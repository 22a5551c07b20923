"""Guias without a code: the same in memory and in PostgreSQL; and the lists, page by page, by their indexes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from chancela.adapters.postgres import absences as lists
from chancela.adapters.postgres.absences import START, Absences
from chancela.domain.absence import AbsenceNeed, AbsenceReason, AbsenceReview
from chancela.domain.case import Case, Step
from chancela.domain.delivery import Purpose
from chancela.domain.guia import Kind, RequestedProcedure
from chancela.domain.trail import Event, EventKind
from chancela.usecases.chase_absences import ChaseAbsences
from chancela.usecases.record_absence import RecordAbsence
from chancela.usecases.register_guia import RegisterGuia
from chancela.usecases.review_absence import ReviewAbsence
from chancela.usecases.supply_absence import SupplyAbsence
from chancela.usecases.tell_attendances import TellAttendances
from tests import visits
from tests.adapters.postgres.stages import PostgresStage, Stage
from tests.adapters.postgres.test_chronicles import looked_at
from tests.fakes.shelf import BrokenRuleError
from tests.usecases.scene import ANS, AUDITOR, CARD, DESK, OK, PROVIDER, SYSTEM

if TYPE_CHECKING:
    from chancela.bootstrap.app import App
    from tests.cast import Tenant

OVERDUE = "UPDATE chancela.absence SET owes_until = current_date - 2"
MANY = """
WITH one AS (SELECT g.* FROM chancela.guia g WHERE g.operator = %(ans)s LIMIT 1), born AS (
    INSERT INTO chancela.guia (operator, id, number, kind, beneficiary_id, card_number, provider, created_at,
                               valid_until, procedures, authorisation, attendance, generation, wrong_tries, urgent,
                               plan)
    SELECT operator, gen_random_uuid(), 'm' || %(first)s + n, kind, beneficiary_id, card_number, provider, created_at,
           valid_until, procedures, authorisation, 'without_token', 0, 0, urgent, plan
    FROM one, generate_series(1, %(many)s) AS n RETURNING operator, id, number, provider)
INSERT INTO chancela.absence (operator, guia_id, provider, reason, tiss, protocol, at, by, lead, review, owes,
                              owes_until)
SELECT operator, id, provider, 'no_phone', '07', number, now() + interval '1 hour', 'x', 'reviewed', 'waiting',
       CASE WHEN n %% 2 = 0 THEN '{}'::text[] ELSE '{signature}' END, CASE WHEN n %% 2 = 1 THEN current_date + 9 END
FROM (SELECT *, row_number() OVER () AS n FROM born) b
"""


async def without(stage: Stage, why: str = "refused", **more: Any) -> Case:
    (case,) = await stage.do(
        RegisterGuia(DESK, Kind.ODONTO, CARD, PROVIDER, (RequestedProcedure("22", OK),)),
    )
    (absent,) = await stage.do(RecordAbsence(DESK, case.guia.id, why, "não quis", **more))
    assert isinstance(absent, Case)
    return absent


async def kept(stage: Stage, case: Case) -> Any:
    async with stage.world() as world:
        return (await world.cases.load([case.guia.id]))[case.guia.id].absence


async def owing(stage: Stage) -> list[Any]:
    async with stage.world() as world:
        return list(await world.cases.owing(9))


async def test_what_was_said_is_kept_with_its_guia(stage: Stage):
    case = await without(stage, second_person="Bia Reis")
    assert await kept(stage, case) == case.absence
    (again,) = await stage.do(RecordAbsence(DESK, case.guia.id, "refused"))
    assert again.absence == case.absence


async def test_a_guia_without_a_code_is_told_once_as_that(stage: Stage):
    case = await without(stage)
    async with stage.world() as world:
        assert await world.cases.untold(9) == [(case.guia.id, Purpose.RECORDED)]
    assert [await stage.do(TellAttendances(SYSTEM)) for _ in range(2)] == [[1], [0]]
    async with stage.world() as world:
        assert await world.cases.untold(9) == []


async def test_what_is_owed_comes_and_what_is_answered_stays(stage: Stage):
    case = await without(stage, "no_phone")
    assert case.absence is not None
    if AbsenceNeed.CALL_CENTRE in case.absence.owes:
        number = f"{ANS}20260101000001"
        (case,) = await stage.do(SupplyAbsence(DESK, case.guia.id, number))
        assert (await kept(stage, case)).call_protocol == number
    refused = await without(stage)
    (done,) = await stage.do(ReviewAbsence(AUDITOR, refused.guia.id, accept=False, text="Não foi atendida neste dia."))
    found = await kept(stage, refused)
    assert found == done.absence
    assert (found.review, found.review_text) == (AbsenceReview.REFUSED, "Não foi atendida neste dia.")


@pytest.mark.parametrize("text", [None, "", "   "])
async def test_no_refusal_is_kept_without_its_words(stage: Stage, text: str | None):
    case = await without(stage)
    (done,) = await stage.do(ReviewAbsence(AUDITOR, case.guia.id, accept=False, text="Não foi atendida neste dia."))
    again = await without(stage)
    assert again.absence is not None
    silent = replace(done.absence, guia_id=again.guia.id, protocol=again.absence.protocol, review_text=text)
    event = Event(EventKind.ABSENCE_REVIEWED, again.guia.id, "ninguém", {"review": "refused"})
    with pytest.raises((BrokenRuleError, psycopg.errors.CheckViolation), match="told_in_writing"):
        async with stage.world(ReviewAbsence) as world:
            await world.cases.save([Step(again, replace(again, absence=silent), event, absence=silent)])


async def test_what_is_overdue_is_listed_until_it_was_chased(stage: Stage):
    case = await without(stage, "no_phone")
    assert case.absence is not None
    assert case.absence.owes == (AbsenceNeed.SIGNATURE,)
    assert await owing(stage) == []
    await overdue(stage, case)
    assert await owing(stage) == [case.guia.id]
    assert await stage.do(ChaseAbsences(SYSTEM)) == [1]
    found = await kept(stage, case)
    assert (found.missed, found.owes, found.review) == (case.absence.owes, (), AbsenceReview.WAITING)
    assert await owing(stage) == []


async def overdue(stage: Stage, case: Case) -> None:
    if isinstance(stage, PostgresStage):
        with psycopg.connect(stage.url, autocommit=True) as owner:
            owner.execute(OVERDUE)
        return
    assert case.absence is not None and case.absence.owes_until is not None
    shelf, back = stage.memory.shelf, timedelta(days=60)
    held = shelf.absences[case.guia.id]
    shelf.absences[case.guia.id] = replace(held, owes_until=case.absence.owes_until - back)


# the lists


async def test_the_auditors_list_is_read_page_by_page_the_oldest_first(app: App, aurora: Tenant):
    done = []
    for _ in range(5):
        case = await visits.entered(app, aurora)
        done.append(await app.do(RecordAbsence(aurora.desk, case.guia.id, "refused", "não quis")))
    seen, after = [], START
    while True:
        page = await Absences(app.pool).to_review(aurora.ans, after, 2)
        seen += page.items
        if page.after is None:
            break
        after = page.after
    assert [each.guia_id for each in seen] == [each.guia.id for each in done]
    first = seen[0]
    assert (first.reason, first.tiss, first.noted, first.called) == (AbsenceReason.REFUSED, "04", True, False)
    assert first.name == aurora.first.name


async def test_neither_list_costs_more_where_more_waits(app: App, aurora: Tenant, database_url: str):
    case = await visits.entered(app, aurora)
    await app.do(RecordAbsence(aurora.desk, case.guia.id, "refused", "não quis"))
    values: dict[str, Any] = {"operator": aurora.ans, "provider": aurora.provider, "limit": 26}
    values |= {"at": START.at, "guia_id": START.guia_id}
    cost: dict[tuple[str, int], int] = {}
    for many in (100, 3000):
        with psycopg.connect(database_url, autocommit=True, cursor_factory=psycopg.ClientCursor) as owner:
            owner.execute(MANY, {"ans": aurora.ans, "many": many, "first": many * 10})
            owner.execute("VACUUM ANALYZE chancela.absence")
            owner.execute("VACUUM ANALYZE chancela.guia")
        for statement in ("owing", "to_review"):
            cost[statement, many] = await looked_at(app, lists.SQL[statement], values)
    for statement in ("owing", "to_review"):
        assert cost[statement, 3000] <= cost[statement, 100] + 5, cost
