"""Warn a person by a contact of theirs: somebody got a way into what is theirs, and it may not have been them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chancela.domain import family, telling
from chancela.domain.delivery import Purpose
from chancela.usecases import sending

if TYPE_CHECKING:
    from uuid import UUID

    from chancela.domain.delivery import Delivery
    from chancela.domain.family import Circle
    from chancela.ports import World


def warned(subject: UUID, circle: Circle, world: World) -> Delivery | None:
    """Return a notice that a passkey or a device (`subject`) was added, to a written contact; None where none is."""
    person = family.own(world.operator.policy, circle, world.today)
    to = telling.hearer(world.operator.policy, person, world.carried, ())
    return sending.about(subject, person.beneficiary.id, to, Purpose.ACCESS_ADDED, world) if to else None
