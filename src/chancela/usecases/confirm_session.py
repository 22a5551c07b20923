"""Confirm sessions: the next one of a series, by the code given today; it confirms as many as the policy says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chancela.domain import guia as guias, permissions, policy_proviso as provisos, report, series
from chancela.domain.guia import Attendance
from chancela.domain.permissions import Actor, Permission
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.series import SessionCode
from chancela.usecases import deciding, series_steps
from chancela.usecases.issue_token import STATUS_REFUSALS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from chancela.domain.case import Case, Step
    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class ConfirmSession:
    """Confirm session `place` of a guia: the next one, as whoever asks was shown it."""

    actor: Actor
    guia_id: UUID
    place: int


async def confirm_session(commands: Sequence[ConfirmSession], world: World) -> list[Case | Refused]:
    """Confirm each session, or refuse: unknown, no series, complete, another session than the next, no code today,
    or none that confirms more of them: then another code is asked for, or the session has none, with its reason.

    Where two desks ask for one session, the second is told that the guia changed.
    """
    return await deciding.in_steps(commands, world, _decide)


def _decide(command: ConfirmSession, case: Case | None, world: World) -> Sequence[Step] | Refused:
    if case is None or not permissions.may(command.actor, Permission.VALIDATE_TOKEN, case.guia):
        return Refused(Refusal.NOT_FOUND)
    if refused := _closed(command, case, world):
        return refused
    policy = provisos.of_guia(world.operator, case.guia)
    daily = policy.session_code is SessionCode.PER_DAY
    code = series.day_code(case.sessions, world.today, policy.day_sessions) if daily else None
    if code is None:
        return Refused(Refusal.NO_SESSION_CODE)
    if not code.left:
        return Refused(Refusal.DAY_CODE_SPENT)
    return series_steps.upon(case, code.session, command.actor.name, world)


def _closed(command: ConfirmSession, case: Case, world: World) -> Refused | None:
    """Tell why no session is confirmed: for what the guia is, how it stands, or which session is the next.

    What the person disowned is confirmed by nothing.
    """
    if case.guia.sessions == 1:
        return Refused(Refusal.NO_SESSIONS)
    if refused := STATUS_REFUSALS.get(guias.status(case.guia, world.today)):
        return Refused(refused)
    if case.guia.attendance is Attendance.LATE_PENDING:
        return Refused(Refusal.LATE_CODE_NEEDED)
    if series_steps.done(case):
        return Refused(Refusal.SESSIONS_DONE)
    if command.place != len(case.sessions) + 1:
        return Refused(Refusal.GUIA_CHANGED)
    return Refused(Refusal.CODE_REPORTED) if report.stops(case.report) else None
