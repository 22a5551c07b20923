"""Apply contacts: what was held for its hours takes its place, and what nobody decided in time lapses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chancela.domain import hold as holds, permissions
from chancela.domain.hold import HoldEnd
from chancela.domain.permissions import Actor, Permission
from chancela.domain.policy import ContactCare
from chancela.domain.trail import Event, EventKind
from chancela.usecases import holding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.domain.hold import Hold
    from chancela.ports import World
    from chancela.usecases.holding import Desk


@dataclass(frozen=True, slots=True)
class ApplyContacts:
    """Look at the held contacts whose time has come, at most so many."""

    actor: Actor
    limit: int


async def apply_contacts(commands: Sequence[ApplyContacts], world: World) -> list[int]:
    """Return how many each looked at; who is not the system looks at none."""
    outcomes = []
    for command in commands:
        may = permissions.may_for(command.actor, Permission.APPLY_CONTACT, "")
        desk = await holding.open_desk(await world.holds.due(command.limit) if may else (), world)
        waiting = [each for each in desk.holds.values() if each.end is None and each.due_at <= world.now]
        for hold in waiting:
            _settle(hold, command.actor.name, desk)
        await world.holds.save(desk.steps)
        outcomes.append(len(waiting))
    return outcomes


def _settle(hold: Hold, by: str, desk: Desk) -> None:
    """Apply one, unless its address became somebody else's meanwhile: then it is refused, or somebody looks at it."""
    if hold.care is ContactCare.SECOND_PERSON:
        desk.end(hold, HoldEnd.LAPSED, by)
        return
    why = desk.why_not(hold)
    if holds.impossible(why):
        desk.end(hold, HoldEnd.REFUSED, by)
    elif why is not None:
        later = holds.for_a_person(hold, desk.world.now)
        data = {"kind": hold.kind.value, "protocol": hold.protocol, "care": later.care.value}
        desk.take(later, Event(EventKind.CONTACT_PROPOSED, hold.beneficiary_id, by, data))
    else:
        desk.apply(hold, by)
