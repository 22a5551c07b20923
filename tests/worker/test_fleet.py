"""Carriers that are added, changed or disabled take effect within seconds; those that listen are kept listening."""

import asyncio

import pytest

from chancela.domain.delivery import Channel
from chancela.worker import main
from tests import visits
from tests.worker.carriers import ListeningCarrier, TestedCarrier, own
from tests.worker.conftest import QUICK

PUT = """
INSERT INTO chancela.carrier (operator, name, kind, channel, secrets) VALUES (%s, %s, 'other', 'sms', '')
ON CONFLICT ON CONSTRAINT a_carrier_has_one_name DO UPDATE SET changed_at = clock_timestamp()
"""
WRITTEN = """
SELECT string_agg(quote_ident(attname), ', ') AS columns FROM pg_attribute
WHERE attrelid = 'chancela.{0}'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
"""
COPY = """
INSERT INTO chancela.{0} ({1}) SELECT {1} FROM (
    SELECT (jsonb_populate_record(t, %s::jsonb)).* FROM chancela.{0} t WHERE operator = %s) AS moved
"""
MOVED = {
    "beneficiary": '{"operator": "999009"}',
    "guia": '{"operator": "999009"}',
    "delivery": '{"operator": "999009", "state": "queued", "purpose": "contact_typed", "channel": "app"}',
}


@pytest.fixture
def put(ask, cambui):
    """Leave the mark that the registry leaves when a carrier is added or changed."""
    return lambda name="one": ask(PUT, cambui.ans, name)


def named(name: str, **more) -> TestedCarrier:
    return TestedCarrier(name=name, **more)


async def delivered(app, cambui, carrier: TestedCarrier, until) -> None:
    before = carrier.finished
    await visits.issued(app, cambui, channel=Channel.SMS)
    await until(lambda: carrier.finished > before)


async def test_a_carrier_that_is_added_takes_over_from_the_installations(app, cambui, at_work, until, put):
    shared, mine = named("shared"), named("mine")
    bound = [shared]
    async with at_work(bound):
        await delivered(app, cambui, shared, until)
        bound[:] = [own(cambui, mine)]
        put("mine")
        async with asyncio.timeout(20):
            while not mine.finished:  # what is planned before the mark is seen still goes the old way
                await visits.issued(app, cambui, channel=Channel.SMS)
                await asyncio.sleep(0.1)
        assert not shared.closed, "other operators may use it"
    assert shared.closed and mine.closed


async def test_a_carrier_that_is_disabled_is_given_no_more_and_let_go(app, cambui, at_work, until, put):
    first, second = named("first"), named("second")
    bound = [own(cambui, first), own(cambui, second)]
    async with at_work(bound):
        await visits.issued(app, cambui)
        bound[:] = [own(cambui, second)]
        put()
        await until(lambda: first.closed)
        given = len(first.given)
        for _ in range(5):
            await delivered(app, cambui, second, until)
        assert (len(first.given), second.closed) == (given, False)


async def test_one_that_is_disabled_finishes_what_it_took(app, cambui, at_work, until, put, deliveries):
    slow = named("slow", delay_s=1.0)
    bound = [own(cambui, slow)]
    async with at_work(bound):
        await visits.issued(app, cambui)
        await until(lambda: len(slow.given) == 1)
        bound.clear()
        put()
        await until(lambda: slow.closed)
        assert slow.torn == 0
    assert deliveries() == [("delivered", 1, None)]


async def test_new_settings_make_a_new_carrier_and_close_the_old_one(app, cambui, at_work, until, put):
    old, new = named("one"), named("one")
    entry, _ = own(cambui, old)
    bound = [(entry, old)]
    async with at_work(bound):
        await delivered(app, cambui, old, until)
        entry, _ = own(cambui, new)
        entry.settings["sender"] = "28000"
        bound[:] = [(entry, new)]
        put()
        await until(lambda: old.closed)
        await delivered(app, cambui, new, until)
        assert not new.closed


async def test_another_weight_cost_or_cap_keeps_the_connection(app, cambui, at_work, until, put, ask):
    kept, made = ListeningCarrier(name="one"), ListeningCarrier(name="one")
    bound = [own(cambui, kept)]
    async with at_work(bound):
        await delivered(app, cambui, kept, until)
        bound[:] = [own(cambui, made, weight=7, cost_millis=90)]
        put()
        await until(lambda: made.closed)
        await delivered(app, cambui, kept, until)
        assert (kept.attended, kept.listening, made.attended) == (1, True, 0)
    costs = ask("SELECT cost_millis FROM chancela.delivery ORDER BY planned_at")
    assert [row["cost_millis"] for row in costs] == [0, 90]


async def test_a_carrier_that_listens_does_so_until_it_is_let_go(app, cambui, at_work, until, put):
    carrier = ListeningCarrier(name="one")
    bound = [own(cambui, carrier)]
    async with at_work(bound):
        await until(lambda: carrier.listening)
        bound.clear()
        put()
        await until(lambda: carrier.closed)
        assert not carrier.listening


async def test_a_carrier_that_ceases_to_listen_is_asked_again(app, cambui, at_work, until):
    carrier = ListeningCarrier(name="one", breaks=2)
    async with at_work(own(cambui, carrier)):
        await until(lambda: carrier.listening)
    assert (carrier.attended, carrier.listening) == (3, False)


async def test_an_operator_whose_carriers_cannot_be_found_hinders_no_other(app, cambui, aurora, until):
    carrier, failing = TestedCarrier(), [True]

    async def source(_, operator):
        if operator.ans == aurora.ans and failing:
            raise KeyError(operator.ans)
        return [(None, carrier)]

    stop = asyncio.Event()
    working = asyncio.create_task(main.deliver(app, QUICK, stop, source=source))
    await visits.issued(app, aurora)
    await visits.issued(app, cambui)
    await until(lambda: [each.operator for each in carrier.given] == [cambui.ans])
    failing.clear()
    await until(lambda: len(carrier.given) == 4)
    stop.set()
    await working


async def test_an_operator_that_is_new_is_found(app, cambui, at_work, until, ask):
    """Operators are asked for every few seconds; what they planned before then is delivered all the same."""
    carrier = TestedCarrier()
    async with at_work(carrier):
        ask("INSERT INTO chancela.operator (ans, name, profile) VALUES ('999009', 'Ipê', 'one-code-per-guia')")
        await visits.issued(app, cambui)
        await until(lambda: carrier.finished == 1)
        for table, changed in MOVED.items():
            (found,) = ask(WRITTEN.format(table))
            ask(COPY.format(table, found["columns"]), changed, cambui.ans)
        await until(lambda: [each.operator for each in carrier.given] == [cambui.ans, "999009"])
