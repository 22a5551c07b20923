"""Answer disputes: the provider says its side before it is decided, once; again where more came into question."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from chancela.domain import dispute as disputes, permissions
from chancela.domain.case import Case, Step
from chancela.domain.permissions import Actor, Permission
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.trail import Event, EventKind
from chancela.usecases import deciding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class AnswerDispute:
    """Say what the provider knows of a disputed attendance.

    `seen` are the sessions that it was about when it was shown; None where whoever answers does not say.
    """

    actor: Actor
    guia_id: UUID
    text: str
    seen: tuple[int, ...] | None = None


async def answer_dispute(commands: Sequence[AnswerDispute], world: World) -> list[Case | Refused]:
    """Keep each answer; refused are a guia without a dispute, one decided or answered, and fewer than ten letters.

    So is one to a dispute that is about other sessions by now than those that were shown.
    """
    return await deciding.one_by_one(commands, world, _decide)


def _decide(command: AnswerDispute, case: Case | None, world: World) -> Step | Refused:
    if case is None or not permissions.may(command.actor, Permission.ANSWER_DISPUTE, case.guia):
        return Refused(Refusal.NOT_FOUND)
    if case.report is None or case.report.was is None:
        return Refused(Refusal.NOTHING_TO_REVIEW)
    if case.report.closed_at is not None:
        return Refused(Refusal.DISPUTE_CLOSED)
    if case.report.side is not None:
        return Refused(Refusal.DISPUTE_ANSWERED)
    if command.seen is not None and tuple(sorted(command.seen)) != case.report.sessions:
        return Refused(Refusal.GUIA_CHANGED)
    text = disputes.written(command.text)
    if text is None:
        return Refused(Refusal.REASON_NEEDED)
    report = replace(case.report, side=text, side_at=world.now)
    event = Event(EventKind.DISPUTE_ANSWERED, case.guia.id, command.actor.name, {"protocol": report.protocol})
    return Step(case, replace(case, report=report), event, report=report)
