"""What the store of versions promises, and which rules hold on a day, over the fakes and over PostgreSQL alike."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from chancela.adapters.postgres import operators, policy_text, world as worlds
from chancela.adapters.postgres.policies import HIGHEST, Versions
from chancela.adapters.postgres.reads import Reads
from chancela.domain.delivery import Channel
from chancela.domain.guia import Attendance, Kind, RequestedProcedure
from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.policy import CodeNeeded, Reissue, Rung
from chancela.domain.policy_proviso import Departure, Proviso, Reach
from chancela.domain.policy_version import PolicyStep, PolicyVersion, VersionState
from chancela.domain.profiles import LATEST_CODE_WINS, PUSH_PER_ATTENDANCE, SHIPPED
from chancela.domain.series import SessionCode
from chancela.domain.trail import Event, EventKind
from chancela.usecases.decide_policy import DecidePolicy, Verdict
from chancela.usecases.draft_policy import DraftPolicy
from chancela.usecases.propose_policy import ProposePolicy
from chancela.usecases.register_guia import RegisterGuia
from tests.adapters.postgres.stages import MemoryStage, PostgresStage, Stage
from tests.fakes.shelf import BrokenRuleError
from tests.usecases.scene import ANS, AUDITED, CARD, DESK, PROVIDER, Scene

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

DAY = timedelta(days=1)
WRITER, BOSS = Actor(ANS, ActorKind.ANALYST, "ana.lista"), Actor(ANS, ActorKind.MANAGER, "chefe")
ESSENTIAL = Proviso(Reach(plan="Essencial"), Departure(code_needed=CodeNeeded.AT_ATTENDANCE, valid=timedelta(hours=1)))
WHOLE = Proviso(
    Reach("Essencial", PROVIDER, "81"),
    Departure(
        reissue=Reissue.SAME_CODE,
        channels=(Channel.SMS,),
        ladder=(Rung((Channel.SMS,)),),
        tries_per_code=3,
        fresh=2 * DAY,
    ),
)


@pytest.fixture(params=["memory", "postgres"])
async def house(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Stage, Scene]]:
    scene = Scene(plan="Essencial")
    stage: Stage = MemoryStage(scene)
    if request.param == "postgres":
        stage = PostgresStage(scene, request.getfixturevalue("empty_database_url"))
        await stage.open()
    yield stage, scene
    await stage.close()


async def today(stage: Stage) -> Any:
    async with stage.world(DraftPolicy) as world:
        return world.today


async def written(stage: Stage, **changes: Any) -> PolicyVersion:
    own = {"policy": PUSH_PER_ATTENDANCE, "provisos": (), "from_date": await today(stage), **changes}
    (version,) = await stage.do(DraftPolicy(WRITER, **own))
    assert isinstance(version, PolicyVersion), version
    return version


async def approved(stage: Stage, **changes: Any) -> PolicyVersion:
    version = await written(stage, **changes)
    await stage.do(ProposePolicy(WRITER, version.number))
    (done,) = await stage.do(DecidePolicy(BOSS, version.number, Verdict.APPROVE))
    assert isinstance(done, PolicyVersion), done
    return done


async def loaded(stage: Stage, *numbers: int) -> dict[int, PolicyVersion]:
    async with stage.world(DecidePolicy) as world:
        found: dict[int, PolicyVersion] = await world.policies.load(numbers)
    return found


async def rules(stage: Stage) -> tuple[Any, Any]:
    async with stage.world() as world:
        return world.operator.policy, world.operator.provisos


async def test_a_version_is_kept_as_it_was_written_and_counted_from_one(house):
    stage, _ = house
    first = await written(stage, provisos=(ESSENTIAL, WHOLE), note="por causa da auditoria")
    second = await written(stage, copied_from=first.number)
    assert (first.number, second.number) == (1, 2)
    assert await loaded(stage, 1, 2, 3, 0, -1, HIGHEST + 1) == {1: first, 2: second}
    assert first.provisos == (ESSENTIAL, WHOLE)
    assert [each.kind for each in await stage.trail()] == ["operator:policy:drafted"] * 2
    assert [each.subject for each in await stage.trail()] == [first.id, second.id]


async def test_saving_nothing_writes_nothing(house):
    stage, _ = house
    async with stage.world(DraftPolicy) as world:
        await world.policies.save([])
    assert await stage.trail() == []


async def test_without_an_approved_version_the_operators_own_settings_hold(house):
    stage, scene = house
    await written(stage)
    assert await rules(stage) == (scene.policy, ())


async def test_the_approved_version_that_began_last_holds_and_the_later_one_of_two_of_one_day(house):
    stage, _ = house
    day = await today(stage)
    await approved(stage, from_date=day)
    newest = await approved(stage, policy=replace(LATEST_CODE_WINS, guia_days=30), provisos=(WHOLE,), from_date=day)
    await approved(stage, policy=replace(LATEST_CODE_WINS, guia_days=60), from_date=day + DAY)
    assert await rules(stage) == (newest.policy, newest.provisos)


async def test_a_version_waits_for_its_midnight(house):
    stage, scene = house
    await approved(stage, from_date=await today(stage) + DAY)
    assert (await rules(stage))[0] == scene.policy


async def test_what_is_refused_or_withdrawn_never_holds(house):
    stage, scene = house
    for verdict in (Verdict.REFUSE, Verdict.WITHDRAW):
        version = await written(stage)
        await stage.do(ProposePolicy(WRITER, version.number))
        await stage.do(DecidePolicy(BOSS, version.number, verdict, "não agora"))
    assert (await rules(stage))[0] == scene.policy


async def test_a_guia_keeps_the_plan_of_its_day_and_has_its_plans_rules(house):
    stage, _ = house
    ask = RegisterGuia(DESK, Kind.ODONTO, CARD, PROVIDER, (RequestedProcedure("22", AUDITED),))
    (before,) = await stage.do(ask)
    await approved(stage, policy=LATEST_CODE_WINS, provisos=(ESSENTIAL,))
    (after,) = await stage.do(ask)
    assert (before.guia.plan, after.guia.plan) == ("Essencial", "Essencial")
    assert before.guia.attendance is Attendance.NONE
    assert after.guia.attendance is Attendance.AWAITING_TOKEN
    async with stage.world() as world:
        found = await world.cases.load([after.guia.id])
    assert found[after.guia.id].guia.plan == "Essencial"


async def broken(stage: Stage, version: PolicyVersion) -> None:
    async with stage.world(DecidePolicy) as world:
        await world.policies.load([version.number])
        event = Event(EventKind.POLICY_DECIDED, version.id, "x", {})
        await world.policies.save([PolicyStep(version, event)])


WRONG = {
    "another_person_decides": {"decided_by": "ana.lista"},
    "a_decided_version_says_by_whom": {"decided_at": None},
    "a_refusal_says_why": {"state": VersionState.REFUSED, "reason": ""},
}


@pytest.mark.parametrize("rule", WRONG)
async def test_the_store_holds_its_rules_even_against_us(house, rule: str):
    stage, _ = house
    version = await written(stage)
    await stage.do(ProposePolicy(WRITER, version.number))
    bad = replace(version, state=VersionState.APPROVED, decided_by="chefe", decided_at=version.written_at)
    with pytest.raises((BrokenRuleError, psycopg.errors.CheckViolation), match=rule):
        await broken(stage, replace(bad, **WRONG[rule]))


@pytest.mark.parametrize(
    ("begins", "change"),
    [
        (0, {"state": VersionState.WITHDRAWN}),
        (0, {"policy": LATEST_CODE_WINS}),
        (1, {"from_date": None}),
        (1, {"provisos": (WHOLE,), "state": VersionState.WITHDRAWN}),
        (1, {"state": VersionState.REFUSED, "reason": "tarde"}),
    ],
)
async def test_what_was_approved_is_not_changed_and_what_began_is_not_taken_back(house, begins: int, change):
    stage, _ = house
    version = await approved(stage, from_date=await today(stage) + begins * DAY)
    if "from_date" in change:
        change = {"from_date": version.from_date + 7 * DAY}
    with pytest.raises(
        (BrokenRuleError, psycopg.errors.CheckViolation), match=r"what_was_proposed|rules change as a draft"
    ):
        await broken(stage, replace(version, **change))


async def test_what_was_withdrawn_stays_so(house):
    stage, _ = house
    version = await approved(stage, from_date=await today(stage) + DAY)
    (gone,) = await stage.do(DecidePolicy(BOSS, version.number, Verdict.WITHDRAW))
    with pytest.raises((BrokenRuleError, psycopg.errors.CheckViolation)):
        await broken(stage, version)
    assert await loaded(stage, version.number) == {version.number: gone}


# ---------------------------------------------------------------- PostgreSQL alone


@pytest.fixture
async def postgres(empty_database_url: str) -> AsyncIterator[PostgresStage]:
    stage = PostgresStage(Scene(plan="Essencial"), empty_database_url)
    await stage.open()
    yield stage
    await stage.close()


async def a_night_passes(stage: PostgresStage) -> None:
    await stage.execute(
        "SET session_replication_role = replica; UPDATE chancela.policy_version SET from_date = from_date - 1"
    )


async def test_over_the_turn_of_the_day_the_rules_are_the_next_ones(postgres: PostgresStage):
    before = (await rules(postgres))[0]
    version = await approved(postgres, from_date=await today(postgres) + DAY)
    assert (await rules(postgres))[0] == before
    await a_night_passes(postgres)
    assert (await rules(postgres))[0] == version.policy


async def test_the_edges_read_the_same_rules_as_the_deeds(postgres: PostgresStage):
    version = await approved(postgres, provisos=(WHOLE,))
    reads = Reads(postgres.pool)
    one, every = await reads.operator(ANS), await reads.operators()
    assert one is not None
    assert (one.policy, one.provisos) == (version.policy, version.provisos) == await rules(postgres)
    assert [(each.ans, each.policy) for each in every] == [(ANS, version.policy)]
    assert await reads.operator("999001") is None


async def test_versions_are_read_the_last_first_page_by_page(postgres: PostgresStage):
    day, versions = await today(postgres), Versions(postgres.pool)
    assert (await versions.in_force(ANS), await versions.coming(ANS), await versions.latest(ANS)) == (None, (), ())
    held = await approved(postgres, from_date=day)
    later = await approved(postgres, from_date=day + 2 * DAY)
    next_one = await approved(postgres, from_date=day + DAY)
    draft = await written(postgres)
    assert await versions.in_force(ANS) == held
    assert await versions.coming(ANS) == (next_one, later)
    assert await versions.latest(ANS, limit=2) == (draft, next_one)
    assert await versions.latest(ANS, before=next_one.number) == (later, held)
    assert await versions.of(ANS, draft.number) == draft
    assert await versions.awaiting(ANS) == ()
    await postgres.do(ProposePolicy(WRITER, draft.number))
    assert await versions.awaiting(ANS) == (replace(draft, state=VersionState.AWAITING),)
    assert [await versions.of(ANS, each) for each in (0, 99, HIGHEST + 1)] == [None] * 3


async def test_two_who_write_at_once_get_two_numbers(postgres: PostgresStage):
    both = await asyncio.gather(written(postgres), written(postgres))
    assert {each.number for each in both} == {1, 2}


def test_a_field_that_came_later_is_as_in_its_profile():
    kept = replace(LATEST_CODE_WINS, guia_days=7, session_code=SessionCode.PER_DAY)
    whole = policy_text.policy_text(kept)
    old = whole.replace('"caller_questions":3,', "").replace('"day_sessions":2,', "")
    assert len(old) == len(whole) - len('"caller_questions":3,"day_sessions":2,')
    assert policy_text.policy(old) == kept


@pytest.mark.parametrize("profile", SHIPPED.values(), ids=SHIPPED)
def test_rules_that_are_written_are_read_again(profile):
    assert policy_text.policy(policy_text.policy_text(profile)) == profile
    assert policy_text.provisos(policy_text.provisos_text((ESSENTIAL, WHOLE))) == (ESSENTIAL, WHOLE)


def test_an_operator_of_the_same_texts_is_made_once():
    rules_text, none = policy_text.policy_text(PUSH_PER_ATTENDANCE), policy_text.provisos_text(())
    told = (ANS, "Exemplo", "latest-code-wins", "{}", (), None, rules_text, none)
    assert operators.operator(*told) is operators.operator(*told)
    assert operators.operator(*told).policy == PUSH_PER_ATTENDANCE


async def test_how_many_versions_there_are_costs_a_deed_nothing(postgres: PostgresStage):
    """The rules of today are found by a walk down one index, however many went before."""
    version = await approved(postgres)
    with psycopg.connect(postgres.url) as connection:
        connection.execute(
            "INSERT INTO chancela.policy_version SELECT operator, number + n, gen_random_uuid(), policy, provisos,"
            " from_date - 1 - n, state, NULL, '', written_by, written_at, decided_by, decided_at, ''"
            " FROM chancela.policy_version, generate_series(1, 2000) n"
        )
        connection.execute("ANALYZE chancela.policy_version")
    assert (await rules(postgres))[0] == version.policy
    plan = await _plan(postgres)
    assert "policy_version_in_force" in plan
    assert "Sort" not in plan
    assert "Rows Removed" not in plan


async def _plan(stage: PostgresStage) -> str:
    asked = "EXPLAIN (ANALYZE, COSTS off) " + worlds.SQL["open"].decode()
    async with stage.pool.connection() as connection:
        found = await (await connection.execute(asked.encode(), {"operator": ANS})).fetchall()
    return "\n".join(row[0] for row in found)
