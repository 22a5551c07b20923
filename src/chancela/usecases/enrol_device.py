"""Enrol devices: a phone or computer of one's own agrees on a key, and from then on computes codes without a signal."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chancela.domain import offline, paper, session as sessions
from chancela.domain.offline import Device
from chancela.domain.paper import PocketStep
from chancela.domain.permissions import Actor
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.trail import Event, EventKind
from chancela.usecases.warning import warned

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from chancela.domain.family import Circle
    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class EnrolDevice:
    """Bring a device's public point (P-256, 65 bytes uncompressed) and what its person calls it."""

    actor: Actor
    point: bytes
    name: str


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A device, with the public point of which it derives the same key; the key itself went nowhere."""

    device: Device
    public: bytes


async def enrol_device(commands: Sequence[EnrolDevice], world: World) -> list[Enrolled | Refused]:
    """Enrol each for the actor's own codes; at most three live a person, after a code entered lately. It is told."""
    people = {each.actor.person for each in commands if each.actor.person is not None}
    await world.pocket.hold(people)
    live = defaultdict(int, {person: len(held) for person, held in (await world.pocket.devices(people)).items()})
    outcomes: list[Enrolled | Refused] = []
    for command in commands:
        outcome = _decide(command, live, world)
        outcomes.append(outcome)
        if isinstance(outcome, Enrolled):
            live[outcome.device.beneficiary_id] += 1
    made = [(each.actor, done) for each, done in zip(commands, outcomes, strict=True) if isinstance(done, Enrolled)]
    circles = await world.families.circles({done.device.beneficiary_id for _, done in made})
    await world.pocket.save([_step(actor, done.device, circles, world) for actor, done in made])
    return outcomes


def _decide(command: EnrolDevice, live: defaultdict[UUID, int], world: World) -> Enrolled | Refused:
    person = paper.bearer(command.actor)
    if person is None:
        return Refused(Refusal.NOT_FOUND)
    if not world.operator.policy.offline_codes:
        return Refused(Refusal.FORBIDDEN)
    if not sessions.assured(command.actor.assured_at, world.now):
        return Refused(Refusal.CONFIRM_YOURSELF)
    if live[person] >= offline.MOST_DEVICES:
        return Refused(Refusal.TOO_MANY_DEVICES)
    id_ = world.chance.id()
    agreed = world.vault.agree(world.operator.ans, person, id_, command.point)
    if agreed is None:
        return Refused(Refusal.FORBIDDEN)
    return Enrolled(Device(id_, person, offline.named(command.name), agreed.secret, world.now), agreed.public)


def _step(actor: Actor, device: Device, circles: Mapping[UUID, Circle], world: World) -> PocketStep:
    event = Event(EventKind.DEVICE_ENROLLED, device.id, actor.name, {"person": str(device.beneficiary_id)})
    return PocketStep((event,), devices=(device,), planned=warned(device.id, circles[device.beneficiary_id], world))
