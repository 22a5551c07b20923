"""A courier sends what is due, repeats what failed in passing, gives up where it must, and stops in good order."""

import asyncio
from dataclasses import replace

import psycopg
import pytest

from chancela.adapters.channels.contract import Subscription
from chancela.bootstrap import slips
from chancela.domain.delivery import Channel, Purpose
from chancela.domain.message import Language
from chancela.domain.report import ReportWay
from chancela.usecases.cancel_guia import CancelGuia
from chancela.usecases.report_token import ReportToken
from tests import visits
from tests.worker.carriers import PASSING, PERMANENT, TestedCarrier
from tests.worker.conftest import QUICK


async def test_a_code_reaches_its_owner(app, cambui, at_work, deliveries, until):
    carrier = TestedCarrier()
    async with at_work(carrier):
        case = await visits.issued(app, cambui)
        await until(lambda: deliveries() == [("delivered", 1, None)])
    (letter,) = carrier.given
    assert visits.code(app, case) in letter.message.text
    assert case.guia.number in letter.message.text
    assert letter.message.text.endswith(f"@127.0.0.1 #{visits.code(app, case)}")
    assert (letter.address, letter.masked) == (cambui.first.mobile, case.deliveries[0].to)
    assert (letter.card_number, letter.sender) == (cambui.first.card_number, cambui.house.name)
    assert carrier.closed


async def test_what_a_carrier_only_takes_is_handed_over(app, cambui, at_work, deliveries, until):
    async with at_work(TestedCarrier(delivers=False)):
        await visits.issued(app, cambui)
        await until(lambda: deliveries() == [("handed_over", 1, None)])


async def test_whoever_watches_the_guia_is_told(app, cambui, at_work):
    case = await visits.issued(app, cambui)
    async with app.watch(cambui.ans, case.guia.id) as ticks, at_work(TestedCarrier()):
        async for _ in ticks:
            seen = await app.guia(cambui.desk, case.guia.id)
            if seen.deliveries[0].state == "delivered":
                break


async def test_a_passing_failure_is_made_again(app, cambui, at_work, deliveries, until):
    carrier = TestedCarrier([PASSING, PASSING, "taken"])
    await visits.issued(app, cambui)
    async with at_work(carrier):
        await until(lambda: deliveries()[0][:2] == ("delivered", 3))
    assert len({letter.id for letter in carrier.given}) == 1
    assert len({letter.message.text for letter in carrier.given}) == 1


async def test_after_the_last_attempt_it_is_seen_as_failed(app, cambui, at_work, deliveries, until):
    carrier = TestedCarrier([PASSING])
    await visits.issued(app, cambui)
    async with at_work(carrier):
        await until(lambda: deliveries() == [("failed", 3, "smtp 451")])
        await asyncio.sleep(0.5)
    assert len(carrier.given) == 3


async def test_a_permanent_failure_is_not_made_again(app, cambui, at_work, deliveries, until):
    carrier = TestedCarrier([PERMANENT])
    await visits.issued(app, cambui)
    async with at_work(carrier):
        await until(lambda: deliveries() == [("failed", 1, "smtp 550")])
    assert len(carrier.given) == 1


async def test_a_carrier_that_breaks_in_its_own_way_is_tried_again(app, cambui, at_work, deliveries, until):
    await visits.issued(app, cambui)
    async with at_work(TestedCarrier([KeyError("482913"), "taken"])):
        await until(lambda: deliveries() == [("delivered", 2, None)])


async def test_a_carrier_that_never_answers_is_given_up(app, cambui, at_work, deliveries, until):
    await visits.issued(app, cambui)
    async with at_work(TestedCarrier(delay_s=60, patience_s=0.1)):
        await until(lambda: deliveries() == [("failed", 3, "no answer in time")])


async def test_a_new_code_stops_the_messages_of_the_old_one(app, bem_te_vi, at_work, deliveries, until, database_url):
    visits.unhinder(database_url)
    old = await visits.issued(app, bem_te_vi)
    new = await visits.issued(app, bem_te_vi, old)
    carrier = TestedCarrier()
    async with at_work(carrier):
        await until(lambda: sorted(deliveries()) == [("delivered", 1, None)] * 2 + [("failed", 1, "superseded")] * 2)
    assert all(visits.code(app, new) in letter.message.text for letter in carrier.given)


