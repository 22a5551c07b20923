"""Postpone tokens: a visit goes on without its code, which follows within the days that the policy leaves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from chancela.domain import (
    guia as guias,
    late as lates,
    permissions,
    policy_proviso as provisos,
    report,
    token as tokens,
)
from chancela.domain.case import Case, Step
from chancela.domain.guia import Attendance
from chancela.domain.late import LateVisit
from chancela.domain.permissions import Actor, Permission
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.trail import Event, EventKind
from chancela.usecases import deciding
from chancela.usecases.issue_token import STATUS_REFUSALS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class PostponeToken:
    """Say that the visit of a day of Brasília went on without its code, which is to follow."""

    actor: Actor
    guia_id: UUID
    visit_date: date


async def postpone_token(commands: Sequence[PostponeToken], world: World) -> list[Case | Refused]:
    """Let each guia wait for its late code; the ordinary one ends with it. The same day again changes nothing.

    Refused where the policy offers none, for a day that cannot be, once the time is over, and for another day than the
    one said before.
    """
    return await deciding.in_steps(commands, world, _decide)


def _decide(command: PostponeToken, case: Case | None, world: World) -> Sequence[Step] | Refused:
    if case is None or not permissions.may(command.actor, Permission.POSTPONE_TOKEN, case.guia):
        return Refused(Refusal.NOT_FOUND)
    if case.late is not None:
        return () if case.late.visit_date == command.visit_date else Refused(Refusal.LATE_CODE_NEEDED)
    if case.guia.attendance is not Attendance.AWAITING_TOKEN:
        return Refused(STATUS_REFUSALS[guias.status(case.guia, world.today)])
    if report.stops(case.report):
        return Refused(Refusal.CODE_REPORTED)
    policy, by = provisos.of_guia(world.operator, case.guia), command.actor.name
    visit = lates.visit(case.guia, command.visit_date, policy, world.now, by)
    return (_postponed(case, visit, by, world),) if isinstance(visit, LateVisit) else Refused(visit)


def _postponed(case: Case, visit: LateVisit, by: str, world: World) -> Step:
    closed = tokens.overtaken(case.token, world.now)
    end = closed[0].end if closed else None
    guia = replace(case.guia, attendance=Attendance.LATE_PENDING, last_end=end.value if end else case.guia.last_end)
    token = closed[0] if closed else case.token
    after = replace(case, guia=guia, token=token, secret=None, climb=None, late=visit)
    data = {"visit_date": f"{visit.visit_date}", "due_date": f"{visit.due_date}"}
    return Step(case, after, Event(EventKind.TOKEN_POSTPONED, guia.id, by, data), closed=closed, late=visit)
