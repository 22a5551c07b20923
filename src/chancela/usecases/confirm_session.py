"""Confirm sessions: the next one of a series, by the code that was given today, or for a reason without any."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chancela.domain import guia as guias, permissions, policy_proviso as provisos, report, series
from chancela.domain.permissions import Actor, Permission
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.series import SessionCode
from chancela.usecases import absenting, deciding, series_steps
from chancela.usecases.issue_token import STATUS_REFUSALS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from uuid import UUID

    from chancela.domain.absence import Given
    from chancela.domain.case import Case, Step
    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class ConfirmSession:
    """Confirm session `place` of a guia, the next one as whoever asks was shown it; `given` says why without a code."""

    actor: Actor
    guia_id: UUID
    place: int
    given: Given | None = None


async def confirm_session(commands: Sequence[ConfirmSession], world: World) -> list[Case | Refused]:
    """Confirm each session, or refuse: unknown, no series, complete, another session than the next, no code today.

    Where two desks ask for one session, the second is told that the guia changed.
    """
    protocols = iter(await world.cases.protocols(sum(command.given is not None for command in commands)))

    def decide(command: ConfirmSession, case: Case | None, within: World) -> Sequence[Step] | Refused:
        return _decide(command, case, protocols, within)

    return await deciding.in_steps(commands, world, decide)


def _decide(
    command: ConfirmSession, case: Case | None, protocols: Iterator[str], world: World
) -> Sequence[Step] | Refused:
    asked = Permission.VALIDATE_TOKEN if command.given is None else Permission.RECORD_ABSENCE
    if case is None or not permissions.may(command.actor, asked, case.guia):
        return Refused(Refusal.NOT_FOUND)
    if refused := _closed(command, case, world):
        return refused
    if command.given is None:
        return _upon(command, case, world)
    step = absenting.recorded(case, command.given, next(protocols), command.actor.name, world)
    return step if isinstance(step, Refused) else series_steps.with_end(step, world)


def _closed(command: ConfirmSession, case: Case, world: World) -> Refused | None:
    """Tell why no session is confirmed: for what the guia is, how it stands, or which session is the next."""
    if case.guia.sessions == 1:
        return Refused(Refusal.NO_SESSIONS)
    if refused := STATUS_REFUSALS.get(guias.status(case.guia, world.today)):
        return Refused(refused)
    if series_steps.done(case):
        return Refused(Refusal.SESSIONS_DONE)
    return None if command.place == len(case.sessions) + 1 else Refused(Refusal.GUIA_CHANGED)


def _upon(command: ConfirmSession, case: Case, world: World) -> Sequence[Step] | Refused:
    """Confirm by the code that was given today; what the person disowned is confirmed by nothing."""
    if report.stops(case.report):
        return Refused(Refusal.CODE_REPORTED)
    policy = provisos.of_guia(world.operator, case.guia)
    first = series.of_day(case.sessions, world.today) if policy.session_code is SessionCode.PER_DAY else None
    if first is None:
        return Refused(Refusal.NO_SESSION_CODE)
    return series_steps.upon(case, first, command.actor.name, world)