async def test_a_code_that_was_used_is_sent_no_more(app, cambui, at_work, deliveries, until):
    await visits.validated(app, cambui)
    carrier = TestedCarrier()
    async with at_work(carrier):
        await until(lambda: deliveries() == [("failed", 1, "used")])
    assert [each for each in carrier.given if each.message.code is not None] == []


async def test_a_code_that_died_with_its_guia_is_sent_no_more(app, cambui, at_work, deliveries, until):
    case = await visits.issued(app, cambui)
    await app.do(CancelGuia(cambui.desk, case.guia.id, "entered twice"))
    async with at_work(TestedCarrier()):
        await until(lambda: deliveries() == [("failed", 1, "cancelled")])


async def test_a_code_that_someone_did_not_ask_for_is_sent_no_more(app, cambui, at_work, deliveries, until):
    case = await visits.issued(app, cambui)
    await app.do(ReportToken(cambui.system, case.guia.id, ReportWay.PHONE))
    async with at_work(TestedCarrier()):
        await until(lambda: deliveries() == [("failed", 1, "reported")])


async def test_a_notice_goes_out_without_a_digit_also_when_the_code_is_gone(
    app, cambui, at_work, deliveries, until, ask
):
    case = await visits.issued(app, cambui)
    code = visits.code(app, case)
    ask("UPDATE chancela.delivery SET purpose = 'contact_typed'")
    await app.do(CancelGuia(cambui.desk, case.guia.id, "entered twice"))
    carrier = TestedCarrier()
    async with at_work(carrier):
        await until(lambda: deliveries() == [("delivered", 1, None)])
    (letter,) = carrier.given
    assert (letter.message.purpose, letter.message.code) == (Purpose.CONTACT_TYPED, None)
    assert code not in letter.message.text
    assert case.guia.number in letter.message.text


async def test_a_notice_to_a_contact_that_is_gone_does_not_go_out(app, cambui, at_work, deliveries, until, ask):
    await visits.issued(app, cambui)
    ask("UPDATE chancela.delivery SET purpose = 'contact_typed'")
    ask("UPDATE chancela.contact SET state = 'contested'")
    async with at_work(TestedCarrier()):
        await until(lambda: deliveries() == [("failed", 1, "contact gone")])


@pytest.mark.parametrize(("replies", "advice"), [(True, "Answer NAO"), (False, "Keep it")])
async def test_a_person_is_written_to_in_their_language_and_told_how_to_deny(
    app, cambui, at_work, until, ask, replies: bool, advice: str
):
    case = await visits.issued(app, cambui)
    ask("UPDATE chancela.beneficiary SET language = 'en'")
    carrier = TestedCarrier(replies=replies)
    async with at_work(carrier):
        await until(lambda: len(carrier.given) == 1)
    (letter,) = carrier.given
    assert letter.message.language is Language.ENGLISH
    assert advice in letter.message.text
    slip = letter.message.link.removeprefix("http://127.0.0.1:8000/nao-pedi/")
    assert slips.verify(app.keys, slip) == (cambui.ans, case.guia.id, 1)


async def test_the_app_gets_the_persons_subscriptions(app, aurora, at_work, until, ask):
    case = await visits.issued(app, aurora)
    ask(
        "INSERT INTO chancela.push_subscription (operator, id, beneficiary_id, endpoint, p256dh, auth)"
        " VALUES (%s, gen_random_uuid(), %s, 'https://push.example.com/1', 'key', 'auth')",
        aurora.ans,
        case.guia.beneficiary_id,
    )
    carrier = TestedCarrier(channels=frozenset({Channel.APP}))
    async with at_work(carrier):
        await until(lambda: len(carrier.given) == 1)
    assert carrier.given[0].subscriptions == (Subscription("https://push.example.com/1", "key", "auth"),)
    assert carrier.given[0].address is None


async def test_a_code_past_its_time_is_sent_no_more(app, cambui, at_work, deliveries, until, database_url):
    await visits.issued(app, cambui)
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE chancela.live_token SET expires_at = issued_at + interval '1 microsecond'")
    async with at_work(TestedCarrier()):
        await until(lambda: deliveries() == [("failed", 1, "expired")])


