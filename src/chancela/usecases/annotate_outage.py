"""Annotate an outage: what people learnt of it, also of one that the system alone noticed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from chancela.domain.outage import LONGEST_NOTE, Outage
from chancela.domain.permissions import Actor
from chancela.domain.refusal import Refused
from chancela.domain.trail import EventKind
from chancela.usecases import outaging

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class AnnotateOutage:
    """Write what is to be remembered of an outage, running or over."""

    actor: Actor
    outage_id: UUID
    note: str


async def annotate_outage(commands: Sequence[AnnotateOutage], world: World) -> list[Outage | Refused]:
    """Annotate each; the same note again changes nothing."""
    return [await _annotated(each, world) for each in commands]


async def _annotated(command: AnnotateOutage, world: World) -> Outage | Refused:
    found = await outaging.known(command.actor, command.outage_id, world)
    if isinstance(found, Refused):
        return found
    noted = replace(found, note=command.note.strip()[:LONGEST_NOTE])
    if noted != found:
        await world.outages.save([await outaging.told(noted, EventKind.OUTAGE_ANNOTATED, command.actor, world)])
    return noted
