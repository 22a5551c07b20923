"""Receipts come late, early, twice and in any order; each moves its own message forward, or nothing."""

import asyncio
import itertools
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest

from chancela.adapters.postgres.outbox import HEARD, PutOff, Settled
from chancela.domain.delivery import RANK, Channel, DeliveryState
from tests import visits

HANDED_OVER, FAILED, DELIVERED = DeliveryState.HANDED_OVER, DeliveryState.FAILED, DeliveryState.DELIVERED


@dataclass(frozen=True)
class Receipt:
    state: DeliveryState
    carrier_id: str | None = None
    delivery_id: UUID | None = None
    failure: str | None = None


@pytest.fixture
def handed_over(app, outbox, claimed):
    """A message that carrier `a` took under the id `its id`."""

    async def hand_over(tenant, carrier_id: str = "its id"):
        await visits.issued(app, tenant, channel=Channel.SMS)
        due = await claimed(tenant.ans, "a")
        taken = Settled(due.id, due.planned_at, due.attempt, HANDED_OVER, carrier_id, None, "a", 90)
        await outbox.settle(tenant.ans, [taken])
        return due

    return hand_over


@pytest.fixture
def states(ask):
    return lambda: [row["state"] for row in ask("SELECT state FROM chancela.delivery ORDER BY planned_at, id")]


@pytest.fixture
def early(ask):
    return lambda: [
        (row["carrier_id"], row["state"]) for row in ask("SELECT * FROM chancela.early_receipt ORDER BY 3, 4")
    ]


@pytest.mark.parametrize("state", [DELIVERED, FAILED])
async def test_a_receipt_moves_its_message_by_the_carriers_id(cambui, outbox, handed_over, ask, state):
    due = await handed_over(cambui)
    told = await outbox.receive(cambui.ans, "a", [Receipt(state, "its id", failure="smpp 12")])
    assert told.touched == {due.guia.id}
    assert ask("SELECT state, failure FROM chancela.delivery") == [
        {"state": state.value, "failure": "smpp 12" if state is FAILED else None}
    ]


@pytest.mark.parametrize("state", [DELIVERED, FAILED])
async def test_a_receipt_moves_its_message_by_our_own_id(cambui, outbox, handed_over, states, early, state):
    due = await handed_over(cambui)
    assert (await outbox.receive(cambui.ans, "a", [Receipt(state, delivery_id=due.id)])).touched == {due.guia.id}
    assert (states(), early()) == ([state.value], [])


@pytest.mark.parametrize("order", list(itertools.permutations([HANDED_OVER, FAILED, DELIVERED])))
async def test_in_whatever_order_they_come_the_furthest_counts(cambui, outbox, handed_over, states, order):
    await handed_over(cambui)
    reached = HANDED_OVER
    for state in order:
        await outbox.receive(cambui.ans, "a", [Receipt(state, "its id"), Receipt(state, "its id")])
        reached = max(reached, state, key=RANK.__getitem__)
        assert states() == [reached.value]


async def test_of_receipts_that_come_together_the_furthest_counts(cambui, outbox, handed_over, states, ask):
    await handed_over(cambui)
    told = [Receipt(state, "its id") for state in (HANDED_OVER, DELIVERED, FAILED, DELIVERED)]
    assert len((await outbox.receive(cambui.ans, "a", told)).touched) == 1
    assert states() == ["delivered"]
    assert [(row["delivered"], row["failed"]) for row in ask("SELECT * FROM chancela.carrier_day")] == [(1, 0)]


async def test_a_repeated_receipt_changes_nothing_at_all(cambui, outbox, handed_over, ask):
    await handed_over(cambui)
    await outbox.receive(cambui.ans, "a", [Receipt(DELIVERED, "its id")])
    before = ask("SELECT * FROM chancela.delivery, chancela.carrier_day")
    for state in (DELIVERED, FAILED, HANDED_OVER):
        assert (await outbox.receive(cambui.ans, "a", [Receipt(state, "its id", failure="x")])).touched == frozenset()
    assert ask("SELECT * FROM chancela.delivery, chancela.carrier_day") == before


