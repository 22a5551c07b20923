"""A desk's computer without a browser: it closes envelopes as the offline desk's script does."""

from __future__ import annotations

import base64
import os

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def closed(point: bytes, bound: str, told: bytes) -> bytes:
    """An envelope to a point, closed for one purpose."""
    pair = ec.generate_private_key(ec.SECP256R1())
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    info = f"chancela desk|{bound}".encode()
    key = HKDF(hashes.SHA256(), 32, salt=None, info=info).derive(pair.exchange(ec.ECDH(), theirs))
    nonce = os.urandom(12)
    raw = pair.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    return raw + nonce + AESGCM(key).encrypt(nonce, told, None)


def text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def raw(written: str) -> bytes:
    return base64.urlsafe_b64decode(written + "=" * (-len(written) % 4))
