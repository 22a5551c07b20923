"""Supply absences: the call centre's number that a guia without a code still owed comes later."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chancela.domain import absence as absences, permissions
from chancela.domain.absence import AbsenceNeed
from chancela.domain.permissions import Actor, Permission
from chancela.domain.refusal import Refusal, Refused
from chancela.usecases import absenting

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from chancela.domain.case import Case, Step
    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class SupplyAbsence:
    """Give the protocol number that the call centre told, as it was typed."""

    actor: Actor
    guia_id: UUID
    call_protocol: str


async def supply_absence(commands: Sequence[SupplyAbsence], world: World) -> list[Case | Refused]:
    """Keep each number, or refuse: unknown guia, none of this operator's numbers, or nothing that is owed.

    It may also come after its day, until an auditor decided. The same number again is answered as the first time.
    """
    cases = await world.cases.load({command.guia_id for command in commands})
    outcomes: list[Case | Refused] = []
    steps: list[Step] = []
    for command in commands:
        decided = _decide(command, cases.get(command.guia_id), world)
        if isinstance(decided, Refused):
            outcomes.append(decided)
            continue
        steps.extend(decided[1])
        cases[command.guia_id] = decided[0]
        outcomes.append(decided[0])
    await world.cases.save(steps)
    return outcomes


def _decide(command: SupplyAbsence, case: Case | None, world: World) -> tuple[Case, tuple[Step, ...]] | Refused:
    """Return the case as it is then, with the step where something changed."""
    if case is None or not permissions.may(command.actor, Permission.RECORD_ABSENCE, case.guia):
        return Refused(Refusal.NOT_FOUND)
    number = absences.call_number(command.call_protocol, world.operator.ans, world.today)
    absence = case.absence
    if absence is not None and number is not None and absence.call_protocol == number:
        return case, ()
    if absence is None or not absences.awaits(absence, AbsenceNeed.CALL_CENTRE):
        return Refused(Refusal.NOTHING_OWED)
    if number is None:
        return Refused(Refusal.PROTOCOL_WRONG)
    new = replace(absences.supplied(absence, AbsenceNeed.CALL_CENTRE), call_protocol=number)
    step = absenting.supplied(case, new, AbsenceNeed.CALL_CENTRE, command.actor.name)
    return step.after, (step,)
