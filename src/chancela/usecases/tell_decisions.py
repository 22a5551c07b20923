"""Tell decisions: the person hears that their plan answered about a guia, and where the answer and its reason are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chancela.domain import permissions, telling
from chancela.domain.case import Step
from chancela.domain.delivery import Purpose
from chancela.domain.permissions import Actor, Permission
from chancela.domain.trail import Event, EventKind
from chancela.usecases import sending

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.domain.case import Case
    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class TellDecisions:
    """Tell up to `limit` answers of which the person was not told yet."""

    actor: Actor
    limit: int = 200


async def tell_decisions(commands: Sequence[TellDecisions], world: World) -> list[int]:
    """Plan each notice, or write that there was nobody to tell; return how many guias each command went through.

    An answer is owed to the person (RN 623/2024): no limit of sending holds it back, and no policy.
    """
    allowed = [permissions.may_for(each.actor, Permission.TELL_DECISION, "") for each in commands]
    wanted = sum(each.limit for each, may in zip(commands, allowed, strict=True) if may)
    found = await world.decisions.untold(wanted) if wanted else []
    asks = [(each.actor, guia_id) for each, may in zip(commands, allowed, strict=True) if may for guia_id in found]
    desk = await sending.open_desk(asks, Permission.TELL_DECISION, world)
    waiting = [desk.cases[each] for each in found if each in desk.cases]
    told = []
    for command, may in zip(commands, allowed, strict=True):
        mine, waiting = (waiting[: command.limit], waiting[command.limit :]) if may else ([], waiting)
        for case in mine:
            desk.take(_told(command, case, desk, world))
        told.append(len(mine))
    await desk.close()
    return told


def _told(command: TellDecisions, case: Case, desk: sending.Desk, world: World) -> Step:
    guia = case.guia
    to = telling.way(world.operator.policy, desk.person(case), world.carried)
    notices = (sending.message(guia, guia.generation, to, Purpose.DECISION, world),) if to else ()
    data: dict[str, str | int | bool | None] = {"channels": sending.channels(notices, Purpose.DECISION)}
    event = Event(EventKind.DECISION_TOLD, guia.id, command.actor.name, data)
    return Step(case, replace(case, deliveries=case.deliveries + notices), event, planned=notices)
