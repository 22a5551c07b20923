"""Several carriers of one channel: each gets its share, one takes over from another, none is asked for too much."""

import asyncio
import time
from collections import Counter
from dataclasses import replace

import pytest

from chancela.adapters.channels.contract import ChannelFailure
from chancela.domain.delivery import Channel
from tests import visits
from tests.worker.carriers import OURS, PASSING, PERMANENT, TestedCarrier, own
from tests.worker.conftest import QUICK

PATIENT = replace(QUICK, first_wait_s=60, longest_wait_s=60)


def named(name: str, *answers: str | Exception, **more) -> TestedCarrier:
    return TestedCarrier(list(answers) or ["taken"], name=name, **more)


async def sms(app, tenant, count: int = 1) -> None:
    for _ in range(count):
        await visits.issued(app, tenant, channel=Channel.SMS)


async def test_each_carrier_gets_its_share(app, cambui, at_work, until, ask):
    visits.unhinder(app.settings.database_url)
    room = 120  # for all, as what one has no room for the other gets
    light, heavy = named("light", at_once=room), named("heavy", at_once=room)
    await sms(app, cambui, 120)
    async with at_work(own(cambui, light, weight=100), own(cambui, heavy, weight=300)):
        await until(lambda: light.finished + heavy.finished == 120)
    assert 8 < light.finished < 60
    counts = Counter(row["carrier"] for row in ask("SELECT carrier FROM chancela.delivery"))
    assert counts == {"light": light.finished, "heavy": heavy.finished}


async def test_a_retry_goes_to_the_other_carrier(app, cambui, at_work, until, deliveries, ask):
    broken, whole = named("broken", PASSING), named("whole")
    await sms(app, cambui)
    async with at_work(own(cambui, broken, weight=1000), own(cambui, whole, weight=1)):
        await until(lambda: deliveries()[0][0] == "delivered")
    assert len(broken.given) <= 1
    assert ask("SELECT carrier FROM chancela.delivery") == [{"carrier": "whole"}]


async def test_a_carrier_that_refuses_us_gives_way_without_a_wait(app, cambui, at_work, until, deliveries, ask):
    closed, whole = named("closed", OURS), named("whole")
    await sms(app, cambui, 5)
    async with at_work(own(cambui, closed, weight=1000), own(cambui, whole, weight=1), pace=PATIENT):
        await until(lambda: {row[0] for row in deliveries()} == {"delivered"})
        await until(lambda: ask("SELECT state, reason FROM chancela.carrier_state WHERE carrier = 'closed'") != [])
    assert ask("SELECT state, reason FROM chancela.carrier_state WHERE carrier = 'closed'") == [
        {"state": "open", "reason": "twilio 20003 not let in"}
    ]
    assert max(attempts for _, attempts, _ in deliveries()) == 2


async def test_a_carrier_that_fails_again_and_again_is_given_no_more_for_a_while(app, cambui, at_work, until):
    broken, whole = named("broken", PASSING, at_once=1), named("whole", at_once=1)
    pace = replace(QUICK, first_rest_s=60)
    async with at_work(own(cambui, broken), own(cambui, whole), pace=pace):
        await sms(app, cambui, 40)
        await until(lambda: whole.finished == 40)
    assert len(broken.given) == 5


async def test_after_its_rest_one_letter_shows_whether_it_works_and_the_others_follow(
    app, cambui, at_work, until, deliveries, ask
):
    ill = named("ill", *[PASSING] * 6, "taken", at_once=8, delay_s=0.02)
    pace = replace(QUICK, attempts=9)
    await sms(app, cambui, 60)
    async with at_work(own(cambui, ill), pace=pace):
        await until(lambda: {row[0] for row in deliveries()} == {"delivered"})
        await until(lambda: ask("SELECT state FROM chancela.carrier_state") == [{"state": "closed"}])
    assert len(ill.given) == 60 + 6


async def test_nothing_is_spent_on_a_carrier_that_rests(app, cambui, at_work, until, deliveries):
    ill = named("ill", OURS)
    await sms(app, cambui, 3)
    async with at_work(own(cambui, ill), pace=replace(QUICK, first_rest_s=60)):
        await until(lambda: len(ill.given) == 3)
        await sms(app, cambui, 3)
        await asyncio.sleep(0.5)
    assert len(ill.given) == 3
    assert (
        sorted((state, attempts) for state, attempts, _ in deliveries()) == [("queued", 0)] * 3 + [("sending", 1)] * 3
    )


async def test_what_waits_for_a_carrier_that_stays_ill_is_seen_as_failed(app, cambui, at_work, until, deliveries):
    ill = named("ill", ChannelFailure("smpp: no connection", permanent=False, ours=True))
    await sms(app, cambui, 4)
    async with at_work(own(cambui, ill), pace=replace(QUICK, attempts=99, outlast_s=1.0)):
        await until(lambda: {row[0] for row in deliveries()} == {"failed"})
    assert {failure for _, _, failure in deliveries()} == {"smpp: no connection"}


async def test_a_carrier_that_asks_to_wait_is_left_alone_for_so_long(app, cambui, at_work, until, deliveries):
    times: list[float] = []
    busy = named("busy", ChannelFailure("twilio 429", permanent=False, retry_after_s=1.0), "taken", at_once=1)
    busy.when_given = lambda _: times.append(time.monotonic())
    await sms(app, cambui, 3)
    pace = replace(QUICK, longest_wait_s=2)
    async with at_work(own(cambui, busy), pace=pace):
        await until(lambda: {row[0] for row in deliveries()} == {"delivered"})
    assert times[1] - times[0] >= 1.0
    assert len(times) == 4


