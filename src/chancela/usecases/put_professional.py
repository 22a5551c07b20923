"""Put professionals: somebody of the operator adds one to a provider, changes one, or lets one end there."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from uuid import UUID

from chancela.domain import network, professional as professionals
from chancela.domain.network import House, NetworkStep
from chancela.domain.permissions import Actor
from chancela.domain.professional import Professional
from chancela.domain.refusal import Refusal, Refused
from chancela.usecases import networking

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.ports import World

PARTS = ("name", "entry", "specialties", "phones", "emails", "active")


@dataclass(frozen=True, slots=True)
class PutProfessional:
    """Let a professional of a provider stand so, as typed; without an id it is a new one."""

    actor: Actor
    provider: str
    professional_id: UUID | None
    name: str = field(repr=False)
    council: str
    number: str
    uf: str
    specialties: tuple[str, ...] = ()
    phones: tuple[str, ...] = field(default=(), repr=False)
    emails: tuple[str, ...] = field(default=(), repr=False)
    active: bool = True


async def put_professional(commands: Sequence[PutProfessional], world: World) -> list[Professional | Refused]:
    """Add or change each; refuse unknown ones, an entry that stands there already, and what changes nothing."""
    found = await networking.houses([(each.actor, each.provider) for each in commands], world)
    outcomes: list[Professional | Refused] = []
    steps: list[NetworkStep] = []
    for command in commands:
        made = _decide(command, found.get(command.provider), world)
        if isinstance(made, Refused):
            outcomes.append(made)
            continue
        now, step = made
        found[command.provider] = _with(found[command.provider], now)
        outcomes.append(now)
        steps.append(step)
    await world.network_desk.save(steps)
    return outcomes


def _with(house: House, now: Professional) -> House:
    others = tuple(each for each in house.professionals if each.id != now.id)
    return replace(house, professionals=(*others, now))


def _decide(command: PutProfessional, house: House | None, world: World) -> tuple[Professional, NetworkStep] | Refused:
    if house is None or not networking.may(command.actor):
        return Refused(Refusal.NOT_FOUND)
    known = next((each for each in house.professionals if each.id == command.professional_id), None)
    if command.professional_id is not None and known is None:
        return Refused(Refusal.NOT_FOUND)
    now = _typed(command, known, world)
    if isinstance(now, Refused):
        return now
    if any(each.entry == now.entry and each.id != now.id for each in house.professionals):
        return Refused(Refusal.PROFESSIONAL_KNOWN)
    fields = network.differences(known, now, *PARTS) if known else ""
    if known and not fields:
        return Refused(Refusal.NOTHING_TO_REVIEW)
    more = {"changed": fields} if fields else {}
    event = network.told_of(world.operator.ans, now, command.actor.name, _what(known, now), **more)
    return now, NetworkStep(event, professional=now)


def _what(known: Professional | None, now: Professional) -> str:
    if known is None:
        return "added"
    if known.active is now.active:
        return "changed"
    return "activated" if now.active else "deactivated"


def _typed(command: PutProfessional, known: Professional | None, world: World) -> Professional | Refused:
    name, done = professionals.name(command.name), professionals.specialties(command.specialties)
    entry = professionals.entry(command.council, command.number, command.uf)
    if name is None or done is None or entry is None:
        return Refused(Refusal.DETAILS_MISSING)
    phones = networking.phones(command.phones, world.formats)
    emails = networking.emails(command.emails, world.formats)
    if phones is None or emails is None:
        return Refused(Refusal.CONTACT_INVALID)
    id_ = known.id if known else world.chance.id()
    return Professional(id_, command.provider, name, entry, done, phones, emails, command.active)
