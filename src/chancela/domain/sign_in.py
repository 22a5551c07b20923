"""Signing in: a code to a contact on file, for ten minutes and five tries, asked for by card or CPF and birth date."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from chancela.domain import ladder
from chancela.domain.delivery import Channel

if TYPE_CHECKING:
    from chancela.domain.delivery import Delivery
    from chancela.domain.ladder import Recipient
    from chancela.domain.people import Person
    from chancela.domain.policy import Policy
    from chancela.domain.session import PersonSession
    from chancela.domain.token import Secret
    from chancela.domain.trail import Event

LATELY: Final = timedelta(minutes=15)
MOST_LATELY: Final = 3
DAY: Final = timedelta(days=1)
MOST_A_DAY: Final = 10  # with five tries each, 5 in 100,000 for whoever guesses all day
MOST_FROM_ONE_PLACE: Final = 30
KNOWN: Final = b"known:"
CARRYING: Final = frozenset({Channel.SMS, Channel.WHATSAPP, Channel.EMAIL})


@dataclass(frozen=True, slots=True)
class Claim:
    """Who someone says to be: a card number as typed, the CPF that the same words may be, and a birth date."""

    card: str = field(repr=False)
    cpf: str | None = field(repr=False)
    birth_date: date = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignIn:
    """One code that was asked for; without a person it is a decoy, which lives, counts and ends like any other."""

    id: UUID
    beneficiary_id: UUID | None
    contact_id: UUID | None
    origin: bytes = field(repr=False)
    secret: Secret | None
    issued_at: datetime
    expires_at: datetime
    wrong_tries: int = 0
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """How many codes a person was sent within the last 15 minutes and the last day, from known places or others."""

    lately: int = 0
    today: int = 0


@dataclass(frozen=True, slots=True)
class DoorStep:
    """A change at the door: a sign-in as it stands now, messages, sessions opened or ended, what is told of them.

    Asking for a code tells the trail nothing: strangers could make it grow, and a decoy has no subject.
    """

    sign_in: SignIn | None = None
    planned: tuple[Delivery, ...] = ()
    sessions: tuple[PersonSession, ...] = ()
    events: tuple[Event, ...] = ()


def context(operator: str, sign_in_id: UUID, beneficiary_id: UUID | None) -> bytes:
    """Return what a sign-in code is bound to."""
    return f"sign in|{operator}|{sign_in_id}|{beneficiary_id}".encode()


def allowed(asked: Asked) -> bool:
    """Tell whether one more code may go out to a person: three in 15 minutes, ten a day."""
    return asked.lately < MOST_LATELY and asked.today < MOST_A_DAY


def place(origin: bytes, *, known: bool) -> bytes:
    """Return the place that a sign-in is kept with: marked where the person signed in there before.

    Codes of such places are counted apart, so that strangers who spend a person's codes of a day leave these to them.
    """
    return KNOWN + origin if known else origin


def way(policy: Policy, person: Person, carried: frozenset[Channel], nth: int) -> Recipient | None:
    """Return where the nth code (from 0) goes: confirmed contacts in the policy's order, another one each time.

    Never the app, which is not a contact, nor a call, whose words are about a guia; None where nobody can be reached.
    """
    open_ways = [each for each in ladder.ways(policy, person, carried & CARRYING) if each.contact is not None]
    return open_ways[nth % len(open_ways)] if open_ways else None
