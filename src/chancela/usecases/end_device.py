"""End a device: what a lost phone computes is accepted no more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from chancela.domain import offline, paper
from chancela.domain.paper import PocketStep
from chancela.domain.permissions import Actor
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.trail import Event, EventKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.domain.offline import Device
    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class EndDevice:
    """End one of the actor's own devices; to lose one asks for no new code."""

    actor: Actor
    device_id: UUID


async def end_device(commands: Sequence[EndDevice], world: World) -> list[Device | Refused]:
    """End each and forget its key; one that is over stays as it ended, another person's is like none."""
    known = await world.pocket.load({each.device_id for each in commands})
    outcomes: list[Device | Refused] = []
    steps: list[PocketStep] = []
    for command in commands:
        device = known.get(command.device_id)
        if device is None or device.beneficiary_id != paper.bearer(command.actor):
            outcomes.append(Refused(Refusal.NOT_FOUND))
            continue
        if offline.alive(device):
            known[device.id] = device = offline.ended(device, world.now)
            told = Event(EventKind.DEVICE_ENDED, device.id, command.actor.name, {"person": str(device.beneficiary_id)})
            steps.append(PocketStep((told,), devices=(device,)))
        outcomes.append(device)
    await world.pocket.save(steps)
    return outcomes