async def test_while_one_asks_to_wait_another_carries(app, cambui, at_work, until, deliveries):
    busy = named("busy", ChannelFailure("twilio 429", permanent=False, retry_after_s=50))
    await sms(app, cambui, 3)
    async with at_work(own(cambui, busy, weight=1000), own(cambui, named("whole"), weight=1)):
        await until(lambda: {row[0] for row in deliveries()} == {"delivered"})
    assert len(busy.given) <= 3


async def test_no_more_is_spent_than_the_cap_of_the_day(app, cambui, at_work, until, deliveries, ask):
    dear = named("dear", delay_s=0.1)
    await sms(app, cambui, 5)
    async with at_work(own(cambui, dear, cost_millis=100, daily_cap_millis=250)):
        await until(lambda: "queued" not in {row[0] for row in deliveries()})
        await until(lambda: ask("SELECT state FROM chancela.carrier_state") == [{"state": "capped"}])
    assert Counter((state, failure) for state, _, failure in deliveries()) == {
        ("delivered", None): 2,
        ("failed", "cap reached"): 3,
    }
    assert len(dear.given) == 2
    assert ask("SELECT sent, spent_millis FROM chancela.carrier_day") == [{"sent": 2, "spent_millis": 200}]


async def test_beyond_its_cap_another_carrier_takes_over(app, cambui, at_work, until, deliveries):
    dear, cheap = named("dear"), named("cheap")
    await sms(app, cambui, 6)
    terms = own(cambui, dear, weight=1000, cost_millis=100, daily_cap_millis=250)
    async with at_work(terms, own(cambui, cheap, weight=1)):
        await until(lambda: {row[0] for row in deliveries()} == {"delivered"})
    assert (len(dear.given), len(cheap.given)) == (2, 4)


async def test_letters_that_change_their_carrier_spend_no_more_than_its_cap(
    app, cambui, at_work, until, deliveries, ask
):
    broken, dear = named("broken", PASSING), named("dear", delay_s=0.2)
    await sms(app, cambui, 4)
    terms = own(cambui, dear, weight=1, cost_millis=100, daily_cap_millis=250)
    async with at_work(own(cambui, broken, weight=1000), terms):
        await until(lambda: {row[0] for row in deliveries()} == {"delivered", "failed"})
    assert len(dear.given) == 2
    assert ask("SELECT spent_millis FROM chancela.carrier_day WHERE carrier = 'dear'") == [{"spent_millis": 200}]


async def test_what_was_spent_before_the_start_counts(app, cambui, at_work, until, deliveries, ask):
    ask(
        "INSERT INTO chancela.carrier_day (operator, carrier, day, sent, spent_millis)"
        " VALUES (%s, 'dear', (now() AT TIME ZONE 'America/Sao_Paulo')::date, 2, 200)",
        cambui.ans,
    )
    dear = named("dear")
    await sms(app, cambui)
    async with at_work(own(cambui, dear, cost_millis=100, daily_cap_millis=250)):
        await until(lambda: deliveries() == [("failed", 0, "cap reached")])
    assert dear.given == []


async def test_one_whose_receipts_stay_away_is_given_less(app, cambui, at_work, until, deliveries, ask):
    silent = named("silent", receipts=True, delivers=False)
    open_words = named("open-words", receipts=True, delivers=True)
    pace = replace(QUICK, late_s=2.5)  # a busy machine's receipts take longer than the usual wait
    async with at_work(own(cambui, silent), own(cambui, open_words), pace=pace):
        while len(silent.given) < 8:
            await sms(app, cambui)
        await until(
            lambda: ask("SELECT carrier FROM chancela.carrier_state WHERE state = 'slow'") == [{"carrier": "silent"}]
        )
        given = len(silent.given)
        await sms(app, cambui, 30)
        await until(lambda: "queued" not in {row[0] for row in deliveries()})
    assert len(silent.given) - given < 10


async def test_a_letter_that_changes_its_carrier_waits_for_room_there(app, cambui, at_work, until, deliveries):
    """A claim may give a repeated attempt to another carrier than was reckoned with: that one takes no more for it."""
    broken = named("broken", PASSING, at_once=16)  # four faults in a row: it is still asked
    narrow = named("narrow", at_once=1, delay_s=0.2)
    await sms(app, cambui, 4)
    async with at_work(
        own(cambui, broken, weight=1000), own(cambui, narrow, weight=1), pace=replace(QUICK, attempts=9)
    ):
        await until(lambda: {row[0] for row in deliveries()} == {"delivered"})
    assert broken.given, "weights leave it to chance how often it is asked"
    assert narrow.most_at_once == 1


async def test_a_letter_that_no_address_takes_is_not_given_to_another_carrier(app, cambui, at_work, until, deliveries):
    first, second = named("first", PERMANENT), named("second", PERMANENT)
    await sms(app, cambui)
    async with at_work(own(cambui, first), own(cambui, second)):
        await until(lambda: deliveries() == [("failed", 1, "smtp 550")])
    assert len(first.given) + len(second.given) == 1


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.EMAIL])
async def test_a_carrier_of_an_operator_carries_its_own_channel_alone(
    app, bem_te_vi, at_work, until, deliveries, channel
):
    carrier = named("one")
    await visits.issued(app, bem_te_vi)
    async with at_work(own(bem_te_vi, carrier, channel)):
        await until(lambda: sorted(row[0] for row in deliveries()) == ["delivered", "queued"])
        await asyncio.sleep(0.3)
    assert {each.message.channel for each in carrier.given} == {channel}
