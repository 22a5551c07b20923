"""The operator's network as its own people see and change it: a provider's file, with its professionals."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from chancela.domain.trail import Event, EventKind

if TYPE_CHECKING:
    from datetime import datetime

    from chancela.domain.people import Provider
    from chancela.domain.professional import Professional

PART: Final = "provider"  # what of a file is told to have been seen


@dataclass(frozen=True, slots=True)
class House:
    """A provider's file: `document` is its CNPJ or CPF; `ended_at` is since when it is out, where that is known."""

    provider: Provider
    document: str | None = field(default=None, repr=False)
    council: str | None = None
    ended_at: datetime | None = None
    ended_why: str | None = None
    professionals: tuple[Professional, ...] = ()


@dataclass(frozen=True, slots=True)
class NetworkStep:
    """What becomes of a provider's file with what is told; `professional` is one of its people, new or changed."""

    event: Event
    house: House | None = None
    professional: Professional | None = None


def subject(operator: str, code: str) -> UUID:
    """Return the id under which the trail tells of a provider."""
    return uuid5(NAMESPACE_URL, f"urn:chancela:provider:{operator}:{code}")


def told(operator: str, code: str, actor: str, what: str, **more: str) -> Event:
    """Return the event of a change of a provider: never a name, a number or an address."""
    return Event(EventKind.PROVIDER_CHANGED, subject(operator, code), actor, {"provider": code, "what": what, **more})


def told_of(operator: str, one: Professional, actor: str, what: str, **more: str) -> Event:
    """Return the event of a change of a professional, as part of the provider's story."""
    data = {"provider": one.provider, "professional": str(one.id), "what": what, **more}
    return Event(EventKind.PROFESSIONAL_CHANGED, subject(operator, one.provider), actor, data)


def differences(one: object, other: object, *names: str) -> str:
    """Return which of these parts differ between two facts, as one text for the trail."""
    return ",".join(name for name in names if getattr(one, name) != getattr(other, name))
