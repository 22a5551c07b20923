"""What a hand-over leaves behind: its time, its cost, one count a message, a ladder that rests once a code arrived."""

import asyncio
from dataclasses import replace
from uuid import uuid4

import psycopg
import pytest

from chancela.adapters.postgres.outbox import Settled
from chancela.domain.delivery import Channel, DeliveryState
from tests import visits

HANDED_OVER, FAILED, DELIVERED = DeliveryState.HANDED_OVER, DeliveryState.FAILED, DeliveryState.DELIVERED
DAYS = "SELECT carrier, day::text, sent, delivered, failed, spent_millis FROM chancela.carrier_day ORDER BY 1, 2"


def settled(due, state, *, carrier="a", cost=90) -> Settled:
    return Settled(due.id, due.planned_at, due.attempt, state, f"id {due.id}", None, carrier, cost)


def counts(ask) -> list[tuple[int, int, int, int]]:
    return [(row["sent"], row["delivered"], row["failed"], row["spent_millis"]) for row in ask(DAYS)]


async def test_a_hand_over_has_its_time_and_its_cost(app, cambui, outbox, claimed, ask):
    await visits.issued(app, cambui)
    due = await claimed(cambui.ans)
    written = await outbox.settle(cambui.ans, [settled(due, HANDED_OVER)])
    (row,) = ask("SELECT carrier, cost_millis, handed_over_at = changed_at AS same FROM chancela.delivery")
    assert row == {"carrier": "a", "cost_millis": 90, "same": True}
    assert written.spent == {"a": 90}


async def test_what_carriers_took_today_is_told_in_all(app, cambui, outbox, claimed):
    for spent in (90, 180, 270):
        await visits.issued(app, cambui)
        written = await outbox.settle(cambui.ans, [settled(await claimed(cambui.ans), HANDED_OVER)])
        assert written.spent == {"a": spent}


async def test_a_message_counts_once_whatever_is_told_of_it_later(app, cambui, outbox, claimed, ask):
    await visits.issued(app, cambui)
    due = await claimed(cambui.ans)
    for state in (HANDED_OVER, HANDED_OVER, DELIVERED, HANDED_OVER, DELIVERED):
        await outbox.settle(cambui.ans, [settled(due, state), settled(due, state)])
    assert counts(ask) == [(1, 1, 0, 90)]


async def test_a_message_that_is_delivered_at_once_was_sent_as_well(app, cambui, outbox, claimed, ask):
    await visits.issued(app, cambui)
    await outbox.settle(cambui.ans, [settled(await claimed(cambui.ans), DELIVERED)])
    assert counts(ask) == [(1, 1, 0, 90)]


async def test_what_a_carrier_refused_counts_against_it_and_costs_nothing(app, cambui, outbox, claimed, ask):
    await visits.issued(app, cambui)
    await outbox.settle(cambui.ans, [settled(await claimed(cambui.ans), FAILED)])
    assert counts(ask) == [(0, 0, 1, 0)]


async def test_what_no_carrier_was_given_counts_against_none(app, cambui, outbox, claimed, ask):
    await visits.issued(app, cambui)
    await outbox.settle(cambui.ans, [settled(await claimed(cambui.ans), FAILED, carrier=None)])
    assert ask(DAYS) == []


async def test_a_failure_that_proves_wrong_is_taken_back(app, cambui, outbox, claimed, ask):
    await visits.issued(app, cambui)
    due = await claimed(cambui.ans)
    for state in (HANDED_OVER, FAILED, DELIVERED):
        await outbox.settle(cambui.ans, [settled(due, state)])
    assert counts(ask) == [(1, 1, 0, 90)]


async def test_what_is_told_later_counts_on_the_day_of_the_hand_over_in_brazil(app, cambui, outbox, claimed, ask):
    await visits.issued(app, cambui)
    due = await claimed(cambui.ans)
    await outbox.settle(cambui.ans, [settled(due, HANDED_OVER)])
    ask("UPDATE chancela.delivery SET handed_over_at = '2026-01-02 02:30+00'")
    written = await outbox.settle(cambui.ans, [settled(due, DELIVERED)])
    assert ("2026-01-01", 1) in [(row["day"], row["delivered"]) for row in ask(DAYS)]
    assert written.spent == {}, "what was spent on another day is not today's"


