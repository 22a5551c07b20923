"""Lapse outages: what people declared and nobody confirmed in time ends by itself, and proves nothing from then on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chancela.domain import permissions
from chancela.domain.permissions import Actor, Permission
from chancela.usecases import outaging

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class LapseOutages:
    """End those whose time to be confirmed has passed."""

    actor: Actor


async def lapse_outages(commands: Sequence[LapseOutages], world: World) -> list[int]:
    """Return how many each ended; who is not the system ends none. What was attached stays attached."""
    return [await _lapsed(each, world) for each in commands]


async def _lapsed(command: LapseOutages, world: World) -> int:
    if not permissions.may_for(command.actor, Permission.NOTICE_OUTAGE, ""):
        return 0
    return await outaging.lapse(world)
