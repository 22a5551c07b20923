"""To whom and by which ways a code goes: what the policy sends together, or the way that was chosen."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from chancela.domain import contact as contacts
from chancela.domain.contact import Contact, ContactKind, ContactState
from chancela.domain.delivery import Channel
from chancela.domain.refusal import Refusal, Refused

if TYPE_CHECKING:
    from uuid import UUID

    from chancela.domain.people import Person, Provider
    from chancela.domain.policy import Policy


@dataclass(frozen=True, slots=True)
class Wish:
    """How the provider asks a code to go out; `phone` is E.164, `email` and `cpf` are normalised already."""

    guia_id: UUID
    channel: Channel | None = None
    phone: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    cpf: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Recipient:
    """A channel with the contact that it reaches; the app needs none."""

    channel: Channel
    contact: Contact | None
    to: str


@dataclass(frozen=True, slots=True)
class Route:
    """The recipients of one sending, with the contacts learnt by it."""

    recipients: tuple[Recipient, ...]
    learnt: tuple[Contact, ...] = ()


APP_MASK = "app"


def ways(
    policy: Policy, person: Person, carried: frozenset[Channel], guia_id: UUID | None = None
) -> tuple[Recipient, ...]:
    """Return every way by which this person can be reached now, in the policy's order."""
    found = (recipient(person, channel, guia_id) for channel in policy.channels if channel in carried)
    return tuple(each for each in found if each is not None)


def recipient(person: Person, channel: Channel, guia_id: UUID | None) -> Recipient | None:
    """Return who a channel reaches, or None where the person has no such contact."""
    if channel is Channel.APP:
        return Recipient(channel, None, APP_MASK) if person.beneficiary.has_app else None
    found = contacts.reachable_by(person.contacts, channel, guia_id)
    return Recipient(channel, found, contacts.masked(found.kind, found.address)) if found else None


def default_channel(
    policy: Policy, person: Person, carried: frozenset[Channel], guia_id: UUID | None = None
) -> Channel | None:
    """Return the channel to offer first: the remembered one where the policy remembers, else the first that reaches."""
    reached = [each.channel for each in ways(policy, person, carried, guia_id)]
    preferred = person.beneficiary.preferred_channel
    if policy.remembers_channel and preferred in reached:
        return preferred
    return reached[0] if reached else None


def route(
    policy: Policy, person: Person, provider: Provider, wish: Wish, carried: frozenset[Channel], new_id: UUID
) -> Route | Refused:
    """Decide to whom a code goes; `new_id` names the contact that may be learnt."""
    if wish.phone is not None or wish.email is not None:
        return _typed(policy, person, provider, wish, carried, new_id)
    if wish.channel is not None:
        return _chosen(policy, person, wish, carried)
    together = tuple(
        found
        for channel in policy.together
        if channel in carried and (found := recipient(person, channel, wish.guia_id)) is not None
    )
    if together:
        return Route(together)
    usual = default_channel(policy, person, carried, wish.guia_id)
    return _chosen(policy, person, replace(wish, channel=usual), carried) if usual else Refused(Refusal.NO_CONTACT)


def _chosen(policy: Policy, person: Person, wish: Wish, carried: frozenset[Channel]) -> Route | Refused:
    channel = wish.channel
    if channel is None or channel not in policy.channels or channel not in carried:
        return Refused(Refusal.CHANNEL_UNAVAILABLE)
    if channel is Channel.EMAIL and policy.email_asks_cpf and _wrong_cpf(person, wish):
        return Refused(Refusal.CPF_MISMATCH)
    found = recipient(person, channel, wish.guia_id)
    return Route((found,)) if found else Refused(Refusal.NO_CONTACT)


def _wrong_cpf(person: Person, wish: Wish) -> bool:
    return wish.cpf is None or person.beneficiary.cpf != wish.cpf


def _typed(
    policy: Policy, person: Person, provider: Provider, wish: Wish, carried: frozenset[Channel], new_id: UUID
) -> Route | Refused:
    kind, channel, address = (
        (ContactKind.MOBILE, Channel.SMS, wish.phone)
        if wish.phone is not None
        else (ContactKind.EMAIL, Channel.EMAIL, wish.email)
    )
    if (
        address is None
        or channel not in policy.channels
        or channel not in carried
        or wish.channel not in {None, channel}
    ):
        return Refused(Refusal.CHANNEL_UNAVAILABLE)
    if channel is Channel.EMAIL and policy.email_asks_cpf and _wrong_cpf(person, wish):
        return Refused(Refusal.CPF_MISMATCH)
    known = next((each for each in person.contacts if each.kind is kind and _same(each.address, address)), None)
    if known is not None and contacts.usable(known, wish.guia_id):
        return Route((Recipient(channel, known, contacts.masked(kind, known.address)),))
    if not policy.provider_types_first_contact or _settled(person, known, kind):
        return Refused(Refusal.CONTACT_ON_FILE)
    if any(_same(address, own) for own in provider.phones | provider.emails):
        return Refused(Refusal.CONTACT_OF_PROVIDER)
    return _learnt(person, provider, wish, Recipient(channel, known, contacts.masked(kind, address)), address, new_id)


def _same(one: str, other: str) -> bool:
    """Tell whether two addresses are one: mail houses read no difference into capital letters."""
    return one.casefold() == other.casefold()


def _settled(person: Person, known: Contact | None, kind: ContactKind) -> bool:
    """Tell whether the desk has no say: a contact is on file, or this one was said not to be the person's own."""
    contested = known is not None and known.state is ContactState.CONTESTED
    return contested or contacts.on_file(person.contacts, kind) is not None


def _learnt(person: Person, provider: Provider, wish: Wish, way: Recipient, address: str, new_id: UUID) -> Route:
    """Keep the address for this guia alone; typed by a second, unrelated provider it is confirmed (security.md)."""
    kind = contacts.KIND_OF_CHANNEL[way.channel]
    known = way.contact
    agreed = known is not None and known.state is ContactState.PROVISIONAL and known.typed_by != provider.code
    learnt = Contact(
        id=known.id if known else new_id,
        beneficiary_id=person.beneficiary.id,
        kind=kind,
        address=known.address if known else address,
        state=ContactState.CONFIRMED if agreed else ContactState.PROVISIONAL,
        typed_by=known.typed_by if known and agreed else provider.code,
        guia_id=wish.guia_id,
    )
    return Route((Recipient(way.channel, learnt, way.to),), (learnt,))
