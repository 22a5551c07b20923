"""The code of a new contact goes to the address that was given, and the contact that was left hears of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import psycopg
import pytest

from chancela.adapters.channels.contract import Letter, Reply
from chancela.adapters.postgres.outbox import Outbox, Pick
from chancela.bootstrap import hearing
from chancela.domain.change import ContactChange
from chancela.domain.contact import ContactKind
from chancela.domain.delivery import Channel, Purpose
from chancela.domain.permissions import Actor, ActorKind
from chancela.usecases.ask_contact import AskContact
from chancela.usecases.confirm_contact import ConfirmContact
from chancela.worker.chores import Chores
from chancela.worker.letters import Scribe, Unsendable

if TYPE_CHECKING:
    from chancela.bootstrap.app import App
    from tests.cast import Tenant

URL = "https://codigo.example.com/"
NEW = "+5541900001111"
OLDER = "UPDATE chancela.contact_change SET issued_at = issued_at - {0}, expires_at = expires_at - {0}"
CHANGES = {
    "expired": (OLDER.format("interval '10 min'"), Unsendable.EXPIRED),
    "forgotten": ("DELETE FROM chancela.contact_change", Unsendable.EXPIRED),
    "used": (
        "UPDATE chancela.contact_change SET ended_at = clock_timestamp(), digest = NULL, sealed = NULL",
        Unsendable.USED,
    ),
    "another day's key": ("UPDATE chancela.contact_change SET key_date = key_date - 9", Unsendable.KEY_DESTROYED),
}


async def me(app: App, tenant: Tenant) -> Actor:
    found = await app.reads.person(tenant.desk, tenant.first.card_number)
    assert found is not None
    own = found.beneficiary.id
    now = datetime.now(UTC)
    return Actor(tenant.ans, ActorKind.BENEFICIARY, "pessoa", None, now, person=own, manages=frozenset({own}))


async def asked(app: App, tenant: Tenant, kind: ContactKind = ContactKind.MOBILE, address: str = NEW) -> UUID:
    actor = await me(app, tenant)
    assert actor.person is not None
    found = await app.do(AskContact(actor, actor.person, kind, address))
    assert isinstance(found, UUID)
    return found


async def letter(app: App, tenant: Tenant, purpose: Purpose, channel: Channel = Channel.SMS) -> Any:
    """What is to go out now, by SMS unless another way is named."""
    operator = await app.reads.operator(tenant.ans)
    assert operator is not None
    (due,) = await Outbox(app.pool).claim(tenant.ans, channel, [Pick("principal")], 5, timedelta(seconds=30))
    assert (due.guia, due.purpose, due.card_number) == (None, purpose, tenant.first.card_number)
    assert NEW not in repr(due)
    return Scribe(app.keys, URL).letter(due, operator, replies=True)


def ask(app: App, statement: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(str(app.settings.database_url)) as connection:
        found = connection.execute(statement.encode())
        return found.fetchall() if found.description else []


async def test_the_code_goes_to_the_new_number_and_the_notice_to_the_old_one(app: App, bem_te_vi: Tenant):
    change = await asked(app, bem_te_vi)
    out = await letter(app, bem_te_vi, Purpose.CONTACT_CODE)
    assert isinstance(out, Letter) and (out.address, out.masked) == (NEW, "(41) *****-1111")
    assert out.message.text.endswith(f"\n@codigo.example.com #{out.message.code}") and out.message.link is None
    done = await app.do(ConfirmContact(await me(app, bem_te_vi), change, str(out.message.code)))
    assert isinstance(done, ContactChange)
    notice = await letter(app, bem_te_vi, Purpose.CONTACT_CHANGED)
    assert isinstance(notice, Letter) and notice.address == bem_te_vi.first.mobile
    assert notice.message.code is None and "foi trocado" in notice.message.text
    assert "NAO" not in notice.message.text and notice.message.link is None


async def test_by_email_the_notice_says_whom_to_call(app: App, bem_te_vi: Tenant):
    change = await asked(app, bem_te_vi, ContactKind.EMAIL, "nova@example.com")
    out = await letter(app, bem_te_vi, Purpose.CONTACT_CODE, Channel.EMAIL)
    await app.do(ConfirmContact(await me(app, bem_te_vi), change, str(out.message.code)))
    notice = await letter(app, bem_te_vi, Purpose.CONTACT_CHANGED, Channel.EMAIL)
    assert notice.address == bem_te_vi.first.email and "0800 000 0022 (todos os dias" in notice.message.text


@pytest.mark.parametrize(("changed", "why"), CHANGES.values(), ids=CHANGES)
async def test_a_code_that_proves_nothing_any_more_does_not_go_out(
    app: App, bem_te_vi: Tenant, changed: str, why: Unsendable
):
    await asked(app, bem_te_vi)
    ask(app, changed)
    assert await letter(app, bem_te_vi, Purpose.CONTACT_CODE) is why


async def test_a_notice_goes_to_no_contact_that_was_contested_meanwhile(app: App, bem_te_vi: Tenant):
    change = await asked(app, bem_te_vi)
    out = await letter(app, bem_te_vi, Purpose.CONTACT_CODE)
    await app.do(ConfirmContact(await me(app, bem_te_vi), change, str(out.message.code)))
    ask(app, "UPDATE chancela.contact SET state = 'contested' WHERE state = 'retired'")
    assert await letter(app, bem_te_vi, Purpose.CONTACT_CHANGED) is Unsendable.CONTACT_GONE


async def test_no_other_message_goes_to_a_contact_that_was_left(app: App, bem_te_vi: Tenant):
    change = await asked(app, bem_te_vi)
    out = await letter(app, bem_te_vi, Purpose.CONTACT_CODE)
    await app.do(ConfirmContact(await me(app, bem_te_vi), change, str(out.message.code)))
    ask(app, "UPDATE chancela.delivery SET purpose = 'contact_typed' WHERE purpose = 'contact_changed'")
    assert await letter(app, bem_te_vi, Purpose.CONTACT_TYPED) is Unsendable.CONTACT_GONE


async def test_to_answer_a_code_or_a_notice_reports_no_guia(app: App, bem_te_vi: Tenant):
    change = await asked(app, bem_te_vi)
    out = await letter(app, bem_te_vi, Purpose.CONTACT_CODE)
    await app.do(ConfirmContact(await me(app, bem_te_vi), change, str(out.message.code)))
    notice = await letter(app, bem_te_vi, Purpose.CONTACT_CHANGED)
    for each in (out, notice):
        await hearing.hear(app, bem_te_vi.ans, "principal", (Reply(str(each.address), "NAO", delivery_id=each.id),))
    assert ask(app, "SELECT count(*) FROM chancela.report") == [(0,)]


async def test_codes_past_their_time_are_erased_and_after_a_day_the_address_too(app: App, bem_te_vi: Tenant):
    for age in ("26 hours", "10 min"):
        await asked(app, bem_te_vi)
        ask(app, OLDER.format(f"interval '{age}'"))
    await asked(app, bem_te_vi)
    await Chores(app).forget_contact_changes()
    kept = ask(app, "SELECT ended_at IS NULL, sealed IS NULL FROM chancela.contact_change ORDER BY issued_at")
    assert kept == [(False, True), (True, False)]
