"""Review guias: an auditor decides the procedures that wait for a person, so that the guia moves on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chancela.domain import decision as decisions, permissions, policy_proviso as provisos, series, token as tokens
from chancela.domain.attachment import WAITING
from chancela.domain.case import Case, Step
from chancela.domain.guia import Attendance, Authorisation, Guia, ItemState, Procedure
from chancela.domain.permissions import STAFF, Actor, Permission
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.token import Token, TokenEnd
from chancela.domain.trail import Event, EventKind
from chancela.usecases import deciding

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from chancela.domain.attachment import Attachment
    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class Decision:
    """What is said of one item: authorised, denied with its reason, or a document asked for.

    `code` is the denial's of TISS table 38, `text` the reason in words, or what is needed.
    """

    item: int
    state: ItemState
    text: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class ReviewGuia:
    """Decide items of a guia; those not named stay as they are.

    `seen` is the mark of the guia as it was shown to whoever decides (`decision.mark`), empty where nothing was.
    """

    actor: Actor
    guia_id: UUID
    decisions: tuple[Decision, ...]
    seen: str = ""


async def review_guia(commands: Sequence[ReviewGuia], world: World) -> list[Case | Refused]:
    """Apply each review, or refuse: unknown, not allowed, cancelled, changed since it was shown, nothing that waits.

    A person of the operator who denies, or asks for a document, says why in words (RN 623/2024: denials in writing).
    """
    outcomes, steps = await deciding.as_shown(commands, world, _decide)
    protocols = await world.cases.protocols(len(steps)) if steps else []
    await world.cases.save([_numbered(*each, world) for each in zip(steps, protocols, strict=True)])
    return outcomes


def _decide(command: ReviewGuia, case: Case | None, attached: Iterable[Attachment], world: World) -> Step | Refused:
    if case is None or not permissions.may(command.actor, Permission.READ_GUIA, case.guia):
        return Refused(Refusal.NOT_FOUND)
    if not permissions.may(command.actor, Permission.REVIEW_GUIA, case.guia):
        return Refused(Refusal.FORBIDDEN)
    if case.guia.authorisation is Authorisation.CANCELLED:
        return Refused(Refusal.GUIA_CANCELLED)
    if command.seen and command.seen != decisions.mark(case.guia, attached):
        return Refused(Refusal.GUIA_CHANGED)
    if command.actor.kind in STAFF and any(_unsaid(each) for each in command.decisions):
        return Refused(Refusal.REASON_NEEDED)
    said = {decision.item: decision for decision in command.decisions}
    procedures = tuple(_decided(each, said.get(each.item)) for each in case.guia.procedures)
    if procedures == case.guia.procedures:
        return Refused(Refusal.NOTHING_TO_REVIEW)
    policy = provisos.of_guia(world.operator, case.guia)
    guia = decisions.moved(case.guia, procedures, policy)
    if not case.sessions and guia.attendance in {Attendance.NONE, Attendance.AWAITING_TOKEN}:
        guia = replace(guia, sessions=series.length(policy.series, procedures))
    decided = (now for was, now in zip(case.guia.procedures, procedures, strict=True) if now != was)
    data = {f"item_{each.item}": each.authorisation.value for each in decided}
    event = Event(EventKind.GUIA_REVIEWED, guia.id, command.actor.name, data)
    if guia.attendance is Attendance.NONE and case.token is not None and case.token.end is None:
        return _without_code(case, guia, case.token, event, world)
    return Step(case, replace(case, guia=guia), event)


def _unsaid(decision: Decision) -> bool:
    letters = sum(each.isalpha() for each in decision.text)
    return decision.state in decisions.USUAL and letters < decisions.FEWEST_LETTERS


def _without_code(case: Case, guia: Guia, token: Token, event: Event, world: World) -> Step:
    """A guia that no longer awaits a code holds no live one."""
    gone = tokens.ended(token, TokenEnd.CANCELLED, world.now)
    held = replace(guia, last_end=TokenEnd.CANCELLED.value)
    return Step(case, replace(case, guia=held, token=gone, secret=None, climb=None), event, closed=(gone,))


def _decided(procedure: Procedure, decision: Decision | None) -> Procedure:
    if decision is None or procedure.authorisation not in WAITING or decision.state is ItemState.UNDER_AUDIT:
        return procedure
    reasons = decisions.reason(decision.state, decision.code, decision.text)
    return replace(procedure, authorisation=decision.state, reasons=reasons)


def _numbered(step: Step, protocol: str, world: World) -> Step:
    """Return the step with its answers, each under the protocol number by which people speak of it."""
    before = step.before or step.after
    ruled = decisions.rulings(before.guia, step.after.guia, protocol, world.now, step.event.actor)
    words = {f"words_{each.item}": decisions.seal(each) for each in ruled if each.reason}
    data = {**step.event.data, **words, "protocol": protocol}
    return replace(step, ruled=ruled, event=replace(step.event, data=data))
