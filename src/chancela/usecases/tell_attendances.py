"""Tell attendances: each that was recorded is told to the person, with a code or without one, with «não fui eu»."""

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
    """Tell up to `limit` recorded attendances of which nobody was told yet."""

    actor: Actor
    limit: int = 200


async def tell_attendances(commands: Sequence[TellAttendances], world: World) -> list[int]:
    """Plan each notice, or write that there was nobody to tell; return how many attendances each command went through.

    A notice is an errand of ours, not of the provider: no limit of sending holds it back.
    """
    return await telling.through(commands, Permission.TELL_ATTENDANCE, world.cases.untold, world, _told)


def _told(command: TellAttendances, case: Case, purpose: Purpose, desk: sending.Desk, world: World) -> Step:
    guia, policy, without = case.guia, desk.policy(case), purpose is Purpose.RECORDED
    found = hearers.hearer_without_code if without else hearers.hearer
    to = found(policy, desk.person(case), world.carried, case.deliveries) if policy.tells_validation else None
    notices = (sending.message(guia, guia.generation, to, purpose, world),) if to else ()
    data: dict[str, str | int | bool | None] = {
        "generation": guia.generation,
        "channels": sending.channels(notices, purpose),
        "without_code": without,
    }
    event = Event(EventKind.ATTENDANCE_TOLD, guia.id, command.actor.name, data)
    return Step(case, replace(case, deliveries=case.deliveries + notices), event, planned=notices)
