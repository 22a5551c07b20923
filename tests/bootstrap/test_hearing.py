"""What carriers tell moves deliveries and ladders, and a person's NAO stops the guia whose message was answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import psycopg
import pytest

from chancela.adapters.channels.contract import CarrierReceipt, Gone, Reply, Subscription
from chancela.adapters.postgres.carriers import Carriers
from chancela.adapters.postgres.subscriptions import Subscriptions
from chancela.bootstrap import carrier_desk, hearing, trials
from chancela.bootstrap.carrier_desk import Wish
from chancela.domain.contact import ContactState
from chancela.domain.delivery import Channel, DeliveryState
from chancela.domain.report import ReportWay
from chancela.domain.token import TokenEnd
from chancela.usecases.issue_token import IssueToken
from tests import visits

if TYPE_CHECKING:
    from chancela.adapters.demo.invented import Invented
    from chancela.bootstrap.app import App
    from chancela.bootstrap.settings import Settings
    from chancela.domain.case import Case
    from tests.cast import Tenant

NAME = "principal"
TWILIO = {"account_sid": f"AC{'0' * 32}", "sender": "+5541900000001"}
FAILED = DeliveryState.FAILED
DELIVERED = DeliveryState.DELIVERED


def change(settings: Settings, sql: str, *values: object) -> list[tuple[Any, ...]]:
    with psycopg.connect(settings.database_url or "", autocommit=True) as connection:
        done = connection.execute(sql.encode(), values)
        return done.fetchall() if done.description else []


@pytest.fixture
async def sms(app: App, aurora: Tenant) -> str:
    """An operator's own carrier of SMS."""
    wish = Wish(aurora.ans, NAME, "sms_twilio", None, TWILIO, {"auth_token": "segredo-inventado"})
    return (await carrier_desk.add(app, wish, "test")).entry.name


async def sent(
    app: App, settings: Settings, tenant: Tenant, carrier_id: str | None, person: Invented | None = None
) -> Case:
    """A guia whose code went out by SMS; the carrier's id of the message is as given."""
    case = await visits.issued(app, tenant, await visits.entered(app, tenant, person), Channel.SMS)
    change(
        settings,
        "UPDATE chancela.delivery SET state = 'handed_over', carrier = %s, carrier_id = %s, "
        "handed_over_at = clock_timestamp() WHERE guia_id = %s",
        NAME,
        carrier_id,
        case.guia.id,
    )
    return await seen(app, tenant, case)


async def seen(app: App, tenant: Tenant, case: Case) -> Case:
    found = await app.guia(tenant.client, case.guia.id)
    assert found is not None
    return found


async def states(app: App, tenant: Tenant, case: Case) -> list[tuple[Channel, DeliveryState]]:
    return [(each.channel, each.state) for each in (await seen(app, tenant, case)).deliveries]


async def hear(app: App, tenant: Tenant, *news: Any, carrier: str = NAME) -> None:
    await hearing.hear(app, tenant.ans, carrier, news)


async def test_a_receipt_moves_its_delivery(app: App, settings: Settings, aurora: Tenant, sms: str):
    one, other = await sent(app, settings, aurora, "SM1"), await sent(app, settings, aurora, "SM2")
    await hear(app, aurora, CarrierReceipt(DELIVERED, "SM1"))
    assert await states(app, aurora, one) == [(Channel.SMS, DELIVERED)]
    assert await states(app, aurora, other) == [(Channel.SMS, DeliveryState.HANDED_OVER)]
    await hear(app, aurora, CarrierReceipt(DELIVERED, None, other.deliveries[0].id), carrier="other")
    assert await states(app, aurora, other) == [(Channel.SMS, DELIVERED)]


async def test_those_who_watch_a_guia_are_told(app: App, settings: Settings, aurora: Tenant, sms: str):
    case = await sent(app, settings, aurora, "SM1")
    async with app.watch(aurora.ans, case.guia.id) as ticks:
        await hear(app, aurora, CarrierReceipt(DELIVERED, "SM1"))
        await anext(ticks)
        assert await states(app, aurora, case) == [(Channel.SMS, DELIVERED)]