async def test_a_receipt_that_comes_days_later_still_counts(cambui, outbox, handed_over, states, ask):
    await handed_over(cambui)
    ask("UPDATE chancela.live_token SET climb_at = now()")
    ask(
        "UPDATE chancela.delivery"
        " SET handed_over_at = now() - interval '3 days', changed_at = now() - interval '3 days'"
    )
    await outbox.receive(cambui.ans, "a", [Receipt(DELIVERED, "its id")])
    assert states() == ["delivered"]
    assert ask("SELECT climb_at FROM chancela.live_token") == [{"climb_at": None}]


async def test_the_same_id_at_another_carrier_or_operator_is_another_message(
    cambui, aurora, outbox, handed_over, states
):
    await handed_over(cambui)
    assert (await outbox.receive(cambui.ans, "b", [Receipt(DELIVERED, "its id")])).touched == frozenset()
    assert (await outbox.receive(aurora.ans, "a", [Receipt(DELIVERED, "its id")])).touched == frozenset()
    assert states() == ["handed_over"]


async def test_a_receipt_with_the_id_of_another_operators_delivery_is_nothing(
    cambui, aurora, outbox, handed_over, states
):
    due = await handed_over(cambui)
    assert (await outbox.receive(aurora.ans, "a", [Receipt(DELIVERED, delivery_id=due.id)])).touched == frozenset()
    assert states() == ["handed_over"]


async def test_an_attempt_that_failed_elsewhere_fails_not_the_message_that_was_handed_over(
    cambui, outbox, handed_over, states
):
    due = await handed_over(cambui)
    other = [Receipt(FAILED, "another id", due.id), Receipt(FAILED, "x", due.id)]
    assert (await outbox.receive(cambui.ans, "a", other[:1])).touched == frozenset()
    assert (await outbox.receive(cambui.ans, "b", other[1:])).touched == frozenset()
    assert states() == ["handed_over"]


async def test_an_attempt_that_arrived_after_all_counts_whoever_carried_it(cambui, outbox, handed_over, states):
    due = await handed_over(cambui)
    assert (await outbox.receive(cambui.ans, "b", [Receipt(DELIVERED, "x", due.id)])).touched == {due.guia.id}
    assert states() == ["delivered"]


async def test_a_receipt_before_its_hand_over_is_kept_until_that_is_written(
    app, cambui, outbox, claimed, states, early
):
    await visits.issued(app, cambui)
    due = await claimed(cambui.ans, "a")
    assert (await outbox.receive(cambui.ans, "a", [Receipt(DELIVERED, "its id")])).touched == frozenset()
    assert early() == [("its id", "delivered")]
    assert (await outbox.match_early(cambui.ans)).touched == frozenset()
    await outbox.settle(cambui.ans, [Settled(due.id, due.planned_at, 1, HANDED_OVER, "its id", None, "a", 90)])
    assert (await outbox.match_early(cambui.ans)).touched == {due.guia.id}
    assert (states(), early()) == (["delivered"], [])
    assert (await outbox.match_early(cambui.ans)).touched == frozenset()


async def test_of_early_receipts_the_furthest_counts_and_none_is_left(cambui, outbox, handed_over, states, early, ask):
    for state in (FAILED, DELIVERED, HANDED_OVER, DELIVERED):
        await outbox.receive(cambui.ans, "a", [Receipt(state, "its id", failure="smpp 12")])
    await handed_over(cambui)
    told = await outbox.match_early(cambui.ans)
    assert len(told.touched) == 1 and told.lost == frozenset()
    assert (states(), early()) == (["delivered"], [])
    assert [(row["sent"], row["delivered"], row["failed"]) for row in ask("SELECT * FROM chancela.carrier_day")] == [
        (1, 1, 0)
    ]


async def test_receipts_of_nothing_wait_by_operator_and_carrier_and_hinder_no_other(
    cambui, aurora, outbox, handed_over, states, early
):
    await outbox.receive(cambui.ans, "b", [Receipt(DELIVERED, "its id")])
    await outbox.receive(aurora.ans, "a", [Receipt(DELIVERED, "its id")])
    await outbox.receive(cambui.ans, "a", [Receipt(DELIVERED, "nobody's id"), Receipt(DELIVERED, delivery_id=uuid4())])
    await handed_over(cambui)
    for tenant in (cambui, aurora):
        assert (await outbox.match_early(tenant.ans)).touched == frozenset()
    assert states() == ["handed_over"]
    assert [carrier_id for carrier_id, _ in early()] == ["its id", "its id", "nobody's id"]


