"""The outbox gives each delivery to one claimer, counts attempts before they are made, and only moves forward."""

import asyncio
import itertools
from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest

from chancela.adapters.postgres.outbox import Outbox, Pick, PutOff, Settled
from chancela.bootstrap.app import App
from chancela.domain import delivery
from chancela.domain.delivery import RANK, Channel, DeliveryState
from tests import visits

SOON = timedelta(seconds=30)
TEST = [Pick("test")]


def rows(url: str) -> list[tuple[str, int, str | None, str | None]]:
    with psycopg.connect(url) as connection:
        return connection.execute(
            "SELECT state, attempts, failure, carrier_id FROM chancela.delivery ORDER BY planned_at, id"
        ).fetchall()


def pass_by(url: str, time: timedelta) -> None:
    """Let so much time go by for what waits."""
    with psycopg.connect(url) as connection:
        connection.execute("UPDATE chancela.delivery SET due_at = due_at - %s", (time,))


async def claimed(outbox: Outbox, ans: str, lease: timedelta = SOON):
    (due,) = await outbox.claim(ans, Channel.SMS, TEST, 10, lease)
    return due


def settled(due, state: DeliveryState, *, attempt: int | None = None, failure: str | None = None) -> Settled:
    return Settled(due.id, due.planned_at, attempt or due.attempt, state, "carrier's id", failure)


async def test_a_claim_records_the_attempt_before_it_is_made(app, cambui, outbox, database_url):
    case = await visits.issued(app, cambui)
    due = await claimed(outbox, cambui.ans)
    assert rows(database_url) == [("sending", 1, None, None)]
    assert (due.guia, due.generation, due.attempt) == (case.guia, 1, 1)
    assert (due.token, due.secret) == (case.token, case.secret)
    assert due.contact.address == cambui.first.mobile
    assert due.contact.id == case.deliveries[0].contact_id


async def test_nobody_else_claims_what_is_claimed_until_the_lease_is_over(app, cambui, outbox, database_url):
    await visits.issued(app, cambui)
    await claimed(outbox, cambui.ans)
    assert await outbox.claim(cambui.ans, Channel.SMS, TEST, 10, SOON) == []
    pass_by(database_url, SOON)
    again = await claimed(outbox, cambui.ans)
    assert again.attempt == 2
    assert rows(database_url)[0][:2] == ("sending", 2)


async def test_a_lease_that_is_renewed_holds_on(app, cambui, outbox, database_url):
    await visits.issued(app, cambui)
    due = await claimed(outbox, cambui.ans)
    await outbox.renew(cambui.ans, [due], 90)
    pass_by(database_url, SOON)
    assert await outbox.claim(cambui.ans, Channel.SMS, TEST, 10, SOON) == []


async def test_many_claimers_at_once_never_get_the_same_delivery(app, bem_te_vi, settings):
    for _ in range(12):
        await visits.issued(app, bem_te_vi)
    async with App(settings) as other:
        claims = await asyncio.gather(
            *[
                Outbox(each.pool).claim(bem_te_vi.ans, Channel.SMS, TEST, 2, SOON)
                for each in (app, other)
                for _ in range(8)
            ]
        )
    ids = [due.id for found in claims for due in found]
    assert len(ids) == len(set(ids)) == 12


async def test_the_longest_due_comes_first_and_no_more_than_asked(app, bem_te_vi, outbox):
    cases = [await visits.issued(app, bem_te_vi) for _ in range(4)]
    found = await outbox.claim(bem_te_vi.ans, Channel.EMAIL, TEST, 3, SOON)
    assert {due.guia.id for due in found} == {case.guia.id for case in cases[:3]}


async def test_only_the_operators_own_deliveries_of_the_channel_are_claimed(app, house, outbox):
    for tenant in house.all:
        await visits.issued(app, tenant)
    (due,) = await outbox.claim(house.cambui.ans, Channel.SMS, TEST, 10, SOON)
    assert due.guia.operator == house.cambui.ans
    assert await outbox.claim("000000", Channel.SMS, TEST, 10, SOON) == []
    assert await outbox.claim(house.cambui.ans, Channel.EMAIL, TEST, 10, SOON) == []


