"""End an outage: what was away answers again; from now on it proves nothing more."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from chancela.domain import outage as outages
from chancela.domain.outage import LONGEST_NOTE, Outage
from chancela.domain.permissions import Actor
from chancela.domain.refusal import Refused
from chancela.domain.trail import EventKind
from chancela.usecases import outaging

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class EndOutage:
    """Say that it is over, with what is to be remembered of it."""

    actor: Actor
    outage_id: UUID
    note: str = ""


async def end_outage(commands: Sequence[EndOutage], world: World) -> list[Outage | Refused]:
    """End each at this very instant; one that ended already, or lapsed, stays as it is."""
    return [await _ended(each, world) for each in commands]


async def _ended(command: EndOutage, world: World) -> Outage | Refused:
    found = await outaging.running(command.actor, command.outage_id, world)
    if isinstance(found, Refused):
        return found
    note = command.note.strip()[:LONGEST_NOTE] or found.note
    over = replace(outages.over(found, world.now, command.actor.name), note=note)
    await world.outages.save([await outaging.told(over, EventKind.OUTAGE_ENDED, command.actor, world)])
    return over
