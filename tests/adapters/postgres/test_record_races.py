"""What happens to a person while somebody changes or merges their file is not lost, whoever was first."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import psycopg
import pytest

from chancela.bootstrap import deeds
from chancela.domain.guia import Kind, RequestedProcedure
from chancela.domain.people import Standing
from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.profiles import LATEST_CODE_WINS
from chancela.domain.record import Record, What
from chancela.domain.tie import FamilyStep, Privacy
from chancela.domain.trail import Event, EventKind
from chancela.usecases.change_record import ChangeRecord
from chancela.usecases.merge_people import MergePeople
from chancela.usecases.register_guia import RegisterGuia
from chancela.usecases.set_privacy import SetPrivacy
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


async def test_who_hides_while_their_plan_is_suspended_stays_hidden(stage: PostgresStage):
    """The change read the file before, and waits for the trail's head that the hiding holds."""
    by = Actor(ANS, ActorKind.ANALYST, "analista", assured_at=datetime.now(UTC))
    told = Event(EventKind.PRIVACY_CHANGED, stage.ana, f"person:{stage.ana}", {"private": True})
    await stage.do(RegisterGuia(DESK, Kind.ODONTO, TWIN, PROVIDER, (RequestedProcedure("22", OK),)))
    async with stage.world(SetPrivacy) as hiding:
        await hiding.ties.save([FamilyStep(told, privacy=Privacy(stage.ana, private=True))])
        suspending = asyncio.create_task(stage.do(ChangeRecord(by, stage.ana, What.SUSPEND, WHY)))
        await waits(stage.url)
    (made,) = await suspending
    assert isinstance(made, Record), made
    async with stage.world(ChangeRecord) as world:
        now = (await world.records.load([stage.ana]))[stage.ana].person.beneficiary
    assert (now.standing, now.private) == (Standing.SUSPENDED, True)
