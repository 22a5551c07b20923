"""The same deeds, drawn at random, come out the same in memory and in PostgreSQL: what fakes prove holds."""

from __future__ import annotations

import dataclasses
import random
from typing import TYPE_CHECKING, Any

import pytest

from chancela.domain.case import Case
from chancela.domain.profiles import SHIPPED
from chancela.usecases.expire_tokens import ExpireTokens
from tests.adapters.postgres.stages import MemoryStage, PostgresStage, Stage
from tests.usecases import drawn
from tests.usecases.scene import SYSTEM, Scene

if TYPE_CHECKING:
    from chancela.domain.policy import Policy

ROUNDS = 30
OF_THE_CLOCK = {
    *("created_at", "issued_at", "expires_at", "ended_at", "planned_at", "changed_at", "at", "wrong_at"),
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
    scene = Scene(policy, contacts=drawn.LANDLINE if policy.provider_types_first_contact else None)
    scene.memory.chance.next_codes += [drawn.CODES[nth % 3] for nth in range(500)]
    real, fake = PostgresStage(scene, empty_database_url), MemoryStage(scene)
    await real.open()
    await _told(fake, real, random.Random(seed))
    await real.close()


async def _told(fake: MemoryStage, real: PostgresStage, draw: random.Random) -> None:
    guias: list[Any] = []
    for _ in range(ROUNDS):
        commands = _round(guias, draw)
        outcomes = await fake.do(*commands), await real.do(*commands)
        assert still(outcomes[0]) == still(outcomes[1])
        guias += [each.guia.id for each in outcomes[0] if isinstance(each, Case) and each.guia.id not in guias]
        if draw.random() < 0.2:
            await fake.age_codes(20), await real.age_codes(20)
    assert await state(fake, guias) == await state(real, guias)


def _round(guias: list[Any], draw: random.Random) -> list[Any]:
    """Up to six commands of one kind; the sweep takes all, as no one says which come first."""
    kinds: list[type] = [*drawn.KINDS, *(kind for kind in drawn.KINDS if "Token" in kind.__name__)]
    kind = draw.choice(kinds) if guias else drawn.KINDS[0]
    if kind is ExpireTokens:
        return [ExpireTokens(SYSTEM)]
    return drawn.commands(kind, guias[-4:], draw, draw.randint(1, 6))