async def test_many_messages_of_two_carriers_are_counted_in_one_set(app, bem_te_vi, outbox, claimed, ask):
    dues = []
    for _ in range(10):
        await visits.issued(app, bem_te_vi)
        dues.append(await claimed(bem_te_vi.ans))
    results = [settled(due, HANDED_OVER, carrier="ab"[place % 2], cost=10) for place, due in enumerate(dues)]
    assert (await outbox.settle(bem_te_vi.ans, results)).spent == {"a": 50, "b": 50}


def climbs(ask) -> list[bool]:
    return [row["climbs"] for row in ask("SELECT climb_at IS NOT NULL AS climbs FROM chancela.live_token")]


async def test_a_code_that_arrived_needs_no_further_rung(app, bem_te_vi, outbox, claimed, ask):
    await visits.issued(app, bem_te_vi)
    due = await claimed(bem_te_vi.ans)
    await outbox.settle(bem_te_vi.ans, [settled(due, HANDED_OVER)])
    assert climbs(ask) == [True]
    await outbox.settle(bem_te_vi.ans, [settled(due, DELIVERED)])
    assert climbs(ask) == [False]


@pytest.mark.parametrize("change", ["purpose = 'contact_typed'", "generation = generation + 1"])
async def test_a_notice_or_another_code_that_arrived_stills_no_ladder(
    app, bem_te_vi, outbox, claimed, ask, change: str
):
    await visits.issued(app, bem_te_vi)
    ask(f"UPDATE chancela.delivery SET {change}")  # noqa: S608 - our own words
    await outbox.settle(bem_te_vi.ans, [settled(await claimed(bem_te_vi.ans), DELIVERED)])
    assert climbs(ask) == [True]


async def test_a_code_that_someone_holds_delays_no_receipt(app, bem_te_vi, outbox, claimed, ask, database_url):
    """Whoever validates locks the code's row; its own deed ends the ladder, so a receipt need not wait."""
    await visits.issued(app, bem_te_vi)
    due = await claimed(bem_te_vi.ans)
    with psycopg.connect(database_url) as holder:
        holder.execute("SELECT FROM chancela.live_token FOR UPDATE")
        written = await asyncio.wait_for(outbox.settle(bem_te_vi.ans, [settled(due, DELIVERED)]), 5)
    assert written.touched == {due.guia.id}
    assert climbs(ask) == [True]


async def test_a_lost_message_is_told_while_the_ladder_goes_on(app, bem_te_vi, outbox, claimed):
    await visits.issued(app, bem_te_vi)
    due = await claimed(bem_te_vi.ans)
    assert (await outbox.settle(bem_te_vi.ans, [settled(due, FAILED)])).lost == {due.guia.id}


async def test_a_lost_message_is_nothing_to_a_ladder_that_ended(app, cambui, bem_te_vi, outbox, claimed, ask):
    for tenant in (cambui, bem_te_vi):
        await visits.issued(app, tenant)
    ask("UPDATE chancela.live_token SET climb_at = NULL")
    for tenant in (cambui, bem_te_vi):
        written = await outbox.settle(tenant.ans, [settled(await claimed(tenant.ans), FAILED)])
        assert (len(written.touched), written.lost) == (1, frozenset())


async def test_a_result_of_no_delivery_is_nothing(app, cambui, outbox, claimed):
    await visits.issued(app, cambui)
    due = await claimed(cambui.ans)
    assert (await outbox.settle(cambui.ans, [replace(settled(due, DELIVERED), id=uuid4())])).touched == frozenset()


async def test_what_nobody_can_carry_is_given_up_once_it_is_old_enough(app, bem_te_vi, outbox, ask):
    case = await visits.issued(app, bem_te_vi)
    assert (await outbox.give_up(bem_te_vi.ans, Channel.SMS, "no carrier works", 900, 10)).touched == frozenset()
    told = await outbox.give_up(bem_te_vi.ans, Channel.SMS, "cap reached", 0, 10)
    assert told.touched == told.lost == {case.guia.id}
    assert ask("SELECT channel, attempts, failure FROM chancela.delivery WHERE state = 'failed'") == [
        {"channel": "sms", "attempts": 0, "failure": "cap reached"}
    ]


async def test_what_someone_attempts_is_not_given_up(app, bem_te_vi, outbox, claimed):
    await visits.issued(app, bem_te_vi)
    await claimed(bem_te_vi.ans)
    assert (await outbox.give_up(bem_te_vi.ans, Channel.SMS, "cap reached", 0, 10)).touched == frozenset()
