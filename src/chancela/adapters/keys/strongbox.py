"""An operator's secrets (a carrier's password), sealed so that a database without its key file is mute."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chancela.adapters.keys.day_key import NONCE_BYTES, SealError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chancela.adapters.keys.key_file import KeyFile

PURPOSE: Final = "carrier secrets"


class Strongbox:
    """AES-256-GCM under one key of the key file; each box is bound to its operator and carrier."""

    def __init__(self, keys: KeyFile) -> None:
        self._keys = keys

    def seal(self, operator: str, name: str, secrets: Mapping[str, str]) -> bytes:
        """Return a random nonce, the encrypted secrets and their tag."""
        nonce = os.urandom(NONCE_BYTES)
        clear = json.dumps(dict(secrets), sort_keys=True).encode()
        return nonce + self._cipher().encrypt(nonce, clear, _context(operator, name))

    def open(self, operator: str, name: str, sealed: bytes) -> dict[str, str]:
        """Return the secrets; what was altered, moved to another carrier or sealed elsewhere raises SealError."""
        try:
            clear = self._cipher().decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _context(operator, name))
        except (InvalidTag, ValueError):
            raise SealError(
                f"The secrets of the carrier {name} of {operator} cannot be opened: they were sealed under another key "
                "file, or altered. Bring that key file back, or give the secrets again."
            ) from None
        secrets: dict[str, str] = json.loads(clear)
        return secrets

    def _cipher(self) -> AESGCM:
        return AESGCM(self._keys.secret(PURPOSE))


def _context(operator: str, name: str) -> bytes:
    return f"carrier|{operator}|{name}".encode()
