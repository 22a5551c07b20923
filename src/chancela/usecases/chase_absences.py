"""Chase absences: what a guia without a code still owed when its day passed goes to an auditor."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chancela.domain import absence as absences, permissions
from chancela.domain.case import Case, Step
from chancela.domain.permissions import Actor, Permission
from chancela.domain.trail import Event, EventKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class ChaseAbsences:
    """Look at no more than `limit` guias of the actor's operator."""

    actor: Actor
    limit: int = 500


async def chase_absences(commands: Sequence[ChaseAbsences], world: World) -> list[int]:
    """Send what is overdue to the auditors; return to how many guias each command came."""
    chased = []
    for command in commands:
        cases = await world.cases.load(await world.cases.owing(command.limit))
        steps = [step for case in cases.values() if (step := _chased(command, case, world)) is not None]
        await world.cases.save(steps)
        chased.append(len(steps))
    return chased


def _chased(command: ChaseAbsences, case: Case, world: World) -> Step | None:
    absence = case.absence
    if absence is None or not absences.overdue(absence, world.today):
        return None
    if not permissions.may(command.actor, Permission.CHASE_ABSENCE, case.guia):
        return None
    new = absences.missed(absence)
    data = {"review": new.review.value, "missed": ",".join(new.missed)}
    event = Event(EventKind.ABSENCE_REVIEWED, case.guia.id, command.actor.name, data)
    return Step(case, replace(case, absence=new), event, absence=new)
