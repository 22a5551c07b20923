"""How many messages lead to a validation is counted by provider and by block of numbers; an alarm sounds once."""

from datetime import timedelta

import pytest

from chancela.adapters.postgres.conversion import Conversion, Converted
from chancela.adapters.postgres.outbox import Settled
from chancela.domain.delivery import Channel, DeliveryState
from tests import visits

SPAN = (timedelta(hours=1), timedelta(0))


@pytest.fixture
def conversion(app) -> Conversion:
    return Conversion(app.pool)


@pytest.fixture
def sent(app, outbox, claimed):
    """A code that a carrier took, by SMS."""

    async def send(tenant, state: DeliveryState = DeliveryState.HANDED_OVER):
        case = await visits.issued(app, tenant, channel=Channel.SMS)
        due = await claimed(tenant.ans)
        await outbox.settle(tenant.ans, [Settled(due.id, due.planned_at, 1, state, "its id", None, "a")])
        return case

    return send


async def test_each_message_counts_for_its_provider_and_its_block_of_numbers(app, cambui, conversion, sent):
    for validates in (False, True, False):
        case = await sent(cambui)
        if validates:
            await visits.validated(app, cambui, case)
    block = cambui.first.mobile[:-4]
    assert set(await conversion.measure(cambui.ans, *SPAN)) == {
        Converted("provider", cambui.provider, 3, 1),
        Converted("prefix", block, 3, 1),
    }


async def test_what_no_carrier_took_and_what_is_no_code_is_not_counted(app, cambui, conversion, sent, ask):
    await sent(cambui, DeliveryState.FAILED)
    await sent(cambui)
    ask("UPDATE chancela.delivery SET purpose = 'contact_typed'")
    await visits.issued(app, cambui)
    assert await conversion.measure(cambui.ans, *SPAN) == ()


async def test_an_e_mail_belongs_to_no_block_of_numbers(app, cambui, conversion, sent, ask):
    await sent(cambui)
    ask("UPDATE chancela.delivery SET channel = 'email'")
    assert {each.kind for each in await conversion.measure(cambui.ans, *SPAN)} == {"provider"}


@pytest.mark.parametrize(("minutes", "count"), [(10, 0), (20, 1), (179, 1), (181, 0)])
async def test_only_a_span_of_time_is_looked_at(cambui, conversion, sent, ask, minutes: int, count: int):
    await sent(cambui)
    ask("SELECT chancela.ensure_partitions(now() - interval '1 month')")
    ask("UPDATE chancela.delivery SET planned_at = now() - %s * interval '1 minute'", minutes)
    found = await conversion.measure(cambui.ans, timedelta(hours=3), timedelta(minutes=15))
    assert len(found) == 2 * count


async def test_another_operators_messages_are_not_seen(cambui, aurora, conversion, sent):
    await sent(cambui)
    assert await conversion.measure(aurora.ans, *SPAN) == ()


async def test_an_alarm_sounds_once_ends_when_it_is_over_and_may_sound_again(cambui, conversion, ask):
    loud, louder = Converted("provider", "P1", 50, 1), Converted("provider", "P1", 70, 2)
    other = Converted("prefix", "+5541900000", 90, 0)
    told = [await conversion.alarm(cambui.ans, each) for each in ([loud], [louder, other], [other], [], [loud])]
    assert told == [1, 1, 0, 0, 1]
    found = ask("SELECT subject, sent, validated, ended_at IS NULL AS sounds FROM chancela.alarm ORDER BY raised_at")
    assert [tuple(each.values()) for each in found] == [
        ("P1", 70, 2, False),
        ("+5541900000", 90, 0, False),
        ("P1", 50, 1, True),
    ]
