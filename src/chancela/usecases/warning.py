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


def warned(subject: UUID, circle: Circle, world: World) -> tuple[Delivery, ...]:
    """Return notices that a passkey or a device (`subject`) was added: by every written way of the person's own.

    Whoever reads one of them, and came in by it, would read the notice alone.
    """
    person = family.own(world.operator.policy, circle, world.today)
    ways, whose = telling.own_ways(world.operator.policy, person, world.carried), person.beneficiary.id
    return tuple(sending.about(subject, whose, to, Purpose.ACCESS_ADDED, world) for to in ways)
