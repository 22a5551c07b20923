"""A set of commands gives what its commands give one by one, in order."""

import random

import pytest

from chancela.domain.policy import Policy
from chancela.domain.profiles import SHIPPED
from chancela.usecases.expire_tokens import ExpireTokens
from tests.usecases import drawn


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("kind", drawn.KINDS)
@pytest.mark.parametrize("policy", SHIPPED.values(), ids=SHIPPED)
def test_together_is_one_by_one(policy: Policy, kind: type, seed: int):
    together, apart = drawn.scene_of(policy), drawn.scene_of(policy)
    hours = 49 * (kind is ExpireTokens)
    together.later(hours=hours), apart.later(hours=hours)
    asked = drawn.commands(kind, list(apart.memory.shelf.guias), random.Random(seed))
    outcomes = together.do_all(*asked), [apart.do(command) for command in asked]
    assert outcomes[0] == outcomes[1]
    assert vars(together.memory.shelf) == vars(apart.memory.shelf)
