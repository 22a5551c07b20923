"""A code to sign in leaves through the outbox like any other message, and only while it opens something."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from chancela.adapters.channels.contract import Letter, Reply
from chancela.adapters.postgres.outbox import Outbox, Pick
from chancela.bootstrap import door, hearing
from chancela.domain.delivery import Channel, Purpose
from chancela.usecases.enter import Opened
from chancela.worker.letters import Scribe, Unsendable

if TYPE_CHECKING:
    from chancela.bootstrap.app import App
    from tests.cast import Tenant

URL = "https://codigo.example.com/"
PLACE, DEVICE = "198.51.100.7", "Firefox · Linux"
OLDER = "UPDATE chancela.sign_in SET issued_at = issued_at - {0}, expires_at = expires_at - {0}"
CHANGES = {
    "expired": (OLDER.format("interval '10 min'"), Unsendable.EXPIRED),
    "forgotten": ("DELETE FROM chancela.sign_in", Unsendable.EXPIRED),
    "contested": ("UPDATE chancela.contact SET state = 'contested'", Unsendable.CONTACT_GONE),
    "another day's key": ("UPDATE chancela.sign_in SET key_date = key_date - 9", Unsendable.KEY_DESTROYED),
}


async def asked(app: App, tenant: Tenant) -> str:
    person = tenant.first
    found = await door.ask(app, tenant.ans, person.card_number, person.birth_date, PLACE)
    assert isinstance(found, door.Asked)
    return found.slip


async def letter(app: App, tenant: Tenant) -> Any:
    """What is to go out by SMS now."""
    operator = await app.reads.operator(tenant.ans)
    assert operator is not None
    picks, lease = [Pick("principal")], timedelta(seconds=30)
    (due,) = await Outbox(app.pool).claim(tenant.ans, Channel.SMS, picks, 5, lease)
    assert (due.guia, due.purpose, due.card_number) == (None, Purpose.SIGN_IN, tenant.first.card_number)
    return Scribe(app.keys, URL).letter(due, operator, replies=True)


def change(app: App, statement: str) -> None:
    with psycopg.connect(str(app.settings.database_url)) as connection:
        connection.execute(statement.encode())


async def test_the_letter_bears_the_code_that_opens_a_session(app: App, cambui: Tenant):
    slip = await asked(app, cambui)
    out = await letter(app, cambui)
    assert isinstance(out, Letter) and out.address == cambui.first.mobile
    assert out.message.text.endswith(f"\n@codigo.example.com #{out.message.code}")
    assert out.message.link is None and "NAO" not in out.message.text
    assert isinstance(await door.enter(app, cambui.ans, slip, str(out.message.code), DEVICE), Opened)


async def test_a_code_that_was_entered_already_does_not_go_out(app: App, cambui: Tenant):
    await asked(app, cambui)
    change(app, "UPDATE chancela.sign_in SET ended_at = clock_timestamp(), digest = NULL, sealed = NULL")
    assert await letter(app, cambui) is Unsendable.USED


@pytest.mark.parametrize(("changed", "why"), CHANGES.values(), ids=CHANGES)
async def test_a_code_that_opens_nothing_any_more_does_not_go_out(
    app: App, cambui: Tenant, changed: str, why: Unsendable
):
    await asked(app, cambui)
    change(app, changed)
    assert await letter(app, cambui) is why


async def test_to_answer_a_code_to_sign_in_reports_no_guia(app: App, cambui: Tenant):
    await asked(app, cambui)
    sent = await letter(app, cambui)
    await hearing.hear(app, cambui.ans, "principal", (Reply(str(cambui.first.mobile), "NAO", delivery_id=sent.id),))
    with psycopg.connect(str(app.settings.database_url)) as connection:
        assert connection.execute("SELECT count(*) FROM chancela.report").fetchone() == (0,)
