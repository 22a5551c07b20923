"""Promise 6: delivery states only move forward; a late or repeated result changes nothing else."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from chancela.adapters.postgres.outbox import Outbox, Pick, PutOff, Settled
from chancela.domain import delivery
from chancela.domain.delivery import RANK, Channel, DeliveryState
from tests import visits

if TYPE_CHECKING:
    from chancela.adapters.postgres.dues import Due

RESULTS = (DeliveryState.HANDED_OVER, DeliveryState.FAILED, DeliveryState.DELIVERED)


def row(url: str) -> dict[str, Any]:
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT to_jsonb(d) FROM chancela.delivery d").fetchone()
    assert found
    return found[0]


@pytest.mark.parametrize("seed", range(8))
async def test_whatever_arrives_in_whatever_order_moves_only_forward(app, cambui, database_url, seed):
    luck, outbox = random.Random(seed), Outbox(app.pool)
    await visits.issued(app, cambui)
    attempts: list[Due] = []
    state = DeliveryState.QUEUED
    for _ in range(40):
        attempts += await outbox.claim(cambui.ans, Channel.SMS, [Pick("carrier")], 1, timedelta(0))
        state = max(state, DeliveryState.SENDING, key=RANK.__getitem__)
        due = luck.choice(attempts)
        if luck.random() < 0.8:
            result: Settled | PutOff = PutOff(due.id, due.planned_at, due.attempt, 0.0, "smtp 451")
        else:
            result = Settled(due.id, due.planned_at, due.attempt, luck.choice(RESULTS), f"id {luck.random()}")
        before = row(database_url)
        touched = (await outbox.settle(cambui.ans, [result])).touched
        after = row(database_url)
        current = due.attempt == before["attempts"]
        forward = isinstance(result, Settled) and delivery.moves(state, result.state)
        if forward and (current or result.state is not DeliveryState.FAILED):
            state = result.state
        assert after["state"] == state.value
        assert bool(touched) == (after["state"] != before["state"])
        if not touched and not (isinstance(result, PutOff) and current):
            assert after == before


async def test_a_repeated_receipt_changes_not_even_the_time(app, cambui, database_url):
    outbox = Outbox(app.pool)
    await visits.issued(app, cambui)
    (due,) = await outbox.claim(cambui.ans, Channel.SMS, [Pick("carrier")], 1, timedelta(seconds=9))
    delivered = Settled(due.id, due.planned_at, due.attempt, DeliveryState.DELIVERED, "its id")
    await outbox.settle(cambui.ans, [delivered])
    before = row(database_url)
    for state in RESULTS:
        late = Settled(due.id, due.planned_at, due.attempt, state, "another id", "late")
        assert (await outbox.settle(cambui.ans, [late, late])).touched == frozenset()
    assert row(database_url) == before
