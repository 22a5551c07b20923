"""A person's session: opened by a code or a passkey, known by the hash of a secret, ended by its owner or by time."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

VISIT: Final = timedelta(hours=12)  # on a device that others use too
STAY: Final = timedelta(days=30)
IDLE: Final = timedelta(days=7)
FRESHLY: Final = timedelta(minutes=15)  # a change asks for a code entered within this time
DEVICE_LENGTH: Final = 60


@dataclass(frozen=True, slots=True)
class PersonSession:
    """One device at which a person is signed in; `assured_at` is when a code or a passkey was last shown there."""

    id: UUID
    beneficiary_id: UUID
    token_hash: bytes = field(repr=False)
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    assured_at: datetime
    device: str
    ended_at: datetime | None = None


def opened(id_: UUID, beneficiary_id: UUID, secret: str, device: str, now: datetime, *, stays: bool) -> PersonSession:
    """Return a new session: for 30 days where the person stays signed in on this device, else for 12 hours."""
    until = now + (STAY if stays else VISIT)
    return PersonSession(id_, beneficiary_id, hashed(secret), now, now, until, now, device[:DEVICE_LENGTH])


def hashed(secret: str) -> bytes:
    """Return what is kept of a session's secret; 32 random bytes need no salt (ASVS 5.0, 7.2)."""
    return hashlib.sha256(secret.encode()).digest()


def alive(session: PersonSession, now: datetime) -> bool:
    """Tell whether the session still opens pages: neither ended, nor past its time, nor unused for a week."""
    return session.ended_at is None and now < session.expires_at and now < session.seen_at + IDLE


def assured(assured_at: datetime | None, now: datetime) -> bool:
    """Tell whether a sign-in code was entered, or a passkey shown, lately enough for a change."""
    return assured_at is not None and now < assured_at + FRESHLY


def stays(session: PersonSession) -> bool:
    """Tell whether the person wished to stay signed in on this device."""
    return session.expires_at - session.created_at > VISIT


def ended(session: PersonSession, now: datetime) -> PersonSession:
    """Return the session as history."""
    return replace(session, ended_at=now)
