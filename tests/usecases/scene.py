"""A scene for deeds: one operator in memory, its people and its actors, and verbs that read like what people do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from chancela.bootstrap.deeds import DEEDS
from chancela.domain import token as tokens
from chancela.domain.analysis import CatalogueEntry, Rule, RuleKind
from chancela.domain.case import Case
from chancela.domain.contact import Contact, ContactKind, ContactState
from chancela.domain.delivery import Channel, DeliveryState
from chancela.domain.guia import ItemState, Kind, RequestedProcedure
from chancela.domain.people import Beneficiary, Operator, Provider
from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.profiles import LATEST_CODE_WINS
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
from tests.fakes.memory import Memory
from tests.fakes.swift import run

if TYPE_CHECKING:
    from chancela.domain.policy import Policy
    from chancela.domain.refusal import Refused

ANS = "999009"
PROVIDER, NEIGHBOUR, CLOSED = "10001", "10002", "10003"
CARD = "00123456789"
COOL_DOWN_S = 30
MOBILE, EMAIL, CPF = "+5541900005949", "ana.souza@example.com", "52998224725"
OK, AUDITED, DOCUMENTED, DENIED, ONCE = "81000030", "85100013", "82000034", "86000012", "84000198"
RULES = (
    Rule(RuleKind.AUDIT, (AUDITED,)),
    Rule(RuleKind.DOCUMENT, (DOCUMENTED,)),
    Rule(RuleKind.SPECIALTY, (DENIED,), specialties=("ortodontia",)),
    Rule(RuleKind.REPETITION, (ONCE,), days=180),
)
SYSTEM = Actor(ANS, ActorKind.SYSTEM, "sistema")
AUDITOR = Actor(ANS, ActorKind.AUDITOR, "auditora")
DESK = Actor(ANS, ActorKind.PROVIDER, "recepcao", provider=PROVIDER)
NEIGHBOUR_DESK = Actor(ANS, ActorKind.PROVIDER, "vizinha", provider=NEIGHBOUR)
CLIENT = Actor(ANS, ActorKind.CLIENT, "nucleo")
FOREIGN = Actor("999001", ActorKind.PROVIDER, "recepcao", provider=PROVIDER)
NOWHERE = UUID(int=0)


class Scene:
    """A day at an operator; without contacts asked for, Ana has a mobile and an e-mail on file, and the app."""

    def __init__(
        self,
        policy: Policy = LATEST_CODE_WINS,
        rules: tuple[Rule, ...] = RULES,
        *,
        contacts: tuple[tuple[ContactKind, str, ContactState], ...] | None = None,
        **about: Any,
    ) -> None:
        self.memory = Memory(Operator(ANS, "Operadora Exemplo", policy, rules))
        self.policy = policy
        shelf, chance = self.memory.shelf, self.memory.chance
        for code, dental in ((OK, True), (AUDITED, True), (DOCUMENTED, True), (DENIED, True), (ONCE, True)):
            shelf.entries[code] = CatalogueEntry(code, f"Procedimento {code}", dental)
        for code in (PROVIDER, NEIGHBOUR, CLOSED):
            shelf.providers[code] = Provider(
                code,
                f"Clínica {code}",
                phones=frozenset({"+5541900007777"}),
                emails=frozenset({"clinica@example.com"}),
                active=code != CLOSED,
            )
        self.ana = chance.id()
        shelf.people[self.ana] = Beneficiary(self.ana, CARD, "Ana Souza", **{"cpf": CPF, "has_app": True, **about})
        confirmed = ((ContactKind.MOBILE, MOBILE), (ContactKind.EMAIL, EMAIL))
        known = contacts if contacts is not None else [(*each, ContactState.CONFIRMED) for each in confirmed]
        for kind, address, state in known:
            self.knows(kind, address, state)

    def knows(
        self, kind: ContactKind, address: str, state: ContactState, whom: UUID | None = None, **more: Any
    ) -> Contact:
        """Put a contact of Ana on file, or of someone else."""
        contact = Contact(self.memory.chance.id(), whom or self.ana, kind, address, state, **more)
        self.memory.shelf.contacts[contact.id] = contact
        return contact

    def someone(self, card: str, mobile: str | None = None, **about: Any) -> UUID:
        """Put another person on file, with a confirmed mobile where one is named."""
        key = self.memory.chance.id()
        self.memory.shelf.people[key] = Beneficiary(key, card, f"Pessoa {card}", **{"cpf": CPF, **about})
        if mobile is not None:
            self.knows(ContactKind.MOBILE, mobile, ContactState.CONFIRMED, key)
        return key

    def carries(self, *channels: Channel) -> None:
        """Let these channels alone have a carrier."""
        self.memory.carried = frozenset(channels)

    # what people do

    def do(self, command: Any) -> Any:
        """Do one deed."""
        return self.do_all(command)[0]

    def do_all(self, *commands: Any) -> list[Any]:
        """Do a set of deeds of one kind in one transaction."""
        return run(self._done(commands))

    async def _done(self, commands: tuple[Any, ...]) -> list[Any]:
        async with self.memory.transaction() as world:
            return list(await DEEDS[type(commands[0])](commands, world))

    def register(self, *codes: str, by: Actor = DESK, provider: str = PROVIDER, card: str = CARD, **more: Any) -> Any:
        asked = tuple(RequestedProcedure("22", code) for code in codes or (OK,))
        return self.do(RegisterGuia(by, Kind.ODONTO, card, provider, asked, **more))

    def issue(self, case: Case, by: Actor = DESK, **more: Any) -> Any:
        return self.do(IssueToken(by, case.guia.id, **more))

    def send(self, case: Case, by: Actor = DESK, **more: Any) -> Any:
        return self.do(SendToken(by, case.guia.id, **more))

    def validate(self, case: Case, code: str, by: Actor = DESK) -> Any:
        return self.do(ValidateToken(by, case.guia.id, code))

    def cancel(self, case: Case, by: Actor = DESK) -> Any:
        return self.do(CancelGuia(by, case.guia.id, "engano"))

    def review(self, case: Case, *said: tuple[int, ItemState], by: Actor = AUDITOR) -> Any:
        decisions = tuple(Decision(item, state, "Parecer da auditoria.") for item, state in said)
        return self.do(ReviewGuia(by, case.guia.id, decisions))

    def expire(self, by: Actor = SYSTEM, limit: int = 500) -> Any:
        return self.do(ExpireTokens(by, limit))

    def climb(self, *cases: Case, by: Actor = SYSTEM, **more: Any) -> Any:
        """Look at these ladders, or at all whose time has come."""
        return self.do(ClimbLadders(by, tuple(case.guia.id for case in cases), **more))

    def report(
        self, case: Case, way: ReportWay = ReportWay.SMS, contact_id: UUID | None = None, by: Actor = SYSTEM
    ) -> Any:
        return self.do(ReportToken(by, case.guia.id, way, contact_id))

    def close(self, case: Case, outcome: ReportOutcome, by: Actor = AUDITOR) -> Any:
        return self.do(CloseReport(by, case.guia.id, outcome))

    def judge(self, contact: Contact, by: Actor = AUDITOR, *, accept: bool) -> Any:
        return self.do(ReviewContact(by, contact.id, accept))

    def carrier_tells(self, case: Case, state: DeliveryState, *channels: Channel) -> None:
        """What the carriers say of a guia's messages by these channels, or of all."""
        self.memory.shelf.told(case.guia.id, state, *channels)

    def later(self, **time: float) -> None:
        self.memory.later(**time)

    def again(self, case: Case, **more: Any) -> Any:
        """Ask once more, when the way may be used again."""
        self.later(seconds=COOL_DOWN_S)
        return self.issue(case, **more)

    def awaiting(self) -> Case:
        """A guia whose code has gone out."""
        issued: Case = self.issue(self.register(), cpf=CPF)
        return issued

    # what can be seen

    def now(self, case: Case) -> Case:
        """The case as it stands now."""
        return run(self._loaded(case))

    async def _loaded(self, case: Case) -> Case:
        async with self.memory.transaction() as world:
            return (await world.cases.load([case.guia.id]))[case.guia.id]

    def code(self, case: Case) -> str:
        """The live code, as its owner reads it."""
        assert case.secret is not None
        context = tokens.context(case.guia, case.guia.generation)
        code = self.memory.vault.reveal(ANS, case.secret, context)
        assert code is not None
        return code

    def wrong(self, case: Case, nth: int = 1) -> str:
        """A well-formed code that is not the live one."""
        return f"{(int(self.code(case)) + nth) % 10**6:06d}"

    @property
    def trail(self) -> list[str]:
        """What happened, in order."""
        return [entry.kind for entry in self.memory.shelf.trail]

    @property
    def contacts(self) -> list[Contact]:
        return list(self.memory.shelf.contacts.values())


def reason(outcome: Any) -> str:
    """Why a deed was refused."""
    refused: Refused = outcome
    return refused.reason.value
