"""Settle late codes: what did not come by its last day goes on without a code, for an auditor to look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from chancela.domain import late as lates, permissions
from chancela.domain.absence import OF_SYSTEMS, AbsenceLead, AbsenceReason, AbsenceRule, Given
from chancela.domain.permissions import Actor, Permission
from chancela.domain.refusal import Refused
from chancela.usecases import absenting, series_steps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.domain.case import Case, Step
    from chancela.domain.late import LateVisit
    from chancela.ports import World

# How the reason is taken where the policy no longer knows it, or asks for what nobody is there to give.
ANYWAY: Final = AbsenceRule(AbsenceReason.AFTER_EXIT, OF_SYSTEMS, leads=AbsenceLead.REVIEWED)


@dataclass(frozen=True, slots=True)
class SettleLate:
    """Sweep at most `limit` visits of the actor's operator whose late code did not come."""

    actor: Actor
    limit: int = 500


async def settle_late(commands: Sequence[SettleLate], world: World) -> list[int]:
    """Record each as a visit without a code, as the policy takes that reason; return how many each sweep settled."""
    settled = []
    for command in commands:
        cases = await world.cases.load(await world.cases.late_over(command.limit))
        found = [(case, late) for case in cases.values() if (late := _over(command, case, world))]
        protocols = await world.cases.protocols(len(found))
        by = command.actor.name
        done = [await _settled(*each, protocol, by, world) for each, protocol in zip(found, protocols, strict=True)]
        await world.cases.save([step for steps in done for step in steps])
        settled.append(sum(bool(steps) for steps in done))
    return settled


def _over(command: SettleLate, case: Case, world: World) -> LateVisit | None:
    """Return the visit that is to be settled now; another worker may have done it a moment ago."""
    may = permissions.may(command.actor, Permission.SETTLE_LATE, case.guia)
    return case.late if may and case.late is not None and lates.over(case.late, world.now) else None


async def _settled(case: Case, late: LateVisit, protocol: str, by: str, world: World) -> Sequence[Step]:
    taken_at = lates.taken_at(late)
    outage = await world.outages.covering(taken_at)  # carriers that were away then had days to bring the code
    given = Given(AbsenceReason.AFTER_EXIT, taken_at=taken_at, outage_id=outage.id if outage else None)
    step = absenting.recorded(case, given, protocol, by, world)
    if isinstance(step, Refused):
        step = absenting.recorded(case, given, protocol, by, world, anyway=ANYWAY)
    return () if isinstance(step, Refused) else series_steps.with_end(step, world)
