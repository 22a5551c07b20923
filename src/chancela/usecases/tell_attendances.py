"""Tell attendances: each validation is told to a contact other than the one that got the code, with «não fui eu»."""

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
class TellAttendances:
    """Tell up to `limit` validations of which nobody was told yet."""

    actor: Actor
    limit: int = 200


async def tell_attendances(commands: Sequence[TellAttendances], world: World) -> list[int]:
    """Plan each notice, or write that there was nobody to tell; return how many validations each command went through.

    A notice is an errand of ours, not of the provider: no limit of sending holds it back.
    """
    return await telling.through(commands, Permission.TELL_ATTENDANCE, world.cases.untold, world, _told)


def _told(command: TellAttendances, case: Case, desk: sending.Desk, world: World) -> Step:
    guia, policy = case.guia, desk.policy(case)
    to = hearers.hearer(policy, desk.person(case), world.carried, case.deliveries) if policy.tells_validation else None
    notices = (sending.message(guia, guia.generation, to, Purpose.VALIDATED, world),) if to else ()
    data: dict[str, str | int | bool | None] = {
        "generation": guia.generation,
        "channels": sending.channels(notices, Purpose.VALIDATED),
    }
    event = Event(EventKind.ATTENDANCE_TOLD, guia.id, command.actor.name, data)
    return Step(case, replace(case, deliveries=case.deliveries + notices), event, planned=notices)
