"""security.md 10 for contingency numbers: another operator's or provider's numbers are like none."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from chancela.domain.guia import Kind, RequestedProcedure
from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.refusal import Refusal, Refused
from chancela.usecases.end_block import EndBlock
from chancela.usecases.give_number import GiveNumber
from chancela.usecases.reconcile_guia import ReconcileGuia
from chancela.usecases.take_block import TakeBlock
from tests import visits

if TYPE_CHECKING:
    from chancela.bootstrap.app import App
    from chancela.domain.block import Block
    from tests.cast import Cast, Tenant


@pytest.fixture
async def block(app: App, house: Cast) -> Block:
    """The numbers of a provider of Aurora."""
    aurora = house.aurora
    analyst = Actor(aurora.ans, ActorKind.ANALYST, "analista")
    made: Any = await app.do(TakeBlock(analyst, aurora.provider))
    assert not isinstance(made, Refused) or made.reason is Refusal.BLOCKS_ENOUGH
    if isinstance(made, Refused):
        pytest.fail("each test has a database of its own")
    block: Block = made
    return block


def brought(actor: Actor, provider: str, number: str, tenant: Tenant) -> ReconcileGuia:
    asked = (RequestedProcedure("22", "81000030"),)
    return ReconcileGuia(actor, provider, number, datetime.now(UTC), tenant.first.card_number, Kind.ODONTO, asked)


async def test_numbers_of_another_operator_or_provider_are_like_invented_ones(app: App, house: Cast, block: Block):
    aurora, cambui = house.aurora, house.cambui
    number = block.numbers[0]
    neighbour = Actor(aurora.ans, ActorKind.PROVIDER, "vizinha", provider=aurora.other_provider)
    strangers = [
        (cambui.desk, cambui.provider, cambui),
        (neighbour, aurora.other_provider, aurora),
        (neighbour, aurora.provider, aurora),
    ]
    for actor, provider, tenant in strangers:
        for each in (number, "9999999010000"):
            told = await app.do(brought(actor, provider, each, tenant))
            assert told == Refused(Refusal.BLOCK_REFUSED), (actor, each)
    for actor in (cambui.desk, neighbour, Actor(cambui.ans, ActorKind.MANAGER, "gestora")):
        for id_ in (block.id, uuid4()):
            assert await app.do(EndBlock(actor, id_, "mine now")) == Refused(Refusal.NOT_FOUND)


async def test_under_ones_own_number_a_guia_of_another_is_like_an_unknown_one(app: App, house: Cast):
    aurora, cambui = house.aurora, house.cambui
    case = await visits.issued(app, aurora)
    neighbour = Actor(aurora.ans, ActorKind.PROVIDER, "vizinha", provider=aurora.other_provider)
    for actor, tenant in ((neighbour, aurora), (cambui.desk, cambui)):
        provider = actor.provider or ""
        own = await app.do(TakeBlock(actor, provider))
        assert not isinstance(own, Refused)
        record = replace(brought(actor, provider, own.numbers[0], tenant), code="123456")
        foreign = await app.do(replace(record, guia_id=case.guia.id))
        assert foreign == await app.do(replace(record, guia_id=uuid4())) == Refused(Refusal.NOT_FOUND)
    now = await app.guia(aurora.desk, case.guia.id)
    assert now is not None and now.guia == case.guia


async def test_a_call_of_another_operator_gives_no_number(app: App, house: Cast):
    rita = Actor(house.cambui.ans, ActorKind.AGENT, "rita")
    given = await app.do(GiveNumber(rita, uuid4(), house.aurora.provider))
    assert given == Refused(Refusal.NOT_FOUND)
