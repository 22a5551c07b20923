"""A message that waited goes to nobody who reads no more: helps end, and people are hidden, also while it waits."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from chancela.adapters.channels.contract import Letter
from chancela.adapters.postgres.outbox import Outbox, Pick
from chancela.domain.delivery import Channel, Purpose
from chancela.worker.letters import Scribe, Unsendable
from tests import visits

if TYPE_CHECKING:
    from collections.abc import Callable

    from chancela.bootstrap.app import App
    from tests.cast import Tenant

    Ask = Callable[..., list[dict[str, Any]]]

URL = "https://codigo.example.com/"
HELP = """
    INSERT INTO chancela.tie (operator, id, kind, giver_id, of_id, taker_id, scope, token_hash, created_at, until,
                              accepted_at)
    SELECT p.operator, gen_random_uuid(), 'delegation', p.id, p.id, t.id, 'receive', 'x', now() - interval '1 day',
           now() + interval '1 day', now() - interval '1 day'
    FROM chancela.beneficiary p, chancela.beneficiary t WHERE p.card_number = %s AND t.card_number = %s
"""
CHANGES = {
    "the help ended": "UPDATE chancela.tie SET ended_at = now() WHERE token_hash = 'x'",
    "the help is over": "UPDATE chancela.tie SET until = now() - interval '1 minute' WHERE token_hash = 'x'",
    "only to act from now on": "UPDATE chancela.tie SET scope = 'act' WHERE token_hash = 'x'",
    "the person is protected": "UPDATE chancela.beneficiary SET protected = true WHERE card_number = %(whose)s",
}


def helper(tenant: Tenant) -> str:
    """Somebody of another family, with a number and nobody of their own to read for."""
    return next(p.card_number for p in tenant.people[1:] if p.mobile and not p.holder_card and p.has_app)


async def letters(app: App, tenant: Tenant, ask: Ask) -> list[Letter | Unsendable]:
    """What goes out by SMS to the helper."""
    operator = await app.reads.operator(tenant.ans)
    assert operator is not None
    found = await Outbox(app.pool).claim(tenant.ans, Channel.SMS, [Pick("principal")], 9, timedelta(seconds=30))
    to_helper = [each for each in found if each.reader is not None]
    assert all(each.card_number == helper(tenant) for each in to_helper) and to_helper
    return [Scribe(app.keys, URL).letter(each, operator) for each in to_helper]


async def test_a_code_goes_to_whoever_helps(app: App, bem_te_vi: Tenant, ask: Ask):
    ask(HELP, bem_te_vi.first.card_number, helper(bem_te_vi))
    await visits.issued(app, bem_te_vi)
    (letter,) = await letters(app, bem_te_vi, ask)
    assert isinstance(letter, Letter) and letter.message.code is not None


@pytest.mark.parametrize("change", CHANGES)
async def test_a_code_that_waited_does_not(app: App, bem_te_vi: Tenant, ask: Ask, change: str):
    ask(HELP, bem_te_vi.first.card_number, helper(bem_te_vi))
    await visits.issued(app, bem_te_vi)
    ask(CHANGES[change].replace("%(whose)s", f"'{bem_te_vi.first.card_number}'"))
    assert await letters(app, bem_te_vi, ask) == [Unsendable.READER_GONE]


async def test_a_persons_own_message_goes_to_no_address_of_whom_they_are_hidden_from(
    app: App, bem_te_vi: Tenant, ask: Ask
):
    first = bem_te_vi.first
    await visits.issued(app, bem_te_vi)
    hide = "UPDATE chancela.beneficiary b SET private = true, holder_id = h.id FROM chancela.beneficiary h"
    ask(f"{hide} WHERE b.card_number = %s AND h.card_number = %s", first.card_number, helper(bem_te_vi))
    operator = await app.reads.operator(bem_te_vi.ans)
    assert operator is not None
    by_sms, by_mail = [
        (await Outbox(app.pool).claim(bem_te_vi.ans, channel, [Pick("principal")], 9, timedelta(seconds=30)))[0]
        for channel in (Channel.SMS, Channel.EMAIL)
    ]
    assert by_sms.purpose is Purpose.CODE and isinstance(Scribe(app.keys, URL).letter(by_sms, operator), Letter)
    share = "UPDATE chancela.contact c SET address = %s FROM chancela.beneficiary b"
    where = "WHERE c.beneficiary_id = b.id AND b.card_number = %s AND c.kind = 'mobile'"
    ask(f"{share} {where}", first.mobile, helper(bem_te_vi))
    ask("UPDATE chancela.delivery SET due_at = now()")
    (by_sms,) = await Outbox(app.pool).claim(bem_te_vi.ans, Channel.SMS, [Pick("principal")], 9, timedelta(seconds=30))
    assert Scribe(app.keys, URL).letter(by_sms, operator) is Unsendable.READER_GONE
    assert isinstance(Scribe(app.keys, URL).letter(by_mail, operator), Letter)
