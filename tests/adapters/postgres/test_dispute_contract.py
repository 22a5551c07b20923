"""Disputed attendances: the same in memory and in PostgreSQL, first what is due first, whole where two act at once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from chancela.adapters.postgres import disputes as store
from chancela.domain.case import Case, Step
from chancela.domain.delivery import Channel, Purpose
from chancela.domain.guia import Attendance, Kind, RequestedProcedure
from chancela.domain.profiles import LATEST_CODE_WINS
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.report import Report, ReportOutcome, ReportWay
from chancela.domain.trail import Event, EventKind
from chancela.usecases.answer_dispute import AnswerDispute
from chancela.usecases.decide_dispute import DecideDispute
from chancela.usecases.issue_token import IssueToken
from chancela.usecases.register_guia import RegisterGuia
from chancela.usecases.report_token import ReportToken
from chancela.usecases.tell_disputes import TellDisputes
from chancela.usecases.validate_token import ValidateToken
from tests.adapters.postgres.stages import MemoryStage, PostgresStage, Stage
from tests.fakes.shelf import BrokenRuleError
from tests.usecases.scene import AUDITOR, CARD, DESK, OK, PROVIDER, SYSTEM, Scene

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

TEXT = "Falamos com a pessoa e com a clínica."
CODE = "482913"
BROKEN = (psycopg.IntegrityError, BrokenRuleError)


@pytest.fixture(params=["memory", "postgres"])
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    """An operator whose codes fall all the same."""
    scene = Scene(replace(LATEST_CODE_WINS, cool_down_s=0))
    opened: Stage = MemoryStage(scene)
    if request.param == "postgres":
        opened = PostgresStage(scene, request.getfixturevalue("empty_database_url"))
        await opened.open()
    chance = scene.memory.chance if isinstance(opened, MemoryStage) else opened.means.chance
    chance.next_codes += [CODE] * 20
    yield opened
    await opened.close()


@pytest.fixture
async def house(empty_database_url: str) -> AsyncIterator[PostgresStage]:
    """The same operator in PostgreSQL alone."""
    opened = PostgresStage(Scene(replace(LATEST_CODE_WINS, cool_down_s=0)), empty_database_url)
    opened.means.chance.next_codes += [CODE] * 20  # type: ignore[attr-defined]
    await opened.open()
    yield opened
    await opened.close()


async def awaiting(stage: Stage) -> Case:
    (case,) = await stage.do(RegisterGuia(DESK, Kind.ODONTO, CARD, PROVIDER, (RequestedProcedure("22", OK),)))
    (case,) = await stage.do(IssueToken(DESK, case.guia.id))
    return case


async def validated(stage: Stage) -> Case:
    case = await awaiting(stage)
    (case,) = await stage.do(ValidateToken(DESK, case.guia.id, CODE))
    return case


async def disputed(stage: Stage) -> Case:
    (case,) = await stage.do(ReportToken(SYSTEM, (await validated(stage)).guia.id, ReportWay.EMAIL))
    return case


async def loaded(stage: Stage, case: Case) -> Case:
    async with stage.world() as world:
        return (await world.cases.load([case.guia.id]))[case.guia.id]


async def saved(stage: Stage, case: Case, report: Report) -> None:
    """Write a report past the deeds."""
    async with stage.world() as world:
        await world.cases.load([case.guia.id])
        event = Event(EventKind.DISPUTE_ANSWERED, case.guia.id, "sistema", {})
        await world.cases.save([Step(case, case, event, report=report)])


async def test_a_dispute_comes_back_with_its_day_both_sides_and_its_end(stage: Stage):
    case = await disputed(stage)
    assert (await loaded(stage, case)).report == case.report
    (heard,) = await stage.do(AnswerDispute(DESK, case.guia.id, TEXT))
    assert (await loaded(stage, case)).report == heard.report
    (done,) = await stage.do(DecideDispute(AUDITOR, case.guia.id, True, TEXT))
    kept = await loaded(stage, case)
    assert (kept.report, kept.guia.attendance) == (done.report, Attendance.VALIDATED)
    assert kept.report.side == kept.report.text == TEXT


async def test_a_decided_one_is_never_decided_again(stage: Stage):
    case = await disputed(stage)
    (done,) = await stage.do(DecideDispute(AUDITOR, case.guia.id, False, TEXT))
    other = replace(done.report, outcome=ReportOutcome.MISTAKEN, closed_by="outra")
    await saved(stage, done, other)
    assert (await loaded(stage, case)).report == done.report


async def test_a_decision_waits_to_be_told_until_it_is(stage: Stage):
    case = await disputed(stage)
    assert await stage.do(TellDisputes(SYSTEM)) == [0]
    await stage.do(DecideDispute(AUDITOR, case.guia.id, True, TEXT))
    assert [await stage.do(TellDisputes(SYSTEM)) for _ in range(2)] == [[1], [0]]
    (notice,) = [each for each in (await loaded(stage, case)).deliveries if each.purpose is Purpose.DISPUTE]
    assert notice.channel is Channel.EMAIL


@pytest.mark.parametrize(
    ("broken", "name"),
    [
        ({"due_date": None}, "a_dispute_has_its_last_day"),
        ({"text": None}, "a_dispute_is_decided_in_writing"),
    ],
)
async def test_the_store_holds_its_rules_even_against_us(stage: Stage, broken: dict[str, Any], name: str):
    case = await disputed(stage)
    (done,) = await stage.do(DecideDispute(AUDITOR, (await disputed(stage)).guia.id, False, TEXT))
    wrong = replace(done.report, guia_id=case.guia.id, protocol=case.report.protocol, **broken)
    with pytest.raises(BROKEN, match=name):
        await saved(stage, case, wrong)


async def test_the_office_sees_first_what_is_due_first(house: PostgresStage):
    first, second = await disputed(house), await disputed(house)
    late = f"UPDATE chancela.report SET due_date = '2026-01-01' WHERE guia_id = '{second.guia.id}'"  # noqa: S608 - ours
    await house.execute(late)
    found = await store.waiting(house.pool, house.ans)
    assert [each.guia_id for each in found] == [second.guia.id, first.guia.id]
    assert (found[1].was, found[1].way, found[1].due_date) == (
        *(Attendance.VALIDATED, ReportWay.EMAIL, first.report.due_date),
    )
    assert (found[1].number, found[1].answered, found[1].of_pair) == (first.guia.number, False, 2)
    await house.do(DecideDispute(AUDITOR, second.guia.id, False, TEXT))
    assert [each.guia_id for each in await store.waiting(house.pool, house.ans)] == [first.guia.id]
    assert await store.waiting(house.pool, "999001") == ()


async def both(house: PostgresStage, one: Any, other: Any) -> list[Any]:
    """Two deeds on two connections at once."""
    done = await asyncio.gather(house.do(one), house.do(other))
    return [each[0] for each in done]


@pytest.mark.parametrize("nth", range(3))
async def test_a_code_and_a_report_at_once_end_in_one_of_two_true_stories(house: PostgresStage, nth: int):
    """Either the report came first and the code is dead, or the code did and the attendance is disputed."""
    case = await awaiting(house)
    entry, word = ValidateToken(DESK, case.guia.id, CODE), ReportToken(SYSTEM, case.guia.id, ReportWay.SMS)
    given = await both(house, *((entry, word) if nth % 2 else (word, entry)))
    outcome = given[0] if nth % 2 else given[1]
    kept = await loaded(house, case)
    if isinstance(outcome, Refused):
        assert outcome.reason is Refusal.CODE_REPORTED
        assert (kept.guia.attendance, kept.validation, kept.report.was) == (Attendance.AWAITING_TOKEN, None, None)
    else:
        assert (kept.guia.attendance, kept.report.was) == (Attendance.DISPUTED, Attendance.VALIDATED)
    assert kept.secret is None


async def test_it_is_opened_once_and_decided_once_whoever_acts_at_once(house: PostgresStage):
    case = await validated(house)
    said = await both(house, *(ReportToken(SYSTEM, case.guia.id, each) for each in (ReportWay.SMS, ReportWay.EMAIL)))
    assert said[0].report.protocol == said[1].report.protocol
    ends = await both(house, *(DecideDispute(AUDITOR, case.guia.id, each, TEXT) for each in (True, False)))
    assert sorted(isinstance(each, Refused) for each in ends) == [False, True]
    kinds = [each.kind for each in await house.trail()]
    assert kinds.count("guia:attendance:disputed") == kinds.count("guia:dispute:decided") == 1