async def test_a_lost_message_lets_the_ladder_climb_at_once(app: App, settings: Settings, aurora: Tenant, sms: str):
    case = await sent(app, settings, aurora, "SM1")
    await hear(app, aurora, CarrierReceipt(FAILED, "SM1", failure="twilio 30003 unreachable"))
    found = await states(app, aurora, case)
    assert (Channel.SMS, FAILED) in found
    assert {channel for channel, state in found if state is DeliveryState.QUEUED} == {Channel.APP, Channel.EMAIL}


async def test_receipts_that_come_together_are_written_together(app: App, settings: Settings, aurora: Tenant, sms: str):
    cases = [await sent(app, settings, aurora, f"SM{n}") for n in range(3)]
    receipts = [CarrierReceipt(DELIVERED, f"SM{n}") for n in range(3)]
    await hear(app, aurora, *receipts, CarrierReceipt(FAILED, "SM0"), CarrierReceipt(DELIVERED, "nobody's"))
    for case in cases:
        assert await states(app, aurora, case) == [(Channel.SMS, DELIVERED)]


REPLIES = {
    "with our id": lambda case: Reply("+5541900009999", "NAO", delivery_id=case.deliveries[0].id),
    "with the carrier's id": lambda case: Reply("", "Não!", carrier_id="SM1"),
    "from the number": lambda case: Reply("+55 41 90000-0000", "nao pedi\nEnviado do meu celular"),
}


@pytest.mark.parametrize("how", REPLIES)
async def test_an_answer_nao_stops_the_guia(app: App, settings: Settings, aurora: Tenant, sms: str, how: str):
    change(settings, "UPDATE chancela.contact SET address = '+5541900000000' WHERE address = %s", aurora.first.mobile)
    case = await sent(app, settings, aurora, "SM1")
    await hear(app, aurora, REPLIES[how](case))
    stopped = await seen(app, aurora, case)
    assert stopped.report is not None
    assert (stopped.report.way, stopped.report.generation) == (ReportWay.SMS, 1)
    assert stopped.token is not None
    assert stopped.token.end is TokenEnd.REPORTED


async def test_an_answer_twice_is_one_report(app: App, settings: Settings, aurora: Tenant, sms: str):
    case = await sent(app, settings, aurora, "SM1")
    for _ in range(2):
        await hear(app, aurora, Reply(aurora.first.mobile, "NAO"))
    assert change(settings, "SELECT r.guia_id FROM chancela.report r") == [(case.guia.id,)]


STRANGE = {
    "any other answer": Reply("{mobile}", "Obrigada, recebi", carrier_id="SM1"),
    "an unknown number": Reply("+5541900009999", "NAO"),
    "an unknown id": Reply("", "NAO", carrier_id="SM9", delivery_id=UUID(int=9)),
    "no number at all": Reply("", "NAO"),
    "no text at all": Reply("{mobile}", " \n "),
}


@pytest.mark.parametrize("what", STRANGE)
async def test_what_is_not_understood_is_counted_and_nothing(
    app: App, settings: Settings, aurora: Tenant, sms: str, what: str
):
    case = await sent(app, settings, aurora, "SM1")
    reply = STRANGE[what]
    before = hearing.COUNTS.total()
    sender = reply.sender.format(mobile=aurora.first.mobile)
    await hear(app, aurora, Reply(sender, reply.text, reply.carrier_id, reply.delivery_id))
    assert (await seen(app, aurora, case)).report is None
    assert hearing.COUNTS.total() == before + 1


async def test_of_two_families_with_one_number_the_newest_message_decides(
    app: App, settings: Settings, aurora: Tenant, sms: str
):
    other = next(each for each in aurora.people if each.mobile and each.mobile != aurora.first.mobile)
    change(settings, "UPDATE chancela.contact SET address = %s WHERE address = %s", aurora.first.mobile, other.mobile)
    older = await sent(app, settings, aurora, "SM1")
    newer = await sent(app, settings, aurora, "SM2", other)
    await hear(app, aurora, Reply(aurora.first.mobile, "NAO"))
    assert (await seen(app, aurora, older)).report is None
    assert (await seen(app, aurora, newer)).report is not None


async def test_what_never_went_out_cannot_be_what_was_answered(app: App, settings: Settings, aurora: Tenant, sms: str):
    sent_one = await sent(app, settings, aurora, "SM1")
    queued = await visits.issued(app, aurora, await visits.entered(app, aurora), Channel.SMS)
    await hear(app, aurora, Reply(aurora.first.mobile, "NAO"))
    assert (await seen(app, aurora, sent_one)).report is not None
    assert (await seen(app, aurora, queued)).report is None


