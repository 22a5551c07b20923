"""Envelopes: what a desk's computer closes while the portal cannot be reached, and this house alone opens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from chancela.adapters.keys.day_key import NONCE_BYTES
from chancela.adapters.keys.derive import KEY_BYTES

if TYPE_CHECKING:
    from chancela.adapters.keys.key_file import KeyFile

POINT_BYTES: Final = 65  # 0x04 and two coordinates of P-256 (SEC 1 §2.3.3)
ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256 (SP 800-186 §3.2.1.3)
PURPOSE: Final = "desk envelopes"


class Envelopes:
    """ECDH on P-256 with a fresh point for each envelope, HKDF-SHA-256, AES-256-GCM.

    Each computer of each provider has a pair of its own, computed from the key file and never kept.
    """

    def __init__(self, keys: KeyFile) -> None:
        self._keys = keys

    def point(self, owner: str) -> bytes:
        """Return the public point (65 bytes) to which an owner's computer closes its envelopes."""
        public = self._pair(owner).public_key()
        return public.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)

    def open(self, owner: str, bound: str, sealed: bytes) -> bytes | None:
        """Return what an envelope holds: a point, a nonce and what is closed; None for all that is none of this owner.

        `bound` is what it was closed for; altered, moved to another owner or another purpose it opens no more.
        """
        point, rest = sealed[:POINT_BYTES], sealed[POINT_BYTES:]
        try:
            theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
            common = self._pair(owner).exchange(ec.ECDH(), theirs)
            return _cipher(common, bound).decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], None)
        except (InvalidTag, ValueError):
            return None

    def _pair(self, owner: str) -> ec.EllipticCurvePrivateKey:
        """Return the owner's pair by extra random bits (FIPS 186-5 A.2.1)."""
        wide = b"".join(self._keys.mac(PURPOSE, f"{half}|{owner}".encode()) for half in (0, 1))
        return ec.derive_private_key(int.from_bytes(wide, "big") % (ORDER - 1) + 1, ec.SECP256R1())


def _cipher(common: bytes, bound: str) -> AESGCM:
    info = f"chancela desk|{bound}".encode()
    return AESGCM(HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=info).derive(common))
