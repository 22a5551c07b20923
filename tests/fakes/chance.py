"""Chance in memory: seeded, so that a test may be told what falls."""

from __future__ import annotations

import random
from uuid import UUID


class SeededChance:
    """The port `Chance`; codes put into `next_codes` fall first."""

    def __init__(self, seed: int = 1) -> None:
        self._random = random.Random(seed)
        self._given = 0
        self.next_codes: list[str] = []

    def code(self) -> str:
        return self.next_codes.pop(0) if self.next_codes else f"{self._random.randrange(10**6):06d}"

    def id(self) -> UUID:
        """A UUIDv7 whose time goes on by a millisecond each."""
        self._given += 1
        return UUID(int=(self._given << 80) | (7 << 76) | (0x8 << 60) | self._random.getrandbits(60))

    def secret(self) -> str:
        """Text as long as the real one's."""
        return f"{self._random.getrandbits(256):064x}"[:43]
