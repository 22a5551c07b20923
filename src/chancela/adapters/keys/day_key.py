"""The key of one operator's day: it checks and seals that day's codes, and with it they become unreadable for ever."""

from __future__ import annotations

import hashlib
import hmac
import os
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chancela.adapters.keys.derive import subkey

LIFE = timedelta(hours=72)  # design.md §5: the day key is destroyed at 72 h, a day after its last code has expired
NONCE_BYTES = 12  # 96 bits, NIST SP 800-38D §8.2


class SealError(Exception):
    """A sealed text was altered, belongs to another context or was sealed under another key."""


class DayKey:
    """HMAC and AES-256-GCM under two subkeys (HKDF, RFC 5869) of one secret; the context binds both to their owner."""

    def __init__(self, operator: str, day: date, secret: bytes) -> None:
        self.operator = operator
        self.day = day
        self._secret = secret

    def __repr__(self) -> str:
        return f"DayKey({self.operator!r}, {self.day.isoformat()})"

    def digest(self, context: bytes, code: str) -> bytes:
        """Return the 32 bytes that stand for the code within the context; what is not ASCII raises ValueError."""
        prepared = self._prepared.copy()
        prepared.update(len(context).to_bytes(4, "big") + context + code.encode("ascii"))
        return prepared.digest()

    def seal(self, context: bytes, clear: bytes) -> bytes:
        """Return a random nonce, the encrypted text and its tag: 28 bytes longer than what went in."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, clear, context)

    def open(self, context: bytes, sealed: bytes) -> bytes:
        """Return what `seal` was given under the same context; anything else raises SealError."""
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context)
        except (InvalidTag, ValueError):
            raise SealError("This sealed text does not belong to this key and context.") from None

    def holds(self, secret: bytes) -> bool:
        """Tell whether the key was made from this secret."""
        return hmac.compare_digest(self._secret, secret)

    @cached_property
    def _prepared(self) -> hmac.HMAC:
        return hmac.new(self._subkey("day digest"), digestmod=hashlib.sha256)

    @cached_property
    def _cipher(self) -> AESGCM:
        return AESGCM(self._subkey("day seal"))

    def _subkey(self, purpose: str) -> bytes:
        return subkey(self._secret, purpose, self.operator, self.day.isoformat())


def destroyed_at(day: date) -> datetime:
    """Return the instant from which a day's key must be gone: 72 h after the day began (UTC)."""
    return datetime.combine(day, time(), UTC) + LIFE
