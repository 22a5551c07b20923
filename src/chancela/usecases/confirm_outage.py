"""Confirm an outage: what people declared is away still, and stays the proof for another 24 hours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from chancela.domain import outage as outages
from chancela.domain.outage import Outage
from chancela.domain.permissions import Actor
from chancela.domain.refusal import Refused
from chancela.domain.trail import EventKind
from chancela.usecases import outaging

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class ConfirmOutage:
    """Say that it goes on."""

    actor: Actor
    outage_id: UUID


async def confirm_outage(commands: Sequence[ConfirmOutage], world: World) -> list[Outage | Refused]:
    """Confirm each; refused is what is over, also where its time to be confirmed has passed.

    Said twice within a minute it is said once; what only the system finds away needs no word and stays as it is.
    """
    return [await _confirmed(each, world) for each in commands]


async def _confirmed(command: ConfirmOutage, world: World) -> Outage | Refused:
    found = await outaging.running(command.actor, command.outage_id, world)
    if isinstance(found, Refused):
        return found
    said = outages.confirmed(found, world.now) if found.confirm_by else found
    if said != found:
        await world.outages.save([await outaging.told(said, EventKind.OUTAGE_CONFIRMED, command.actor, world)])
    return said
