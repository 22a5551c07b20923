"""Whether a message that waited may still go to whom it was planned for: help ends, children grow, people hide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from chancela.domain import family

if TYPE_CHECKING:
    from datetime import date, datetime

    from chancela.domain.family import Circle
    from chancela.domain.people import Person
    from chancela.domain.policy import Policy


@dataclass(frozen=True, slots=True)
class Addressee:
    """To whom a message was planned to go: a reader, or the person of the circle; `address` where it is a contact's."""

    circle: Circle
    reader: UUID | None
    address: str | None


def stands(policy: Policy, to: Addressee, today: date, now: datetime, *, code: bool) -> bool:
    """Tell whether the message may go: a code to whoever reads it now, a notice also to whoever is told.

    A person's own message goes anywhere but to an address of those whom the person is hidden from by now.
    """
    if to.reader is None:
        return _has(family.own(policy, to.circle, today), to.address)
    reached = family.reached(policy, to.circle, today, now)
    others = reached.readers if code else (*reached.readers, *reached.told)
    return any(each.beneficiary.id == to.reader and _has(each, to.address) for each in others)


def _has(person: Person, address: str | None) -> bool:
    return address is None or any(each.address == address for each in person.contacts)
