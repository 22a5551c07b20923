"""Deeds that hold the same rows take them in one order, so that neither of two waits for the other for ever."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

import psycopg
import pytest

from chancela.domain.change import Ways
from chancela.domain.delivery import Channel
from chancela.domain.offline import Device
from chancela.domain.paper import PocketStep
from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.profiles import PUSH_PER_ATTENDANCE
from chancela.domain.tie import Privacy
from chancela.usecases.end_device import EndDevice
from chancela.usecases.set_privacy import SetPrivacy
from chancela.usecases.set_ways import SetWays
from tests.adapters.postgres.stages import PostgresStage
from tests.usecases.scene import ANS, Scene

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

ADULT = date(1985, 1, 1)
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


class House:
    """Caio is an adult dependant of Ana."""

    def __init__(self, url: str) -> None:
        scene = Scene(replace(PUSH_PER_ATTENDANCE, remembers_channel=True), birth_date=ADULT)
        self.ana: UUID = scene.ana
        self.caio: UUID = scene.someone("21", birth_date=ADULT, holder_id=scene.ana)
        self.stage, self.url = PostgresStage(scene, url), url

    async def actor(self) -> Actor:
        async with self.stage.world() as world:
            now = world.now
        own = frozenset({self.caio})
        return Actor(ANS, ActorKind.BENEFICIARY, f"person:{self.caio}", None, now, self.caio, own, own, own)

    async def waits(self) -> None:
        """Return once some transaction waits for another."""
        async with await psycopg.AsyncConnection.connect(self.url, autocommit=True) as watching:
            for _ in range(100):
                row = await (await watching.execute(WAITING)).fetchone()
                if row and row[0]:
                    return
                await asyncio.sleep(0.05)
        raise TimeoutError("nobody waits")


@pytest.fixture
async def house(empty_database_url: str) -> AsyncIterator[House]:
    opened = House(empty_database_url)
    await opened.stage.open()
    yield opened
    await opened.stage.close()


@pytest.mark.parametrize("deed", ["privacy", "ways"])
async def test_a_person_is_written_once_the_head_is_held(house: House, deed: str):
    actor, ways = await house.actor(), Ways(uses_no_mobile=False, preferred=Channel.EMAIL)
    first: Any = SetWays(actor, house.caio, ways)
    assert await house.stage.do(first) == [ways]  # there is a trail by now
    command = SetPrivacy(actor, private=True) if deed == "privacy" else replace(first, ways=Ways())
    async with await psycopg.AsyncConnection.connect(house.url) as issuing:
        await issuing.execute("SELECT FROM chancela.trail_head FOR UPDATE")
        changing = asyncio.create_task(house.stage.do(command))
        await house.waits()
        await issuing.execute("SET lock_timeout = '1s'")
        await issuing.execute("UPDATE chancela.beneficiary SET preferred_channel = 'sms' WHERE id = %s", (house.caio,))
        await issuing.commit()
    assert await changing in ([Privacy(house.caio, private=True)], [Ways()])


async def test_devices_of_a_family_end_in_the_order_in_which_an_entry_holds_them(house: House):
    first, second = sorted((house.ana, house.caio))
    at = (await house.actor()).assured_at
    assert at is not None
    kept = [Device(UUID(int=nth), whose, "Celular", b"sealed", at) for nth, whose in ((2, first), (1, second))]
    async with house.stage.world() as world:
        await world.pocket.save([PocketStep((), devices=tuple(kept))])
    held = "SELECT FROM chancela.device WHERE beneficiary_id = %s FOR SHARE"
    async with await psycopg.AsyncConnection.connect(house.url) as judging:
        await judging.execute(held, (first,))
        ending = asyncio.create_task(_loaded(house, [each.id for each in kept]))
        await house.waits()
        await judging.execute("SET lock_timeout = '1s'")
        await judging.execute(held, (second,))
        await judging.commit()
    assert await ending == {each.id for each in kept}


async def _loaded(house: House, ids: list[UUID]) -> set[UUID]:
    async with house.stage.world(EndDevice) as world:
        return set(await world.pocket.load(ids))
