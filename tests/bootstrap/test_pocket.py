"""What the pages of the pocket stand on: enrolling, what a device may keep, and sheets, over the whole house."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import psycopg
import pytest

from chancela.bootstrap import pocket
from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.refusal import Refusal, Refused
from tests import visits
from tests.handheld import Handheld

if TYPE_CHECKING:
    from chancela.bootstrap.app import App
    from chancela.bootstrap.settings import Settings
    from tests.cast import Cast, Tenant

OFFERED = """
UPDATE chancela.operator SET settings = jsonb_set(settings, '{policy}',
    COALESCE(settings -> 'policy', '{}') || '{"paper_codes": 10, "cool_down_s": 0}')
"""


def person(settings: Settings, tenant: Tenant) -> Actor:
    """The first person of an operator, signed in just now."""
    with psycopg.connect(settings.database_url or "") as connection:
        connection.execute(OFFERED)
        known = "SELECT id FROM chancela.beneficiary WHERE operator = %s AND card_number = %s"
        row = connection.execute(known, (tenant.ans, tenant.first.card_number)).fetchone()
    assert row is not None
    own, now = frozenset({row[0]}), datetime.now(UTC)
    name = f"person:{row[0]}"
    return Actor(tenant.ans, ActorKind.BENEFICIARY, name, None, now, person=row[0], sees=own, acts_for=own)


@pytest.fixture
def ana(settings: Settings, house: Cast) -> Actor:
    return person(settings, house.aurora)


async def enrolled(app: App, actor: Actor, name: str = "Celular") -> UUID:
    done = await pocket.enrol(app, actor, Handheld().public, name)
    assert isinstance(done, pocket.Enrolled), done
    return done.device_id


async def test_a_device_is_enrolled_named_listed_and_ended(app: App, ana: Actor):
    id_ = await enrolled(app, ana, "  Celular\nda Ana ")
    (device,) = await pocket.devices(app, ana)
    assert (device.id, device.name, device.beneficiary_id) == (id_, "Celular da Ana", ana.person)
    ended = await pocket.end_device(app, ana, id_)
    assert not isinstance(ended, Refused) and ended.secret is None
    assert await pocket.devices(app, ana) == ()
    assert await pocket.end_device(app, ana, id_) == ended
    assert await pocket.end_device(app, ana, uuid4()) == Refused(Refusal.NOT_FOUND)


@pytest.mark.parametrize("public", ["", "?", "á", "AAAA", "A" * 87, "a" * 86])
async def test_what_is_no_point_is_refused(app: App, ana: Actor, public: str):
    assert await pocket.enrol(app, ana, public, "Celular") == Refused(Refusal.FORBIDDEN)


async def test_a_snapshot_tells_a_code_once_and_which_are_gone(app: App, ana: Actor, house: Cast):
    id_ = await enrolled(app, ana)
    case = await visits.issued(app, house.aurora)
    waits = await visits.entered(app, house.aurora)
    first = await pocket.snapshot(app, ana, id_, frozenset())
    assert first is not None
    (code,) = first.codes
    assert (code.guia_id, code.generation, code.digits) == (str(case.guia.id), 1, visits.code(app, case))
    assert {each.id: each.awaiting for each in first.guias} == {str(case.guia.id): False, str(waits.guia.id): True}
    assert {each.person for each in first.guias} == {""}
    assert case.token is not None and datetime.fromisoformat(code.until) <= case.token.expires_at
    assert code.digits not in repr(first)
    json.dumps(asdict(first))
    name = f"{case.guia.id}:1"
    again = await pocket.snapshot(app, ana, id_, frozenset({name, "no such code"}))
    assert again is not None and (again.codes, again.gone) == ((), ("no such code",))
    await visits.validated(app, house.aurora, case)
    over = await pocket.snapshot(app, ana, id_, frozenset({name}))
    assert over is not None and (over.codes, over.gone) == ((), (name,))
    with psycopg.connect(app.settings.database_url or "") as connection:
        told = "SELECT count(*) FROM chancela.trail WHERE kind = 'guia:token:revealed'"
        assert connection.execute(told).fetchone() == (1,)


async def test_a_device_that_is_lost_or_anothers_keeps_nothing(app: App, ana: Actor, settings: Settings, house: Cast):
    id_ = await enrolled(app, ana)
    stranger = person(settings, house.cambui)
    assert await pocket.snapshot(app, stranger, id_, frozenset()) is None
    assert await pocket.end_device(app, stranger, id_) == Refused(Refusal.NOT_FOUND)
    await pocket.end_device(app, ana, id_)
    assert await pocket.snapshot(app, ana, id_, frozenset()) is None


async def test_a_sheet_is_told_once_and_a_new_one_ends_it(app: App, ana: Actor):
    assert await pocket.sheet(app, ana) is None
    first = await pocket.print_sheet(app, ana)
    assert isinstance(first, pocket.Sheet) and len(set(first.codes)) == 10
    assert first.codes[0] not in repr(first)
    assert await pocket.sheet(app, ana) == pocket.SheetStanding(first.printed_at, 10)
    second = await pocket.print_sheet(app, ana)
    assert isinstance(second, pocket.Sheet) and second.codes != first.codes
    assert await pocket.sheet(app, ana) == pocket.SheetStanding(second.printed_at, 10)
    assert await pocket.end_sheet(app, ana) == 10
    assert await pocket.sheet(app, ana) is None


async def test_nothing_is_made_without_a_code_entered_lately_or_for_who_is_nobody(app: App, ana: Actor):
    long_ago = replace(ana, assured_at=datetime.now(UTC) - timedelta(hours=1))
    assert await pocket.enrol(app, long_ago, Handheld().public, "") == Refused(Refusal.CONFIRM_YOURSELF)
    assert await pocket.print_sheet(app, long_ago) == Refused(Refusal.CONFIRM_YOURSELF)
    visitor = replace(ana, visit=uuid4())
    assert await pocket.enrol(app, visitor, Handheld().public, "") == Refused(Refusal.NOT_FOUND)
    assert await pocket.devices(app, visitor) == ()
    assert await pocket.sheet(app, visitor) is None
