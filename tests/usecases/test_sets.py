"""A set of commands gives what its commands give one by one, in order."""

import random

import pytest

from chancela.domain.policy import Policy
from chancela.domain.profiles import SHIPPED
from chancela.domain.report import ReportWay
from chancela.usecases.close_report import CloseReport
from chancela.usecases.expire_tokens import ExpireTokens
from chancela.usecases.report_token import ReportToken
from tests.usecases import drawn
from tests.usecases.scene import SYSTEM, Scene


def prepare(scene: Scene, kind: type) -> None:
    """Let so much time pass that there is something to do, and have two codes reported for whoever closes."""
    scene.later(hours=49 * (kind is ExpireTokens), seconds=100)
    if kind is CloseReport:
        for guia in list(scene.memory.shelf.guias)[:2]:
            scene.do(ReportToken(SYSTEM, guia, ReportWay.SMS))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("kind", drawn.KINDS)
@pytest.mark.parametrize("policy", SHIPPED.values(), ids=SHIPPED)
def test_together_is_one_by_one(policy: Policy, kind: type, seed: int):
    together, apart = drawn.scene_of(policy), drawn.scene_of(policy)
    for scene in (together, apart):
        prepare(scene, kind)
    shelf = apart.memory.shelf
    asked = drawn.commands(kind, list(shelf.guias), list(shelf.contacts), random.Random(seed))
    outcomes = together.do_all(*asked), [apart.do(command) for command in asked]
    assert outcomes[0] == outcomes[1]
    assert vars(together.memory.shelf) == vars(apart.memory.shelf)
