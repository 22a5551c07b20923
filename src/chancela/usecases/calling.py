"""What deeds of a guia share when an agent does them in a call: it is judged, and keeps what was done in it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from chancela.domain import call as calls
from chancela.domain.call import CallStep, Doing
from chancela.domain.permissions import ActorKind
from chancela.domain.refusal import Refusal, Refused

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from chancela.domain.call import Call
    from chancela.domain.case import Step
    from chancela.domain.people import Person
    from chancela.domain.permissions import Actor
    from chancela.domain.route import Wish
    from chancela.ports import World


@dataclass(slots=True)
class Line:
    """The calls of a set; whoever is no agent is let through as they are."""

    world: World
    calls: dict[UUID, Call] = field(default_factory=dict)
    reveals: dict[str, int] = field(default_factory=dict)
    steps: list[CallStep] = field(default_factory=list)

    def refused(self, actor: Actor) -> Refused | None:
        """Tell why an agent can do nothing: the call is not theirs, over, or it is not known who rings."""
        if actor.kind is not ActorKind.AGENT:
            return None
        call = self._call(actor)
        why = calls.unready(call, actor.name, self.world.now)
        if call is not None and why is None and call.person_id != actor.person:
            return Refused(Refusal.NOT_FOUND)
        return Refused(why) if why else None

    def may_reveal(self, actor: Actor) -> Refused | None:
        """Tell why an agent may read no code out: a contact was changed in the call, or it was enough for one day."""
        call = self._call(actor)
        if call is None:
            return None
        if not calls.may_reveal(call):
            return Refused(Refusal.NOT_IN_THE_SAME_CALL)
        today = self.reveals.get(actor.name, 0)
        return Refused(Refusal.TOO_MANY_REVEALS) if today >= self.world.operator.policy.reveals_per_agent_day else None

    def noted(self, step: Step, actor: Actor, what: Doing) -> Step:
        """Keep in the agent's call what was done, and in the step's event the call's protocol beside its own."""
        call = self._call(actor)
        if call is None:
            return step
        self.calls[call.id] = calls.with_done(call, what, self.world.now, step.after.guia.number)
        self.steps.append(CallStep(self.calls[call.id]))
        self.reveals[call.agent] = self.reveals.get(call.agent, 0) + (what is Doing.REVEALED)
        named = "call" if "protocol" in step.event.data else "protocol"
        return replace(step, event=replace(step.event, data={**step.event.data, named: call.protocol}))

    def wish(self, actor: Actor, wish: Wish, person: Person) -> Wish:
        """Return how a code is to go out: whoever rings was identified, the CPF need not be said again."""
        return replace(wish, cpf=person.beneficiary.cpf) if self._call(actor) else wish

    async def close(self) -> None:
        """Save the calls."""
        await self.world.calls.save(self.steps)

    def _call(self, actor: Actor) -> Call | None:
        on_call = actor.kind is ActorKind.AGENT and actor.call is not None
        return self.calls.get(actor.call) if on_call and actor.call else None


async def line(actors: Collection[Actor], world: World) -> Line:
    """Load the calls of the agents of a set, before the guias; where there is none nothing is asked."""
    ids = {each.call for each in actors if each.kind is ActorKind.AGENT and each.call is not None}
    if not ids:
        return Line(world)
    found = await world.calls.load(ids)
    return Line(world, found, dict(await world.calls.reveals_today({each.agent for each in found.values()})))
