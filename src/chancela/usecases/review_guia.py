"""Review guias: an auditor decides the procedures that wait for a person, so that the guia moves on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chancela.domain import guia as guias, permissions, policy as policies, token as tokens
from chancela.domain.case import Case, Step
from chancela.domain.guia import Attendance, Guia, ItemState, Procedure, Reason
from chancela.domain.permissions import Actor, Permission
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.token import Token, TokenEnd
from chancela.domain.trail import Event, EventKind
from chancela.usecases import deciding

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from chancela.domain.policy import Policy
    from chancela.ports import World

REASONS = {  # TISS table 38; said where the auditor says no more, as a denial is given in writing (RN 623/2024)
    ItemState.DENIED: Reason("1426", "Não autorizado pela auditoria."),
    ItemState.AWAITING_DOCUMENT: Reason("3047", "Envie a imagem ou o laudo deste procedimento."),
}
WAITING = frozenset({ItemState.UNDER_AUDIT, ItemState.AWAITING_DOCUMENT})


@dataclass(frozen=True, slots=True)
class Decision:
    """What an auditor says of one item: authorised, denied with its reason, or a document asked for."""

    item: int
    state: ItemState
    text: str = ""


@dataclass(frozen=True, slots=True)
class ReviewGuia:
    """Decide items of a guia; those not named stay as they are."""

    actor: Actor
    guia_id: UUID
    decisions: tuple[Decision, ...]


async def review_guia(commands: Sequence[ReviewGuia], world: World) -> list[Case | Refused]:
    """Apply each review, or refuse: unknown, not allowed, cancelled, or nothing named that waits for a decision."""
    return await deciding.one_by_one(commands, world, _decide)


def _decide(command: ReviewGuia, case: Case | None, world: World) -> Step | Refused:
    if case is None or not permissions.may(command.actor, Permission.READ_GUIA, case.guia):
        return Refused(Refusal.NOT_FOUND)
    if not permissions.may(command.actor, Permission.REVIEW_GUIA, case.guia):
        return Refused(Refusal.FORBIDDEN)
    if case.guia.authorisation is guias.Authorisation.CANCELLED:
        return Refused(Refusal.GUIA_CANCELLED)
    said = {decision.item: decision for decision in command.decisions}
    procedures = tuple(_decided(each, said.get(each.item)) for each in case.guia.procedures)
    if procedures == case.guia.procedures:
        return Refused(Refusal.NOTHING_TO_REVIEW)
    guia = _moved(case.guia, procedures, world.operator.policy)
    decided = (now for was, now in zip(case.guia.procedures, procedures, strict=True) if now != was)
    data = {f"item_{each.item}": each.authorisation.value for each in decided}
    event = Event(EventKind.GUIA_REVIEWED, guia.id, command.actor.name, data)
    if guia.attendance is Attendance.NONE and case.token is not None and case.token.end is None:
        return _without_code(case, guia, case.token, event, world)
    return Step(case, replace(case, guia=guia), event)


def _without_code(case: Case, guia: Guia, token: Token, event: Event, world: World) -> Step:
    """A guia that no longer awaits a code holds no live one."""
    gone = tokens.ended(token, TokenEnd.CANCELLED, world.now)
    held = replace(guia, last_end=TokenEnd.CANCELLED.value)
    return Step(case, replace(case, guia=held, token=gone, secret=None, climb=None), event, closed=(gone,))


def _decided(procedure: Procedure, decision: Decision | None) -> Procedure:
    if decision is None or procedure.authorisation not in WAITING or decision.state is ItemState.UNDER_AUDIT:
        return procedure
    usual = REASONS.get(decision.state)
    reasons = (replace(usual, text=decision.text.strip() or usual.text),) if usual else ()
    return replace(procedure, authorisation=decision.state, reasons=reasons)


def _moved(guia: Guia, procedures: tuple[Procedure, ...], policy: Policy) -> Guia:
    states = [each.authorisation for each in procedures]
    attendance = guia.attendance
    if attendance in {Attendance.NONE, Attendance.AWAITING_TOKEN}:
        attendance = Attendance.AWAITING_TOKEN if policies.needs_code(policy, states) else Attendance.NONE
    return replace(guia, procedures=procedures, authorisation=guias.authorisation_of(states), attendance=attendance)
