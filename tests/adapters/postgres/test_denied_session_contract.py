"""Denied sessions: the same in memory and in PostgreSQL, kept for good, whole where two act at once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from chancela.adapters.postgres import disputes as store
from chancela.adapters.postgres.dispute_desk import DisputeDesk
from chancela.domain import denied_session
from chancela.domain.case import Case, Step
from chancela.domain.guia import Attendance, Kind, RequestedProcedure
from chancela.domain.profiles import LATEST_CODE_WINS
from chancela.domain.refusal import Refused
from chancela.domain.report import ReportOutcome, ReportWay, Side
from chancela.domain.trail import Event, EventKind
from chancela.usecases.answer_dispute import AnswerDispute
from chancela.usecases.close_series import CloseSeries
from chancela.usecases.decide_dispute import DecideDispute
from chancela.usecases.record_absence import RecordAbsence
from chancela.usecases.register_guia import RegisterGuia
from chancela.usecases.report_token import ReportToken
from tests.adapters.postgres.stages import MemoryStage, PostgresStage, Stage
from tests.fakes.shelf import BrokenRuleError
from tests.usecases.scene import AUDITOR, CARD, DESK, OK, PROVIDER, SYSTEM, Scene

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

TEXT = "Falamos com a pessoa e com a clínica."
POLICY = replace(LATEST_CODE_WINS, series=(OK,))
BROKEN = (psycopg.IntegrityError, BrokenRuleError)


@pytest.fixture(params=["memory", "postgres"])
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    """An operator with series."""
    scene = Scene(POLICY)
    opened: Stage = MemoryStage(scene)
    if request.param == "postgres":
        opened = PostgresStage(scene, request.getfixturevalue("empty_database_url"))
        await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
async def house(empty_database_url: str) -> AsyncIterator[PostgresStage]:
    """The same operator in PostgreSQL alone."""
    opened = PostgresStage(Scene(POLICY), empty_database_url)
    await opened.open()
    yield opened
    await opened.close()


async def recorded(stage: Stage) -> Case:
    """A series of five, closed after its third session."""
    asked = (RequestedProcedure("22", OK, 5),)
    (case,) = await stage.do(RegisterGuia(DESK, Kind.ODONTO, CARD, PROVIDER, asked))
    for _ in range(3):
        (case,) = await stage.do(RecordAbsence(DESK, case.guia.id, "refused", "não quis"))
    (case,) = await stage.do(CloseSeries(DESK, case.guia.id, "Alta."))
    return case


async def says(stage: Stage, case: Case, *places: int) -> Case:
    (told,) = await stage.do(ReportToken(SYSTEM, case.guia.id, ReportWay.APP, None, places))
    return told


async def decided(stage: Stage, case: Case, *, happened: bool) -> Case:
    (done,) = await stage.do(DecideDispute(AUDITOR, case.guia.id, happened, TEXT))
    return done


async def loaded(stage: Stage, case: Case) -> Case:
    async with stage.world() as world:
        return (await world.cases.load([case.guia.id]))[case.guia.id]


async def saved(stage: Stage, case: Case, **changed: Any) -> None:
    """Write a report or sessions past the deeds."""
    async with stage.world() as world:
        await world.cases.load([case.guia.id])
        event = Event(EventKind.DISPUTE_ANSWERED, case.guia.id, "sistema", {})
        await world.cases.save([Step(case, case, event, **changed)])


async def test_what_was_named_and_decided_comes_back(stage: Stage):
    case = await recorded(stage)
    told = await says(stage, case, 3, 1)
    assert (await loaded(stage, case)).report == told.report
    assert told.report.sessions == (1, 3)
    done = await decided(stage, told, happened=False)
    kept = await loaded(stage, case)
    assert (kept.report, kept.sessions, kept.guia.attendance) == (done.report, done.sessions, Attendance.WITHOUT_TOKEN)
    assert [each.outcome for each in kept.sessions] == [ReportOutcome.UPHELD, None, ReportOutcome.UPHELD]
    assert kept.sessions[2].closed_why == "Alta."


async def test_a_case_that_is_widened_keeps_its_protocol(stage: Stage):
    first = await says(stage, await recorded(stage), 2)
    await says(stage, first, 1)
    assert (await loaded(stage, first)).report == replace(first.report, sessions=(1, 2))
    await says(stage, first)
    assert (await loaded(stage, first)).report == replace(first.report, sessions=())


async def test_each_answer_of_the_provider_comes_back_when_more_was_named_since(stage: Stage):
    told = await says(stage, await recorded(stage), 2)
    for text, more in ((TEXT, 1), ("A ficha confirma a primeira.", 3)):
        await stage.do(AnswerDispute(DESK, told.guia.id, text))
        told = await says(stage, told, more)
        assert (await loaded(stage, told)).report == told.report
    assert [(each.text, each.sessions) for each in told.report.former] == [
        *((TEXT, (2,)), ("A ficha confirma a primeira.", (1, 2))),
    ]
    done = await decided(stage, told, happened=True)
    assert (await loaded(stage, told)).report.former == done.report.former == told.report.former


async def test_only_a_dispute_has_former_answers(stage: Stage):
    told = await says(stage, await recorded(stage))
    former = (Side(TEXT, told.report.opened_at, (2,)),)
    with pytest.raises(BROKEN, match="only_a_dispute_has_former_answers"):
        await saved(stage, told, report=replace(told.report, was=None, due_date=None, former=former))


async def test_a_desk_is_asked_again_when_more_was_named_since_its_answer(house: PostgresStage):
    desk = DisputeDesk(house.pool, house.ans, PROVIDER)
    told = await says(house, await recorded(house), 2)
    await house.do(AnswerDispute(DESK, told.guia.id, TEXT))
    (found,) = await store.waiting(house.pool, house.ans)
    assert (found.answered, found.answered_before, (await desk.unanswered()).count) == (True, False, 0)
    await says(house, told, 1)
    (found,) = await store.waiting(house.pool, house.ans)
    assert (found.answered, found.answered_before, (await desk.unanswered()).count) == (False, True, 1)
    assert (await desk.unanswered()).first_due_date == told.report.due_date


async def test_others_are_disowned_after_a_decision_which_stays_with_its_session(stage: Stage):
    first = await decided(stage, await says(stage, await recorded(stage), 2), happened=False)
    told = await says(stage, first, 3)
    kept = await loaded(stage, first)
    assert (kept.report, kept.guia.attendance) == (told.report, Attendance.DISPUTED)
    assert (kept.report.sessions, kept.report.outcome) == ((3,), None)
    await decided(stage, told, happened=True)
    kept = await loaded(stage, first)
    assert [each.ruling for each in kept.sessions] == [None, TEXT, TEXT]
    assert [each.place for each in kept.sessions if denied_session.denied(kept, each)] == [2]


async def test_what_was_decided_of_a_session_stays_even_against_us(stage: Stage):
    done = await decided(stage, await says(stage, await recorded(stage), 2), happened=False)
    other = replace(done.sessions[1], outcome=ReportOutcome.MISTAKEN, ruling="Outra decisão, depois.")
    again = replace(done.report, outcome=None, closed_at=None, closed_by=None, text=None)
    await saved(stage, done, sessions=(other,), report=again)
    kept = await loaded(stage, done)
    assert (kept.sessions, kept.report) == (done.sessions, done.report)


async def test_nothing_is_decided_of_a_session_without_words(stage: Stage):
    done = await recorded(stage)
    bare = replace(done.sessions[1], outcome=ReportOutcome.UPHELD, judged_at=done.sessions[1].at)
    with pytest.raises(BROKEN, match="a_session_is_judged_in_writing"):
        await saved(stage, done, sessions=(bare,))


async def test_sessions_are_named_of_a_recorded_attendance_alone(stage: Stage):
    told = await says(stage, await recorded(stage), 2)
    wrong = replace(told.report, was=None, due_date=None)
    with pytest.raises(BROKEN, match="sessions_are_named_of_a_recorded_attendance"):
        await saved(stage, told, report=wrong)


async def test_the_office_sees_which_are_disowned(house: PostgresStage):
    await says(house, await recorded(house), 3, 1)
    await says(house, await recorded(house))
    assert [each.sessions for each in await store.waiting(house.pool, house.ans)] == [(1, 3), ()]


@pytest.mark.parametrize("place", [0, 100])
async def test_the_database_takes_no_place_that_is_none(house: PostgresStage, place: int):
    told = await says(house, await recorded(house), 1)
    with pytest.raises(psycopg.IntegrityError, match="a_named_session_has_a_place_from_1_to_99"):
        await saved(house, told, report=replace(told.report, sessions=(place,)))


async def test_two_words_at_once_come_to_one_case_about_both(house: PostgresStage):
    case = await recorded(house)
    said = await asyncio.gather(says(house, case, 1), says(house, case, 3))
    kept = await loaded(house, case)
    assert kept.report.sessions == (1, 3)
    assert {each.report.protocol for each in said} == {kept.report.protocol}
    kinds = [each.kind for each in await house.trail()]
    assert (kinds.count("guia:attendance:disputed"), kinds.count("guia:dispute:widened")) == (1, 1)


async def test_a_word_and_a_decision_at_once_lose_neither(house: PostgresStage):
    """Either the word came first and both sessions are decided, or the decision did and the word opens the next."""
    told = await says(house, await recorded(house), 1)
    ends = await asyncio.gather(decided(house, told, happened=False), says(house, told, 2))
    assert not any(isinstance(each, Refused) for each in ends)
    kept = await loaded(house, told)
    outcomes = [each.outcome for each in kept.sessions]
    if kept.guia.attendance is Attendance.DISPUTED:
        assert (outcomes, kept.report.sessions) == ([ReportOutcome.UPHELD, None, None], (2,))
    else:
        assert outcomes == [ReportOutcome.UPHELD, ReportOutcome.UPHELD, None]
