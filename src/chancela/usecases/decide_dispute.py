"""Decide disputes: someone of the operator says in writing whether the attendance happened."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from chancela.domain import denied_session, dispute as disputes, permissions
from chancela.domain.case import Case, Step
from chancela.domain.permissions import Actor, Permission
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.trail import Event, EventKind
from chancela.usecases import deciding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class DecideDispute:
    """Say whether a disputed attendance happened; `text` is what the person and the provider read of it.

    `seen` are the sessions that it was about when it was shown; None where whoever decides does not say.
    """

    actor: Actor
    guia_id: UUID
    happened: bool
    text: str
    seen: tuple[int, ...] | None = None


async def decide_dispute(commands: Sequence[DecideDispute], world: World) -> list[Case | Refused]:
    """Decide each; refused are a guia without a dispute, a second decision, its visit's reviewer, and too few letters.

    So is one that is about other sessions by now than those that were shown. What happened stands again as it stood;
    what did not stays disputed for good, and is not paid. Sessions that were named are denied for themselves: their
    guia stands again, unless every one of its sessions was denied.
    """
    return await deciding.one_by_one(commands, world, _decide)


def _decide(command: DecideDispute, case: Case | None, world: World) -> Step | Refused:
    if case is None or not permissions.may(command.actor, Permission.DECIDE_DISPUTE, case.guia):
        return Refused(Refusal.NOT_FOUND)
    if case.report is None or case.report.was is None:
        return Refused(Refusal.NOTHING_TO_REVIEW)
    if case.report.closed_at is not None:
        return Refused(Refusal.DISPUTE_CLOSED)
    if disputes.reviewed(case.absence, command.actor):
        return Refused(Refusal.DISPUTE_REVIEWED)
    if command.seen is not None and tuple(sorted(command.seen)) != case.report.sessions:
        return Refused(Refusal.GUIA_CHANGED)
    text = disputes.written(command.text)
    if text is None:
        return Refused(Refusal.REASON_NEEDED)
    by = command.actor.name
    report = disputes.decided(case.report, happened=command.happened, text=text, by=by, at=world.now)
    judged = denied_session.judged(case, report)
    now = {each.place: each for each in judged}
    after = replace(case, report=report, sessions=tuple(now.get(each.place, each) for each in case.sessions))
    if denied_session.stands(after, report):
        after = replace(after, guia=replace(case.guia, attendance=case.report.was))
    outcome = report.outcome and report.outcome.value
    data = {"outcome": outcome, "protocol": report.protocol, **denied_session.places(report)}
    event = Event(EventKind.DISPUTE_DECIDED, case.guia.id, by, data)
    return Step(case, after, event, report=report, sessions=judged)
