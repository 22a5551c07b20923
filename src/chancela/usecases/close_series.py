"""Close series: one that ends before its last session is proven by the sessions that took place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chancela.domain import permissions
from chancela.domain.case import Step
from chancela.domain.guia import Attendance, Authorisation
from chancela.domain.permissions import Actor, Permission
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.trail import Event, EventKind
from chancela.usecases import deciding, series_steps

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from chancela.domain.case import Case
    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class CloseSeries:
    """End a series with the sessions it has; `why` is 1 to 500 characters, kept with its last session."""

    actor: Actor
    guia_id: UUID
    why: str


REFUSALS = {
    Attendance.NONE: Refusal.GUIA_UNDER_ANALYSIS,
    Attendance.LATE_PENDING: Refusal.LATE_CODE_NEEDED,
    Attendance.DISPUTED: Refusal.GUIA_DISPUTED,
    Attendance.VALIDATED: Refusal.GUIA_VALIDATED,
    Attendance.WITHOUT_TOKEN: Refusal.GUIA_WITHOUT_TOKEN,
}


async def close_series(commands: Sequence[CloseSeries], world: World) -> list[Case | Refused]:
    """Close each series, or refuse: unknown, no series, over already, none of its sessions took place yet.

    A series whose guia is past its validity is closed as well: what took place, took place.
    """
    return await deciding.in_steps(commands, world, _decide)


def _decide(command: CloseSeries, case: Case | None, world: World) -> Sequence[Step] | Refused:
    if case is None or not permissions.may(command.actor, Permission.CLOSE_SERIES, case.guia):
        return Refused(Refusal.NOT_FOUND)
    guia = case.guia
    if guia.sessions == 1:
        return Refused(Refusal.NO_SESSIONS)
    if guia.authorisation is Authorisation.CANCELLED:
        return Refused(Refusal.GUIA_CANCELLED)
    if guia.attendance in REFUSALS:
        return Refused(REFUSALS[guia.attendance])
    if not case.sessions:
        return Refused(Refusal.SERIES_NOT_BEGUN)
    last = replace(case.sessions[-1], closed_why=command.why)
    kept = replace(case, sessions=(*case.sessions[:-1], last))
    by, data = command.actor.name, {"sessions": len(kept.sessions), "of": guia.sessions}
    closed = Step(case, kept, Event(EventKind.SERIES_CLOSED, guia.id, by, data), sessions=(last,))
    return (closed, series_steps.ended(kept, by, world))
