"""security.md 10 for families: another's tie or link, or another operator's, answers like one that does not exist."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest

from chancela.bootstrap import ties as families
from chancela.bootstrap.app import App
from chancela.domain.family import TieKind
from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.refusal import Refusal, Refused
from chancela.usecases.accept_tie import AcceptTie
from chancela.usecases.end_tie import EndTie
from chancela.usecases.offer_tie import Offered, OfferTie
from tests.promises.test_walls import Overheard, told

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from chancela.bootstrap.settings import Settings
    from tests.cast import Cast, Tenant


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[App]:
    """The app, its statements overheard."""
    app = App(settings)
    app.pool.connection_class = Overheard
    async with app:
        yield app


async def somebody(app: App, tenant: Tenant, nth: int = 0) -> Actor:
    """An adult holder of an operator, who just confirmed that it is them."""
    adults = [each for each in tenant.people if each.holder_card is None and each.birth_date.year < 2000]
    found = await app.reads.person(tenant.client, adults[nth].card_number)
    assert found is not None
    person = found.beneficiary.id
    return actor_of(tenant.ans, person)


def actor_of(ans: str, person: UUID) -> Actor:
    own = frozenset({person})
    return Actor(
        ans,
        ActorKind.BENEFICIARY,
        f"person:{person}",
        assured_at=datetime.now(UTC),
        person=person,
        sees=own,
        acts_for=own,
        manages=own,
    )


async def offered(app: App, by: Actor, kind: TieKind) -> Offered:
    assert by.person is not None
    outcome = await app.do(OfferTie(by, by.person, kind, datetime.now(UTC) + timedelta(hours=9)))
    assert isinstance(outcome, Offered)
    return outcome


@pytest.mark.parametrize("kind", TieKind)
async def test_to_strangers_a_tie_is_like_none(app: App, house: Cast, kind: TieKind):
    held = await offered(app, await somebody(app, house.aurora), kind)
    own_id = held.tie.of_id
    beyond = [
        await somebody(app, house.aurora, 1),
        await somebody(app, house.cambui),
        actor_of(house.cambui.ans, own_id),
        house.cambui.desk,
        house.cambui.system,
    ]
    for stranger in beyond:
        foreign = await told(app.do(EndTie(stranger, held.tie.id)))
        assert foreign == await told(app.do(EndTie(stranger, uuid4()))), stranger
        assert foreign[0] == Refused(Refusal.NOT_FOUND)
        unknown = await told(app.do(OfferTie(stranger, uuid4(), kind, held.tie.until)))
        assert unknown == await told(app.do(OfferTie(stranger, own_id, kind, held.tie.until))), stranger
        assert unknown[0] == Refused(Refusal.NOT_FOUND)


async def test_a_link_opens_nothing_at_another_operator(app: App, house: Cast):
    giver = await somebody(app, house.aurora)
    help_, visit = await offered(app, giver, TieKind.DELEGATION), await offered(app, giver, TieKind.VISIT)
    stranger = await somebody(app, house.cambui)
    foreign = await told(app.do(AcceptTie(stranger, help_.secret)))
    assert foreign == await told(app.do(AcceptTie(stranger, "nothing")))
    assert foreign[0] == Refused(Refusal.INVITATION_OVER)
    cambui, aurora = await app.reads.operator(house.cambui.ans), await app.reads.operator(house.aurora.ans)
    assert cambui is not None and aurora is not None
    for secret in (help_.secret, visit.secret):
        reading = await told(families.visit(app, cambui, secret))
        assert reading == await told(families.visit(app, cambui, "nothing"))
        assert reading[0] is None
    assert await families.invitation(app, stranger, help_.secret) is None
    opened = await families.visit(app, aurora, visit.secret)
    assert opened is not None and opened.actor.acts_for == {giver.person} and opened.actor.sees == frozenset()
