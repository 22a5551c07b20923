"""What a worker looks at: what is due, which ladders' time has come, whether receipts wait, which carriers are new."""

from datetime import timedelta

import pytest

from chancela.adapters.postgres.lookout import Found, Looks
from chancela.adapters.postgres.outbox import Pick, Settled
from chancela.domain.carrier import CarrierStanding
from chancela.domain.delivery import Channel, DeliveryState
from tests import visits
from tests.adapters.outbox.conftest import SOON


@pytest.fixture
def looks(app) -> Looks:
    return Looks(app.pool)


async def test_nothing_waits_at_first(house, looks):
    seen = await looks.look([each.ans for each in house.all])
    assert {(sight.channels, sight.ladders, sight.early, sight.mark) for sight in seen.values()} == {
        (frozenset(), False, False, None)
    }


async def test_each_operator_sees_its_own_channels_that_have_something_due(app, house, looks):
    await visits.issued(app, house.bem_te_vi)
    seen = await looks.look([each.ans for each in house.all])
    assert seen[house.bem_te_vi.ans].channels == {Channel.SMS, Channel.EMAIL}
    assert seen[house.aurora.ans].channels == seen[house.cambui.ans].channels == frozenset()


async def test_what_is_claimed_or_put_off_is_not_due(app, bem_te_vi, looks, outbox):
    await visits.issued(app, bem_te_vi)
    await outbox.claim(bem_te_vi.ans, Channel.SMS, [Pick("a")], 1, SOON)
    await outbox.claim(bem_te_vi.ans, Channel.EMAIL, [Pick("a")], 1, timedelta(0))
    assert (await looks.look([bem_te_vi.ans]))[bem_te_vi.ans].channels == {Channel.EMAIL}


async def test_a_ladder_is_seen_when_its_time_has_come(app, bem_te_vi, looks, ask):
    await visits.issued(app, bem_te_vi)
    assert not (await looks.look([bem_te_vi.ans]))[bem_te_vi.ans].ladders
    ask("UPDATE chancela.live_token SET climb_at = now()")
    assert (await looks.look([bem_te_vi.ans]))[bem_te_vi.ans].ladders


async def test_receipts_that_wait_are_seen(cambui, aurora, looks, ask):
    ask("INSERT INTO chancela.early_receipt VALUES (%s, 'a', 'its id', 'delivered')", cambui.ans)
    seen = await looks.look([cambui.ans, aurora.ans])
    assert (seen[cambui.ans].early, seen[aurora.ans].early) == (True, False)


async def test_the_newest_change_of_a_carrier_is_seen(cambui, aurora, looks, ask):
    keep = (
        "INSERT INTO chancela.carrier (operator, name, kind, channel, secrets, changed_at)"
        " VALUES (%s, %s, 'other', 'sms', '', now() - %s * interval '1 hour') RETURNING changed_at"
    )
    ask(keep, cambui.ans, "older", 2)
    (newest,) = ask(keep, cambui.ans, "newer", 1)
    seen = await looks.look([cambui.ans, aurora.ans])
    assert (seen[cambui.ans].mark, seen[aurora.ans].mark) == (newest["changed_at"], None)


async def test_the_queue_is_as_deep_as_there_are_messages_due_and_as_old_as_the_oldest(app, bem_te_vi, looks, ask):
    for _ in range(3):
        await visits.issued(app, bem_te_vi, channel=Channel.SMS)
    newest = "(SELECT id FROM chancela.delivery ORDER BY id DESC LIMIT 1)"
    ask(f"UPDATE chancela.delivery SET due_at = now() + interval '1 hour' WHERE id = {newest}")  # noqa: S608 - our words
    (queue,) = await looks.queues(bem_te_vi.ans)
    assert (queue.channel, queue.depth) == (Channel.SMS, 2)
    assert 0 < queue.age_s < 60


async def test_what_is_spent_today_is_known_from_the_start(cambui, looks, ask):
    day = "INSERT INTO chancela.carrier_day (operator, carrier, day, spent_millis) VALUES (%s, %s, {}, 90)"
    today = "(now() AT TIME ZONE 'America/Sao_Paulo')::date"
    ask(day.format(today), cambui.ans, "a")
    ask(day.format(f"{today} - 1"), cambui.ans, "b")
    assert await looks.spent(cambui.ans) == {"a": 90}


@pytest.mark.parametrize(
    ("state", "after_s", "count"),
    [(DeliveryState.DELIVERED, 29, 1), (DeliveryState.FAILED, 29, 1), (DeliveryState.DELIVERED, 31, 0), (None, 0, 0)],
)
async def test_a_receipt_counts_as_in_time_within_so_many_seconds(
    app, cambui, looks, outbox, claimed, ask, state, after_s, count
):
    await visits.issued(app, cambui)
    due = await claimed(cambui.ans)
    for each in filter(None, (DeliveryState.HANDED_OVER, state)):
        await outbox.settle(cambui.ans, [Settled(due.id, due.planned_at, 1, each, "its id", None, "a")])
    ask("UPDATE chancela.delivery SET changed_at = handed_over_at + %s * interval '1 second'", after_s)
    assert await looks.in_time(cambui.ans, [(due.id, due.planned_at)], 30) == count


async def test_how_a_carrier_was_found_is_kept_with_since_when(cambui, looks, ask):
    opened = Found("a", CarrierStanding.OPEN, "smpp: no connection")
    states = []
    for found in (opened, opened, Found("a", CarrierStanding.CLOSED, None)):
        await looks.stand(cambui.ans, [found])
        states += ask("SELECT state, since, reason FROM chancela.carrier_state")
    assert [(each["state"], each["reason"]) for each in states] == [
        ("open", "smpp: no connection"),
        ("open", "smpp: no connection"),
        ("closed", None),
    ]
    assert states[0]["since"] == states[1]["since"] < states[2]["since"]
