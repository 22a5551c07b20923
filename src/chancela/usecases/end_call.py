"""End calls: nothing can be done in them any more."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from chancela.domain import permissions
from chancela.domain.call import Call
from chancela.domain.permissions import Actor, Permission
from chancela.domain.refusal import Refusal, Refused
from chancela.usecases.open_call import ending

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.domain.call import CallStep
    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class EndCall:
    """End the agent's own call."""

    actor: Actor
    call_id: UUID


async def end_call(commands: Sequence[EndCall], world: World) -> list[Call | Refused]:
    """Return each call as it ended; one that is over already stays as it is, another agent's is like none."""
    found = await world.calls.load({each.call_id for each in commands})
    outcomes: list[Call | Refused] = []
    steps: list[CallStep] = []
    for command in commands:
        call = found.get(command.call_id)
        if call is None or not _own(command.actor, call):
            outcomes.append(Refused(Refusal.NOT_FOUND))
            continue
        if call.ended_at is None:
            call = found[call.id] = replace(call, ended_at=world.now)
            steps.append(ending(call))
        outcomes.append(call)
    await world.calls.save(steps)
    return outcomes


def _own(actor: Actor, call: Call) -> bool:
    return permissions.may_for(actor, Permission.TAKE_CALL, "") and call.agent == actor.name
