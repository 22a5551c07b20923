"""What the core and the sender may do with a code: seal it, check an entry against it, and show it to its owner."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from chancela.adapters.keys.day_key import SealError
from chancela.adapters.keys.pocket import PocketKeys
from chancela.domain import receipt
from chancela.domain.token import Secret

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from chancela.adapters.keys.key_file import KeyFile
    from chancela.domain.offline import Agreed, Device


class KeyVault:
    """The port `Vault` over the key file."""

    def __init__(self, keys: KeyFile) -> None:
        self._keys = keys
        self._pocket = PocketKeys(keys)

    def seal(self, operator: str, day: date, context: bytes, code: str) -> Secret:
        """Return what is kept of a code, under the operator's key of the day (UTC)."""
        key = self._keys.day(operator, day)
        return Secret(key.digest(context, code), key.seal(context, code.encode("ascii")), day)

    def matches(self, operator: str, secret: Secret, context: bytes, code: str) -> bool:
        """Tell in constant time whether this is the code; never once its day key is destroyed."""
        key = self._keys.find_day(operator, secret.key_date)
        if key is None or not code.isascii():
            return False
        return hmac.compare_digest(key.digest(context, code), secret.digest)

    def reveal(self, operator: str, secret: Secret, context: bytes) -> str | None:
        """Return the code, for the sender or its owner alone, or None once its day key is destroyed."""
        key = self._keys.find_day(operator, secret.key_date)
        if key is None:
            return None
        try:
            return key.open(context, secret.sealed).decode("ascii")
        except SealError:
            return None

    def validation_code(self, operator: str, guia_id: UUID, generation: int) -> str:
        """Return ten characters (45 bits and a check) that only this key file gives for the guia and generation."""
        return receipt.short_code(self._keys.mac("validation code", receipt.subject(operator, guia_id, generation)))

    def agree(self, operator: str, person: UUID, device: UUID, point: bytes) -> Agreed | None:
        """Return our public point and the key that a person's device has in common with us, sealed; or None."""
        return self._pocket.agree(operator, person, device, point)

    def computes(self, operator: str, device: Device, challenge: str, code: str) -> bool:
        """Tell in constant time whether a device computes this code for a challenge."""
        return self._pocket.computes(operator, device, challenge, code)

    def lot(self, operator: str, context: bytes) -> bytes:
        """Return 32 bytes that look like chance and are the same for the same, until the keys are changed."""
        return self._keys.mac("lot", f"{operator}|".encode() + context)

    def paper(self, context: bytes, code: str) -> bytes:
        """Return what is kept of a code on paper."""
        return self._pocket.paper(context, code)

    def is_paper(self, context: bytes, digest: bytes, code: str) -> bool:
        """Tell in constant time whether this is the code on paper."""
        return self._pocket.is_paper(context, digest, code)
