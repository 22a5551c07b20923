"""The people and houses of the field: operator, beneficiary, provider, and how a name is shown to others."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from chancela.domain.contact import Contact
from chancela.domain.delivery import Channel
from chancela.domain.message import Language

if TYPE_CHECKING:
    from chancela.domain.analysis import Rule
    from chancela.domain.policy import Policy
    from chancela.domain.policy_proviso import Proviso
    from chancela.domain.webhook import WebhookKind


class Relation(StrEnum):
    """How a beneficiary stands to the holder (SIB relacaoDependencia in brackets)."""

    HOLDER = "holder"  # 1
    SPOUSE = "spouse"  # 3
    CHILD = "child"  # 4
    STEPCHILD = "stepchild"  # 6
    PARENT = "parent"  # 8
    OTHER = "other"  # 10


class Standing(StrEnum):
    """Whether the plan answers for this person today."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Beneficiary:
    """A person whom a plan covers; the card number is text of 1..20 characters whose leading zeros matter.

    `private` hides attendances from the holder. `protected` (a court order, or violence) leaves nobody but the named
    guardian, where one is named.
    """

    id: UUID
    card_number: str
    name: str
    relation: Relation = Relation.HOLDER
    holder_id: UUID | None = None
    birth_date: date | None = None
    cpf: str | None = field(default=None, repr=False)
    plan: str = ""
    standing: Standing = Standing.ACTIVE
    joined_date: date | None = None
    ended_date: date | None = None
    card_valid_until: date | None = None
    covers_dental: bool = True
    covers_medical: bool = True
    has_app: bool = False
    preferred_channel: Channel | None = None
    uses_no_mobile: bool = False
    language: Language = Language.PORTUGUESE
    private: bool = False
    protected: bool = False
    named_guardian_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """A beneficiary with every contact on file.

    As the one to whom codes go (`family.reached`), `contacts` are those of their own that are used at their age,
    `readers` are others who get the codes, `told` are guardians who hear of a code without getting it; `unused` are
    addresses to which this person's codes never go, whoever types them.
    """

    beneficiary: Beneficiary
    contacts: tuple[Contact, ...] = ()
    readers: tuple[Person, ...] = ()
    told: tuple[Person, ...] = ()
    unused: tuple[Contact, ...] = ()


@dataclass(frozen=True, slots=True)
class Provider:
    """A dentist, clinic, hospital or laboratory of the network; its phones (E.164) never receive a patient's code."""

    code: str
    name: str
    specialties: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    active: bool = True


class Audience(StrEnum):
    """For whom a telephone is."""

    EVERYONE = "everyone"
    PROVIDERS = "providers"
    HEARING = "hearing"  # people with a hearing or speech disability (Decreto 11.034/2022, art. 6)


@dataclass(frozen=True, slots=True)
class Line:
    """A telephone of the operator's call centre, for whom it is and when it answers."""

    label: str
    number: str
    hours: str
    audience: Audience = Audience.EVERYONE


@dataclass(frozen=True, slots=True)
class Operator:
    """The tenant: a plan company, known by its six-digit ANS register; `accent` is its colour as #rrggbb.

    `carried` are the channels for which it has carriers of its own, `chat_url` is where it talks in writing (https
    alone), `logo` the version of its logo where it has one. `policy` is what holds today, `provisos` are the exceptions
    to it: of a guia the rules are `policy_proviso.of_guia`, which keeps in `merged` what it found before. `told` is of
    what other systems are told; only the world of a deed knows it.
    """

    ans: str
    name: str
    policy: Policy
    rules: tuple[Rule, ...] = ()
    lines: tuple[Line, ...] = ()
    accent: str | None = None
    carried: frozenset[Channel] = frozenset()
    chat_url: str | None = None
    logo: str | None = None
    provisos: tuple[Proviso, ...] = ()
    told: frozenset[WebhookKind] = frozenset()
    merged: dict[tuple[int, ...], Policy] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def lines_of_people(self) -> tuple[Line, ...]:
        """Return the telephones that beneficiaries are given: not those for providers alone."""
        return tuple(each for each in self.lines if each.audience is not Audience.PROVIDERS)


def family(person: Beneficiary) -> UUID:
    """Return by whom a person's family is known: its holder, or the person where nobody else holds the plan."""
    return person.holder_id or person.id


def masked_name(name: str) -> str:
    """Return the first name and the initials of the others: enough to greet a person, too little to know them."""
    first, *others = name.split() or [""]
    return " ".join([first, *(f"{word[0]}." for word in others if word[0].isupper())])
