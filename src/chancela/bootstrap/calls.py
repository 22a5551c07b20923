"""Calls at the console: the one in hand, for whom its caller may act, and the codes that are read out in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from chancela.adapters.postgres import calls as store, surroundings
from chancela.bootstrap import codes
from chancela.domain import call as calls, family, ladder, policy_proviso as provisos
from chancela.domain.refusal import Refusal, Refused
from chancela.usecases.issue_token import IssueToken
from chancela.usecases.reveal_token import RevealToken
from chancela.usecases.send_token import SendToken

if TYPE_CHECKING:
    from uuid import UUID

    from chancela.adapters.postgres.surroundings import Surroundings
    from chancela.bootstrap.app import App
    from chancela.bootstrap.codes import Attendance
    from chancela.domain.call import Call
    from chancela.domain.case import Case
    from chancela.domain.delivery import Channel
    from chancela.domain.people import Beneficiary, Operator
    from chancela.domain.permissions import Actor


@dataclass(frozen=True, slots=True)
class Conversation:
    """A call whose caller is identified: `actor` is the agent, who may do what the caller may."""

    call: Call
    actor: Actor
    around: Surroundings

    @property
    def caller(self) -> Beneficiary:
        """Return who rings."""
        return next(each for key, each in self._people() if key == self.call.person_id)

    def _people(self) -> list[tuple[UUID, Beneficiary]]:
        return [(key, circle.person.beneficiary) for key, circle in self.around.circles.items()]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A guia whose code is alive or awaited, with the ways by which it may go out: channels and masked addresses."""

    attendance: Attendance
    ways: tuple[tuple[Channel, str], ...]


async def current(app: App, agent: Actor) -> Call | None:
    """Return the call that an agent is on; one that was forgotten is over."""
    found = await store.of_agent(app.pool, agent.operator, agent.name)
    return found if found is not None and calls.alive(found, datetime.now(UTC)) else None


async def find(app: App, agent: Actor, call_id: UUID) -> Call | None:
    """Return a call of this agent, over or not; another's is like none."""
    return await store.read(app.pool, agent.operator, agent.name, call_id)


async def conversation(app: App, agent: Actor, call: Call) -> Conversation | None:
    """Return what an agent may do in a call at this very moment; nothing while it is not known who rings."""
    if call.person_id is None or calls.unready(call, agent.name, datetime.now(UTC)) is not None:
        return None
    around = await surroundings.of_person(app.pool, agent.operator, call.person_id)
    policy, today, now = around.operator.policy, around.today, around.now
    powers = {key: family.powers(policy, each, call.person_id, today, now) for key, each in around.circles.items()}
    actor = replace(
        agent,
        call=call.id,
        person=call.person_id,
        sees=frozenset(key for key, each in powers.items() if each.sees),
        acts_for=frozenset(key for key, each in powers.items() if each.acts),
        manages=frozenset(key for key, each in powers.items() if each.manages),
    )
    return Conversation(call, actor, around)


async def waiting(app: App, operator: Operator, talk: Conversation) -> tuple[tuple[Waiting, ...], tuple[Waiting, ...]]:
    """Return the guias of those for whom the caller may act: whose code lives, and that await one."""
    live = await codes.live_codes(app, talk.actor)
    awaiting = await codes.awaiting(app, talk.actor)
    carried = app.means.carried | operator.carried
    return tuple(
        tuple(Waiting(each, _ways(operator, talk.around, each.case, carried)) for each in some)
        for some in (live, awaiting)
    )  # type: ignore[return-value]


def _ways(
    operator: Operator, around: Surroundings, case: Case, carried: frozenset[Channel]
) -> tuple[tuple[Channel, str], ...]:
    circle = around.circles.get(case.guia.beneficiary_id)
    if circle is None:
        return ()
    policy = provisos.of_guia(operator, case.guia)
    person = family.reached(operator.policy, circle, around.today, around.now)
    found: dict[Channel, list[str]] = {}
    for each in ladder.ways(policy, person, carried, case.guia.id):
        found.setdefault(each.channel, []).append(each.to)
    return tuple((channel, ", ".join(dict.fromkeys(to))) for channel, to in found.items())


async def read_out(app: App, actor: Actor, guia_id: UUID, reason: str) -> tuple[Case, str] | Refused:
    """Return the guia with its six digits once the trail says that they were read; made first where none lives."""
    outcome: Case | Refused = await app.do(RevealToken(actor, guia_id, reason))
    if isinstance(outcome, Refused) and outcome.reason is Refusal.NO_LIVE_CODE:
        made: Case | Refused = await app.do(IssueToken(actor, guia_id))
        outcome = made if isinstance(made, Refused) else await app.do(RevealToken(actor, guia_id, reason))
    digits = None if isinstance(outcome, Refused) else codes.digits(app, outcome)
    if isinstance(outcome, Refused) or digits is None:
        return outcome if isinstance(outcome, Refused) else Refused(Refusal.NO_LIVE_CODE)
    return outcome, digits


async def send(app: App, actor: Actor, guia_id: UUID, channel: Channel) -> Case | Refused:
    """Let the live code go out again by a channel; where none lives, one is made for it."""
    outcome: Case | Refused = await app.do(SendToken(actor, guia_id, channel))
    if isinstance(outcome, Refused) and outcome.reason is Refusal.NO_LIVE_CODE:
        outcome = await app.do(IssueToken(actor, guia_id, channel))
    return outcome
