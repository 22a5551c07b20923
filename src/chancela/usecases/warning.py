"""Warn a person by a contact of theirs: somebody got a way into what is theirs, and it may not have been them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chancela.domain import family, telling
from chancela.domain.delivery import Delivery, Purpose

if TYPE_CHECKING:
    from uuid import UUID

    from chancela.domain.family import Circle
    from chancela.ports import World


def warned(subject: UUID, circle: Circle, world: World) -> Delivery | None:
    """Return a notice that a passkey or a device (`subject`) was added, to a written contact; None where none is."""
    person = family.own(world.operator.policy, circle, world.today)
    to = telling.hearer(world.operator.policy, person, world.carried, ())
    if to is None:
        return None
    return Delivery(
        id=world.chance.id(),
        guia_id=subject,
        beneficiary_id=person.beneficiary.id,
        generation=0,
        channel=to.channel,
        to=to.to,
        planned_at=world.now,
        changed_at=world.now,
        contact_id=to.contact.id if to.contact else None,
        purpose=Purpose.ACCESS_ADDED,
    )
