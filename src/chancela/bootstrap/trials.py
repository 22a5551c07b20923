"""Test messages: ids that only this installation can have made, and receipts that lead back to them."""

from __future__ import annotations

import hmac
import secrets
from typing import TYPE_CHECKING, Final
from uuid import UUID

if TYPE_CHECKING:
    from chancela.adapters.keys.key_file import KeyFile

PURPOSE: Final = "carrier trial"
CHANCE_BYTES: Final = 6
CODE: Final = "000000"  # where a channel has no words but around a code; it is nobody's


def new_id(keys: KeyFile, operator: str) -> UUID:
    """Return the id of a test message (UUIDv8, RFC 9562 section 5.8): chance, and its MAC for the operator."""
    return _sealed(keys, operator, secrets.token_bytes(CHANCE_BYTES))


def proven(keys: KeyFile, operator: str, found: UUID | None) -> bool:
    """Tell whether an id is a test message's of this operator: then it is no delivery's."""
    if found is None:
        return False
    return hmac.compare_digest(_sealed(keys, operator, found.bytes[:CHANCE_BYTES]).bytes, found.bytes)


def _sealed(keys: KeyFile, operator: str, chance: bytes) -> UUID:
    mac = keys.mac(PURPOSE, operator.encode() + chance)
    number = int.from_bytes(chance + mac[: 16 - CHANCE_BYTES], "big")
    number = number & ~(0xF000 << 64) | (8 << 76)
    return UUID(int=number & ~(0xC000 << 48) | (0x8000 << 48))
