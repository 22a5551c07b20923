"""Open attachments: whoever looks at a document of a guia leaves a line in the trail, page by page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from chancela.domain import permissions
from chancela.domain.attachment import Attachment
from chancela.domain.case import Case, Step
from chancela.domain.permissions import Actor, Permission
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.trail import Event, EventKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class OpenAttachment:
    """Look at a page of a document, counted from 1; None is the whole of it."""

    actor: Actor
    guia_id: UUID
    attachment_id: UUID
    page: int | None = None


async def open_attachment(commands: Sequence[OpenAttachment], world: World) -> list[Attachment | Refused]:
    """Return each document that its guia has and the actor may see; every other one is unknown."""
    named = {command.guia_id for command in commands}
    cases, known = await world.cases.load(named), await world.attachments.of(named)
    outcomes = [_found(each, cases.get(each.guia_id), known.get(each.guia_id, ())) for each in commands]
    opened = [(command, each) for command, each in zip(commands, outcomes, strict=True) if isinstance(each, Attachment)]
    await world.cases.save([_seen(command, cases[command.guia_id], each) for command, each in opened])
    return outcomes


def _found(command: OpenAttachment, case: Case | None, known: Sequence[Attachment]) -> Attachment | Refused:
    if case is None or not permissions.may(command.actor, Permission.READ_ATTACHMENT, case.guia):
        return Refused(Refusal.NOT_FOUND)
    found = next((each for each in known if each.id == command.attachment_id), None)
    if found is None or command.page not in {None, *range(1, found.pages + 1)}:
        return Refused(Refusal.NOT_FOUND)
    return found


def _seen(command: OpenAttachment, case: Case, found: Attachment) -> Step:
    data = {"attachment": str(found.id), "page": command.page}
    return Step(case, case, Event(EventKind.ATTACHMENT_SEEN, case.guia.id, command.actor.name, data))
