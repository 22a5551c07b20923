"""Reveal tokens: a live code is shown to whom it belongs, and the trail says that it was."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chancela.domain import call as calls, permissions, token as tokens
from chancela.domain.call import Doing
from chancela.domain.case import Step
from chancela.domain.permissions import Actor, ActorKind, Permission
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.trail import Event, EventKind
from chancela.usecases import calling

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from chancela.domain.case import Case
    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class RevealToken:
    """Ask to see the live code of a guia; an agent, who reads it out, says why."""

    actor: Actor
    guia_id: UUID
    reason: str = field(default="", repr=False)


async def reveal_token(commands: Sequence[RevealToken], world: World) -> list[Case | Refused]:
    """Return each case with its sealed code, which the edge opens; refuse where none is alive or it is another's.

    An agent is also refused where the caller is not identified, no reason is given, a contact was changed in the same
    call, or enough was read out today.
    """
    line = await calling.line([each.actor for each in commands], world)
    cases = await world.cases.load({command.guia_id for command in commands})
    outcomes: list[Case | Refused] = []
    steps: list[Step] = []
    for command in commands:
        outcome = _judged(command, cases, line, world)
        outcomes.append(outcome)
        if not isinstance(outcome, Refused):
            steps.append(line.noted(_step(command, outcome), command.actor, Doing.REVEALED))
    await line.close()
    await world.cases.save(steps)
    return outcomes


def _judged(command: RevealToken, cases: Mapping[UUID, Case], line: calling.Line, world: World) -> Case | Refused:
    case = cases.get(command.guia_id)
    if case is None or not permissions.may(command.actor, Permission.REVEAL_TOKEN, case.guia):
        return Refused(Refusal.NOT_FOUND)
    if stopped := line.refused(command.actor) or line.may_reveal(command.actor):
        return stopped
    if command.actor.kind is ActorKind.AGENT and calls.reason(command.reason) is None:
        return Refused(Refusal.REASON_NEEDED)
    return case if tokens.alive(case.token, world.now) else Refused(Refusal.NO_LIVE_CODE)


def _step(command: RevealToken, case: Case) -> Step:
    data: dict[str, str | int | bool | None] = {"generation": case.guia.generation}
    if command.actor.kind is ActorKind.AGENT:
        data["reason"] = calls.reason(command.reason)
    return Step(case, case, Event(EventKind.TOKEN_REVEALED, case.guia.id, command.actor.name, data))
