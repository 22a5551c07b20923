"""Contacts that are asked for in a call: for whom the caller may, and how these people are reached today."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chancela.adapters.postgres import holds as store
from chancela.domain import contact as contacts, people as persons
from chancela.domain.contact import ContactState
from chancela.domain.policy import ContactDoor

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from chancela.adapters.postgres.holds import Waiting
    from chancela.bootstrap.app import App
    from chancela.bootstrap.calls import Conversation
    from chancela.domain.contact import ContactKind
    from chancela.domain.people import Operator, Person


@dataclass(frozen=True, slots=True)
class Ward:
    """The caller, or somebody whose contacts they manage: masked name, what is confirmed, masked, and what waits."""

    id: UUID
    name: str
    card_number: str
    mine: bool
    contacts: tuple[tuple[ContactKind, str], ...]
    waiting: tuple[Waiting, ...]


def opens(operator: Operator) -> bool:
    """Tell whether the operator changes contacts by telephone."""
    return ContactDoor.CALL_CENTRE in operator.policy.contact_doors


async def wards(app: App, talk: Conversation) -> tuple[Ward, ...]:
    """Return those whose contacts the caller manages, the caller first."""
    people = [talk.around.circles[key].person for key in talk.actor.manages]
    people.sort(key=lambda each: (each.beneficiary.id != talk.call.person_id, each.beneficiary.card_number))
    waiting = await store.open_of(app.pool, talk.actor.operator, [each.beneficiary.id for each in people])
    return tuple(_ward(each, talk, waiting) for each in people)


def _ward(person: Person, talk: Conversation, waiting: Iterable[Waiting]) -> Ward:
    one = person.beneficiary
    confirmed = (each for each in person.contacts if each.state is ContactState.CONFIRMED)
    return Ward(
        one.id,
        persons.masked_name(one.name),
        one.card_number,
        one.id == talk.call.person_id,
        tuple((each.kind, contacts.masked(each.kind, each.address)) for each in confirmed),
        tuple(each for each in waiting if each.hold.beneficiary_id == one.id),
    )


async def proposed(app: App, talk: Conversation, hold_id: UUID) -> Waiting | None:
    """Return what was asked for in this very call; what was asked for in another is like none."""
    found = await store.one(app.pool, talk.actor.operator, hold_id)
    return found if found is not None and found.hold.call_id == talk.call.id else None
