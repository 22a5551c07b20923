"""A change of contact: a code to the new address proves it, and the address that was there before hears of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from chancela.domain import contact as contacts
from chancela.domain.contact import Contact, ContactKind, ContactState
from chancela.domain.delivery import Channel
from chancela.domain.ladder import Recipient
from chancela.domain.refusal import Refusal
from chancela.domain.trail import Event, EventKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chancela.domain.delivery import Delivery
    from chancela.domain.people import Person
    from chancela.domain.policy import Policy
    from chancela.domain.route import Sharing
    from chancela.domain.sign_in import Asked
    from chancela.domain.token import Secret

MOST_LATELY: Final = 3  # of one person within 15 minutes
MOST_A_DAY: Final = 6
CODING: Final[Mapping[ContactKind, tuple[Channel, ...]]] = {
    ContactKind.MOBILE: (Channel.SMS, Channel.WHATSAPP),
    ContactKind.EMAIL: (Channel.EMAIL,),
}
TELLING: Final[Mapping[ContactKind, tuple[Channel, ...]]] = {  # WhatsApp's templates have room for codes alone
    ContactKind.MOBILE: (Channel.SMS,),
    ContactKind.EMAIL: (Channel.EMAIL,),
}


@dataclass(frozen=True, slots=True)
class ContactChange:
    """One new address of a person, for which a code was asked by `asked_by`: themselves, or who manages for them.

    `contact_id` names the contact that it will be.
    """

    id: UUID
    beneficiary_id: UUID
    asked_by: UUID
    contact_id: UUID
    kind: ContactKind
    address: str = field(repr=False)
    secret: Secret | None
    issued_at: datetime
    expires_at: datetime
    wrong_tries: int = 0
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ways:
    """How a person wishes to be reached: not by any mobile, and first by the preferred way where there is one."""

    uses_no_mobile: bool = False
    preferred: Channel | None = None


@dataclass(frozen=True, slots=True)
class ChangeStep:
    """What becomes of a person's contacts: a change, contacts and ways as they stand now, messages, what is told."""

    beneficiary_id: UUID
    change: ContactChange | None = None
    contacts: tuple[Contact, ...] = ()
    ways: Ways | None = None
    planned: tuple[Delivery, ...] = ()
    events: tuple[Event, ...] = ()


def context(operator: str, change_id: UUID, beneficiary_id: UUID, address: str) -> bytes:
    """Return what the code of a change is bound to."""
    return f"contact|{operator}|{change_id}|{beneficiary_id}|{address}".encode()


def allowed(asked: Asked) -> bool:
    """Tell whether one more code may go out for a person's contacts: three in 15 minutes, six a day."""
    return asked.lately < MOST_LATELY and asked.today < MOST_A_DAY


def way(policy: Policy, carried: frozenset[Channel], kind: ContactKind) -> Channel | None:
    """Return the channel that brings a code to a new address; None for landlines, and where nobody carries one."""
    return _open(policy, carried, CODING.get(kind, ()))


def known(person: Person, kind: ContactKind, address: str) -> Contact | None:
    """Return the contact that has this address already; mail houses read no difference into capital letters."""
    same = (each for each in person.contacts if each.kind is kind and each.address.casefold() == address.casefold())
    return next(same, None)


def refused(held: Contact | None, sharing: Sharing, families: int) -> Refusal | None:
    """Tell why an address cannot become the person's own here (security.md, first contacts and changes).

    It is on file or was contested, it belongs to those who give care, or so many families have it that somebody must
    look first; `families` is the policy's number of them.
    """
    if held is not None and held.state in {ContactState.CONFIRMED, ContactState.CONTESTED}:
        return Refusal.CONTACT_ON_FILE
    if sharing.providers:
        return Refusal.CONTACT_OF_PROVIDER
    waits = held is not None and held.state is ContactState.IN_REVIEW
    return Refusal.CONTACT_IN_REVIEW if waits or len(sharing.families) >= families else None


def former(person: Person, kind: ContactKind) -> tuple[Contact, ...]:
    """Return the confirmed contacts in whose place a new one of their kind comes."""
    return tuple(each for each in person.contacts if each.kind is kind and each.state is ContactState.CONFIRMED)


def told(policy: Policy, carried: frozenset[Channel], person: Person, kind: ContactKind) -> tuple[Recipient, ...]:
    """Return who hears of a change: the contacts it replaces; else every other confirmed one."""
    before = _written(policy, carried, former(person, kind))
    others = (each for each in person.contacts if each.kind is not kind and each.state is ContactState.CONFIRMED)
    return before or _written(policy, carried, tuple(others))


def ways(person: Person) -> Ways:
    """Return how a person wishes to be reached, as it stands on file."""
    return Ways(person.beneficiary.uses_no_mobile, person.beneficiary.preferred_channel)


def with_ways(person: Person, ways: Ways | None) -> Person:
    """Return the person with other ways, where there are any."""
    if ways is None:
        return person
    one = replace(person.beneficiary, uses_no_mobile=ways.uses_no_mobile, preferred_channel=ways.preferred)
    return replace(person, beneficiary=one)


def told_ways(beneficiary_id: UUID, ways: Ways, actor: str) -> Event:
    """Return what the trail tells of ways that were changed."""
    preferred = ways.preferred.value if ways.preferred else None
    data = {"uses_no_mobile": ways.uses_no_mobile, "preferred": preferred}
    return Event(EventKind.WAYS_CHANGED, beneficiary_id, actor, data)


def _written(policy: Policy, carried: frozenset[Channel], found: tuple[Contact, ...]) -> tuple[Recipient, ...]:
    ways = ((_open(policy, carried, TELLING.get(each.kind, ())), each) for each in found)
    return tuple(Recipient(how, each, contacts.masked(each.kind, each.address)) for how, each in ways if how)


def _open(policy: Policy, carried: frozenset[Channel], channels: tuple[Channel, ...]) -> Channel | None:
    return next((each for each in channels if each in policy.channels and each in carried), None)
