"""Deeds that meet whatever holds the same rows in another order: the one that the database ends is done once more."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import psycopg

from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.record import Record, What
from chancela.usecases.change_record import ChangeRecord
from tests import visits
from tests.adapters.postgres.test_record_races import waits

if TYPE_CHECKING:
    from chancela.bootstrap.app import App
    from tests.cast import Tenant

WHY = "Pedido por escrito da pessoa."
PERSON = "UPDATE chancela.beneficiary SET name = name WHERE operator = %s AND card_number = %s RETURNING id"
HEAD = "SELECT FROM chancela.trail_head WHERE operator = %s FOR UPDATE"


async def test_a_deed_that_the_database_ended_for_another_is_done_once_more(app: App, cambui: Tenant):
    url, by = (
        str(app.settings.database_url),
        Actor(cambui.ans, ActorKind.MANAGER, "gestora", assured_at=datetime.now(UTC)),
    )
    await visits.issued(app, cambui)
    async with await psycopg.AsyncConnection.connect(url) as holding:
        row = await (await holding.execute(PERSON, (cambui.ans, cambui.first.card_number))).fetchone()
        assert row is not None
        changing = asyncio.create_task(app.do(ChangeRecord(by, row[0], What.PROTECT, WHY)))
        await waits(url)
        await holding.execute(HEAD, (cambui.ans,))
        await holding.commit()
    assert isinstance(await changing, Record)
