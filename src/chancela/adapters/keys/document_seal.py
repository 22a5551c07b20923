"""Documents of guias, sealed so that a copied data folder without its key file is mute."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chancela.adapters.keys.day_key import NONCE_BYTES

if TYPE_CHECKING:
    from chancela.adapters.keys.key_file import KeyFile

PURPOSE: Final = "documents of"


class DocumentSeal:
    """AES-256-GCM under one key of the key file for each operator; each document is bound to its operator and hash."""

    def __init__(self, keys: KeyFile) -> None:
        self._keys = keys

    def seal(self, operator: str, digest: str, content: bytes) -> bytes:
        """Return a random nonce, the encrypted document and its tag."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher(operator).encrypt(nonce, content, _context(operator, digest))

    def open(self, operator: str, digest: str, sealed: bytes) -> bytes | None:
        """Return the document; None for what was altered, moved or sealed elsewhere."""
        nonce, closed = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        try:
            return self._cipher(operator).decrypt(nonce, closed, _context(operator, digest))
        except (InvalidTag, ValueError):
            return None

    def _cipher(self, operator: str) -> AESGCM:
        return AESGCM(self._keys.secret(f"{PURPOSE} {operator}"))


def _context(operator: str, digest: str) -> bytes:
    return f"document|{operator}|{digest}".encode()
