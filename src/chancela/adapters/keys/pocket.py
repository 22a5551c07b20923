"""Keys of what a person carries: the key that a device and this house agree on, and the digests of codes on paper."""

from __future__ import annotations

import hmac
import os
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from chancela.adapters.keys.day_key import NONCE_BYTES
from chancela.adapters.keys.derive import KEY_BYTES
from chancela.domain import offline
from chancela.domain.offline import Agreed, Device

if TYPE_CHECKING:
    from uuid import UUID

    from chancela.adapters.keys.key_file import KeyFile

POINT_BYTES: Final = 65  # 0x04 and two coordinates of P-256 (SEC 1 §2.3.3)
DEVICES: Final = "offline keys"
PAPER: Final = "paper codes"


class PocketKeys:
    """ECDH on P-256, HKDF-SHA-256, and AES-256-GCM under one key of the key file."""

    def __init__(self, keys: KeyFile) -> None:
        self._keys = keys

    def agree(self, operator: str, person: UUID, device: UUID, point: bytes) -> Agreed | None:
        """Return our own public point and the common key, sealed; None for what is no point of the curve."""
        theirs = _point(point)
        if theirs is None:
            return None
        pair = ec.generate_private_key(ec.SECP256R1())
        common = pair.exchange(ec.ECDH(), theirs)
        key = HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=offline.info(operator, device)).derive(common)
        nonce = os.urandom(NONCE_BYTES)
        sealed = nonce + self._cipher().encrypt(nonce, key, offline.context(operator, person, device))
        return Agreed(_raw(pair.public_key()), sealed)

    def computes(self, operator: str, device: Device, challenge: str, code: str) -> bool:
        """Tell in constant time whether the device computes this code for a challenge; never once it is ended."""
        key = self._key(operator, device)
        if key is None or not code.isascii():
            return False
        return hmac.compare_digest(offline.ocra(offline.SUITE, key, challenge), code)

    def paper(self, context: bytes, code: str) -> bytes:
        """Return the 32 bytes that stand for a code on paper within its context."""
        return self._keys.mac(PAPER, len(context).to_bytes(4, "big") + context + code.encode("ascii"))

    def is_paper(self, context: bytes, digest: bytes, code: str) -> bool:
        """Tell in constant time whether this is the code of a place on paper."""
        return code.isascii() and hmac.compare_digest(self.paper(context, code), digest)

    def _key(self, operator: str, device: Device) -> bytes | None:
        """Return the common key; None where it is gone, altered, or sealed for another owner or key file."""
        if device.secret is None:
            return None
        nonce, sealed = device.secret[:NONCE_BYTES], device.secret[NONCE_BYTES:]
        bound = offline.context(operator, device.beneficiary_id, device.id)
        try:
            return self._cipher().decrypt(nonce, sealed, bound)
        except (InvalidTag, ValueError):
            return None

    def _cipher(self) -> AESGCM:
        return AESGCM(self._keys.secret(DEVICES))


def _point(raw: bytes) -> ec.EllipticCurvePublicKey | None:
    """Return a point of the curve in its uncompressed form; the identity and points beside the curve are none."""
    if len(raw) != POINT_BYTES:
        return None
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw)
    except ValueError:
        return None


def _raw(public: ec.EllipticCurvePublicKey) -> bytes:
    return public.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
