"""The same deeds, drawn at random, come out the same in memory and in PostgreSQL: what fakes prove holds."""

from __future__ import annotations

import dataclasses
import random
from typing import TYPE_CHECKING, Any

import pytest

from chancela.domain.case import Case
from chancela.domain.delivery import Channel, DeliveryState
from chancela.domain.guia import Kind, RequestedProcedure
from chancela.domain.profiles import SHIPPED
from chancela.usecases.cancel_guia import CancelGuia
from chancela.usecases.climb_ladders import ClimbLadders
from chancela.usecases.expire_tokens import ExpireTokens
from chancela.usecases.issue_token import IssueToken
from chancela.usecases.register_guia import RegisterGuia
from chancela.usecases.report_token import ReportToken
from chancela.usecases.review_contact import ReviewContact
from chancela.usecases.send_token import SendToken
from chancela.usecases.validate_token import ValidateToken
from tests.adapters.postgres.stages import MemoryStage, PostgresStage, Stage
from tests.usecases import drawn
from tests.usecases.scene import CARD, DESK, OK, PROVIDER, SYSTEM

if TYPE_CHECKING:
    from chancela.domain.policy import Policy

ROUNDS = 40
OFTEN = (*(IssueToken,) * 6, *(ClimbLadders,) * 4, *(ValidateToken,) * 2, SendToken, SendToken, ReviewContact)
ENDING = {CancelGuia, ReportToken}
OF_THE_CLOCK = {
    *("created_at", "issued_at", "expires_at", "ended_at", "planned_at", "changed_at", "opened_at", "closed_at"),
    *("at", "wrong_at"),
    "retry_after_s",
    "event_seq",
}


def still(fact: Any) -> Any:
    """A fact without what the clock wrote into it."""
    if dataclasses.is_dataclass(fact) and not isinstance(fact, type):
        kept = {field.name: getattr(fact, field.name) for field in dataclasses.fields(fact)}
        return (type(fact).__name__, {name: still(each) for name, each in kept.items() if name not in OF_THE_CLOCK})
    if isinstance(fact, tuple | list):
        return [still(each) for each in fact]
    return fact


async def state(stage: Stage, guias: list[Any]) -> Any:
    async with stage.world() as world:
        cases = await world.cases.load(guias)
    told = [(each.kind, each.subject, each.actor, each.data) for each in await stage.trail()]
    return [still(case) for case in cases.values()], told, still(await stage.contacts())


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("policy", SHIPPED.values(), ids=SHIPPED)
async def test_both_tell_the_same_story(policy: Policy, seed: int, empty_database_url: str):
    scene = drawn.peopled(policy)
    scene.memory.chance.next_codes += [drawn.CODES[nth % 3] for nth in range(500)]
    real, fake = PostgresStage(scene, empty_database_url), MemoryStage(scene)
    await real.open()
    await _told(fake, real, random.Random(seed))
    await real.close()


async def _told(fake: MemoryStage, real: PostgresStage, draw: random.Random) -> None:
    guias: list[Any] = []
    for _ in range(ROUNDS):
        typed = [each.id for each in await fake.contacts() if each.typed_by is not None]
        commands = _round(guias, typed, draw)
        outcomes = await fake.do(*commands), await real.do(*commands)
        assert still(outcomes[0]) == still(outcomes[1])
        guias += [each.guia.id for each in outcomes[0] if isinstance(each, Case) and each.guia.id not in guias]
        await _meanwhile(fake, real, guias, draw)
    assert await state(fake, guias) == await state(real, guias)


async def _meanwhile(fake: MemoryStage, real: PostgresStage, guias: list[Any], draw: random.Random) -> None:
    """Between two sets time passes, now and then much, and carriers tell of what they carry."""
    time = {"hours": 20} if draw.random() < 0.1 else {"seconds": draw.choice([0, 100])}
    await fake.age(**time), await real.age(**time)
    if guias and draw.random() < 0.5:
        state = draw.choice([DeliveryState.HANDED_OVER, DeliveryState.FAILED, DeliveryState.DELIVERED])
        said = draw.choice(guias[-4:]), draw.choice(list(Channel)), state
        await fake.carrier_tells(*said), await real.carrier_tells(*said)


def _round(guias: list[Any], contacts: list[Any], draw: random.Random) -> list[Any]:
    """Up to six commands of one kind, one where it ends much; the sweep takes all, as no one says which come first."""
    if not guias:
        asked = (RequestedProcedure("22", OK),)
        return [RegisterGuia(DESK, Kind.ODONTO, card, PROVIDER, asked) for card in (CARD, CARD, "2")]
    kind = draw.choice([*drawn.KINDS, *OFTEN])
    if kind is ExpireTokens:
        return [ExpireTokens(SYSTEM)]
    return drawn.commands(kind, guias[-4:], contacts, draw, 1 if kind in ENDING else draw.randint(1, 6))
