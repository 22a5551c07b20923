"""What the store of the pocket promises, held against the fakes and against PostgreSQL alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from chancela.domain import offline, paper
from chancela.domain.offline import Device
from chancela.domain.paper import PaperCode, PocketStep
from chancela.domain.trail import Event, EventKind
from chancela.usecases.enrol_device import EnrolDevice
from tests.usecases.scene import NOWHERE

if TYPE_CHECKING:
    from tests.adapters.postgres.stages import Stage

NOON = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
ONE, TWO, SHEET, GUIA = UUID(int=1), UUID(int=2), UUID(int=3), UUID(int=4)


def device(stage: Stage, id_: UUID = ONE, whose: UUID | None = None) -> Device:
    return Device(id_, whose or stage.ana, "Celular", b"sealed", NOON)


def sheet(stage: Stage) -> tuple[PaperCode, ...]:
    return tuple(PaperCode(SHEET, place, stage.ana, NOON, bytes(32)) for place in range(1, 11))


async def save(stage: Stage, *steps: PocketStep) -> None:
    async with stage.world(EnrolDevice) as world:
        await world.pocket.save(steps)


async def test_live_devices_are_found_by_person_and_ended_ones_by_their_id(stage: Stage):
    neighbour = stage.crowd[0]
    own = [device(stage, TWO), device(stage, ONE)]
    theirs = device(stage, UUID(int=9), neighbour)
    event = Event(EventKind.DEVICE_ENROLLED, ONE, "pessoa", {"person": str(stage.ana)})
    await save(stage, PocketStep((event,), devices=(own[0],)), PocketStep((), devices=(own[1], theirs)))
    async with stage.world(EnrolDevice) as world:
        await world.pocket.hold({stage.ana})
        assert dict(await world.pocket.devices({stage.ana, neighbour, NOWHERE})) == {
            stage.ana: (own[1], own[0]),
            neighbour: (theirs,),
        }
    gone = offline.ended(own[0], NOON)
    await save(stage, PocketStep((), devices=(gone,)))
    async with stage.world(EnrolDevice) as world:
        assert dict(await world.pocket.devices({stage.ana})) == {stage.ana: (own[1],)}
        assert await world.pocket.load([ONE, TWO, NOWHERE]) == {ONE: own[1], TWO: gone}
        assert dict(await world.pocket.devices(set())) == {}
    assert [each.kind for each in await stage.trail()] == ["person:device:enrolled"]


async def test_unused_codes_are_found_in_their_order_and_a_used_one_is_forgotten(stage: Stage):
    codes = sheet(stage)
    await save(stage, PocketStep((), codes=codes))
    used = paper.ended(codes[1], NOON, GUIA)
    await save(stage, PocketStep((), codes=(used,)))
    async with stage.world(EnrolDevice) as world:
        assert dict(await world.pocket.sheets({stage.ana, stage.crowd[0]})) == {stage.ana: (codes[0], *codes[2:])}


async def test_a_code_ends_once_or_nothing_is_written(stage: Stage):
    codes = sheet(stage)
    await save(stage, PocketStep((), codes=codes))
    used = paper.ended(codes[0], NOON, GUIA)
    await save(stage, PocketStep((), codes=(used,)))
    with pytest.raises(Exception, match=r"used meanwhile|1 codes on paper"):
        await save(stage, PocketStep((), codes=(replace(used, guia_id=TWO),), devices=(device(stage),)))
    async with stage.world(EnrolDevice) as world:
        assert dict(await world.pocket.devices({stage.ana})) == {}


async def test_a_new_sheet_and_the_end_of_the_former_are_one_step(stage: Stage):
    codes = sheet(stage)
    await save(stage, PocketStep((), codes=codes))
    gone = tuple(paper.ended(each, NOON) for each in codes)
    new = tuple(replace(each, sheet_id=TWO) for each in codes)
    await save(stage, PocketStep((), codes=gone), PocketStep((), codes=new))
    async with stage.world(EnrolDevice) as world:
        assert dict(await world.pocket.sheets({stage.ana})) == {stage.ana: new}
