"""The demo phone keeps what it receives sealed, shows it to its owner, and exists in demo mode alone."""

import asyncio
import time
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psycopg

from chancela.adapters.channels.contract import Letter
from chancela.adapters.channels.inbox.carrier import InboxCarrier
from chancela.bootstrap.app import App
from chancela.domain.delivery import Channel
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
    assert 0.2 <= time.monotonic() - started < 5
    assert len(await app.inbox("00099")) == 50