async def test_states_only_move_forward(app, cambui, outbox, database_url):
    await visits.issued(app, cambui)
    due = await claimed(outbox, cambui.ans)
    forward = [DeliveryState.HANDED_OVER, DeliveryState.FAILED, DeliveryState.DELIVERED]
    for state in forward:
        assert (await outbox.settle(cambui.ans, [settled(due, state)])).touched == {due.guia.id}
        for earlier in [each for each in DeliveryState if RANK[each] <= RANK[state]]:
            assert (await outbox.settle(cambui.ans, [settled(due, earlier)])).touched == frozenset()
            assert rows(database_url)[0][0] == state.value
    assert await outbox.claim(cambui.ans, Channel.SMS, TEST, 10, timedelta(0)) == []


async def test_the_database_refuses_a_step_back_whoever_takes_it(app, cambui, database_url):
    await visits.issued(app, cambui)
    update = "UPDATE chancela.delivery SET state = %s"
    with psycopg.connect(database_url) as connection:
        for now, then in itertools.product(DeliveryState, DeliveryState):
            with connection.transaction(force_rollback=True):
                connection.execute(update, (now.value,))
                if delivery.moves(now, then) or now is then:
                    connection.execute(update, (then.value,))
                else:
                    with pytest.raises(psycopg.errors.CheckViolation, match="never moves back"):
                        connection.execute(update, (then.value,))


async def test_a_result_that_is_written_twice_changes_nothing_the_second_time(app, cambui, outbox, database_url):
    await visits.issued(app, cambui)
    due = await claimed(outbox, cambui.ans)
    assert (await outbox.settle(cambui.ans, [settled(due, DeliveryState.DELIVERED)])).touched == {due.guia.id}
    before = rows(database_url)
    again = await outbox.settle(cambui.ans, [replace(settled(due, DeliveryState.DELIVERED), carrier_id="x")])
    assert again.touched == frozenset()
    assert rows(database_url) == before


async def test_what_is_put_off_is_due_again_after_its_wait(app, cambui, outbox, database_url):
    await visits.issued(app, cambui)
    due = await claimed(outbox, cambui.ans)
    put_off = PutOff(due.id, due.planned_at, due.attempt, 30, "smtp 451")
    assert (await outbox.settle(cambui.ans, [put_off])).touched == frozenset()
    assert rows(database_url) == [("sending", 1, "smtp 451", None)]
    assert await outbox.claim(cambui.ans, Channel.SMS, TEST, 10, SOON) == []
    pass_by(database_url, SOON)
    assert (await claimed(outbox, cambui.ans)).attempt == 2


async def test_a_late_failure_of_an_earlier_attempt_changes_nothing(app, cambui, outbox, database_url):
    await visits.issued(app, cambui)
    first = await claimed(outbox, cambui.ans, timedelta(0))
    second = await claimed(outbox, cambui.ans)
    late = settled(first, DeliveryState.FAILED, failure="smtp 550")
    assert (
        await outbox.settle(cambui.ans, [late, PutOff(first.id, first.planned_at, 1, 0, "late")])
    ).touched == frozenset()
    assert rows(database_url) == [("sending", 2, None, None)]
    assert (await outbox.settle(cambui.ans, [settled(second, DeliveryState.DELIVERED)])).touched == {second.guia.id}


async def test_a_late_success_of_an_earlier_attempt_counts(app, cambui, outbox, database_url):
    await visits.issued(app, cambui)
    first = await claimed(outbox, cambui.ans, timedelta(0))
    await claimed(outbox, cambui.ans)
    await outbox.settle(cambui.ans, [settled(first, DeliveryState.DELIVERED)])
    assert rows(database_url)[0][:2] == ("delivered", 2)


async def test_sets_of_one_result_and_of_many_are_written_alike(app, bem_te_vi, outbox, database_url):
    for _ in range(10):
        await visits.issued(app, bem_te_vi)
    dues = [
        due
        for channel in (Channel.SMS, Channel.EMAIL)
        for due in await outbox.claim(bem_te_vi.ans, channel, TEST, 20, SOON)
    ]
    written = await outbox.settle(bem_te_vi.ans, [settled(due, DeliveryState.HANDED_OVER) for due in dues])
    assert written.touched == {due.guia.id for due in dues}
    assert {row[0] for row in rows(database_url)} == {"handed_over"}
