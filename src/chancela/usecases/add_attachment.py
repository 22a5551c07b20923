"""Add attachments: a provider sends a document of a guia, and what awaited it goes to the auditor."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from chancela.domain import (
    absence as absences,
    attachment as attachments,
    decision as decisions,
    permissions,
    policy_proviso as provisos,
)
from chancela.domain.absence import AbsenceNeed
from chancela.domain.attachment import Attachment, MediaType
from chancela.domain.case import Case, Step
from chancela.domain.permissions import Actor, Permission
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.trail import Event, EventKind
from chancela.usecases import absenting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class AddAttachment:
    """Add what was kept under a hash to a guia: for one item that waits, or for all of them (`item` is None)."""

    actor: Actor
    guia_id: UUID
    digest: str
    media_type: MediaType
    size: int
    pages: int
    item: int | None = None


async def add_attachment(commands: Sequence[AddAttachment], world: World) -> list[Case | Refused]:
    """Add each document; refuse where the guia is unknown, cancelled or expired, waits for no one, or has 20.

    The same document twice for the same item is there once. One of the whole guia is also what a guia without a code
    may owe.
    """
    named = {command.guia_id for command in commands}
    cases, known = await world.cases.load(named), dict(await world.attachments.of(named))
    outcomes: list[Case | Refused] = []
    steps: list[Step] = []
    for command in commands:
        case = cases.get(command.guia_id)
        decided = _decide(command, case, known.get(command.guia_id, ()), world)
        if isinstance(decided, Refused):
            outcomes.append(decided)
            continue
        for step in decided[1]:
            steps.append(step)
            known[command.guia_id] = (*known.get(command.guia_id, ()), *step.attached)
        cases[command.guia_id] = decided[0]
        outcomes.append(decided[0])
    await world.cases.save(steps)
    return outcomes


def _decide(
    command: AddAttachment, case: Case | None, known: tuple[Attachment, ...], world: World
) -> tuple[Case, tuple[Step, ...]] | Refused:
    """Return the case as it is then, with the steps that make it so."""
    if case is None or not permissions.may(command.actor, Permission.READ_GUIA, case.guia):
        return Refused(Refusal.NOT_FOUND)
    if not permissions.may(command.actor, Permission.ADD_ATTACHMENT, case.guia):
        return Refused(Refusal.FORBIDDEN)
    owed = command.item is None and absences.awaits(case.absence, AbsenceNeed.DOCUMENT)
    if (command.digest, command.item) in {(each.digest, each.item) for each in known}:
        return _supplied(command, case, owed=owed)
    if why := attachments.refused(case.guia, command.item, len(known), world.today, owed=owed):
        return Refused(why)
    step = _added(command, case, world)
    after, more = _supplied(command, step.after, owed=owed)
    return after, (step, *more)


def _supplied(command: AddAttachment, case: Case, *, owed: bool) -> tuple[Case, tuple[Step, ...]]:
    """Let a document be what a guia without a code owed."""
    if case.absence is None or not owed:
        return case, ()
    new = absences.supplied(case.absence, AbsenceNeed.DOCUMENT)
    step = absenting.supplied(case, new, AbsenceNeed.DOCUMENT, command.actor.name)
    return step.after, (step,)


def _added(command: AddAttachment, case: Case, world: World) -> Step:
    added = Attachment(
        id=world.chance.id(),
        guia_id=case.guia.id,
        item=command.item,
        digest=command.digest,
        media_type=command.media_type,
        size=command.size,
        pages=command.pages,
        added_by=command.actor.name,
        added_at=world.now,
    )
    procedures = attachments.delivered(case.guia, command.item)
    guia = decisions.moved(case.guia, procedures, provisos.of_guia(world.operator, case.guia))
    data = {"attachment": str(added.id), "item": added.item, "sha256": added.digest, "pages": added.pages}
    event = Event(EventKind.ATTACHMENT_ADDED, guia.id, command.actor.name, data)
    return Step(case, replace(case, guia=guia), event, attached=(added,))
