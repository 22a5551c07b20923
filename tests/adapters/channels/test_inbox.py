"""The demo phone keeps what it receives sealed, shows it to its owner, and exists in demo mode alone."""

import asyncio
import time
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psycopg

from chancela.adapters.channels.contract import CarrierReceipt, Letter, News
from chancela.adapters.channels.inbox.carrier import InboxCarrier
from chancela.adapters.demo.phones import Phones, Trouble
from chancela.bootstrap.app import App
from chancela.domain.delivery import Channel, DeliveryState
from chancela.domain.message import Message


def letter(card: str, text: str, channel: Channel = Channel.SMS, operator: str = "999001") -> Letter:
    return Letter(uuid.uuid4(), operator, "Aurora Saúde", card, "(41) *****-0001", Message(channel, None, text))


async def test_what_is_sent_is_shown_newest_first(app):
    sending = InboxCarrier(app.inboxes.keep)
    for channel, text in ((Channel.SMS, "the first"), (Channel.EMAIL, "the second")):
        await sending.send(letter("00099", text, channel))
    shown = await app.inbox("00099")
    assert [(each.channel, each.to, each.text) for each in shown] == [
        ("email", "(41) *****-0001", "the second"),
        ("sms", "(41) *****-0001", "the first"),
    ]
    assert shown[0].at >= shown[1].at
    assert await app.inbox("00098") == ()


async def test_the_same_letter_twice_lies_there_once(app):
    sending, written = InboxCarrier(app.inboxes.keep), letter("00099", "once")
    assert await sending.send(written) == await sending.send(written) == str(written.id)
    assert len(await app.inbox("00099")) == 1


async def test_a_card_shows_what_every_operator_sent(app, house):
    sending = InboxCarrier(app.inboxes.keep)
    for tenant in house.all:
        await sending.send(letter("00099", tenant.ans, operator=tenant.ans))
    assert {each.text for each in await app.inbox("00099")} == {tenant.ans for tenant in house.all}


async def test_the_text_lies_in_no_table(app, database_url):
    await InboxCarrier(app.inboxes.keep).send(letter("00099", "Codigo 482913"))
    with psycopg.connect(database_url) as connection:
        (row,) = connection.execute("SELECT m::text, m.sealed FROM chancela.inbox_message m").fetchall()
    assert "482913" not in row[0]
    assert b"482913" not in row[1]


async def test_a_message_whose_day_key_is_destroyed_is_gone(app):
    await InboxCarrier(app.inboxes.keep).send(letter("00099", "yesterday's"))
    app.keys.destroy_expired(datetime.now(UTC) + timedelta(days=4))
    assert await app.inbox("00099") == ()


async def test_a_message_moved_to_another_card_cannot_be_read(app, database_url):
    await InboxCarrier(app.inboxes.keep).send(letter("00099", "mine"))
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE chancela.inbox_message SET card_number = '00098'")
    assert await app.inbox("00098") == ()


async def test_there_is_no_inbox_outside_demo_mode(settings):
    async with App(settings) as demo:
        await InboxCarrier(demo.inboxes.keep).send(letter("00099", "left behind"))
    async with App(replace(settings, demo=False)) as app:
        assert await app.inbox("00099") == ()


async def test_many_at_once_are_kept_together_and_a_slow_carrier_takes_its_time(app):
    sending = InboxCarrier(app.inboxes.keep, delay_s=0.2)
    started = time.monotonic()
    await asyncio.gather(*[sending.send(letter("00099", f"number {n}")) for n in range(100)])
    assert 0.2 <= time.monotonic() - started < 15
    assert len(await app.inbox("00099")) == 50


# ---------------------------------------------------------------- phones with a trouble


def reached(channel: Channel, address: str | None = "+5541900000001") -> Letter:
    return replace(letter("00099", "Codigo 482913", channel), address=address)


async def test_a_phone_that_loses_sms_gets_all_else(app):
    app.inboxes.phones.set("00099", Trouble.LOSES_SMS)
    assert [channel for channel in Channel if not await app.inboxes.keep(reached(channel))] == [Channel.SMS]
    assert {each.channel for each in await app.inbox("00099")} == set(Channel) - {Channel.SMS}


async def test_a_phone_that_is_off_gets_nothing_but_its_owner_reads_e_mail_elsewhere(app):
    app.inboxes.phones.set("00099", Trouble.OFF)
    assert [channel for channel in Channel if await app.inboxes.keep(reached(channel))] == [Channel.EMAIL]
    assert await app.inboxes.keep(reached(Channel.VOICE, "+554130000001")), "a landline rings all the same"


async def test_what_one_process_sets_another_heeds(app):
    beside = Phones(app.inboxes.phones.path)
    assert beside.trouble("00099") is Trouble.NONE
    app.inboxes.phones.set("00099", Trouble.OFF)
    assert beside.trouble("00099") is Trouble.OFF
    assert beside.trouble("00098") is Trouble.NONE
    beside.set("00099", Trouble.NONE)
    assert app.inboxes.phones.trouble("00099") is Trouble.NONE
    beside.path.write_bytes(b"{")
    assert app.inboxes.phones.trouble("00099") is Trouble.NONE


async def test_what_arrives_is_told_as_a_receipt_and_what_is_lost_is_not(app):
    told: list[tuple[str, News]] = []

    async def tell(operator: str, news: Sequence[News]) -> None:
        told.extend((operator, each) for each in news)

    sending, arrives, lost = InboxCarrier(app.inboxes.keep, tell=tell), letter("00099", "one"), letter("00098", "two")
    assert sending.capabilities.receipts
    assert not sending.capabilities.delivers
    app.inboxes.phones.set("00098", Trouble.LOSES_SMS)
    assert await sending.send(arrives) == str(arrives.id)
    assert await sending.send(lost) == str(lost.id)
    assert told == [("999001", CarrierReceipt(DeliveryState.DELIVERED, str(arrives.id), arrives.id))]


async def test_a_notice_shows_no_digits_until_its_code_is_asked_for(app):
    message = Message(Channel.APP, "Código do atendimento", "Chegou o código.", code="482913")
    await app.inboxes.keep(replace(letter("00099", ""), message=message))
    (shown,) = await app.inbox("00099")
    assert (shown.subject, shown.text, shown.code) == ("Código do atendimento", "Chegou o código.", "482913")
    assert "482913" not in repr(shown)
