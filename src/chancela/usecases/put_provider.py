"""Put providers: somebody of the operator changes how a provider is called, what it does and how it is reached."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from chancela.domain import network, professional as professionals
from chancela.domain.network import House, NetworkStep
from chancela.domain.permissions import Actor
from chancela.domain.refusal import Refusal, Refused
from chancela.usecases import networking

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.domain.people import Provider
    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class PutProvider:
    """Change a provider's name, specialties, telephones and e-mails to these, as typed."""

    actor: Actor
    code: str
    name: str
    specialties: tuple[str, ...]
    phones: tuple[str, ...] = field(repr=False)
    emails: tuple[str, ...] = field(repr=False)


async def put_provider(commands: Sequence[PutProvider], world: World) -> list[House | Refused]:
    """Change each; refuse unknown providers, blank names, what is no address, and what changes nothing."""
    return await networking.one_by_one(commands, world, _decide)


def _decide(command: PutProvider, house: House, world: World) -> tuple[House, NetworkStep] | Refused:
    now = _changed(command, house.provider, world)
    if isinstance(now, Refused):
        return now
    fields = network.differences(house.provider, now, "name", "specialties", "phones", "emails")
    if not fields:
        return Refused(Refusal.NOTHING_TO_REVIEW)
    event = network.told(world.operator.ans, command.code, command.actor.name, "changed", changed=fields)
    after = replace(house, provider=now)
    return after, NetworkStep(event, after)


def _changed(command: PutProvider, known: Provider, world: World) -> Provider | Refused:
    name, done = professionals.name(command.name), professionals.specialties(command.specialties)
    if name is None or done is None:
        return Refused(Refusal.DETAILS_MISSING)
    phones = networking.phones(command.phones, world.formats)
    emails = networking.emails(command.emails, world.formats)
    if phones is None or emails is None:
        return Refused(Refusal.CONTACT_INVALID)
    return replace(known, name=name, specialties=done, phones=phones, emails=emails)
