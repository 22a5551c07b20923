"""To whom a code goes when it is asked for: by the ladder, by a chosen way, or to a first contact just typed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from uuid import UUID

from chancela.domain import contact as contacts, ladder
from chancela.domain.contact import Contact, ContactKind, ContactState
from chancela.domain.delivery import Channel
from chancela.domain.ladder import CHOSEN, Recipient
from chancela.domain.refusal import Refusal, Refused

if TYPE_CHECKING:
    from chancela.domain.ladder import Scene
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
class Sharing:
    """Who else has an address: families (by their holder) other than the person's own, and providers or their staff.

    `sends` are the messages to it in the last hour, to whomever they were.
    """

    families: frozenset[UUID] = frozenset()
    providers: frozenset[str] = frozenset()
    sends: int = 0


@dataclass(frozen=True, slots=True)
class Route:
    """The recipients of one sending with the ladder's rung, and the contacts learnt by it.

    `told` are older contacts that hear of a new one; `held` says that the new one waits for review and gets no code.
    """

    recipients: tuple[Recipient, ...]
    rung: int = CHOSEN
    learnt: tuple[Contact, ...] = ()
    told: tuple[Recipient, ...] = ()
    held: bool = False


@dataclass(frozen=True, slots=True)
class Asking:
    """A wish with all that decides it; `new_id` names the contact that may be learnt."""

    policy: Policy
    provider: Provider
    scene: Scene
    wish: Wish
    new_id: UUID
    sharing: Sharing = Sharing()

    @property
    def person(self) -> Person:
        """Return the person of the guia."""
        return self.scene.person


def route(asking: Asking) -> Route | Refused:
    """Decide to whom a code goes."""
    wish, policy, scene = asking.wish, asking.policy, asking.scene
    if wish.phone is not None or wish.email is not None:
        return _typed(asking)
    if wish.channel is not None:
        return _chosen(asking, wish.channel)
    if found := ladder.first(policy, scene):
        rung, recipients = found
        return Route(recipients, rung)
    usual = ladder.default_channel(policy, scene.person, ladder.awake(policy, scene), wish.guia_id)
    return _chosen(asking, usual) if usual else Refused(Refusal.NO_CONTACT)


def _chosen(asking: Asking, channel: Channel) -> Route | Refused:
    if channel not in asking.policy.channels or channel not in asking.scene.carried:
        return Refused(Refusal.CHANNEL_UNAVAILABLE)
    if channel is Channel.EMAIL and asking.policy.email_asks_cpf and _wrong_cpf(asking):
        return Refused(Refusal.CPF_MISMATCH)
    found = ladder.recipients(asking.person, channel, asking.wish.guia_id)
    return Route(found) if found else Refused(Refusal.NO_CONTACT)


def _wrong_cpf(asking: Asking) -> bool:
    return asking.wish.cpf is None or asking.person.beneficiary.cpf != asking.wish.cpf


def _typed(asking: Asking) -> Route | Refused:
    wish, policy, person = asking.wish, asking.policy, asking.person
    kind, channel, address = (
        (ContactKind.MOBILE, Channel.SMS, wish.phone)
        if wish.phone is not None
        else (ContactKind.EMAIL, Channel.EMAIL, wish.email)
    )
    open_way = channel in policy.channels and channel in asking.scene.carried and wish.channel in {None, channel}
    if address is None or not open_way:
        return Refused(Refusal.CHANNEL_UNAVAILABLE)
    if channel is Channel.EMAIL and policy.email_asks_cpf and _wrong_cpf(asking):
        return Refused(Refusal.CPF_MISMATCH)
    known = next((each for each in person.contacts if each.kind is kind and _same(each.address, address)), None)
    if known is not None and contacts.usable(known, wish.guia_id):
        return Route((Recipient(channel, known, contacts.masked(kind, known.address)),))
    if read := _of_a_reader(person, channel, address):
        return Route((read,))
    if refused := _closed(asking, known, kind, address):
        return Refused(refused)
    return _learnt(asking, Recipient(channel, known, contacts.masked(kind, address)), kind, address)


def _of_a_reader(person: Person, channel: Channel, address: str) -> Recipient | None:
    """Return the way to somebody who reads the codes, where the address is theirs."""
    found = ladder.recipients(person, channel, None)
    return next((each for each in found if each.reader and each.contact and _same(each.contact.address, address)), None)


def _same(one: str, other: str) -> bool:
    """Tell whether two addresses are one: mail houses read no difference into capital letters."""
    return one.casefold() == other.casefold()


def _of_the_provider(asking: Asking, address: str) -> bool:
    own = asking.provider.phones | asking.provider.emails
    return asking.provider.code in asking.sharing.providers or any(_same(address, each) for each in own)


def _closed(asking: Asking, known: Contact | None, kind: ContactKind, address: str) -> Refusal | None:
    """Tell why the desk has no say: a contact is on file, this one was contested, left or waits, or is its own.

    The contacts of those who read the codes are on file too; no code goes to an address that is not used.
    """
    person = asking.person
    over = known is not None and known.state in {ContactState.CONTESTED, ContactState.RETIRED}
    on_file = any(contacts.on_file(each.contacts, kind) for each in (person, *person.readers))
    unused = any(_same(each.address, address) for each in person.unused)
    if not asking.policy.provider_types_first_contact or over or on_file or unused:
        return Refusal.CONTACT_ON_FILE
    if _of_the_provider(asking, address):
        return Refusal.CONTACT_OF_PROVIDER
    waits = known is not None and known.state is ContactState.IN_REVIEW
    return Refusal.CONTACT_IN_REVIEW if waits else None


def _suspect(asking: Asking) -> bool:
    """Tell whether an address belongs to so many others that a person must look first (security.md, first contacts)."""
    return bool(asking.sharing.providers) or len(asking.sharing.families) >= asking.policy.families_per_number


def _learnt(asking: Asking, way: Recipient, kind: ContactKind, address: str) -> Route:
    """Keep the address for this guia alone; typed by a second, unrelated provider it is confirmed (security.md)."""
    person, provider, known = asking.person, asking.provider, way.contact
    agreed = known is not None and known.state is ContactState.PROVISIONAL and known.typed_by != provider.code
    learnt = Contact(
        id=known.id if known else asking.new_id,
        beneficiary_id=person.beneficiary.id,
        kind=kind,
        address=known.address if known else address,
        state=ContactState.CONFIRMED if agreed else ContactState.PROVISIONAL,
        typed_by=known.typed_by if known and agreed else provider.code,
        guia_id=asking.wish.guia_id,
    )
    if _suspect(asking):
        return Route((), learnt=(replace(learnt, state=ContactState.IN_REVIEW),), held=True)
    told = () if agreed or known is not None else tuple(_older(asking))
    return Route((replace(way, contact=learnt),), learnt=(learnt,), told=told)


def _older(asking: Asking) -> list[Recipient]:
    """Return the older contacts that a written notice reaches: the person's, and of those who read the codes."""
    person, carried = asking.person, asking.scene.carried
    readers = ((each, each.beneficiary.id) for each in person.readers)
    return [way for each, reader in ((person, None), *readers) for way in _confirmed(each, carried, reader)]


def _confirmed(person: Person, carried: frozenset[Channel], reader: UUID | None) -> list[Recipient]:
    """Return each confirmed contact that is written to, and the app."""
    channels = {ContactKind.MOBILE: Channel.SMS, ContactKind.EMAIL: Channel.EMAIL}
    found = [
        Recipient(channel, each, contacts.masked(each.kind, each.address), reader)
        for each in person.contacts
        if each.state is ContactState.CONFIRMED and (channel := channels.get(each.kind)) in carried and channel
    ]
    app = ladder.recipient(person, Channel.APP, None, reader) if Channel.APP in carried else None
    return [*found, app] if app else found
