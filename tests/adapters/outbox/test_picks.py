"""Each attempt is recorded with the carrier that makes it; one that failed with a carrier goes to another."""

from collections import Counter
from datetime import timedelta

from chancela.adapters.postgres.outbox import Pick, PutOff
from chancela.domain.delivery import Channel, Purpose
from chancela.domain.message import Language
from tests import visits
from tests.adapters.outbox.conftest import SOON

NOW = timedelta(0)


async def issued(app, tenant, count: int) -> None:
    for _ in range(count):
        await visits.issued(app, tenant, channel=Channel.SMS)


async def test_each_delivery_has_the_carrier_of_its_pick(app, cambui, outbox, ask):
    await issued(app, cambui, 3)
    dues = await outbox.claim(cambui.ans, Channel.SMS, [Pick("a"), Pick("b"), Pick("a")], 3, SOON)
    assert [each.carrier for each in sorted(dues, key=lambda each: each.slot)] == ["a", "b", "a"]
    assert {each["carrier"] for each in ask("SELECT carrier FROM chancela.delivery WHERE state = 'sending'")} == {
        "a",
        "b",
    }


async def test_picks_are_used_again_where_there_are_fewer_than_asked_for(app, cambui, outbox):
    await issued(app, cambui, 4)
    dues = await outbox.claim(cambui.ans, Channel.SMS, [Pick("a"), Pick("b")], 4, SOON)
    assert Counter(each.carrier for each in dues) == {"a": 2, "b": 2}


async def test_a_retry_goes_to_another_carrier(app, cambui, outbox, ask):
    await issued(app, cambui, 1)
    picks = [Pick("a", "b")]
    carriers = []
    for _ in range(4):
        (due,) = await outbox.claim(cambui.ans, Channel.SMS, picks, 1, SOON)
        carriers.append(due.carrier)
        await outbox.settle(cambui.ans, [PutOff(due.id, due.planned_at, due.attempt, 0, "smpp 88")])
    assert carriers == ["a", "b", "a", "b"]
    assert ask("SELECT attempts FROM chancela.delivery") == [{"attempts": 4}]


async def test_a_retry_stays_where_there_is_no_other(app, cambui, outbox):
    await issued(app, cambui, 1)
    for _ in range(2):
        (due,) = await outbox.claim(cambui.ans, Channel.SMS, [Pick("a")], 1, NOW)
        assert due.carrier == "a"


async def test_a_retry_that_gets_another_carrier_anyway_keeps_to_it(app, cambui, outbox):
    await issued(app, cambui, 1)
    await outbox.claim(cambui.ans, Channel.SMS, [Pick("a")], 1, NOW)
    (due,) = await outbox.claim(cambui.ans, Channel.SMS, [Pick("b", "a")], 1, NOW)
    assert due.carrier == "b"


async def test_a_message_is_in_the_persons_language(app, cambui, outbox, ask):
    await issued(app, cambui, 1)
    ask("UPDATE chancela.beneficiary SET language = 'en'")
    (due,) = await outbox.claim(cambui.ans, Channel.SMS, [Pick("a")], 1, SOON)
    assert (due.language, due.purpose) == (Language.ENGLISH, Purpose.CODE)


async def test_the_app_comes_with_every_subscription_of_the_person_and_no_other_channel_does(app, aurora, outbox, ask):
    case = await visits.issued(app, aurora)
    subscribe = (
        "INSERT INTO chancela.push_subscription (operator, id, beneficiary_id, endpoint, p256dh, auth)"
        " SELECT operator, gen_random_uuid(), id, %s || card_number, 'key', 'hidden' FROM chancela.beneficiary"
        " WHERE operator = %s AND (id = %s OR holder_id = %s)"
    )
    person = case.guia.beneficiary_id
    for phone in ("one ", "two "):
        ask(subscribe, phone, aurora.ans, person, person)
    (app_due,) = await outbox.claim(aurora.ans, Channel.APP, [Pick("push")], 1, SOON)
    (sms_due,) = await outbox.claim(aurora.ans, Channel.SMS, [Pick("sms")], 1, SOON)
    card = case.guia.card_number
    assert set(app_due.subscriptions) == {(f"one {card}", "key", "hidden"), (f"two {card}", "key", "hidden")}
    assert sms_due.subscriptions == ()
    assert "hidden" not in repr(app_due)
