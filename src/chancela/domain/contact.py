"""How a person can be reached: contacts, their standing, and the masks under which others see them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from chancela.domain.delivery import Channel

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class ContactKind(StrEnum):
    """What an address is."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    EMAIL = "email"


class ContactState(StrEnum):
    """How far an address is known to be the person's own (security.md, first contacts and changes).

    A retired one was replaced by the person: it receives nothing but the notice of that, and is nobody's any more.
    """

    PROVISIONAL = "provisional"
    CONFIRMED = "confirmed"
    CONTESTED = "contested"
    IN_REVIEW = "in_review"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Contact:
    """One address of one beneficiary: E.164 for phones, lower-case domain for e-mail.

    A provisional contact names the provider that typed it and the only guia whose code it may receive.
    """

    id: UUID
    beneficiary_id: UUID
    kind: ContactKind
    address: str = field(repr=False)
    state: ContactState = ContactState.CONFIRMED
    typed_by: str | None = None
    guia_id: UUID | None = None
    created_at: datetime | None = None


KINDS_OF_CHANNEL: Mapping[Channel, tuple[ContactKind, ...]] = {
    Channel.SMS: (ContactKind.MOBILE,),
    Channel.WHATSAPP: (ContactKind.MOBILE,),
    Channel.VOICE: (ContactKind.LANDLINE, ContactKind.MOBILE),
    Channel.EMAIL: (ContactKind.EMAIL,),
}


def usable(contact: Contact, guia_id: UUID | None) -> bool:
    """Tell whether a code of this guia may go to the contact."""
    if contact.state is ContactState.PROVISIONAL:
        return contact.guia_id is not None and contact.guia_id == guia_id
    return contact.state is ContactState.CONFIRMED


def reachable_by(contacts: Iterable[Contact], channel: Channel, guia_id: UUID | None = None) -> Contact | None:
    """Return the contact that a channel would use: a confirmed one before this guia's provisional one, newest first.

    A call goes to the landline where there is one: it is the way for those whom no message reaches.
    """
    known = tuple(contacts)
    for kind in KINDS_OF_CHANNEL.get(channel, ()):
        fitting = [contact for contact in known if contact.kind is kind and usable(contact, guia_id)]
        if fitting:
            return max(fitting, key=lambda each: (each.state is ContactState.CONFIRMED, str(each.id)))
    return None


def on_file(contacts: Iterable[Contact], kind: ContactKind) -> Contact | None:
    """Return the confirmed contact of a kind, or None where a first one may still be typed."""
    return next((each for each in contacts if each.kind is kind and each.state is ContactState.CONFIRMED), None)


def masked(kind: ContactKind, address: str) -> str:
    """Return the address as others may see it: area code and last four digits, or the first letter and the domain."""
    if kind is ContactKind.EMAIL:
        return masked_email(address)
    national = address.removeprefix("+55")
    area, local = national[:2], national[2:]
    return f"({area}) {'*' * (len(local) - 4)}-{local[-4:]}"


def masked_email(address: str) -> str:
    """Return an e-mail with its first letter and its domain alone."""
    name, _, domain = address.partition("@")
    return f"{name[:1]}***@{domain}"
