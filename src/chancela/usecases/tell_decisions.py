"""Tell decisions: the person hears that their plan answered about a guia, and where the answer and its reason are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chancela.domain import telling as hearers
from chancela.domain.case import Step
from chancela.domain.delivery import Purpose
from chancela.domain.permissions import Actor, Permission
from chancela.domain.trail import Event, EventKind
from chancela.usecases import sending, telling

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
    untold = telling.always(Purpose.DECISION, world.decisions.untold)
    return await telling.through(commands, Permission.TELL_DECISION, untold, world, _told)


def _told(command: TellDecisions, case: Case, purpose: Purpose, desk: sending.Desk, world: World) -> Step:
    guia = case.guia
    to = hearers.way(world.operator.policy, desk.person(case), world.carried)
    notices = (sending.message(guia, guia.generation, to, purpose, world),) if to else ()
    data: dict[str, str | int | bool | None] = {"channels": sending.channels(notices, purpose)}
    event = Event(EventKind.DECISION_TOLD, guia.id, command.actor.name, data)
    return Step(case, replace(case, deliveries=case.deliveries + notices), event, planned=notices)
