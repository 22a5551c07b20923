"""A scene for deeds: one operator in memory, its people and its actors, and verbs that read like what people do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from chancela.bootstrap.deeds import DEEDS
from chancela.domain import token as tokens
from chancela.domain.analysis import CatalogueEntry, Rule, RuleKind
from chancela.domain.case import Case
from chancela.domain.contact import Contact, ContactKind, ContactState
from chancela.domain.guia import ItemState, Kind, RequestedProcedure
from chancela.domain.people import Beneficiary, Operator, Provider
from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.profiles import LATEST_CODE_WINS
from chancela.usecases.cancel_guia import CancelGuia
from chancela.usecases.expire_tokens import ExpireTokens
from chancela.usecases.issue_token import IssueToken
from chancela.usecases.register_guia import RegisterGuia
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
        for kind, address, state in contacts or [(*each, ContactState.CONFIRMED) for each in confirmed]:
            self.knows(kind, address, state)

    def knows(self, kind: ContactKind, address: str, state: ContactState, **more: Any) -> Contact:
        """Put a contact of Ana on file."""
        contact = Contact(self.memory.chance.id(), self.ana, kind, address, state, **more)
        self.memory.shelf.contacts[contact.id] = contact
        return contact

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

    def register(self, *codes: str, by: Actor = DESK, provider: str = PROVIDER, **more: Any) -> Any:
        asked = tuple(RequestedProcedure("22", code) for code in codes or (OK,))
        return self.do(RegisterGuia(by, Kind.ODONTO, CARD, provider, asked, **more))

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

    def later(self, **time: float) -> None:
        self.memory.later(**time)

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
