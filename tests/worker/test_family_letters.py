"""What guardians get in writing: a child's code as their own, and of a youth's code that it was made."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from chancela.adapters.channels.contract import Letter
from chancela.adapters.postgres.outbox import Outbox, Pick
from chancela.domain.delivery import Channel, Purpose
from chancela.worker.letters import Scribe
from tests import visits

if TYPE_CHECKING:
    from chancela.bootstrap.app import App
    from tests.cast import Tenant

URL = "https://codigo.example.com/"


async def letters(app: App, tenant: Tenant, channel: Channel) -> list[Letter]:
    """What is to go out by a channel now."""
    operator = await app.reads.operator(tenant.ans)
    assert operator is not None
    found = await Outbox(app.pool).claim(tenant.ans, channel, [Pick("principal")], 9, timedelta(seconds=30))
    made = [Scribe(app.keys, URL).letter(due, operator, replies=True) for due in found]
    assert all(isinstance(each, Letter) for each in made), made
    return [each for each in made if isinstance(each, Letter)]


async def test_a_childs_code_is_written_to_each_guardian(app: App, aurora: Tenant):
    case = await visits.issued(app, aurora, await visits.entered(app, aurora, aurora.person("Léo")))
    out = await letters(app, aurora, Channel.SMS)
    guardians = (aurora.person("Beatriz"), aurora.person("André Rocha"))
    assert {(each.address, each.card_number) for each in out} == {(each.mobile, each.card_number) for each in guardians}
    assert {each.message.code for each in out} == {visits.code(app, case)}


async def test_guardians_of_a_youth_read_that_a_code_was_made_and_have_no_say_over_it(app: App, aurora: Tenant):
    case = await visits.issued(app, aurora, await visits.entered(app, aurora, aurora.person("Bento")))
    told = [each for each in await letters(app, aurora, Channel.EMAIL) if each.message.purpose is Purpose.WARD_CODE]
    assert {each.address for each in told} == {aurora.person("Beatriz").email, aurora.person("André Rocha").email}
    for each in told:
        assert case.guia.number in each.message.text
        assert visits.code(app, case) not in each.message.text
        assert (each.message.code, each.message.link) == (None, None)
        assert "nao-pedi" not in each.message.text
