"""A set of commands gives what its commands give one by one, in order."""

import random

import pytest

from chancela.domain.contact import ContactKind, ContactState
from chancela.domain.delivery import Channel
from chancela.domain.guia import ItemState, Kind, RequestedProcedure
from chancela.domain.policy import Policy
from chancela.domain.profiles import SHIPPED
from chancela.usecases.cancel_guia import CancelGuia
from chancela.usecases.expire_tokens import ExpireTokens
from chancela.usecases.issue_token import IssueToken
from chancela.usecases.register_guia import RegisterGuia
from chancela.usecases.review_guia import Decision, ReviewGuia
from chancela.usecases.send_token import SendToken
from chancela.usecases.validate_token import ValidateToken
from tests.usecases.scene import (
    AUDITED,
    AUDITOR,
    CARD,
    CPF,
    DENIED,
    DESK,
    DOCUMENTED,
    MOBILE,
    NOWHERE,
    OK,
    ONCE,
    PROVIDER,
    SYSTEM,
    Scene,
)

CODES = ("111111", "222222", "333333", "12345")
LANDLINE = ((ContactKind.LANDLINE, "+554130241234", ContactState.CONFIRMED),)


def scene_of(policy: Policy) -> Scene:
    """Six guias: three with a live code, one without, one under audit, one cancelled."""
    scene = Scene(policy, contacts=LANDLINE if policy.provider_types_first_contact else None)
    cases = [scene.register(), scene.register(), scene.register(), scene.register(ONCE), scene.register(AUDITED, OK)]
    for case, code in zip(cases[:3], CODES, strict=False):
        scene.memory.chance.next_codes.append(code)
        assert scene.issue(case, phone=MOBILE).token is not None
    scene.cancel(scene.register())
    scene.memory.chance.next_codes += [CODES[nth % 3] for nth in range(40)]
    return scene


def commands(kind: type, guias: list, draw: random.Random) -> list:
    """A dozen commands of one kind on these guias."""
    ids = [*guias, NOWHERE]
    makers = {
        RegisterGuia: lambda: RegisterGuia(
            DESK, Kind.ODONTO, draw.choice([CARD, "0"]), PROVIDER, procedures(draw), draw.choice([None, "A-1", "A-2"])
        ),
        ReviewGuia: lambda: ReviewGuia(
            AUDITOR, draw.choice(ids), (Decision(draw.randint(1, 2), draw.choice(list(ItemState)), "Sim."),)
        ),
        IssueToken: lambda: IssueToken(DESK, draw.choice(ids), **wish(draw)),
        SendToken: lambda: SendToken(DESK, draw.choice(ids), draw.choice([None, *Channel]), CPF),
        ValidateToken: lambda: ValidateToken(DESK, draw.choice(ids), draw.choice(CODES)),
        CancelGuia: lambda: CancelGuia(DESK, draw.choice(ids), "engano"),
        ExpireTokens: lambda: ExpireTokens(SYSTEM, draw.randint(1, 2)),
    }
    return [makers[kind]() for _ in range(12)]


def procedures(draw: random.Random) -> tuple[RequestedProcedure, ...]:
    found = draw.choices([OK, ONCE, AUDITED, DOCUMENTED, DENIED], k=draw.randint(0, 3))
    return tuple(RequestedProcedure("22", code) for code in found)


def wish(draw: random.Random) -> dict[str, object]:
    ways = [{}, {"channel": Channel.APP}, {"phone": MOBILE}, {"phone": "41900001111"}, {"channel": Channel.SMS}]
    return draw.choice(ways)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    "kind", [RegisterGuia, ReviewGuia, IssueToken, SendToken, ValidateToken, CancelGuia, ExpireTokens]
)
@pytest.mark.parametrize("policy", SHIPPED.values(), ids=SHIPPED)
def test_together_is_one_by_one(policy: Policy, kind: type, seed: int):
    together, apart = scene_of(policy), scene_of(policy)
    hours = 49 * (kind is ExpireTokens)
    together.later(hours=hours), apart.later(hours=hours)
    asked = commands(kind, list(apart.memory.shelf.guias), random.Random(seed))
    outcomes = together.do_all(*asked), [apart.do(command) for command in asked]
    assert outcomes[0] == outcomes[1]
    assert vars(together.memory.shelf) == vars(apart.memory.shelf)
