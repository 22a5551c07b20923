"""Commands drawn at random over a scene of a few guias, for tests that compare two ways of doing the same."""

import random

from chancela.domain.contact import ContactKind, ContactState
from chancela.domain.delivery import Channel
from chancela.domain.guia import ItemState, Kind, RequestedProcedure
from chancela.domain.policy import Policy
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

KINDS = (RegisterGuia, ReviewGuia, IssueToken, SendToken, ValidateToken, CancelGuia, ExpireTokens)
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


def commands(kind: type, guias: list, draw: random.Random, count: int = 12) -> list:
    """Commands of one kind on these guias, and now and then on one that does not exist."""
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
    return [makers[kind]() for _ in range(count)]


def procedures(draw: random.Random) -> tuple[RequestedProcedure, ...]:
    found = draw.choices([OK, ONCE, AUDITED, DOCUMENTED, DENIED], k=draw.randint(0, 3))
    return tuple(RequestedProcedure("22", code) for code in found)


def wish(draw: random.Random) -> dict[str, object]:
    ways = [{}, {"channel": Channel.APP}, {"phone": MOBILE}, {"phone": "41900001111"}, {"channel": Channel.SMS}]
    return draw.choice(ways)
