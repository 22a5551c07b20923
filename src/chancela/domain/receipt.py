"""The receipt: what a billing auditor can verify with the public key alone, and the short code that fits TISS."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from chancela.domain import guia as guias

if TYPE_CHECKING:
    from uuid import UUID

    from chancela.domain.guia import Guia
    from chancela.domain.token import Validation

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
LENGTH = 10  # TISS codValidacao: 1..10 characters


@dataclass(frozen=True, slots=True)
class Receipt:
    """A signed statement (compact JWS, Ed25519) and the validation code."""

    jws: str
    validation_code: str


def subject(operator: str, guia_id: UUID, generation: int) -> bytes:
    """Return the bytes whose MAC becomes the validation code."""
    return f"{operator}|{guia_id}|{generation}".encode()


def short_code(mac: bytes) -> str:
    """Return ten characters: nine of the MAC (45 bits) and a check character that finds mistyping."""
    number = int.from_bytes(mac[:8], "big") >> 19
    body = "".join(ALPHABET[(number >> shift) & 31] for shift in range(40, -1, -5))
    return body + check(body)


def check(body: str) -> str:
    """Return the check character of a body: one wrong character, or any two swapped ones, change it.

    The body is read as a polynomial over the field of 32 elements and taken at its generator: each place weighs another
    power, none of them 0, and a swap would need two equal ones. Sums mod 32 miss some swaps.
    """
    value = 0
    for each in body:
        value = _doubled(value ^ ALPHABET.index(each))
    return ALPHABET[value]


def _doubled(value: int) -> int:
    """Return a value times x in GF(32), where x^5 + x^2 + 1 = 0 (primitive: the powers of x are 31 different ones)."""
    shifted = value << 1
    return shifted ^ 0b100101 if shifted & 32 else shifted


def claims(guia: Guia, validation: Validation, pseudonym: str) -> dict[str, str | int | None]:
    """Return what a receipt states; the person appears as a pseudonym that only the operator can resolve.

    That of a late code states the day of the visit too; of one written down offline, when it was given.
    """
    late = {"visit_date": f"{validation.visit_date}"} if validation.visit_date else {}
    at = validation.taken_at
    then = {"taken_at": at.astimezone(UTC).isoformat(timespec="seconds")} if at else {}
    return {
        "iss": f"urn:chancela:operator:{guia.operator}",
        "sub": pseudonym,
        "jti": str(guia.id),
        "iat": int(validation.at.timestamp()),
        "guia": guia.number,
        "provider": guia.provider,
        "procedures_sha256": guias.procedures_hash(guia.procedures).hex(),
        "validated_at": validation.at.astimezone(UTC).isoformat(timespec="milliseconds"),
        "window": validation.window.value,
        "method": validation.method.value,
        "validation_code": validation.code,
        "event_seq": validation.event_seq,
        **late,
        **then,
    }
