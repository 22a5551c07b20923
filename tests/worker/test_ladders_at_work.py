"""The ladder goes on by itself: at once when every message is lost, in time when none is known to have arrived."""

from chancela.adapters.channels.contract import CarrierReceipt
from chancela.adapters.postgres.outbox import Outbox
from chancela.domain.delivery import Channel, DeliveryState
from chancela.domain.ladder import Climb, Standing, standing
from tests import visits
from tests.worker.carriers import PERMANENT, TestedCarrier

WRITTEN = frozenset({Channel.SMS, Channel.EMAIL})
CALLED = frozenset({Channel.WHATSAPP, Channel.VOICE})
AT_ANY_HOUR = """
UPDATE chancela.operator SET settings = jsonb_set(settings, '{policy}', COALESCE(settings -> 'policy', '{}')
    || '{"quiet": {"channels": []}}')
"""
ALL = "UPDATE chancela.live_token SET climb_at = now()"


def reached(ask) -> list[tuple[str, str]]:
    return [
        (row["channel"], row["state"]) for row in ask("SELECT * FROM chancela.delivery ORDER BY planned_at, channel")
    ]


def climbs(ask) -> list[bool]:
    return [row["so"] for row in ask("SELECT climb_at IS NOT NULL AS so FROM chancela.live_token")]


async def test_when_every_message_is_lost_the_next_way_is_taken_at_once(app, bem_te_vi, at_work, until, ask):
    lost, called = TestedCarrier([PERMANENT], WRITTEN, name="lost"), TestedCarrier(channels=CALLED, name="called")
    async with at_work(lost, called):
        case = await visits.issued(app, bem_te_vi)
        await until(lambda: called.finished == 1)
        await until(lambda: climbs(ask) == [False])
    assert reached(ask) == [("email", "failed"), ("sms", "failed"), ("whatsapp", "delivered")]
    assert {each.message.code for each in [*lost.given, *called.given]} == {visits.code(app, case)}


async def test_while_one_message_may_arrive_nothing_follows_before_its_time(app, bem_te_vi, at_work, until, ask):
    sms = TestedCarrier([PERMANENT], frozenset({Channel.SMS}), name="lost")
    mail = TestedCarrier(channels=frozenset({Channel.EMAIL}), delivers=False, name="mail")
    called = TestedCarrier(channels=CALLED, name="called")
    async with at_work(sms, mail, called):
        await visits.issued(app, bem_te_vi)
        await until(lambda: reached(ask) == [("email", "handed_over"), ("sms", "failed")])
        assert called.given == []
        ask(ALL)
        await until(lambda: called.finished == 1)


async def test_when_no_receipt_came_in_time_the_next_way_is_taken(app, bem_te_vi, at_work, until, ask):
    silent, called = TestedCarrier(channels=WRITTEN, delivers=False), TestedCarrier(channels=CALLED, name="called")
    async with at_work(silent, called):
        await visits.issued(app, bem_te_vi)
        await until(lambda: silent.finished == 2)
        ask(ALL)
        await until(lambda: called.finished == 1)


async def test_a_code_that_arrived_is_not_followed(app, bem_te_vi, at_work, until, ask):
    arrives, called = TestedCarrier(channels=WRITTEN), TestedCarrier(channels=CALLED, name="called")
    async with at_work(arrives, called):
        await visits.issued(app, bem_te_vi)
        await until(lambda: climbs(ask) == [False])
    assert called.given == []


async def test_a_ladder_without_a_further_rung_ends_in_use_another_way(app, bem_te_vi, at_work, until, ask):
    ask(AT_ANY_HOUR)
    async with at_work(TestedCarrier([PERMANENT])):
        case = await visits.issued(app, bem_te_vi)
        await until(lambda: climbs(ask) == [False])
        await until(lambda: {state for _, state in reached(ask)} == {"failed"})
    seen = await app.guia(bem_te_vi.desk, case.guia.id)
    assert [each.channel for each in seen.deliveries[2:]] == [Channel.WHATSAPP, Channel.VOICE]
    assert standing(seen.deliveries, seen.climb, seen.deliveries[-1].changed_at) is Standing.USE_ANOTHER_WAY
    assert seen.climb == Climb(5, None)


async def test_a_receipt_that_came_too_early_is_found_its_message(app, cambui, at_work, until, ask, deliveries):
    receipt = CarrierReceipt(DeliveryState.DELIVERED, "its id")
    await Outbox(app.pool).receive(cambui.ans, "tested", [receipt])
    async with at_work(TestedCarrier(["its id"], delivers=False)):
        await visits.issued(app, cambui)
        await until(lambda: deliveries() == [("delivered", 1, None)])
    assert ask("SELECT 1 FROM chancela.early_receipt") == []


async def test_a_receipt_that_says_lost_too_early_lets_the_ladder_go_on(app, bem_te_vi, at_work, until, ask):
    receipts = [CarrierReceipt(DeliveryState.FAILED, "its id", failure="smpp 12")]
    await Outbox(app.pool).receive(bem_te_vi.ans, "tested", receipts)
    mail = TestedCarrier([PERMANENT], frozenset({Channel.EMAIL}), name="mail")
    sms = TestedCarrier(["its id"], frozenset({Channel.SMS}), delivers=False)
    called = TestedCarrier(channels=CALLED, name="called")
    async with at_work(mail, sms, called):
        await visits.issued(app, bem_te_vi)
        await until(lambda: called.finished == 1)
