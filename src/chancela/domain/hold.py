"""A held contact: one that somebody asked for by telephone, and that waits for a second person or for time."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from uuid import UUID

from chancela.domain import change as changes
from chancela.domain.change import Ways
from chancela.domain.contact import Contact, ContactKind, ContactState
from chancela.domain.policy import ContactCare
from chancela.domain.refusal import Refusal

if TYPE_CHECKING:
    from chancela.domain.change import ChangeStep
    from chancela.domain.people import Person
    from chancela.domain.policy import Policy

LAPSE: Final = timedelta(days=7)  # after which nobody can tell any more whether the person still wishes it


class HoldEnd(StrEnum):
    """How a held contact ended: it took its place, somebody refused it, or nobody decided in time."""

    APPLIED = "applied"
    REFUSED = "refused"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class Hold:
    """One new address of a person, asked for in a call with a protocol; `contact_id` names the contact it will be.

    `due_at` is when time alone applies it (`care` hold), or when it lapses because nobody decided (second person).
    """

    id: UUID
    beneficiary_id: UUID
    call_id: UUID
    protocol: str
    contact_id: UUID
    kind: ContactKind
    address: str = field(repr=False)
    care: ContactCare
    proposed_by: str
    proposed_at: datetime
    due_at: datetime
    end: HoldEnd | None = None
    ended_by: str | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class HoldStep:
    """What becomes of a held contact, with what it changes of the person, its messages and its events."""

    hold: Hold
    change: ChangeStep


def care(policy: Policy, *, shared: bool, heard: bool) -> ContactCare:
    """Return what an address waits for: for a person wherever many have it, or nobody hears of it to say no."""
    return ContactCare.SECOND_PERSON if shared or not heard else policy.contact_care


def due(policy: Policy, awaited: ContactCare, now: datetime) -> datetime:
    """Return when a held contact is applied by time, or lapses."""
    return now + (LAPSE if awaited is ContactCare.SECOND_PERSON else timedelta(hours=policy.contact_hold_hours))


def for_a_person(hold: Hold, now: datetime) -> Hold:
    """Return a held contact that time was to apply, and that somebody must look at first."""
    return replace(hold, care=ContactCare.SECOND_PERSON, due_at=now + LAPSE)


def ended(hold: Hold, end: HoldEnd, by: str, now: datetime) -> Hold:
    """Return a held contact as history."""
    return replace(hold, end=end, ended_by=by, ended_at=now)


def impossible(why: Refusal | None) -> bool:
    """Tell whether what speaks against an address (`change.refused`) lets nobody approve it either."""
    return why not in {None, Refusal.CONTACT_IN_REVIEW}


def contacts(hold: Hold, person: Person) -> tuple[Contact, ...]:
    """Return the contacts as they stand once it is applied: those of its kind are retired, it is confirmed."""
    gone = (replace(each, state=ContactState.RETIRED) for each in changes.former(person, hold.kind))
    held = changes.known(person, hold.kind, hold.address)
    new = replace(held, state=ContactState.CONFIRMED, typed_by=None, guia_id=None) if held else None
    return (*gone, new or Contact(hold.contact_id, hold.beneficiary_id, hold.kind, hold.address))


def ways(hold: Hold, person: Person) -> Ways | None:
    """Return the person's ways where it changes them: who gives a mobile uses one."""
    gives = hold.kind is ContactKind.MOBILE and person.beneficiary.uses_no_mobile
    return Ways(uses_no_mobile=False, preferred=person.beneficiary.preferred_channel) if gives else None
