"""Review contacts: an address that belongs to many others is let through for its guia, or contested."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from chancela.domain import permissions
from chancela.domain.case import Case, Step
from chancela.domain.contact import Contact, ContactState
from chancela.domain.permissions import Actor, Permission
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.trail import Event, EventKind
from chancela.usecases import sending

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class ReviewContact:
    """Let a held contact receive its guia's code, or not."""

    actor: Actor
    contact_id: UUID
    accept: bool


async def review_contact(commands: Sequence[ReviewContact], world: World) -> list[Case | Refused]:
    """Judge each contact that waits for review; one that does not wait is refused."""
    guias = await world.cases.holding({command.contact_id for command in commands})
    asks = [(each.actor, guias[each.contact_id]) for each in commands if each.contact_id in guias]
    desk = await sending.open_desk(asks, Permission.REVIEW_CONTACT, world)
    outcomes: list[Case | Refused] = []
    for command in commands:
        guia_id = guias.get(command.contact_id)
        step = _decide(command, desk.cases.get(guia_id) if guia_id else None, desk)
        outcomes.append(step if isinstance(step, Refused) else desk.take(step))
    await desk.close()
    return outcomes


def _decide(command: ReviewContact, case: Case | None, desk: sending.Desk) -> Step | Refused:
    if case is None or not permissions.may(command.actor, Permission.REVIEW_CONTACT, case.guia):
        return Refused(Refusal.NOT_FOUND)
    contact = _waiting(command, case, desk)
    if contact is None:
        return Refused(Refusal.NOTHING_TO_REVIEW)
    state = ContactState.PROVISIONAL if command.accept else ContactState.CONTESTED
    data = {"kind": contact.kind.value, "accepted": command.accept}
    event = Event(EventKind.CONTACT_REVIEWED, case.guia.id, command.actor.name, data)
    return Step(case, case, event, contacts=(replace(contact, state=state),))


def _waiting(command: ReviewContact, case: Case, desk: sending.Desk) -> Contact | None:
    person = desk.person(case)
    known = (*person.contacts, *person.unused)
    return next(
        (each for each in known if each.id == command.contact_id and each.state is ContactState.IN_REVIEW), None
    )