@pytest.mark.parametrize(
    "change", ["state = 'contested'", "kind = 'landline'", "state = 'provisional', guia_id = id, typed_by = 'x'"]
)
async def test_a_contact_that_may_no_longer_get_the_code_does_not(
    app, cambui, at_work, deliveries, until, database_url, change
):
    await visits.issued(app, cambui)
    with psycopg.connect(database_url) as connection:
        connection.execute(f"UPDATE chancela.contact SET {change}".encode())  # noqa: S608 - our own words
    carrier = TestedCarrier()
    async with at_work(carrier):
        await until(lambda: deliveries() == [("failed", 1, "contact gone")])
    assert carrier.given == []


async def test_the_address_is_that_of_the_moment_of_sending(app, cambui, at_work, until, database_url):
    await visits.issued(app, cambui)
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE chancela.contact SET address = '+5541900009999' WHERE kind = 'mobile'")
    carrier = TestedCarrier()
    async with at_work(carrier):
        await until(lambda: len(carrier.given) == 1)
    assert carrier.given[0].address == "+5541900009999"


async def test_without_the_day_key_nothing_goes_out(app, cambui, at_work, deliveries, until, database_url):
    case = await visits.issued(app, cambui)
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE chancela.live_token SET key_date = key_date - 9")
    async with at_work(TestedCarrier()):
        await until(lambda: deliveries() == [("failed", 1, "key destroyed")])
    assert case.token is not None


async def test_a_slow_carrier_delays_no_other(app, bem_te_vi, at_work, until):
    slow = TestedCarrier(channels=frozenset({Channel.EMAIL}), delay_s=1.0, at_once=1)
    quick = TestedCarrier(channels=frozenset({Channel.SMS}))
    for _ in range(8):
        await visits.issued(app, bem_te_vi)
    async with at_work(slow, quick):
        await until(lambda: quick.finished == 8 and slow.most_at_once)
        assert slow.finished < 8
    assert slow.most_at_once == 1


async def test_no_more_letters_are_under_way_than_the_carrier_takes(app, bem_te_vi, at_work, until):
    carrier = TestedCarrier(delay_s=0.05, at_once=3)
    for _ in range(6):
        await visits.issued(app, bem_te_vi)
    async with at_work(carrier):
        await until(lambda: carrier.finished == 12)
    assert carrier.most_at_once == 3


async def test_an_attempt_that_outlasts_its_lease_is_not_made_twice(app, cambui, at_work, deliveries, until):
    carrier = TestedCarrier(delay_s=2.0)
    await visits.issued(app, cambui)
    pace = replace(QUICK, lease_s=0.6)
    async with at_work(carrier, pace=pace), at_work(carrier, pace=pace):
        await until(lambda: deliveries() == [("delivered", 1, None)])
    assert len(carrier.given) == 1


async def test_stopping_finishes_what_is_under_way_and_begins_nothing(app, bem_te_vi, at_work, deliveries, until):
    carrier = TestedCarrier(delay_s=0.5, at_once=2)
    for _ in range(4):
        await visits.issued(app, bem_te_vi)
    async with at_work(carrier):
        await until(lambda: len(carrier.given) == 2)
    assert carrier.finished == 2
    assert sorted(state for state, _, _ in deliveries()) == ["delivered"] * 2 + ["queued"] * 6


async def test_what_does_not_end_in_time_is_left_to_its_lease(app, cambui, at_work, deliveries, until):
    carrier = TestedCarrier(delay_s=60, patience_s=60)
    await visits.issued(app, cambui)
    async with at_work(carrier, pace=replace(QUICK, grace_s=0.2)):
        await until(lambda: len(carrier.given) == 1)
    assert deliveries() == [("sending", 1, None)]


async def test_no_word_of_the_message_stays_in_the_database(app, cambui, at_work, deliveries, until, database_url):
    case = await visits.issued(app, cambui)
    async with at_work(TestedCarrier([RuntimeError(visits.code(app, case)), "taken"])):
        await until(lambda: deliveries()[0][0] == "delivered")
    with psycopg.connect(database_url) as connection:
        (row,) = connection.execute("SELECT d::text FROM chancela.delivery d").fetchall()
    assert visits.code(app, case) not in row[0]
    assert cambui.first.mobile not in row[0]
