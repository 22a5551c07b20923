"""Contacts in the hand: whose may be changed and how they stand, and the changes that wait for their code."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from chancela.adapters.postgres import changes as store, world
from chancela.domain import change as changes, contact as contacts, family, ladder, permissions, short_code
from chancela.domain.contact import ContactKind, ContactState
from chancela.domain.policy import ContactDoor, Own

if TYPE_CHECKING:
    from uuid import UUID

    from chancela.bootstrap.app import App
    from chancela.domain.change import ContactChange
    from chancela.domain.contact import Contact
    from chancela.domain.ladder import Recipient
    from chancela.domain.people import Operator, Person
    from chancela.domain.permissions import Actor


@dataclass(frozen=True, slots=True)
class Card:
    """A person's contacts as they, or whoever manages for them, see them.

    `ways` are the ways that may be preferred; `open` tells that contacts are changed here, not by call; `used` that
    codes go to the person's own contacts at their age.
    """

    person: Person
    mine: bool
    ways: tuple[Recipient, ...]
    open: bool
    used: bool

    def of(self, kind: ContactKind) -> tuple[Contact, ...]:
        """Return the contacts of a kind that are, or may become, the person's own; the one in use first."""
        shown = [each for each in self.person.contacts if each.kind is kind and each.state in SHOWN]
        return tuple(sorted(shown, key=lambda each: (SHOWN.index(each.state), str(each.id))))


@dataclass(frozen=True, slots=True)
class Proof:
    """A change with the masked address: it waits for its code, or it is done, or neither any more.

    `old` tells that there was a contact before, which heard of it.
    """

    change: ContactChange
    card: Card
    to: str
    waits: bool
    done: bool
    old: bool


SHOWN = (ContactState.CONFIRMED, ContactState.PROVISIONAL, ContactState.IN_REVIEW)


async def card(app: App, operator: Operator, actor: Actor, person_id: UUID) -> Card | None:
    """Return the contacts of a person that the actor manages; those of others are like none."""
    if not permissions.may_change(actor, person_id):
        return None
    person = await store.person(app.pool, actor.operator, person_id)
    if person is None:
        return None
    policy, today = operator.policy, datetime.now(world.BRAZIL).date()
    all_ways = changes.with_ways(person, replace(changes.ways(person), uses_no_mobile=False))
    return Card(
        person,
        person_id == actor.person,
        ladder.ways(policy, all_ways, app.means.carried | operator.carried),
        ContactDoor.APP in policy.contact_doors,
        family.rule(policy, person.beneficiary, today).own is not Own.NONE,
    )


async def proof(app: App, operator: Operator, actor: Actor, change_id: UUID, now: datetime) -> Proof | None:
    """Return a change that the actor asked for, as it stands; another's is like none."""
    change = await store.read(app.pool, actor.operator, change_id)
    if change is None or change.asked_by != actor.person:
        return None
    found = await card(app, operator, actor, change.beneficiary_id)
    if found is None:
        return None
    held = changes.known(found.person, change.kind, change.address)
    done = change.ended_at is not None and held is not None and held.state is ContactState.CONFIRMED
    old = any(each.kind is change.kind and each.state is ContactState.RETIRED for each in found.person.contacts)
    to = contacts.masked(change.kind, change.address)
    return Proof(change, found, to, short_code.alive(change, now), done, old)
