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
    return await networking.one_by_one(commands, world, _decide, Permission.REVEAL_RECORD)


def _decide(command: SeeProvider, house: House, world: World) -> tuple[House, NetworkStep] | Refused:
    why = call.reason(command.reason)
    if why is None:
        return Refused(Refusal.REASON_NEEDED)
    data = {"part": network.PART, "provider": command.code, "reason": why}
    about = network.subject(world.operator.ans, command.code)
    return house, NetworkStep(Event(EventKind.RECORD_SEEN, about, command.actor.name, data))
