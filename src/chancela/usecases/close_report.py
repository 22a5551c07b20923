"""Close reports: someone of the operator finds that a person was mistaken, or was right."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from chancela.domain import permissions
from chancela.domain.case import Case, Step
from chancela.domain.permissions import Actor, Permission
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.report import ReportOutcome
from chancela.domain.trail import Event, EventKind
from chancela.usecases import deciding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class CloseReport:
    """Say how the report of a guia ended."""

    actor: Actor
    guia_id: UUID
    outcome: ReportOutcome


async def close_report(commands: Sequence[CloseReport], world: World) -> list[Case | Refused]:
    """Close each open report; a guia without one, or whose report is closed, is refused, and so is a disputed one.

    A dispute is decided in writing (usecases/decide_dispute.py).
    """
    return await deciding.one_by_one(commands, world, _decide)


def _decide(command: CloseReport, case: Case | None, world: World) -> Step | Refused:
    if case is None or not permissions.may(command.actor, Permission.CLOSE_REPORT, case.guia):
        return Refused(Refusal.NOT_FOUND)
    if case.report is None or case.report.closed_at is not None:
        return Refused(Refusal.NOTHING_TO_REVIEW)
    if case.report.was is not None:
        return Refused(Refusal.GUIA_DISPUTED)
    report = replace(case.report, outcome=command.outcome, closed_at=world.now, closed_by=command.actor.name)
    data = {"outcome": command.outcome.value, "protocol": report.protocol}
    event = Event(EventKind.REPORT_CLOSED, case.guia.id, command.actor.name, data)
    return Step(case, replace(case, report=report), event, report=report)
