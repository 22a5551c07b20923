"""Passkeys: a key that stays in a person's own device and answers a challenge there; here are only facts of it."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from uuid import UUID

from chancela.domain import session as sessions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chancela.domain.sign_in import DoorStep

LIFE: Final = timedelta(minutes=5)
MOST: Final = 5
MOST_FROM_ONE_PLACE: Final = 60
NAME_LENGTH: Final = 60
ID_LENGTH: Final = 1023  # bytes; WebAuthn Level 3, 7.1, step 26


class Ceremony(StrEnum):
    """What a challenge is for: to enrol a passkey, or to enter with one."""

    ENROL = "enrol"
    ENTER = "enter"


@dataclass(frozen=True, slots=True)
class Passkey:
    """A passkey of a person: `public_key` is a COSE key, `sign_count` what its authenticator counted last."""

    id: UUID
    beneficiary_id: UUID
    credential_id: bytes = field(repr=False)
    public_key: bytes = field(repr=False)
    sign_count: int
    name: str
    created_at: datetime
    used_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a passkey is asked to answer, once and within five minutes; without a person it is for whoever comes in."""

    id: UUID
    ceremony: Ceremony
    beneficiary_id: UUID | None
    secret_hash: bytes = field(repr=False)
    origin: bytes = field(repr=False)
    asked_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class PasskeyStep:
    """A change: a passkey as it stands now, and at the door what is told of it and the sessions it opened or ended."""

    passkey: Passkey
    door: DoorStep


def challenge(
    id_: UUID, ceremony: Ceremony, whose: UUID | None, secret: str, origin: bytes, now: datetime
) -> Challenge:
    """Return a new challenge; `secret` is what the browser is given, and is kept as a hash alone."""
    return Challenge(id_, ceremony, whose, sessions.hashed(secret), origin, now, now + LIFE)


def answers(held: Challenge | None, ceremony: Ceremony, whose: UUID | None, secret: str, now: datetime) -> bool:
    """Tell whether a secret is that of a challenge which is still alive, for this ceremony and this person."""
    return (
        held is not None
        and (held.ceremony, held.beneficiary_id) == (ceremony, whose)
        and now < held.expires_at
        and hmac.compare_digest(held.secret_hash, sessions.hashed(secret))
    )


def counts(passkey: Passkey, shown: int) -> bool:
    """Tell whether a counter may be of the one authenticator: where it counts, it grew (WebAuthn L2, 7.2, step 21)."""
    return shown > passkey.sign_count or shown == passkey.sign_count == 0


def room(held: Iterable[Passkey]) -> bool:
    """Tell whether a person may enrol one more: five that live."""
    return sum(alive(each) for each in held) < MOST


def alive(passkey: Passkey) -> bool:
    """Tell whether the passkey still opens something."""
    return passkey.ended_at is None


def used(passkey: Passkey, shown: int, now: datetime) -> Passkey:
    """Return the passkey after it answered a challenge."""
    return replace(passkey, sign_count=shown, used_at=now)


def ended(passkey: Passkey, now: datetime) -> Passkey:
    """Return the passkey as history."""
    return replace(passkey, ended_at=now)
