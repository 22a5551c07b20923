"""A vault in memory: it keeps what it sealed, and forgets a day when told."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from chancela.domain import offline, receipt
from chancela.domain.offline import Agreed, Device
from chancela.domain.token import Secret

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID


class MemoryVault:
    """The port `Vault`; `reveal` is for the code's owner, which the core is not."""

    def __init__(self) -> None:
        self._sealed: dict[tuple[str, date], dict[bytes, tuple[bytes, str]]] = {}

    def seal(self, operator: str, day: date, context: bytes, code: str) -> Secret:
        box = self._sealed.setdefault((operator, day), {})
        handle = len(box).to_bytes(8, "big")
        box[handle] = (context, code)
        return Secret(hashlib.sha256(context + b"|" + code.encode()).digest(), handle, day)

    def matches(self, operator: str, secret: Secret, context: bytes, code: str) -> bool:
        return self._sealed.get((operator, secret.key_date), {}).get(secret.sealed) == (context, code)

    def reveal(self, operator: str, secret: Secret, context: bytes) -> str | None:
        bound, code = self._sealed.get((operator, secret.key_date), {}).get(secret.sealed, (None, None))
        return code if bound == context else None

    def destroy(self, day: date) -> None:
        """Forget all that was sealed on a day."""
        self._sealed = {key: box for key, box in self._sealed.items() if key[1] != day}

    def validation_code(self, operator: str, guia_id: UUID, generation: int) -> str:
        return receipt.short_code(hashlib.sha256(receipt.subject(operator, guia_id, generation)).digest())

    def agree(self, operator: str, person: UUID, device: UUID, point: bytes) -> Agreed | None:
        """Any 65 bytes will do; what is kept is the key itself."""
        if len(point) != 65:
            return None
        return Agreed(b"ours".ljust(65), hashlib.sha256(offline.context(operator, person, device) + point).digest())

    def computes(self, operator: str, device: Device, challenge: str, code: str) -> bool:
        return device.secret is not None and offline.ocra(offline.SUITE, device.secret, challenge) == code

    def lot(self, operator: str, context: bytes) -> bytes:
        return hashlib.sha256(f"lot|{operator}|".encode() + context).digest()

    def paper(self, context: bytes, code: str) -> bytes:
        return hashlib.sha256(b"paper" + context + b"|" + code.encode()).digest()

    def is_paper(self, context: bytes, digest: bytes, code: str) -> bool:
        return self.paper(context, code) == digest
