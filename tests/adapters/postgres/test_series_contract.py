"""Series over the fakes and over PostgreSQL; two desks that confirm one session at once."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from chancela.domain.absence import AbsenceReason
from chancela.domain.case import Case
from chancela.domain.guia import Attendance, ItemState, Kind, RequestedProcedure
from chancela.domain.profiles import LATEST_CODE_WINS
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.series import SessionCode
from chancela.usecases.close_series import CloseSeries
from chancela.usecases.confirm_session import ConfirmSession, confirm_session
from chancela.usecases.issue_token import IssueToken
from chancela.usecases.record_absence import RecordAbsence
from chancela.usecases.register_guia import RegisterGuia
from chancela.usecases.review_guia import Decision, ReviewGuia
from chancela.usecases.tell_attendances import TellAttendances, tell_attendances
from chancela.usecases.validate_token import ValidateToken, validate_token
from tests.adapters.postgres.stages import MemoryStage, PostgresStage, Stage
from tests.usecases.scene import AUDITED, AUDITOR, CARD, DESK, OK, PROVIDER, SYSTEM, Scene

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

DAILY = replace(LATEST_CODE_WINS, series=(OK, AUDITED), session_code=SessionCode.PER_DAY, cool_down_s=0)


@pytest.fixture(params=["memory", "postgres"])
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    """An operator where one code is enough for a day's sessions."""
    scene = Scene(DAILY)
    opened: Stage = MemoryStage(scene)
    if request.param == "postgres":
        opened = PostgresStage(scene, request.getfixturevalue("empty_database_url"))
        await opened.open()
    chance = scene.memory.chance if isinstance(opened, MemoryStage) else opened.means.chance
    chance.next_codes += ["482913"] * 20
    yield opened
    await opened.close()


async def begun(stage: Stage, sessions: int = 3, code: str = OK) -> Case:
    asked = (RequestedProcedure("22", code, sessions),)
    (case,) = await stage.do(RegisterGuia(DESK, Kind.ODONTO, CARD, PROVIDER, asked))
    return case


async def attended(stage: Stage, case: Case) -> Case:
    await stage.do(IssueToken(DESK, case.guia.id))
    (done,) = await stage.do(ValidateToken(DESK, case.guia.id, "482913"))
    return done


async def loaded(stage: Stage, case: Case) -> Case:
    async with stage.world() as world:
        return (await world.cases.load([case.guia.id]))[case.guia.id]


def bare(case: Case) -> Case:
    """The case without the places of events, which saving gives."""
    kept = tuple(replace(each, event_seq=None) for each in case.sessions)
    proof = case.validation and replace(case.validation, event_seq=None)
    return replace(case, sessions=kept, validation=proof, deliveries=())


async def test_sessions_come_back_as_they_were_with_the_places_of_their_events(stage: Stage):
    case = await begun(stage)
    await attended(stage, case)
    (done,) = await stage.do(RecordAbsence(DESK, case.guia.id, AbsenceReason.NO_PHONE, "Veio sem celular."))
    now = await loaded(stage, case)
    assert bare(now) == bare(done)
    entries = await stage.trail()
    kinds = [entries[each.event_seq - 1].kind for each in now.sessions]
    assert kinds == ["guia:session:confirmed", "guia:absence:recorded"]
    assert now.guia.attendance is Attendance.AWAITING_TOKEN


async def test_the_last_session_validates_and_one_notice_tells_of_both(stage: Stage):
    case = await begun(stage, 2)
    await attended(stage, case)
    assert await stage.do(TellAttendances(SYSTEM)) == [1]
    (done,) = await stage.do(ConfirmSession(DESK, case.guia.id, 2))
    assert bare(await loaded(stage, case)) == bare(done)
    assert done.guia.attendance is Attendance.VALIDATED
    assert await stage.do(TellAttendances(SYSTEM)) == [1]
    assert await stage.do(TellAttendances(SYSTEM)) == [0]


async def test_a_session_with_a_code_and_one_without_are_told_each_as_it_was_and_the_end_is_nothing_more(stage: Stage):
    case = await begun(stage, 3)
    await attended(stage, case)
    for _ in range(2):
        await stage.do(RecordAbsence(DESK, case.guia.id, AbsenceReason.NO_PHONE, "Veio sem celular."))
    told = [await stage.do(TellAttendances(SYSTEM, 1)) for _ in range(3)]
    assert told == [[1], [1], [0]]
    entries = [each for each in await stage.trail() if each.kind == "guia:attendance:told"]
    assert [json.loads(each.data)["without_code"] for each in entries] == [False, True]
    assert (await loaded(stage, case)).guia.attendance is Attendance.VALIDATED


