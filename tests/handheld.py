"""A device as a browser is one: it makes its pair, derives the common key, and computes codes without a signal."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from chancela.domain import offline

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from chancela.domain.guia import Guia


class Handheld:
    """Enrol `public`, then tell `agreed`; `key` is what it derived, `code` are the six digits of a guia on a day."""

    def __init__(self) -> None:
        self._pair = ec.generate_private_key(ec.SECP256R1())
        self.key = b""

    @property
    def point(self) -> bytes:
        """The public point, 65 bytes."""
        form = (serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
        return self._pair.public_key().public_bytes(*form)

    @property
    def public(self) -> str:
        """The public point as it is sent."""
        return base64.urlsafe_b64encode(self.point).decode("ascii").rstrip("=")

    def agreed(self, ans: str, device_id: UUID, point: bytes | str) -> None:
        """Derive the key from the house's public point."""
        raw = point if isinstance(point, bytes) else base64.urlsafe_b64decode(point + "=" * (-len(point) % 4))
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw)
        common = self._pair.exchange(ec.ECDH(), theirs)
        info = f"chancela offline|{ans}|{device_id}".encode()
        self.key = HKDF(hashes.SHA256(), 32, salt=None, info=info).derive(common)

    def code(self, guia: Guia, day: date) -> str:
        """The code of a guia on a day in Brasília."""
        asked = offline.challenge(guia.operator, guia.number, guia.provider, day)
        return offline.ocra(offline.SUITE, self.key, asked)
