"""A guia that is registered while its person's file is merged belongs to the file that goes on, whoever was first."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import psycopg
import pytest

from chancela.bootstrap import deeds
from chancela.domain.guia import Kind, RequestedProcedure
from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.profiles import LATEST_CODE_WINS
from chancela.domain.record import Record
from chancela.usecases.merge_people import MergePeople
from chancela.usecases.register_guia import RegisterGuia
from tests.adapters.postgres.conftest import BORN
from tests.adapters.postgres.stages import PostgresStage
from tests.usecases.scene import ANS, DESK, OK, PROVIDER, Scene

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from uuid import UUID

WHY, TWIN = "São a mesma pessoa, conferido.", "900"
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


@pytest.fixture
async def stage(empty_database_url: str) -> AsyncIterator[PostgresStage]:
    scene = Scene(LATEST_CODE_WINS, birth_date=BORN)
    opened = PostgresStage(scene, empty_database_url)
    opened.crowd = [scene.someone(TWIN, birth_date=BORN)]
    with psycopg.connect(empty_database_url) as owner:
        gone = opened.crowd[0]
        owner.execute(
            "INSERT INTO chancela.beneficiary (operator, id, card_number, name, relation, birth_date, cpf)"
            " SELECT operator, %s, %s, 'Outra', relation, birth_date, cpf FROM chancela.beneficiary WHERE id = %s",
            (gone, TWIN, opened.ana),
        )
    await opened.open()
    yield opened
    await opened.close()


async def waits(url: str) -> None:
    """Return once some transaction waits for another."""
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as watching:
        for _ in range(100):
            row = await (await watching.execute(WAITING)).fetchone()
            if row and row[0]:
                return
            await asyncio.sleep(0.05)
    raise TimeoutError("nobody waits")


async def owner_of(stage: PostgresStage, guia_id: UUID) -> UUID:
    async with stage.world() as world:
        found: UUID = (await world.cases.load([guia_id]))[guia_id].guia.beneficiary_id
    return found


async def test_a_guia_that_was_judged_before_the_merge_is_the_survivors(stage: PostgresStage):
    """The registration read the card before, and waits for the trail's head that the merge holds."""
    asked = RegisterGuia(DESK, Kind.ODONTO, TWIN, PROVIDER, (RequestedProcedure("22", OK),))
    by = Actor(ANS, ActorKind.ANALYST, "analista", assured_at=datetime.now(UTC))
    await stage.do(asked)  # there is a trail by now
    async with stage.world(MergePeople) as merging:
        merge = MergePeople(by, stage.crowd[0], stage.ana, WHY)
        merged = await deeds.DEEDS[MergePeople]([merge], merging)
        registering = asyncio.create_task(stage.do(asked))
        await waits(stage.url)
    assert isinstance(merged[0], Record), merged
    (late,) = await registering
    assert await owner_of(stage, late.guia.id) == stage.ana
