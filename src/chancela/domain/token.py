"""The token: one live code of one guia, its three windows, its tries, and the context to which its digits are bound."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from chancela.domain import guia as guias

if TYPE_CHECKING:
    from chancela.domain.guia import Guia
    from chancela.domain.policy import Policy

DIGITS = 6
CODES = 10**DIGITS
SLIP = timedelta(minutes=10)  # how wrong the clock of a desk may be, which writes down when a code was given


class Window(StrEnum):
    """How old a code was when it was given."""

    FRESH = "fresh"
    VALID = "valid"
    LATE = "late"


class Method(StrEnum):
    """What confirmed the attendance."""

    TOKEN = "token"  # noqa: S105 - a method, not a secret
    OFFLINE = "offline"
    PAPER = "paper"


class TokenEnd(StrEnum):
    """Why a code is no longer alive."""

    USED = "used"
    SUPERSEDED = "superseded"
    LOCKED = "locked"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    REPORTED = "reported"


@dataclass(frozen=True, slots=True)
class Secret:
    """What is kept of a live code: an HMAC for the check, an AES-GCM copy for its owner, and the day of their key."""

    digest: bytes = field(repr=False)
    sealed: bytes = field(repr=False)
    key_date: date


@dataclass(frozen=True, slots=True)
class Token:
    """A code of a guia without its digits; generations count from 1 and never repeat within a guia."""

    guia_id: UUID
    generation: int
    issued_at: datetime
    expires_at: datetime
    wrong_tries: int = 0
    ended_at: datetime | None = None
    end: TokenEnd | None = None


@dataclass(frozen=True, slots=True)
class Validation:
    """The proof that an attendance was confirmed; `code` fits TISS codValidacao (1..10 characters).

    `taken_at` is when the code was given, where it was written down without a connection and confirmed afterwards;
    `visit_date` is there where the code followed the visit: the day on which that was.
    """

    guia_id: UUID
    at: datetime
    window: Window
    method: Method
    code: str
    generation: int
    by: str
    event_seq: int | None = None
    taken_at: datetime | None = None
    visit_date: date | None = None


def context(guia: Guia, generation: int) -> bytes:
    """Return what a code is bound to: operator, guia, provider, beneficiary, generation and what was requested."""
    named = f"{guia.operator}|{guia.id}|{guia.provider}|{guia.beneficiary_id}|{generation}|"
    return named.encode() + guias.procedures_hash(guia.procedures)


def alive(token: Token | None, now: datetime) -> bool:
    """Tell whether the code may still be given at this instant."""
    return token is not None and token.end is None and now < token.expires_at


def lived(token: Token | None, at: datetime) -> bool:
    """Tell whether a code that did not end was alive at an instant that may be over: issued by then, not expired."""
    return token is not None and alive(token, at) and token.issued_at <= at + SLIP


def window(token: Token, policy: Policy, now: datetime) -> Window:
    """Return the window of a live code: fresh for the first minutes, then valid."""
    return Window.FRESH if now < token.issued_at + policy.fresh else Window.VALID


def ended(token: Token, end: TokenEnd, now: datetime) -> Token:
    """Return the token as history."""
    return replace(token, ended_at=now, end=end)


def overtaken(token: Token | None, now: datetime) -> tuple[Token, ...]:
    """Return a code that is out as history, for what takes its place: superseded, or expired where it was too old."""
    if token is None or token.end is not None:
        return ()
    return (ended(token, TokenEnd.SUPERSEDED if alive(token, now) else TokenEnd.EXPIRED, now),)


def attempts_left(policy: Policy, guia: Guia, token: Token | None) -> int:
    """Return how many wrong entries are left: at most 5 for this code and 10 for the guia over all re-issues."""
    spent = token.wrong_tries if token is not None and token.end is not TokenEnd.EXPIRED else 0
    return max(0, min(policy.tries_per_code - spent, policy.tries_per_guia - guia.wrong_tries))


def digits(text: str) -> str | None:
    """Return the six ASCII digits of an entry, spaces and hyphens left out, or None where it is no code at all."""
    bare = text.replace(" ", "").replace("-", "").replace("\u00a0", "")
    return bare if len(bare) == DIGITS and bare.isascii() and bare.isdigit() else None
