"""Commands drawn at random over a scene of a few guias, for tests that compare two ways of doing the same."""

import random

from chancela.domain.contact import ContactKind, ContactState
from chancela.domain.delivery import Channel
from chancela.domain.guia import ItemState, Kind, RequestedProcedure
from chancela.domain.policy import Policy
from chancela.domain.report import ReportOutcome, ReportWay
from chancela.usecases.cancel_guia import CancelGuia
from chancela.usecases.climb_ladders import ClimbLadders
from chancela.usecases.close_report import CloseReport
from chancela.usecases.expire_tokens import ExpireTokens
from chancela.usecases.issue_token import IssueToken
from chancela.usecases.register_guia import RegisterGuia
from chancela.usecases.report_token import ReportToken
from chancela.usecases.review_contact import ReviewContact
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

KINDS = (
    *(RegisterGuia, ReviewGuia, IssueToken, SendToken, ValidateToken, CancelGuia, ExpireTokens),
    *(ClimbLadders, ReportToken, CloseReport, ReviewContact),
)
SHARED = "+5541900001111"  # three other families have it
CODES = ("111111", "222222", "333333", "12345")
LANDLINE = ((ContactKind.LANDLINE, "+554130241234", ContactState.CONFIRMED),)


def peopled(policy: Policy) -> Scene:
    """Ana, of whom first contacts may be typed where the policy lets them, someone with her mobile, and a crowd."""
    scene = Scene(policy, contacts=LANDLINE if policy.provider_types_first_contact else None)
    scene.someone("2", MOBILE, uses_no_mobile=policy.remembers_channel)
    for number in range(3):
        scene.someone(f"90{number}", SHARED)
    return scene


def scene_of(policy: Policy) -> Scene:
    """Six guias: three with a live code, one without, one under audit, one cancelled."""
    scene = peopled(policy)
    cases = [scene.register(), scene.register(), scene.register(), scene.register(ONCE), scene.register(AUDITED, OK)]
    for case, code in zip(cases[:3], CODES, strict=False):
        scene.memory.chance.next_codes.append(code)
        assert scene.issue(case, phone=MOBILE).token is not None
    scene.issue(cases[3], phone=SHARED)
    scene.cancel(scene.register())
    scene.memory.chance.next_codes += [CODES[nth % 3] for nth in range(40)]
    return scene


def commands(kind: type, guias: list, contacts: list, draw: random.Random, count: int = 12) -> list:
    """Commands of one kind on these guias and contacts, and now and then on one that does not exist."""
    ids, told = [*guias, NOWHERE], [*contacts, NOWHERE]
    named = draw.random() < 0.5  # ladders are looked at by name or by what is due, not both in one set
    makers = {
        RegisterGuia: lambda: RegisterGuia(
            DESK,
            Kind.ODONTO,
            draw.choice([CARD, CARD, "2", "0"]),
            PROVIDER,
            procedures(draw),
            draw.choice([None, "A-1", "A-2"]),
            urgent=draw.random() < 0.2,
        ),
        ReviewGuia: lambda: ReviewGuia(
            AUDITOR, draw.choice(ids), (Decision(draw.randint(1, 2), draw.choice(list(ItemState)), "Sim."),)
        ),
        IssueToken: lambda: IssueToken(DESK, draw.choice(ids), **wish(draw)),
        SendToken: lambda: SendToken(DESK, draw.choice(ids), draw.choice([None, *Channel]), CPF),
        ValidateToken: lambda: ValidateToken(DESK, draw.choice(ids), draw.choice(CODES)),
        CancelGuia: lambda: CancelGuia(DESK, draw.choice(ids), "engano"),
        ExpireTokens: lambda: ExpireTokens(SYSTEM, draw.randint(1, 2)),
        ClimbLadders: lambda: ClimbLadders(SYSTEM, tuple(draw.choices(ids, k=2 * named)), draw.randint(1, 2)),
        ReportToken: lambda: ReportToken(
            SYSTEM, draw.choice(ids), draw.choice(list(ReportWay)), draw.choice([None, *told])
        ),
        CloseReport: lambda: CloseReport(AUDITOR, draw.choice(ids), draw.choice(list(ReportOutcome))),
        ReviewContact: lambda: ReviewContact(AUDITOR, draw.choice(told), draw.random() < 0.5),
    }
    return [makers[kind]() for _ in range(count)]


def procedures(draw: random.Random) -> tuple[RequestedProcedure, ...]:
    found = draw.choices([OK, ONCE, AUDITED, DOCUMENTED, DENIED], k=draw.randint(0, 3))
    return tuple(RequestedProcedure("22", code) for code in found)


def wish(draw: random.Random) -> dict[str, object]:
    ways = [{}, {}, {"channel": Channel.APP}, {"channel": Channel.SMS}, {"channel": Channel.VOICE}]
    typed = [{"phone": MOBILE}, {"phone": SHARED}, {"phone": "41900002222"}, {"email": "A@b.example", "cpf": CPF}]
    return draw.choice([*ways, *typed])
