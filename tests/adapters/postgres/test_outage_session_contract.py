"""What the store of outages promises of sessions, held against the fakes and against PostgreSQL alike."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from chancela.adapters.postgres import outage_reads, outages
from chancela.domain.absence import ABSENCES, AbsenceNeed, AbsenceReason, AbsenceReview, Given
from chancela.domain.case import Case
from chancela.domain.delivery import Channel, DeliveryState
from chancela.domain.guia import Kind, RequestedProcedure
from chancela.domain.outage import Outage, OutageKind, OutageStep
from chancela.domain.profiles import LATEST_CODE_WINS
from chancela.domain.trail import Event, EventKind
from chancela.usecases import absenting, series_steps
from chancela.usecases.attach_outage import AttachOutage
from chancela.usecases.issue_token import IssueToken
from chancela.usecases.register_guia import RegisterGuia
from chancela.usecases.validate_token import ValidateToken
from tests.adapters.postgres.stages import MemoryStage, PostgresStage, Stage
from tests.usecases.scene import ANS, CARD, DESK, OK, PROVIDER, SYSTEM, Scene

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from uuid import UUID

MINUTE = timedelta(minutes=1)
AT = datetime(2026, 11, 20, 13, 0, tzinfo=UTC)
DOWN, LOST, NO_PHONE = AbsenceReason.SYSTEM_DOWN, AbsenceReason.NOT_DELIVERED, AbsenceReason.NO_PHONE
CLIENT = f"{ANS}.integrador"
OWING = tuple(replace(each, needs=(AbsenceNeed.SIGNATURE,)) for each in ABSENCES)
RULES = replace(LATEST_CODE_WINS, absence_sample_percent=100, absences=OWING, series=(OK,), cool_down_s=0)


async def opened(name: str, request: pytest.FixtureRequest) -> Stage:
    scene = Scene(RULES)
    stage: Stage = MemoryStage(scene)
    if name == "postgres":
        stage = PostgresStage(scene, request.getfixturevalue("empty_database_url"))
        await stage.open()
    chance = scene.memory.chance if isinstance(stage, MemoryStage) else stage.means.chance
    chance.next_codes += ["482913"] * 20
    return stage


@pytest.fixture(params=["memory", "postgres"])
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    found = await opened(request.param, request)
    yield found
    await found.close()


@pytest.fixture
async def postgres(request: pytest.FixtureRequest) -> AsyncIterator[Any]:
    found = await opened("postgres", request)
    yield found
    await found.close()


async def begun(stage: Stage, sessions: int = 5) -> UUID:
    asked = (RequestedProcedure("22", OK, sessions),)
    (case,) = await stage.do(RegisterGuia(DESK, Kind.ODONTO, CARD, PROVIDER, asked))
    guia_id: UUID = case.guia.id
    return guia_id


async def without(
    stage: Stage, guia_id: UUID, minute: float | None = 5, why: AbsenceReason = DOWN, by: str = DESK.name
) -> None:
    """The next session has no code, at a minute after ten or now."""
    async with stage.world() as world:
        held = (await world.cases.load([guia_id]))[guia_id]
        (protocol,) = await world.cases.protocols(1)
        given = Given(why, taken_at=None if minute is None else AT + minute * MINUTE)
        step: Any = absenting.recorded(held, given, protocol, by, world)
        await world.cases.save(series_steps.with_end(step, world))


async def noticed(
    stage: Stage, what: OutageKind = OutageKind.PORTAL, since: datetime = AT, until: datetime | None = None, **more: Any
) -> Outage:
    chance: Any = stage.memory.chance if isinstance(stage, MemoryStage) else stage.means.chance
    ended = until or since + 10 * MINUTE
    outage = Outage(chance.id(), what, since, ended, noticed=True, ended_by="sistema", **more)
    async with stage.world() as world:
        event = Event(EventKind.OUTAGE_NOTICED, outage.id, "sistema", {})
        await world.outages.save([OutageStep(outage, event)])
    return outage


async def lacking(stage: Stage, outage: Outage, limit: int = 10) -> list[tuple[UUID, int]]:
    async with stage.world() as world:
        return list(await world.outages.lacking_sessions(outage, limit))


async def covered(stage: Stage, outage: Outage) -> int:
    async with stage.world() as world:
        return int(await world.outages.covered(outage))


async def attach(stage: Stage, limit: int = 10) -> int:
    (done,) = await stage.do(AttachOutage(SYSTEM, limit))
    return int(done)


async def now(stage: Stage, guia_id: UUID) -> Case:
    async with stage.world() as world:
        found: Case = (await world.cases.load([guia_id]))[guia_id]
    return found


async def test_sessions_that_lack_their_proof_are_found_by_when_they_were(stage: Stage):
    first, second = await begun(stage), await begun(stage)
    await without(stage, first, -1)
    await without(stage, first, 7)
    await without(stage, second, 0)
    await without(stage, first, 10)
    await without(stage, second, 5, NO_PHONE)
    await without(stage, second, 7)
    known = await noticed(stage)
    later = sorted([(first, 2), (second, 3)])
    assert await lacking(stage, known) == [(second, 1), *later]
    assert await lacking(stage, known, 1) == [(second, 1)]
    assert await covered(stage, known) == 2


async def test_what_proves_a_session_is_kept_with_it_alone(stage: Stage):
    guia_id = await begun(stage)
    await without(stage, guia_id)
    await without(stage, guia_id, 20)
    before = await now(stage, guia_id)
    known = await noticed(stage)
    assert [await attach(stage) for _ in range(2)] == [1, 0]
    first, second = before.sessions
    proved = replace(first, outage_id=known.id, owes=(), review=AbsenceReview.NONE)
    assert (await now(stage, guia_id)).sessions == (proved, second)
    assert await lacking(stage, known) == []
    assert await covered(stage, known) == 1
    assert [each.kind for each in await stage.trail()][-1] == EventKind.OUTAGE_ATTACHED


async def test_a_series_that_ended_is_proved_by_its_sessions(stage: Stage):
    guia_id = await begun(stage, 2)
    for minute in (1, 2):
        await without(stage, guia_id, minute)
    known = await noticed(stage)
    async with stage.world() as world:
        assert await world.outages.lacking(known, 10) == []
    assert await attach(stage) == 2
    kept = await now(stage, guia_id)
    assert [each.outage_id for each in kept.sessions] == [known.id] * 2
    assert kept.absence is not None
    assert (kept.absence.outage_id, kept.absence.review) == (known.id, AbsenceReview.ACCEPTED)
    assert await covered(stage, known) == 1


async def test_carriers_prove_the_session_whose_own_code_did_not_arrive(stage: Stage):
    guia_id = await begun(stage)
    await stage.do(IssueToken(DESK, guia_id, Channel.SMS))
    await stage.do(ValidateToken(DESK, guia_id, "482913"))  # read out; no carrier told of it
    await without(stage, guia_id, None, LOST)
    await stage.do(IssueToken(DESK, guia_id, Channel.SMS))
    await without(stage, guia_id, None, LOST)
    await without(stage, guia_id, None)
    arrived = await begun(stage)
    await stage.do(IssueToken(DESK, arrived, Channel.SMS))
    await stage.carrier_tells(arrived, Channel.SMS, DeliveryState.DELIVERED)
    await without(stage, arrived, None, LOST)
    last = (await now(stage, arrived)).sessions[-1].at
    span = {"since": last - 60 * MINUTE, "until": last + MINUTE}
    assert await lacking(stage, await noticed(stage, OutageKind.CARRIER, channel=Channel.SMS, **span)) == [(guia_id, 3)]
    assert await lacking(stage, await noticed(stage, OutageKind.CARRIER, channel=Channel.VOICE, **span)) == []
    assert await lacking(stage, await noticed(stage, OutageKind.CARRIER, **span)) == [(guia_id, 3)]


async def test_machines_that_were_away_prove_what_machines_recorded(stage: Stage):
    if isinstance(stage, MemoryStage):
        stage.memory.shelf.clients.add(CLIENT)
    else:
        into = "INSERT INTO chancela.client (operator, id, name, secret_hash)"
        await stage.execute(f"{into} VALUES ('{ANS}', '{CLIENT}', 'Sistema', '')")
    guia_id = await begun(stage)
    await without(stage, guia_id)
    await without(stage, guia_id, by=CLIENT)
    assert await lacking(stage, await noticed(stage, OutageKind.MACHINES)) == [(guia_id, 2)]


async def test_pages_tell_each_session_and_count_its_guia_once(postgres: PostgresStage):
    series, ended, plain = await begun(postgres), await begun(postgres, 2), await begun(postgres, 1)
    for minute, guia_id in enumerate((series, series, ended, ended, plain)):
        await without(postgres, guia_id, minute)
    known = await noticed(postgres)
    assert await attach(postgres) == 5
    told = await outage_reads.one(postgres.pool, ANS, known.id)
    assert told is not None and told.guias == 3
    assert [each.guias for each in await outage_reads.listed(postgres.pool, ANS)] == [3]
    shown = await outage_reads.guias(postgres.pool, ANS, known.id, 10)
    assert [(each.id, each.at) for each in shown] == [
        (guia_id, AT + minute * MINUTE) for minute, guia_id in enumerate((series, series, ended, ended, plain))
    ]
    assert len({each.protocol for each in shown}) == 5


async def test_two_workers_attach_a_session_once(postgres: PostgresStage):
    guia_id = await begun(postgres)
    await without(postgres, guia_id)
    await noticed(postgres)
    assert sorted(await asyncio.gather(attach(postgres), attach(postgres))) == [0, 1]
    assert [each.kind for each in await postgres.trail()].count(EventKind.OUTAGE_ATTACHED) == 1


async def test_how_many_sessions_there_are_costs_nothing(postgres: PostgresStage):
    """What lacks its proof is found by a walk down one index, whatever was away."""
    guia_id = await begun(postgres)
    await without(postgres, guia_id)
    await postgres.execute(
        "SET session_replication_role = replica;"
        "INSERT INTO chancela.guia_session (operator, guia_id, place, at, by, generation, reason, tiss, protocol, lead,"
        " event_seq)"
        " SELECT o.ans, gen_random_uuid(), 1, t, 'x', 0, 'system_down', '03', 'x' || t, 'accepted', 1"
        " FROM chancela.operator o, generate_series(timestamptz '2026-01-01', '2026-11-01', '1 hour') t;"
        "ANALYZE chancela.guia_session"
    )
    for machines, carriers in ((False, False), (True, False), (False, True)):
        span = {"since": AT, "until": AT + MINUTE, "channel": None, "machines": machines, "carriers": carriers}
        asked = b"EXPLAIN (COSTS off) " + outages.SQL["sessions_lacking"]
        async with postgres.world() as world:
            found = await world.outages.connection.execute(asked, {"operator": ANS, **span, "limit": 10})
            plan = "\n".join(row[0] for row in await found.fetchall())
        assert "session_without_outage" in plan, plan