@pytest.mark.parametrize("why", ["too old", "another channel", "another operator", "another carrier's id"])
async def test_an_answer_is_to_nothing_of(app: App, settings: Settings, house: Any, aurora: Tenant, sms: str, why: str):
    case = await sent(app, settings, aurora, "SM1")
    if why == "too old":
        change(settings, "SELECT chancela.ensure_partitions(now() - interval '1 month')")
        change(settings, "UPDATE chancela.delivery SET planned_at = planned_at - interval '49 hours'")
    if why == "another channel":
        change(settings, "UPDATE chancela.delivery SET channel = 'whatsapp'")
    if why == "another operator":
        await hear(app, house.cambui, Reply(aurora.first.mobile, "NAO", "SM1", case.deliveries[0].id))
    elif why == "another carrier's id":
        await hear(app, aurora, Reply("", "NAO", carrier_id="SM1"), carrier="reserva")
    else:
        await hear(app, aurora, Reply(aurora.first.mobile, "NAO"))
    assert (await seen(app, aurora, case)).report is None


async def test_a_number_typed_at_the_desk_that_says_nao_is_contested(app: App, settings: Settings, cambui: Tenant):
    wish = Wish(cambui.ans, NAME, "sms_twilio", None, TWILIO, {"auth_token": "segredo-inventado"})
    await carrier_desk.add(app, wish, "test")
    entered = await visits.entered(app, cambui, cambui.unreached)
    case: Case = await app.do(IssueToken(cambui.desk, entered.guia.id, phone="41 90000-1234"))
    change(settings, "UPDATE chancela.delivery SET state = 'delivered', carrier = %s", NAME)
    await hear(app, cambui, Reply("+5541900001234", "NAO"))
    person = await app.reads.person(cambui.desk, case.guia.card_number)
    assert person is not None
    assert [each.state for each in person.contacts] == [ContactState.CONTESTED]


async def test_a_subscription_that_is_gone_is_forgotten(app: App, aurora: Tenant):
    person = await app.reads.person(aurora.desk, aurora.unreached.card_number)
    assert person is not None
    phone = Subscription("https://push.example.com/phone", "p256", "auth")
    await Subscriptions(app.pool).enrol(aurora.ans, person.beneficiary.id, phone)
    await hear(app, aurora, Gone(phone.endpoint), Gone("https://push.example.com/unknown"))
    after = await app.reads.person(aurora.desk, aurora.unreached.card_number)
    assert after is not None
    assert not after.beneficiary.has_app


async def test_a_test_messages_receipt_is_kept_for_whoever_sent_it(app: App, settings: Settings, aurora: Tenant):
    trial = trials.new_id(app.keys, aurora.ans)
    await hear(app, aurora, CarrierReceipt(DELIVERED, "SM7", trial), CarrierReceipt(DELIVERED, "SM8", uuid4()))
    store = Carriers(app.pool)
    assert [each.state for each in await store.heard(aurora.ans, NAME, [str(trial)])] == [DELIVERED]
    assert [each.state for each in await store.heard(aurora.ans, NAME, ["SM7"])] == []


async def test_while_the_database_is_away_nothing_is_believed_to_be_heard(app: App, aurora: Tenant):
    await app.pool.close()
    with pytest.raises(psycopg.OperationalError):
        await hear(app, aurora, CarrierReceipt(DELIVERED, "SM1"))


def test_a_test_messages_id_is_of_one_operator_and_cannot_be_made_up(app_keys: Any):
    found = trials.new_id(app_keys, "999001")
    assert (found.version, found.variant) == (8, "specified in RFC 4122")
    assert trials.proven(app_keys, "999001", found)
    assert not trials.proven(app_keys, "999002", found)
    assert not trials.proven(app_keys, "999001", UUID(int=found.int ^ 1))
    assert not trials.proven(app_keys, "999001", uuid4())
    assert not trials.proven(app_keys, "999001", None)


@pytest.fixture
def app_keys(tmp_path: Any) -> Any:
    from chancela.adapters.keys.key_file import KeyFile

    return KeyFile(tmp_path / "keys.json")
