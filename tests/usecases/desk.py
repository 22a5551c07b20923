"""The call centre in a scene: agents, calls, and callers who know the right answers."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from chancela.domain.caller import FoundBy, QuestionKind, Search
from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.profiles import LATEST_CODE_WINS
from chancela.usecases.answer_caller import AnswerCaller
from chancela.usecases.end_call import EndCall
from chancela.usecases.name_caller import NameCaller
from chancela.usecases.open_call import OpenCall
from chancela.usecases.reveal_token import RevealToken
from tests.usecases.scene import ANS, CARD, Scene

if TYPE_CHECKING:
    from uuid import UUID

    from chancela.domain.call import Call
    from chancela.domain.case import Case
    from chancela.domain.policy import Policy

RITA, BIA = Actor(ANS, ActorKind.AGENT, "rita"), Actor(ANS, ActorKind.AGENT, "bia")
BY_CARD = Search(FoundBy.CARD, card=CARD)
WHY = "a pessoa está no consultório sem sinal"
ANSWERS = {
    QuestionKind.BIRTH_DATE: "31/12/1980",
    QuestionKind.CPF_END: "4725",
    QuestionKind.CARD_END: "6789",
    QuestionKind.MOBILE_END: "5949",
    QuestionKind.EMAIL_NAME: "ana.souza",
    QuestionKind.PLAN: "essencial",
    QuestionKind.JOINED_MONTH: "03/2019",
}
ABOUT: dict[str, Any] = {"birth_date": date(1980, 12, 31), "plan": "Essencial", "joined_date": date(2019, 3, 5)}


class Desk(Scene):
    """A scene whose Ana has enough on file to be identified by telephone."""

    def __init__(self, policy: Policy = LATEST_CODE_WINS, **about: Any) -> None:
        super().__init__(policy, **{**ABOUT, **about})

    def opens(self, agent: Actor = RITA) -> Call:
        """An agent's call."""
        call: Call = self.do(OpenCall(agent))
        return call

    def names(self, call: Call, search: Search = BY_CARD, by: Actor = RITA) -> Any:
        return self.do(NameCaller(by, call.id, search))

    def says(self, call: Call, place: int, answer: str | None = None, by: Actor = RITA) -> Any:
        """What the caller says to a question; the right thing where nothing else is given."""
        said = ANSWERS[call.questions[place].kind] if answer is None else answer
        return self.do(AnswerCaller(by, call.id, place, said))

    def identified(self, agent: Actor = RITA) -> Call:
        """A call whose caller is known to be Ana."""
        call = self.names(self.opens(agent), by=agent)
        for place in range(self.policy.caller_questions):
            call = self.says(call, place, by=agent)
        assert call.identified_at is not None
        known: Call = call
        return known

    def ends(self, call: Call, by: Actor = RITA) -> Any:
        return self.do(EndCall(by, call.id))

    def reveals(self, case: Case, by: Actor, reason: str = WHY) -> Any:
        return self.do(RevealToken(by, case.guia.id, reason))

    def kept(self, call: Call) -> Call:
        """The call as it stands now."""
        return self.memory.shelf.calls[call.id]


def on(call: Call, *people: UUID, agent: Actor = RITA, person: UUID | None = None) -> Actor:
    """The agent while on a call about these people, the first of whom rings."""
    mine = frozenset(people)
    caller = person or people[0]
    return Actor(ANS, ActorKind.AGENT, agent.name, person=caller, sees=mine, acts_for=mine, call=call.id)
