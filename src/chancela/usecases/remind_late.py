"""Remind of late codes: some days before the last one the provider is told, once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chancela.domain import late as lates, permissions
from chancela.domain.case import Case, Step
from chancela.domain.permissions import Actor, Permission
from chancela.domain.trail import Event, EventKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class RemindLate:
    """Remind of at most `limit` visits of the actor's operator."""

    actor: Actor
    limit: int = 500


async def remind_late(commands: Sequence[RemindLate], world: World) -> list[int]:
    """Note of each that its provider was reminded, which its desk shows; return how many each sweep noted."""
    reminded = []
    for command in commands:
        cases = await world.cases.load(await world.cases.late_to_remind(command.limit))
        steps = [step for case in cases.values() if (step := _reminded(command, case, world)) is not None]
        await world.cases.save(steps)
        reminded.append(len(steps))
    return reminded


def _reminded(command: RemindLate, case: Case, world: World) -> Step | None:
    late = case.late
    if late is None or late.reminded_at is not None or lates.over(late, world.now):
        return None
    if not permissions.may(command.actor, Permission.SETTLE_LATE, case.guia):
        return None
    told = replace(late, reminded_at=world.now)
    event = Event(EventKind.LATE_REMINDED, case.guia.id, command.actor.name, {"due_date": f"{late.due_date}"})
    return Step(case, replace(case, late=told), event, late=told)
