"""What the store of outages promises, held against the fakes and against PostgreSQL alike."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import resources
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from chancela.adapters.postgres import outages
from chancela.domain.absence import AbsenceReason, Given
from chancela.domain.delivery import Channel, DeliveryState
from chancela.domain.guia import Kind, RequestedProcedure
from chancela.domain.outage import Outage, OutageKind, OutageStep
from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.trail import Event, EventKind
from chancela.usecases import absenting
from chancela.usecases.attach_outage import AttachOutage
from chancela.usecases.confirm_outage import ConfirmOutage
from chancela.usecases.declare_outage import DeclareOutage
from chancela.usecases.issue_token import IssueToken
from chancela.usecases.lapse_outages import LapseOutages
from chancela.usecases.notice_outage import NoticeOutage
from chancela.usecases.register_guia import RegisterGuia
from tests.adapters.postgres.stages import MemoryStage, PostgresStage
from tests.fakes.shelf import BrokenRuleError
from tests.usecases.scene import ANS, CARD, DESK, NOWHERE, OK, PROVIDER, SYSTEM, Scene

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from uuid import UUID

    from tests.adapters.postgres.stages import Stage

SCHEMA = resources.files("chancela.adapters.postgres").joinpath("schema", "0025_outage_confirmed.sql")
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
AT = datetime(2026, 11, 20, 13, 0, tzinfo=UTC)
PORTAL, DATABASE, CARRIER, MACHINES = OutageKind
MANAGER, CLIENT = ActorKind.MANAGER, f"{ANS}.integrador"
DOWN, LOST, NO_SIGNAL = AbsenceReason.SYSTEM_DOWN, AbsenceReason.NOT_DELIVERED, AbsenceReason.NO_SIGNAL


@pytest.fixture
async def postgres(empty_database_url: str) -> AsyncIterator[PostgresStage]:
    stage = PostgresStage(Scene(), empty_database_url)
    await stage.open()
    yield stage
    await stage.close()


def new_id(stage: Stage) -> UUID:
    chance: Any = stage.memory.chance if hasattr(stage, "memory") else stage.means.chance
    id_: UUID = chance.id()
    return id_


def outage(stage: Stage, what: OutageKind = PORTAL, since: int = 0, until: int | None = 10, **more: Any) -> Outage:
    """An outage from one minute after ten in the morning to another, noticed where nobody declared it."""
    ended = None if until is None else AT + until * MINUTE
    by = None if until is None else "sistema"
    noticed = "declared_by" not in more
    if until is None and not noticed:
        more = {"confirm_by": AT + DAY, **more}
    return Outage(new_id(stage), what, AT + since * MINUTE, ended, noticed=noticed, ended_by=by, **more)


async def keep(stage: Stage, *new: Outage, parts: tuple[Outage, ...] = ()) -> None:
    async with stage.world() as world:
        await world.outages.save(
            [OutageStep(each, Event(EventKind.OUTAGE_NOTICED, each.id, "sistema", {}), parts) for each in new]
        )


async def covering(stage: Stage, minute: float, *channels: Channel) -> Outage | None:
    async with stage.world() as world:
        found: Outage | None = await world.outages.covering(AT + minute * MINUTE, channels)
    return found


async def test_an_outage_is_kept_as_it_was(stage: Stage):
    whole = outage(stage, CARRIER, channel=Channel.SMS, declared_by="gerente", note="Aviso da operadora de SMS")
    running, said = outage(stage, DATABASE, 20, None), outage(stage, PORTAL, 20, None, declared_by="gerente")
    await keep(stage, whole, running, said)
    async with stage.world() as world:
        found = await world.outages.load([whole.id, running.id, said.id, NOWHERE])
    assert found == {each.id: each for each in (whole, running, said)}
    assert [each.kind for each in await stage.trail()] == [EventKind.OUTAGE_NOTICED] * 3


async def test_what_nobody_confirmed_by_then_covers_until_then_and_is_found(stage: Stage):
    declared = outage(stage, until=None, declared_by="gerente", confirm_by=AT + 60 * MINUTE)
    await keep(stage, declared, outage(stage, DATABASE), outage(stage, DATABASE, 200, None))
    assert [await covering(stage, each) for each in (59.9, 60, 100)] == [declared, None, None]
    async with stage.world() as world:
        assert await world.outages.lapsed(AT + 59.9 * MINUTE) == ()
        assert await world.outages.lapsed(AT + 60 * MINUTE) == (declared,)
        assert declared not in await world.outages.since(AT + 61 * MINUTE)
    later = replace(declared, confirm_by=AT + DAY)
    await keep(stage, later)
    assert await covering(stage, 100) == later


async def test_what_was_after_its_time_to_be_confirmed_lacks_no_proof(stage: Stage):
    declared = outage(stage, until=None, declared_by="gerente", confirm_by=AT + 6 * MINUTE)
    early = await without(stage, minute=5)
    await without(stage, minute=7)
    await keep(stage, declared)
    assert await lacking(stage, declared) == [early]
    assert await covered(stage, declared) == 1


async def test_nothing_covers_what_happened_before_at_the_end_and_after(stage: Stage):
    known = outage(stage)
    await keep(stage, known)
    assert [await covering(stage, each) for each in (-1, 0, 9.99, 10, 11)] == [None, known, known, None, None]


async def test_one_that_runs_covers_what_happens_now(stage: Stage):
    running = outage(stage, until=None)
    await keep(stage, running)
    assert await covering(stage, 10_000) == running
    over = replace(running, ended_at=AT + MINUTE, ended_by="gerente")
    await keep(stage, over)
    assert await covering(stage, 0) == over
    assert await covering(stage, 10_000) is None


async def test_a_declared_one_is_named_before_a_longer_one_that_was_noticed(stage: Stage):
    noticed, declared = outage(stage, until=60), outage(stage, DATABASE, 20, 30, declared_by="gerente")
    await keep(stage, noticed, outage(stage, DATABASE, 5, 15), declared)
    assert [await covering(stage, each) for each in (10, 25, 40)] == [noticed, declared, noticed]


async def test_carriers_cover_only_what_was_to_come_by_their_channel(stage: Stage):
    sms, every = outage(stage, CARRIER, channel=Channel.SMS), outage(stage, CARRIER, 20, 30)
    await keep(stage, sms, every)
    assert await covering(stage, 5) is None
    assert await covering(stage, 5, Channel.EMAIL) is None
    assert await covering(stage, 5, Channel.EMAIL, Channel.SMS) == sms
    assert await covering(stage, 25, Channel.EMAIL) == every
    assert await covering(stage, 25) is None


async def test_machines_that_were_away_are_proof_of_what_machines_record(stage: Stage):
    known = outage(stage, MACHINES)
    await keep(stage, known)
    async with stage.world() as world:
        found = [await world.outages.covering(AT + 5 * MINUTE, (), machine=each) for each in (False, True)]
    assert found == [None, known]


async def test_a_part_is_no_outage_of_its_own_but_what_it_proves_counts(stage: Stage):
    part, whole = outage(stage), outage(stage, since=-5, until=20, declared_by="gerente")
    await keep(stage, part)
    await keep(stage, whole, parts=(replace(part, part_of=whole.id),))
    assert await covering(stage, 5) == whole
    async with stage.world() as world:
        assert await world.outages.since(AT) == (whole,)
        assert await world.outages.covered(whole) == 0


async def test_outages_since_an_instant_run_or_ended_after_it(stage: Stage):
    first, second, running = outage(stage), outage(stage, DATABASE, 2, 30), outage(stage, since=25, until=None)
    await keep(stage, second, running, first)
    async with stage.world() as world:
        assert await world.outages.since(AT + 10 * MINUTE) == (first, second, running)
        assert await world.outages.since(AT + 11 * MINUTE) == (second, running)


async def without(
    stage: Stage, why: AbsenceReason = DOWN, minute: float = 5, *, send: bool = False, by: str = DESK.name
) -> UUID:
    """A guia that goes on without its code, at a minute after ten."""
    (case,) = await stage.do(RegisterGuia(DESK, Kind.ODONTO, CARD, PROVIDER, (RequestedProcedure("22", OK),)))
    if send:
        (case,) = await stage.do(IssueToken(DESK, case.guia.id, Channel.SMS))
    async with stage.world() as world:
        held = (await world.cases.load([case.guia.id]))[case.guia.id]
        (protocol,) = await world.cases.protocols(1)
        given = Given(why, taken_at=AT + minute * MINUTE)
        await world.cases.save([absenting.recorded(held, given, protocol, by, world)])
    guia_id: UUID = case.guia.id
    return guia_id


async def proof(stage: Stage, guia_id: UUID) -> UUID | None:
    async with stage.world() as world:
        found: UUID | None = (await world.cases.load([guia_id]))[guia_id].absence.outage_id
    return found


async def lacking(stage: Stage, outage: Outage, limit: int = 10) -> list[UUID]:
    async with stage.world() as world:
        return list(await world.outages.lacking(outage, limit))


async def covered(stage: Stage, outage: Outage) -> int:
    async with stage.world() as world:
        return int(await world.outages.covered(outage))


async def test_what_lacks_its_proof_is_found_by_when_it_was(stage: Stage):
    second, first = await without(stage, minute=7), await without(stage, NO_SIGNAL, 0)
    for minute in (-1, 10):
        await without(stage, minute=minute)
    await without(stage, AbsenceReason.NO_PHONE)
    known = outage(stage)
    await keep(stage, known)
    assert await lacking(stage, known) == [first, second]
    assert await lacking(stage, known, 1) == [first]
    assert len(await lacking(stage, replace(known, ended_at=None))) == 3
    assert await covered(stage, known) == 2


async def test_carriers_lack_to_codes_of_their_channel_that_did_not_arrive(stage: Stage):
    lost, arrived = await without(stage, LOST, send=True), await without(stage, LOST, send=True)
    await stage.carrier_tells(arrived, Channel.SMS, DeliveryState.DELIVERED)
    await without(stage, LOST)
    await without(stage, DOWN, send=True)
    every = outage(stage, CARRIER)
    assert await lacking(stage, replace(every, channel=Channel.SMS)) == [lost]
    assert await lacking(stage, replace(every, channel=Channel.VOICE)) == []
    assert lost in await lacking(stage, every)


async def test_machines_lack_to_what_machines_recorded(stage: Stage):
    await without(stage)
    if isinstance(stage, MemoryStage):
        stage.memory.shelf.clients.add(CLIENT)
    else:
        into = "INSERT INTO chancela.client (operator, id, name, secret_hash)"
        await stage.execute(f"{into} VALUES ('{ANS}', '{CLIENT}', 'Sistema', '')")
    by_machine = await without(stage, by=CLIENT)
    known = outage(stage, MACHINES)
    await keep(stage, known)
    assert await lacking(stage, known) == [by_machine]
    assert await covered(stage, known) == 1
    assert await stage.do(AttachOutage(SYSTEM, 10)) == [1]
    assert await proof(stage, by_machine) == known.id


async def test_an_outage_is_attached_once_and_its_parts_count(stage: Stage):
    guia_id = await without(stage)
    part = outage(stage)
    await keep(stage, part)
    assert await stage.do(AttachOutage(SYSTEM, 10)) == [1]
    assert await stage.do(AttachOutage(SYSTEM, 10)) == [0]
    whole = outage(stage, since=-5, until=20, declared_by="gerente")
    await keep(stage, whole, parts=(replace(part, part_of=whole.id),))
    later = await without(stage, minute=15)
    assert await covered(stage, whole) == 2
    assert await stage.do(AttachOutage(SYSTEM, 10)) == [1]
    assert [await proof(stage, each) for each in (guia_id, later)] == [part.id, whole.id]
    assert await covered(stage, whole) == 2
    assert EventKind.OUTAGE_ATTACHED in {each.kind for each in await stage.trail()}


async def test_parts_of_a_part_are_parts_of_the_whole(stage: Stage):
    first, second, third = outage(stage), outage(stage, until=20), outage(stage, until=30)
    await keep(stage, first, second, third)
    await keep(stage, second, parts=(replace(first, part_of=second.id),))
    await keep(stage, third, parts=(replace(second, part_of=third.id),))
    async with stage.world() as world:
        kept = await world.outages.load([first.id, second.id])
    assert {each.part_of for each in kept.values()} == {third.id}


async def test_what_changed_is_looked_through_until_two_minutes_later(stage: Stage):
    known, part = outage(stage), outage(stage)
    await keep(stage, known, part)
    await keep(stage, known, parts=(replace(part, part_of=known.id),))
    assert await _unsettled(stage, known) == [known.id]
    if isinstance(stage, MemoryStage):
        stage.memory.shelf.unsettled[known.id] -= 3 * MINUTE
    else:
        await stage.execute("UPDATE chancela.outage SET changed_at = changed_at - interval '3 minutes'")
    assert await _unsettled(stage, known) == []
    await keep(stage, replace(known, ended_at=AT + 11 * MINUTE))
    assert await _unsettled(stage, known) == [known.id]


async def _unsettled(stage: Stage, outage: Outage) -> list[UUID]:
    async with stage.world() as world:
        if outage.id in await world.outages.unsettled(10):
            await world.outages.settle(outage.id)
        return list(await world.outages.unsettled(10))


async def test_two_who_declare_at_once_declare_one(postgres: PostgresStage):
    since = datetime.now(UTC) - MINUTE
    both = [postgres.do(DeclareOutage(Actor(ANS, MANAGER, name), PORTAL, since)) for name in ("gerente", "diretora")]
    outcomes = [each for (each,) in await asyncio.gather(*both)]
    assert [isinstance(each, Refused) for each in sorted(outcomes, key=lambda each: isinstance(each, Refused))] == [
        False,
        True,
    ]
    assert Refused(Refusal.OUTAGE_RUNNING) in outcomes


async def test_who_confirms_while_it_lapses_is_too_late_and_its_end_is_told_once(postgres: PostgresStage):
    manager = Actor(ANS, MANAGER, "gerente")
    (declared,) = await postgres.do(DeclareOutage(manager, PORTAL, datetime.now(UTC)))
    await postgres.execute(
        "UPDATE chancela.outage SET started_at = started_at - interval '2 days',"
        " confirm_by = confirm_by - interval '2 days'"
    )
    said, *_ = await asyncio.gather(
        postgres.do(ConfirmOutage(manager, declared.id)), *(postgres.do(LapseOutages(SYSTEM)) for _ in range(2))
    )
    assert said == [Refused(Refusal.OUTAGE_OVER)]
    assert [each.kind for each in await postgres.trail()].count(EventKind.OUTAGE_LAPSED) == 1


async def test_what_ran_before_anybody_had_to_confirm_has_a_day_from_then(postgres: PostgresStage):
    """Databases of before migrate: by an owner whom the wall stops, too."""
    before = (
        "ALTER TABLE chancela.outage DROP until; ALTER TABLE chancela.outage DROP confirm_by;"
        "ALTER TABLE chancela.outage ADD until timestamptz NOT NULL"
        " GENERATED ALWAYS AS (COALESCE(ended_at, 'infinity'::timestamptz)) STORED;"
        "CREATE INDEX outage_by_end ON chancela.outage (operator, until) WHERE part_of IS NULL;"
    )
    rows = (
        "INSERT INTO chancela.outage (operator, id, what, started_at, ended_at, declared_by, noticed, note, ended_by)"
        " SELECT o.ans, gen_random_uuid(), v.* FROM chancela.operator o, (VALUES"
        " ('portal', now() - interval '9 days', NULL::timestamptz, 'gerente', false, '', NULL),"
        " ('database', now() - interval '9 days', NULL, NULL, true, '', NULL),"
        " ('portal', now() - interval '20 days', now() - interval '19 days', 'gerente', false, '', 'gerente')) v;"
    )
    owner = (
        "CREATE ROLE of_before_%s; GRANT CREATE, USAGE ON SCHEMA chancela TO of_before_%s;"
        "GRANT REFERENCES ON chancela.operator TO of_before_%s; ALTER TABLE chancela.outage OWNER TO of_before_%s;"
        "SET ROLE of_before_%s;"
    ) % ((new_id(postgres).hex,) * 5)
    await postgres.execute(before + rows + owner + SCHEMA.read_text("utf-8") + "RESET ROLE;")
    async with postgres.world() as world:
        kept = await world.outages.since(AT - timedelta(days=365))
        now = world.now
    runs = {each.what: each.confirm_by for each in kept if each.ended_at is None}
    by = runs.pop(PORTAL)
    assert by is not None and timedelta() <= now + DAY - by < 2 * MINUTE
    assert runs == {DATABASE: None}
    assert [each.confirm_by for each in kept if each.ended_at] == [None]


async def test_two_who_notice_the_same_notice_one(postgres: PostgresStage):
    now = datetime.now(UTC)
    same = NoticeOutage(SYSTEM, DATABASE, now - 30 * MINUTE, now)
    outcomes = [each for (each,) in await asyncio.gather(postgres.do(same), postgres.do(same))]
    assert None in outcomes and any(outcomes)


async def test_how_many_outages_and_absences_there_are_costs_nothing(postgres: PostgresStage):
    """What covers an instant, and what lacks its proof, is found by a walk down one index each."""
    await without(postgres)
    await postgres.execute(
        "INSERT INTO chancela.outage (operator, id, what, started_at, ended_at, noticed, note, ended_by, settled)"
        " SELECT o.ans, gen_random_uuid(), 'portal', t, t + interval '1 minute', true, '', 'x', true"
        " FROM chancela.operator o, generate_series(timestamptz '2020-01-01', '2026-11-01', '1 day') t;"
        "SET session_replication_role = replica;"
        "INSERT INTO chancela.absence (operator, guia_id, provider, reason, tiss, protocol, at, by, lead)"
        " SELECT o.ans, gen_random_uuid(), '10001', 'system_down', '03', 'x' || t, t, 'x', 'accepted'"
        " FROM chancela.operator o, generate_series(timestamptz '2026-01-01', '2026-11-01', '1 hour') t;"
        "ANALYZE chancela.outage; ANALYZE chancela.absence"
    )
    span = {"id": new_id(postgres), "since": AT, "until": AT + MINUTE, "channel": None, "carriers": False}
    for statement, index, values in (
        ("covering", "outage_by_end", {"at": AT}),
        ("lacking", "absence_without_outage", {**span, "machines": False, "limit": 10}),
        ("lacking", "absence_without_outage", {**span, "machines": True, "limit": 10}),
        ("unsettled", "outage_to_settle", {"limit": 10}),
    ):
        plan = await _plan(postgres, statement, values)
        assert index in plan, plan


async def _plan(stage: PostgresStage, statement: str, values: dict[str, Any]) -> str:
    asked = b"EXPLAIN (COSTS off) " + outages.SQL[statement]
    async with stage.world() as world:
        found = await world.outages.connection.execute(asked, {"operator": ANS, **values})
        return "\n".join(row[0] for row in await found.fetchall())


BROKEN = {
    "one_outage_of_a_kind_runs": {"until": None},
    "somebody_declares_an_outage_or_the_system_notices_it": {"declared_by": None},
    "an_outage_ends_after_it_began": {"until": 0},
    "carriers_alone_have_a_channel": {"channel": Channel.SMS},
    "a_note_of_an_outage_is_short": {"note": "x" * 201},
    "what_people_declared_runs_until_it_has_to_be_confirmed": {
        "what": DATABASE,
        "until": None,
        "declared_by": "gerente",
        "confirm_by": None,
    },
    "only_what_was_declared_and_runs_has_to_be_confirmed": {"confirm_by": AT + DAY},
}


@pytest.mark.parametrize("rule", BROKEN)
async def test_rules_hold_also_against_us(stage: Stage, rule: str):
    await keep(stage, outage(stage, until=None))
    with pytest.raises((BrokenRuleError, psycopg.errors.IntegrityError), match=rule):
        await keep(stage, outage(stage, **{"since": 0, **BROKEN[rule]}))
