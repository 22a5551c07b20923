"""The old contact hears of a change asked for by telephone, and its «NÃO» refuses it; what is due is applied."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import psycopg
import pytest

from chancela.adapters.channels.contract import Letter, Reply
from chancela.adapters.postgres import world as worlds
from chancela.adapters.postgres.loading import Look
from chancela.adapters.postgres.outbox import Outbox, Pick
from chancela.bootstrap import hearing
from chancela.domain.call import Call, CallStep
from chancela.domain.contact import ContactKind
from chancela.domain.delivery import Channel, Purpose
from chancela.domain.hold import Hold
from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.policy import ContactCare
from chancela.usecases.decide_contact import DecideContact
from chancela.usecases.propose_contact import ProposeContact
from chancela.worker.chores import Chores
from chancela.worker.letters import Scribe, Unsendable

if TYPE_CHECKING:
    from chancela.bootstrap.app import App
    from tests.cast import Tenant

URL = "https://codigo.example.com/"
NEW, NEW_EMAIL = "+5541900001111", "nova@example.com"
CARRIER = """
INSERT INTO chancela.carrier (operator, name, kind, channel, secrets) VALUES (%s, 'principal', 'twilio', 'sms', '')
"""
AGED = """
UPDATE chancela.contact_hold SET proposed_at = proposed_at - interval '25 h', due_at = due_at - interval '25 h'
"""


def ask(app: App, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with psycopg.connect(str(app.settings.database_url)) as connection:
        found = connection.execute(statement.encode(), values)
        return found.fetchall() if found.description else []


async def person(app: App, tenant: Tenant) -> UUID:
    found = await app.reads.person(tenant.desk, tenant.first.card_number)
    assert found is not None
    return found.beneficiary.id


async def proposed(
    app: App,
    tenant: Tenant,
    kind: ContactKind = ContactKind.MOBILE,
    address: str = NEW,
    care: ContactCare | None = None,
) -> Hold:
    """What an agent asks for in a call whose caller was identified."""
    if care is not None:
        settings = f'{{"policy": {{"contact_care": "{care.value}"}}}}'
        ask(app, "UPDATE chancela.operator SET settings = settings || %s::jsonb WHERE ans = %s", settings, tenant.ans)
    whose, id_, now = await person(app, tenant), uuid4(), datetime.now(UTC)
    async with app.pool.connection() as connection, connection.pipeline():
        opening = await worlds.opening(connection, tenant.ans)
        operator, at = await worlds.opened(opening, tenant.ans)
        world = worlds.world(connection, operator, at, app.means, Look.CASES)
        (protocol,) = await world.cases.protocols(1)
        opened = Call(id_, "central", protocol, now, person_id=whose, identified_at=now)
        await world.calls.save([CallStep(opened)])
    found = await app.do(ProposeContact(Actor(tenant.ans, ActorKind.AGENT, "central", call=id_), whose, kind, address))
    assert isinstance(found, Hold), found
    return found


async def letter(app: App, tenant: Tenant, purpose: Purpose, channel: Channel = Channel.SMS, **how: Any) -> Any:
    operator = await app.reads.operator(tenant.ans)
    assert operator is not None
    (due,) = await Outbox(app.pool).claim(tenant.ans, channel, [Pick("principal")], 5, timedelta(seconds=30))
    assert (due.guia, due.purpose, due.card_number) == (None, purpose, tenant.first.card_number)
    return Scribe(app.keys, URL).letter(due, operator, **{"replies": True, **how})


def states(app: App) -> dict[str, str]:
    found = ask(app, "SELECT address, state FROM chancela.contact WHERE address IN (%s, %s, %s)", NEW, NEW_EMAIL, "x")
    return {str(address): str(state) for address, state in found}


def end(app: App) -> list[tuple[Any, ...]]:
    return ask(app, 'SELECT "end", ended_by FROM chancela.contact_hold')


async def test_the_notice_goes_to_the_old_number_and_says_how_to_refuse(app: App, bem_te_vi: Tenant):
    await proposed(app, bem_te_vi)
    notice = await letter(app, bem_te_vi, Purpose.CONTACT_PROPOSED)
    assert isinstance(notice, Letter) and notice.address == bem_te_vi.first.mobile
    assert "Responda NAO ou ligue para o plano." in notice.message.text and notice.message.code is None
    assert len(notice.message.text) <= 160 and "1111" not in notice.message.text


async def test_where_no_answer_reaches_us_the_notice_says_to_call(app: App, bem_te_vi: Tenant):
    await proposed(app, bem_te_vi)
    notice = await letter(app, bem_te_vi, Purpose.CONTACT_PROPOSED, replies=False)
    assert "NAO" not in notice.message.text and "Ligue para o plano." in notice.message.text


async def test_by_email_the_notice_tells_the_telephones(app: App, bem_te_vi: Tenant):
    await proposed(app, bem_te_vi, ContactKind.EMAIL, NEW_EMAIL)
    notice = await letter(app, bem_te_vi, Purpose.CONTACT_PROPOSED, Channel.EMAIL)
    assert notice.address == bem_te_vi.first.email and "0800 000 0022" in notice.message.text


@pytest.mark.parametrize("named", [True, False], ids=["by our id", "by the sender's number"])
async def test_its_no_refuses_what_was_asked_for_and_reports_no_guia(app: App, bem_te_vi: Tenant, named: bool):
    await proposed(app, bem_te_vi)
    ask(app, CARRIER, bem_te_vi.ans)
    notice = await letter(app, bem_te_vi, Purpose.CONTACT_PROPOSED)
    said = Reply(str(notice.address), "Não fui eu", delivery_id=notice.id if named else None)
    await hearing.hear(app, bem_te_vi.ans, "principal", (said, replace(said, text="NAO")))
    assert end(app) == [("refused", "carrier principal")]
    assert ask(app, "SELECT count(*) FROM chancela.report") == [(0,)] and states(app) == {}


@pytest.mark.parametrize("text", ["SIM", "obrigada", "quem é?"])
async def test_any_other_answer_refuses_nothing(app: App, bem_te_vi: Tenant, text: str):
    await proposed(app, bem_te_vi)
    notice = await letter(app, bem_te_vi, Purpose.CONTACT_PROPOSED)
    await hearing.hear(app, bem_te_vi.ans, "principal", (Reply(str(notice.address), text, delivery_id=notice.id),))
    assert end(app) == [(None, None)]


async def test_a_no_after_it_was_applied_comes_too_late(app: App, bem_te_vi: Tenant):
    hold = await proposed(app, bem_te_vi)
    notice = await letter(app, bem_te_vi, Purpose.CONTACT_PROPOSED)
    await app.do(DecideContact(Actor(bem_te_vi.ans, ActorKind.ANALYST, "analista"), hold.id, accept=True))
    await hearing.hear(app, bem_te_vi.ans, "principal", (Reply(str(notice.address), "NAO", delivery_id=notice.id),))
    assert end(app) == [("applied", "analista")] and states(app) == {NEW: "confirmed"}
    told = await letter(app, bem_te_vi, Purpose.CONTACT_CHANGED)
    assert told.address == bem_te_vi.first.mobile and "foi trocado" in told.message.text


async def test_a_notice_that_waited_goes_to_no_contact_that_was_left(app: App, bem_te_vi: Tenant):
    await proposed(app, bem_te_vi)
    ask(app, "UPDATE chancela.contact SET state = 'retired' WHERE address = %s", bem_te_vi.first.mobile)
    assert await letter(app, bem_te_vi, Purpose.CONTACT_PROPOSED) is Unsendable.CONTACT_GONE


async def test_the_worker_applies_what_was_held_for_its_hours(app: App, bem_te_vi: Tenant):
    hold = await proposed(app, bem_te_vi, care=ContactCare.HOLD)
    assert hold.care is ContactCare.HOLD
    await Chores(app).apply_contacts()
    assert end(app) == [(None, None)]
    ask(app, AGED)
    await Chores(app).apply_contacts()
    await Chores(app).apply_contacts()
    assert end(app) == [("applied", "worker")] and states(app) == {NEW: "confirmed"}


async def test_what_is_long_over_is_forgotten(app: App, bem_te_vi: Tenant):
    hold = await proposed(app, bem_te_vi)
    await app.do(DecideContact(Actor(bem_te_vi.ans, ActorKind.ANALYST, "analista"), hold.id, accept=False))
    await Chores(app).apply_contacts()
    assert len(end(app)) == 1
    ask(app, "UPDATE chancela.contact_hold SET ended_at = ended_at - interval '91 days'")
    await Chores(app).apply_contacts()
    assert end(app) == []
