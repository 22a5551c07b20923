"""Randomness from the operating system: codes and ids."""

from __future__ import annotations

import os
import secrets
import time
from uuid import UUID

from chancela.domain.token import CODES, DIGITS

ID_BYTES = 10
POOL = 4090  # bytes asked of the operating system at a time


class SystemChance:
    """The port `Chance`."""

    def __init__(self) -> None:
        self._pool = b""

    def code(self) -> str:
        """Return six digits, each of the 10^6 codes equally likely."""
        return f"{secrets.randbelow(CODES):0{DIGITS}d}"

    def id(self) -> UUID:
        """Return a new UUIDv7 (RFC 9562, section 5.7): milliseconds since 1970, then 74 random bits."""
        if len(self._pool) < ID_BYTES:
            self._pool = os.urandom(POOL)
        taken, self._pool = self._pool[:ID_BYTES], self._pool[ID_BYTES:]
        return uuid7(time.time_ns() // 1_000_000, int.from_bytes(taken, "big"))

    def secret(self) -> str:
        """Return 32 random bytes as 43 URL-safe characters."""
        return secrets.token_urlsafe(32)


def uuid7(milliseconds: int, random: int) -> UUID:
    """Lay out a UUIDv7 from a time and 80 bits of which 74 are used."""
    number = (milliseconds & (2**48 - 1)) << 80 | random
    number = number & ~(0xF000 << 64) | (7 << 76)
    return UUID(int=number & ~(0xC000 << 48) | (0x8000 << 48))
