"""Subkeys, so that no secret of the key file is ever used for two things."""

from __future__ import annotations

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32


def subkey(secret: bytes, *purpose: str) -> bytes:
    """Return 32 bytes for one purpose by HKDF-SHA-256 (RFC 5869); two different purposes never share a key."""
    info = b"\x00".join(part.encode() for part in ("chancela", *purpose))
    return HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=info).derive(secret)
