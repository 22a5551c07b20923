"""See providers: the document and addresses of a provider and its people are uncovered for a reason, and told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chancela.domain import call, network
from chancela.domain.network import House, NetworkStep
from chancela.domain.permissions import Actor, Permission
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.trail import Event, EventKind
from chancela.usecases import networking

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class SeeProvider:
    """Uncover a provider's file; the reason has ten letters at least."""

    actor: Actor
    code: str
    reason: str = field(repr=False)


async def see_provider(commands: Sequence[SeeProvider], world: World) -> list[House | Refused]:
    """Return each file as it stands; one that is not there, or may not be seen, is refused alike."""
    found = await world.network_desk.load({each.code for each in commands if _may(each)})
    outcomes: list[House | Refused] = []
    steps: list[NetworkStep] = []
    for command in commands:
        house, why = found.get(command.code), call.reason(command.reason)
        if house is None or not _may(command):
            outcomes.append(Refused(Refusal.NOT_FOUND))
        elif why is None:
            outcomes.append(Refused(Refusal.REASON_NEEDED))
        else:
            data = {"part": network.PART, "provider": command.code, "reason": why}
            about = network.subject(world.operator.ans, command.code)
            steps.append(NetworkStep(Event(EventKind.RECORD_SEEN, about, command.actor.name, data)))
            outcomes.append(house)
    await world.network_desk.save(steps)
    return outcomes


def _may(command: SeeProvider) -> bool:
    return networking.may(command.actor, Permission.REVEAL_RECORD)