async def test_two_that_tell_at_once_tell_each_attendance_once(house: PostgresStage):
    case = await begun(house, 3)
    await attended(house, case)
    await house.do(RecordAbsence(DESK, case.guia.id, AbsenceReason.NO_PHONE, "Veio sem celular."))
    told = await at_once(house, tell_attendances, TellAttendances(SYSTEM))
    assert sum(told) == 2
    with psycopg.connect(house.url) as connection:
        asked = "SELECT purpose FROM chancela.delivery WHERE purpose <> 'code' ORDER BY purpose"
        assert connection.execute(asked).fetchall() == [("recorded",), ("validated",)]
        assert connection.execute("SELECT count(*) FROM chancela.untold").fetchone() == (0,)


async def test_the_code_of_a_day_confirms_as_many_sessions_as_its_rules_say_and_another_as_many(stage: Stage):
    case = await begun(stage, 9)
    for place in (1, 3):
        await attended(stage, case)
        (upon,) = await stage.do(ConfirmSession(DESK, case.guia.id, place + 1))
        assert upon.sessions[-1].upon == place
        assert await stage.do(ConfirmSession(DESK, case.guia.id, place + 2)) == [Refused(Refusal.DAY_CODE_SPENT)]


async def test_why_a_series_ended_stays_with_its_last_session(stage: Stage):
    case = await begun(stage, 9)
    await stage.do(RecordAbsence(DESK, case.guia.id, AbsenceReason.NO_PHONE, "Veio sem celular."))
    await stage.do(CloseSeries(DESK, case.guia.id, "Mudou de cidade."))
    now = await loaded(stage, case)
    assert (now.guia.attendance, now.sessions[0].closed_why) == (Attendance.WITHOUT_TOKEN, "Mudou de cidade.")
    assert now.absence is not None and now.absence.protocol == now.sessions[0].protocol


async def test_a_review_gives_a_series_its_length(stage: Stage):
    case = await begun(stage, 12, AUDITED)
    await stage.do(ReviewGuia(AUDITOR, case.guia.id, (Decision(1, ItemState.AUTHORISED),)))
    assert (await loaded(stage, case)).guia.sessions == 12


@pytest.fixture
async def house(empty_database_url: str) -> AsyncIterator[PostgresStage]:
    opened = PostgresStage(Scene(DAILY), empty_database_url)
    await opened.open()
    opened.means.chance.next_codes += ["482913"] * 20
    yield opened
    await opened.close()


async def at_once(house: PostgresStage, deed: Any, *commands: Any) -> list[Any]:
    """Commands on a connection each at the same time; one alone is given on two."""

    async def one(command: Any) -> Any:
        async with house.world(type(command)) as world:
            return (await deed([command], world))[0]

    return list(await asyncio.gather(*(one(each) for each in (commands * 2 if len(commands) == 1 else commands))))


async def test_two_desks_that_confirm_a_session_at_once_confirm_one(house: PostgresStage):
    case = await begun(house, 5)
    await attended(house, case)
    outcomes = await at_once(house, confirm_session, ConfirmSession(DESK, case.guia.id, 2))
    assert sorted(isinstance(each, Case) for each in outcomes) == [False, True]
    assert Refused(Refusal.GUIA_CHANGED) in outcomes
    assert [each.place for each in (await loaded(house, case)).sessions] == [1, 2]


async def test_two_desks_at_once_do_not_pass_what_the_code_of_the_day_confirms(house: PostgresStage):
    case = await begun(house, 9)
    await attended(house, case)
    asked = [ConfirmSession(DESK, case.guia.id, place) for place in (2, 2, 3, 3)]
    done = [each for each in await at_once(house, confirm_session, *asked) if isinstance(each, Case)]
    assert [len(each.sessions) for each in done] == [2]
    outcomes = await at_once(house, confirm_session, ConfirmSession(DESK, case.guia.id, 3))
    assert outcomes == [Refused(Refusal.DAY_CODE_SPENT)] * 2
    assert [each.upon for each in (await loaded(house, case)).sessions] == [None, 1]


async def test_one_code_given_at_two_desks_at_once_confirms_one_session(house: PostgresStage):
    case = await begun(house, 5)
    await house.do(IssueToken(DESK, case.guia.id))
    outcomes = await at_once(house, validate_token, ValidateToken(DESK, case.guia.id, "482913"))
    assert sorted(isinstance(each, Case) for each in outcomes) == [False, True]
    assert len((await loaded(house, case)).sessions) == 1


async def test_the_database_holds_a_sessions_place_even_against_us(house: PostgresStage):
    case = await begun(house, 5)
    await attended(house, case)
    again = (
        "INSERT INTO chancela.guia_session"
        " (operator, guia_id, place, at, by, generation, method, session_window, event_seq)"
        " SELECT operator, guia_id, place, at, by, generation, method, session_window, event_seq"
        " FROM chancela.guia_session"
    )
    with psycopg.connect(house.url) as connection, pytest.raises(psycopg.errors.UniqueViolation) as broken:
        connection.execute(again)
    assert "a_session_takes_place_once" in str(broken.value)
