"""Late codes over the fakes and over PostgreSQL; races on two connections; and sweeps that search their indexes."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from chancela.adapters.postgres import cases as stores, lates, pool as pools
from chancela.domain import offline
from chancela.domain.case import Case
from chancela.domain.guia import Attendance, Kind, RequestedProcedure
from chancela.domain.profiles import LATEST_CODE_WINS
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.token import Window
from chancela.usecases.issue_token import IssueToken
from chancela.usecases.postpone_token import PostponeToken
from chancela.usecases.register_guia import RegisterGuia
from chancela.usecases.remind_late import RemindLate
from chancela.usecases.settle_late import SettleLate
from chancela.usecases.validate_token import ValidateToken
from tests.adapters.postgres.stages import MemoryStage, PostgresStage, Stage
from tests.usecases.scene import ANS, CARD, DESK, NEIGHBOUR, OK, PROVIDER, SYSTEM, Scene

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import date

RULES = replace(LATEST_CODE_WINS, cool_down_s=0, late_days=5, late_reminder_days=2)
CODE = "482913"
OLD = (
    "UPDATE chancela.late_visit SET visit_date = visit_date - 9, due_date = due_date - 9, remind_date = remind_date - 9"
)
SOON = "UPDATE chancela.late_visit SET remind_date = remind_date - 9"


@pytest.fixture(params=["memory", "postgres"])
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    """An operator that takes late codes."""
    scene = Scene(RULES)
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
    opened = PostgresStage(Scene(RULES), empty_database_url)
    await opened.open()
    opened.means.chance.next_codes += [CODE] * 20
    yield opened
    await opened.close()


def today() -> date:
    return offline.day(datetime.now(UTC))


async def awaiting(stage: Stage) -> Case:
    (case,) = await stage.do(RegisterGuia(DESK, Kind.ODONTO, CARD, PROVIDER, (RequestedProcedure("22", OK),)))
    (issued,) = await stage.do(IssueToken(DESK, case.guia.id))
    return issued


async def pending(stage: Stage) -> Case:
    case = await awaiting(stage)
    (late,) = await stage.do(PostponeToken(DESK, case.guia.id, today()))
    return late


async def loaded(stage: Stage, case: Case) -> Case:
    async with stage.world() as world:
        return (await world.cases.load([case.guia.id]))[case.guia.id]


async def pass_days(stage: Stage, statement: str) -> None:
    """Let the days of every late code pass, as if it had been postponed before."""
    if isinstance(stage, PostgresStage):
        await stage.execute(statement)
        return
    back, shelf = timedelta(days=9), stage.memory.shelf
    for key, late in shelf.late.items():
        new = replace(late, remind_date=late.remind_date - back)
        if statement == OLD:
            new = replace(new, visit_date=late.visit_date - back, due_date=late.due_date - back)
        shelf.late[key] = new


async def test_a_late_visit_comes_back_as_it_was_and_goes_with_its_proof(stage: Stage):
    late = await pending(stage)
    assert (await loaded(stage, late)).late == late.late
    assert (await loaded(stage, late)).guia.attendance is Attendance.LATE_PENDING
    (issued,) = await stage.do(IssueToken(DESK, late.guia.id))
    assert issued.token.generation == 2
    assert (await loaded(stage, late)).late == late.late
    (done,) = await stage.do(ValidateToken(DESK, late.guia.id, CODE))
    now = await loaded(stage, late)
    assert (now.late, done.validation.window) == (None, Window.LATE)
    assert now.validation is not None
    assert now.validation.visit_date == today()


async def test_what_is_over_is_settled_once_and_gone(stage: Stage):
    late, other = await pending(stage), await pending(stage)
    assert await stage.do(SettleLate(SYSTEM)) == [0]
    await pass_days(stage, OLD)
    assert await stage.do(SettleLate(SYSTEM, 1)) == [1]
    assert await stage.do(SettleLate(SYSTEM, 5)) == [1]
    assert await stage.do(SettleLate(SYSTEM, 5)) == [0]
    for each in (late, other):
        now = await loaded(stage, each)
        assert (now.guia.attendance, now.late) == (Attendance.WITHOUT_TOKEN, None)
        assert now.absence is not None


async def test_a_reminder_is_noted_once(stage: Stage):
    late = await pending(stage)
    assert await stage.do(RemindLate(SYSTEM)) == [0]
    await pass_days(stage, SOON)
    assert await stage.do(RemindLate(SYSTEM)) == [1]
    assert await stage.do(RemindLate(SYSTEM)) == [0]
    now = (await loaded(stage, late)).late
    assert now is not None
    assert now.reminded_at is not None


# races, on two connections


async def together(house: PostgresStage, *commands: Any) -> list[Any]:
    return [outcome for (outcome,) in await asyncio.gather(*(house.do(each) for each in commands))]


async def test_postponing_races_with_validating_and_one_of_them_happens(house: PostgresStage):
    for _ in range(4):
        case = await awaiting(house)
        guia_id = case.guia.id
        commands = PostponeToken(DESK, guia_id, today()), ValidateToken(DESK, guia_id, CODE)
        postponed, validated = await together(house, *commands)
        now = await loaded(house, case)
        assert now.secret is None
        if isinstance(validated, Case):
            assert postponed == Refused(Refusal.GUIA_VALIDATED)
            assert (now.guia.attendance, now.late) == (Attendance.VALIDATED, None)
        else:
            assert validated == Refused(Refusal.LATE_CODE_NEEDED)
            assert now.guia.attendance is Attendance.LATE_PENDING


async def test_two_desks_postpone_one_visit_once(house: PostgresStage):
    case = await awaiting(house)
    command = PostponeToken(DESK, case.guia.id, today())
    first, second = await together(house, command, command)
    assert first.late == second.late
    assert [each.kind for each in await house.trail()].count("guia:token:postponed") == 1


async def test_a_late_code_asked_for_twice_at_once_leaves_one_alive(house: PostgresStage):
    case = await pending(house)
    await together(house, IssueToken(DESK, case.guia.id), IssueToken(DESK, case.guia.id))
    with psycopg.connect(house.url) as connection:
        live = connection.execute("SELECT generation FROM chancela.live_token").fetchall()
    assert live == [(3,)]


async def test_settling_races_with_the_code_and_one_of_them_happens(house: PostgresStage):
    case = await pending(house)
    await house.do(IssueToken(DESK, case.guia.id))
    await house.execute(OLD)
    settled, validated = await together(house, SettleLate(SYSTEM), ValidateToken(DESK, case.guia.id, CODE))
    assert settled == 1
    assert validated in (Refused(Refusal.LATE_WINDOW_OVER), Refused(Refusal.GUIA_WITHOUT_TOKEN))
    assert (await loaded(house, case)).guia.attendance is Attendance.WITHOUT_TOKEN


# what the desk reads


async def test_the_desk_reads_its_own_the_soonest_first_and_how_many_hurry(house: PostgresStage):
    reads = lates.Lates(pools.pool(house.url))
    async with reads.pool:
        assert await reads.counted(ANS, PROVIDER, today()) == lates.Pending(0, 0, None)
        first, second = await pending(house), await pending(house)
        earlier = "SET due_date = due_date - 3, remind_date = remind_date - 3 WHERE guia_id ="
        await house.execute(f"UPDATE chancela.late_visit {earlier} '{second.guia.id}'")
        assert await reads.pending(ANS, PROVIDER) == (second.guia.id, first.guia.id)
        assert await reads.pending(ANS, PROVIDER, 1) == (second.guia.id,)
        due = today() + timedelta(days=2)
        assert await reads.counted(ANS, PROVIDER, today()) == lates.Pending(2, 1, due)
        assert await reads.pending(ANS, NEIGHBOUR) == ()
        assert await reads.pending("999001", PROVIDER) == ()


@pytest.mark.parametrize(
    ("statement", "index"),
    [
        (stores.SQL["late_over"], "late_visit_due"),
        (stores.SQL["late_to_remind"], "late_visit_to_remind"),
        (lates.SQL["pending"], "late_visit_by_provider"),
        (lates.SQL["counted"], "late_visit_by_provider"),
    ],
    ids=["over", "to remind", "pending", "counted"],
)
async def test_behind_the_wall_too_an_index_is_searched(house: PostgresStage, statement: bytes, index: str):
    await pending(house)
    asked = {"operator": ANS, "provider": PROVIDER, "today": today(), "limit": 50}
    with psycopg.connect(house.url) as connection:
        connection.execute("SET ROLE chancela_app; SET enable_seqscan = off")
        connection.execute("SELECT set_config('chancela.operator', %s, false)", (ANS,))
        row = connection.execute(b"EXPLAIN (FORMAT JSON) " + statement, asked).fetchone()
    assert row is not None
    nodes = list(_nodes(row[0][0]["Plan"]))
    (scan,) = [each for each in nodes if each.get("Relation Name") == "late_visit"]
    assert scan["Index Name"] == index, json.dumps(nodes)
    day = "due_date" if index == "late_visit_due" else "remind_date" if index == "late_visit_to_remind" else "provider"
    assert day in scan["Index Cond"]
    assert "Sort" not in {each["Node Type"] for each in nodes}


def _nodes(plan: dict[str, Any]) -> Any:
    yield plan
    for each in plan.get("Plans", ()):
        yield from _nodes(each)