async def test_a_delivery_that_is_told_before_its_hand_over_still_gets_its_time_its_id_and_its_cost(
    app, cambui, outbox, claimed, ask
):
    await visits.issued(app, cambui)
    due = await claimed(cambui.ans, "a")
    await outbox.receive(cambui.ans, "a", [Receipt(DELIVERED, "its id", due.id)])
    written = await outbox.settle(
        cambui.ans, [Settled(due.id, due.planned_at, due.attempt, HANDED_OVER, "its id", None, "a", 90)]
    )
    assert written.touched == frozenset()
    (row,) = ask("SELECT state, carrier_id, cost_millis, handed_over_at IS NOT NULL AS taken FROM chancela.delivery")
    assert row == {"state": "delivered", "carrier_id": "its id", "cost_millis": 90, "taken": True}
    (day,) = ask("SELECT sent, delivered, spent_millis FROM chancela.carrier_day")
    assert day == {"sent": 1, "delivered": 1, "spent_millis": 90}


async def test_a_failure_that_is_told_while_an_attempt_is_under_way_waits_for_it(app, cambui, outbox, claimed, states):
    """It may be of the attempt before: a carrier that took a letter and did not answer in time."""
    await visits.issued(app, cambui)
    due = await claimed(cambui.ans, "a")
    await outbox.receive(cambui.ans, "a", [Receipt(FAILED, "of the first", due.id, "smpp 12")])
    assert states() == ["sending"]
    await outbox.settle(cambui.ans, [PutOff(due.id, due.planned_at, 1, 0, "no answer in time")])
    again = await claimed(cambui.ans, "a")
    await outbox.settle(cambui.ans, [Settled(again.id, again.planned_at, 2, HANDED_OVER, "of the second", None, "a")])
    await outbox.match_early(cambui.ans)
    assert states() == ["handed_over"]


async def test_a_lost_message_is_told_while_the_ladder_goes_on(bem_te_vi, outbox, handed_over, ask):
    due = await handed_over(bem_te_vi)
    assert (await outbox.receive(bem_te_vi.ans, "a", [Receipt(FAILED, "its id")])).lost == {due.guia.id}


async def test_receipts_that_meet_from_many_sides_move_it_once(cambui, outbox, handed_over, ask):
    for place in range(8):
        await handed_over(cambui, f"id {place}")
    receipts = [Receipt(DELIVERED, f"id {place}") for place in range(8)]
    told = await asyncio.gather(
        *[outbox.receive(cambui.ans, "a", receipts[start:] + receipts[:start]) for start in range(8)]
    )
    assert sum(len(each.touched) for each in told) == 8
    assert [(row["sent"], row["delivered"]) for row in ask("SELECT * FROM chancela.carrier_day")] == [(8, 8)]


async def test_what_belongs_to_nothing_is_forgotten_after_three_days(cambui, outbox, early, ask):
    await outbox.receive(cambui.ans, "a", [Receipt(DELIVERED, "old"), Receipt(DELIVERED, "young")])
    ask("UPDATE chancela.early_receipt SET received_at = now() - interval '73 hours' WHERE carrier_id = 'old'")
    ask("UPDATE chancela.early_receipt SET received_at = now() - interval '71 hours' WHERE carrier_id = 'young'")
    await outbox.forget_early(cambui.ans)
    assert early() == [("young", "delivered")]


async def test_what_was_heard_is_counted_by_state(cambui, outbox):
    before = HEARD[cambui.ans, "counted", "delivered"]
    await outbox.receive(cambui.ans, "counted", [Receipt(DELIVERED, "x"), Receipt(DELIVERED, "y")])
    assert HEARD[cambui.ans, "counted", "delivered"] == before + 2
    assert (await outbox.receive(cambui.ans, "counted", [])).touched == frozenset()
