"""What the store of outages promises, held against the fakes and against PostgreSQL alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from chancela.domain.delivery import Channel
from chancela.domain.outage import Outage, OutageKind, OutageStep
from chancela.domain.trail import Event, EventKind
from tests.fakes.shelf import BrokenRuleError
from tests.usecases.scene import NOWHERE

if TYPE_CHECKING:
    from uuid import UUID

    from tests.adapters.postgres.stages import Stage

MINUTE = timedelta(minutes=1)
AT = datetime(2026, 11, 20, 13, 0, tzinfo=UTC)
PORTAL, DATABASE, CARRIER = OutageKind


def new_id(stage: Stage) -> UUID:
    chance: Any = stage.memory.chance if hasattr(stage, "memory") else stage.means.chance
    id_: UUID = chance.id()
    return id_


def outage(stage: Stage, what: OutageKind = PORTAL, since: int = 0, until: int | None = 10, **more: Any) -> Outage:
    """An outage from one minute after ten in the morning to another, noticed where nobody declared it."""
    ended = None if until is None else AT + until * MINUTE
    by = None if until is None else "sistema"
    noticed = "declared_by" not in more
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
    running = outage(stage, DATABASE, 20, None)
    await keep(stage, whole, running)
    async with stage.world() as world:
        assert await world.outages.load([whole.id, running.id, NOWHERE]) == {whole.id: whole, running.id: running}
    assert [each.kind for each in await stage.trail()] == [EventKind.OUTAGE_NOTICED] * 2


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


async def test_a_part_is_no_outage_of_its_own_but_what_it_proves_counts(stage: Stage):
    part, whole = outage(stage), outage(stage, since=-5, until=20, declared_by="gerente")
    await keep(stage, part)
    await keep(stage, whole, parts=(replace(part, part_of=whole.id),))
    assert await covering(stage, 5) == whole
    async with stage.world() as world:
        assert await world.outages.since(AT) == (whole,)
        assert await world.outages.covered(whole.id) == 0


async def test_outages_since_an_instant_run_or_ended_after_it(stage: Stage):
    first, second, running = outage(stage), outage(stage, DATABASE, 2, 30), outage(stage, since=25, until=None)
    await keep(stage, second, running, first)
    async with stage.world() as world:
        assert await world.outages.since(AT + 10 * MINUTE) == (first, second, running)
        assert await world.outages.since(AT + 11 * MINUTE) == (second, running)


BROKEN = {
    "one_outage_of_a_kind_runs": {"until": None},
    "somebody_declares_an_outage_or_the_system_notices_it": {"declared_by": None},
    "an_outage_ends_after_it_began": {"until": 0},
    "carriers_alone_have_a_channel": {"channel": Channel.SMS},
    "a_note_of_an_outage_is_short": {"note": "x" * 201},
}


@pytest.mark.parametrize("rule", BROKEN)
async def test_rules_hold_also_against_us(stage: Stage, rule: str):
    await keep(stage, outage(stage, until=None))
    with pytest.raises((BrokenRuleError, psycopg.errors.IntegrityError), match=rule):
        await keep(stage, outage(stage, **{"since": 0, **BROKEN[rule]}))
