"""A person's file as the operator's people see and change it, and when two files are one person's."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from uuid import UUID

from chancela.domain.contact import ContactState
from chancela.domain.people import Standing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chancela.domain.contact import Contact
    from chancela.domain.people import Beneficiary, Person
    from chancela.domain.trail import Event


class Part(StrEnum):
    """What of a file is uncovered at once: who it is, or how they are reached."""

    IDENTITY = "identity"
    CONTACTS = "contacts"


class What(StrEnum):
    """What may be changed of a file: how the plan stands, which marks it bears, and that a contact is not theirs."""

    SUSPEND = "suspend"
    END = "end"
    ACTIVATE = "activate"
    PROTECT = "protect"
    UNPROTECT = "unprotect"
    HIDE = "hide"
    UNHIDE = "unhide"
    CONTEST = "contest"


STANDINGS: Final[Mapping[What, Standing]] = {
    What.SUSPEND: Standing.SUSPENDED,
    What.END: Standing.ENDED,
    What.ACTIVATE: Standing.ACTIVE,
}
MARKS: Final = frozenset({What.PROTECT, What.UNPROTECT, What.HIDE, What.UNHIDE})
TURNED_DOWN: Final = frozenset({ContactState.CONTESTED, ContactState.RETIRED})


@dataclass(frozen=True, slots=True)
class Record:
    """A person with every contact; `merged_into` is the file that goes on where this one ended as the same person's."""

    person: Person
    merged_into: UUID | None = None


@dataclass(frozen=True, slots=True)
class Merge:
    """Two files of one person: everything of `gone` becomes the survivor's, contacts as they stand from now on."""

    gone: UUID
    survivor: UUID
    contacts: tuple[Contact, ...] = ()
    on_date: date | None = None


@dataclass(frozen=True, slots=True)
class RecordStep:
    """What becomes of a file with what is told: person, contacts, a merge; `let_out` come in anew everywhere.

    `was` is the person before: only what differs is written, as they, or an import, may change the rest meanwhile.
    """

    events: tuple[Event, ...]
    beneficiary: Beneficiary | None = None
    was: Beneficiary | None = None
    contacts: tuple[Contact, ...] = ()
    let_out: tuple[UUID, ...] = ()
    merge: Merge | None = field(default=None)


class Likeness(StrEnum):
    """How much two files look like one person's."""

    SAME = "same"
    DOUBTFUL = "doubtful"
    OTHER = "other"


def likeness(one: Beneficiary, other: Beneficiary) -> Likeness:
    """Tell whether two files are one person's: by CPF and birth date; by one of them somebody has to vouch for it."""
    if one.id in {other.id, other.holder_id} or other.id == one.holder_id:
        return Likeness.OTHER
    alike = sum(a is not None and a == b for a, b in ((one.cpf, other.cpf), (one.birth_date, other.birth_date)))
    return (Likeness.OTHER, Likeness.DOUBTFUL, Likeness.SAME)[alike]


def changed(one: Beneficiary, what: What, today: date) -> Beneficiary:
    """Return a person as they stand after a change that is about no contact."""
    if what in STANDINGS:
        ended = today if what is What.END else None
        return replace(one, standing=STANDINGS[what], ended_date=ended)
    if what in {What.PROTECT, What.UNPROTECT}:
        return replace(one, protected=what is What.PROTECT)
    return replace(one, private=what is What.HIDE)


def merged(gone: Person, survivor: Person) -> tuple[Contact, ...]:
    """Return the contacts of the file that ends as they stand in, or beside, the one that goes on.

    What the survivor has too stays behind, retired; where the survivor has a confirmed one of its kind, another
    confirmed one comes as a retired one: codes go where they went.
    """
    have = {(each.kind, each.address.casefold()) for each in survivor.contacts}
    settled = {each.kind for each in survivor.contacts if each.state is ContactState.CONFIRMED}
    moved = []
    for each in gone.contacts:
        if (each.kind, each.address.casefold()) in have:
            moved.append(replace(each, state=ContactState.RETIRED, typed_by=None, guia_id=None))
            continue
        left = each.state is ContactState.CONFIRMED and each.kind in settled
        state = ContactState.RETIRED if left else each.state
        moved.append(replace(each, beneficiary_id=survivor.beneficiary.id, state=state))
    return tuple(moved)


def survivor(gone: Beneficiary, kept: Beneficiary) -> Beneficiary:
    """Return the file that goes on with the marks of both: nobody is shown to whom either hid from."""
    named = kept.named_guardian_id or gone.named_guardian_id
    return replace(
        kept,
        private=kept.private or gone.private,
        protected=kept.protected or gone.protected,
        named_guardian_id=None if named == kept.id else named,
    )
