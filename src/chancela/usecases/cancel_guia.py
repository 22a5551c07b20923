"""Cancel guias: those that were not validated, with the reason; a live code dies with them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chancela.domain import guia as guias, permissions, token as tokens
from chancela.domain.case import Case, Step
from chancela.domain.guia import Attendance, Authorisation
from chancela.domain.permissions import Actor, Permission
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.token import Token, TokenEnd
from chancela.domain.trail import Event, EventKind
from chancela.usecases import deciding

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class CancelGuia:
    """Ask that a guia be cancelled; `why` is 1 to 500 characters."""

    actor: Actor
    guia_id: UUID
    why: str


async def cancel_guia(commands: Sequence[CancelGuia], world: World) -> list[Case | Refused]:
    """Cancel each guia, or refuse: unknown, validated already, cancelled already, a series begun."""
    return await deciding.one_by_one(commands, world, _decide)


def _decide(command: CancelGuia, case: Case | None, world: World) -> Step | Refused:
    if case is None or not permissions.may(command.actor, Permission.CANCEL_GUIA, case.guia):
        return Refused(Refusal.NOT_FOUND)
    guia = case.guia
    if Authorisation.CANCELLED not in guias.AUTHORISATION_MOVES[guia.authorisation]:
        return Refused(Refusal.GUIA_CANCELLED)
    if guia.attendance not in {Attendance.NONE, Attendance.AWAITING_TOKEN, Attendance.LATE_PENDING}:
        return Refused(Refusal.GUIA_VALIDATED)
    if case.sessions:
        return Refused(Refusal.SERIES_BEGUN)
    closed: tuple[Token, ...] = ()
    if case.token is not None and case.token.end is None:
        closed = (tokens.ended(case.token, TokenEnd.CANCELLED, world.now),)
    held = replace(
        guia,
        authorisation=Authorisation.CANCELLED,
        attendance=Attendance.NONE,
        cancelled_why=command.why,
        last_end=TokenEnd.CANCELLED.value if closed else guia.last_end,
    )
    token = closed[0] if closed else case.token
    after = replace(case, guia=held, token=token, secret=None, climb=None, late=None)
    event = Event(EventKind.GUIA_CANCELLED, guia.id, command.actor.name, {"from": guia.authorisation.value})
    return Step(case, after, event, closed=closed)
