"""Add attachments: a provider sends a document of a guia, and what awaited it goes to the auditor."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from chancela.domain import attachment as attachments, decision as decisions, permissions, policy_proviso as provisos
from chancela.domain.attachment import Attachment, MediaType
from chancela.domain.case import Case, Step
from chancela.domain.permissions import Actor, Permission
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.trail import Event, EventKind

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

    The same document twice for the same item is there once.
    """
    named = {command.guia_id for command in commands}
    cases, known = await world.cases.load(named), dict(await world.attachments.of(named))
    outcomes: list[Case | Refused] = []
    steps: list[Step] = []
    for command in commands:
        case = cases.get(command.guia_id)
        step = _decide(command, case, known.get(command.guia_id, ()), world)
        if isinstance(step, Step):
            steps.append(step)
            cases[command.guia_id] = step.after
            known[command.guia_id] = (*known.get(command.guia_id, ()), *step.attached)
            outcomes.append(step.after)
        else:
            outcomes.append(step)
    await world.cases.save(steps)
    return outcomes


def _decide(
    command: AddAttachment, case: Case | None, known: tuple[Attachment, ...], world: World
) -> Step | Case | Refused:
    if case is None or not permissions.may(command.actor, Permission.READ_GUIA, case.guia):
        return Refused(Refusal.NOT_FOUND)
    if not permissions.may(command.actor, Permission.ADD_ATTACHMENT, case.guia):
        return Refused(Refusal.FORBIDDEN)
    if (command.digest, command.item) in {(each.digest, each.item) for each in known}:
        return case
    if why := attachments.refused(case.guia, command.item, len(known), world.today):
        return Refused(why)
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
