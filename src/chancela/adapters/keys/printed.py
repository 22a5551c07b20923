"""What stands in the QR of a printed guia: a JWS of ours without the parts that whoever reads it can write again.

A compact JWS of the same claims has 405 characters, for which a QR needs 93 modules a side at level Q. Here are the
facts in bytes and the signature alone: its header and payload follow from them. So 164 characters do, of those that a
QR holds most densely, in 53 modules, and anyone still verifies it with the public keys and any JWS library (ADR 14).
"""

from __future__ import annotations

import base64
import json
import re
import struct
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from chancela.adapters.keys import base45, signing
from chancela.domain.printed import Claims

if TYPE_CHECKING:
    from chancela.adapters.keys.key_file import KeyFile

BEGINS: Final = "CHA1:"
TYPE: Final = "chancela-slip+jwt"
SIGNATURE_BYTES: Final = 64
MOST_CHARACTERS: Final = 400
_FIXED: Final = struct.Struct(">3sI16sB")  # operator, seconds since 1970, nonce, length of the guia's number
_OPERATOR: Final = re.compile(r"[0-9]{6}", re.ASCII)


def sign(keys: KeyFile, claims: Claims) -> str:
    """Return the text of a slip's QR, signed by the newest key."""
    jws = keys.sign(stated(claims), TYPE)
    return BEGINS + base45.encode(_packed(claims) + _unpadded(jws.rpartition(".")[2]))


def read(keys: KeyFile, text: str) -> Claims | None:
    """Return what a text says, or None where no key of ours, retired ones too, signed exactly that."""
    found = taken_apart(text)
    if found is None:
        return None
    claims, signature = found
    for key in keys.jwks()["keys"]:
        try:
            keys.verify_jws(written(claims, key["kid"], signature), TYPE)
        except signing.SignatureError:
            continue
        return claims
    return None


def written(claims: Claims, kid: str, signature: bytes) -> str:
    """Return the whole compact JWS (RFC 7515) as it was when a key of this name signed."""
    header = {"alg": signing.ALGORITHM, "kid": kid, "typ": TYPE}
    return ".".join((_segment(header), _segment(stated(claims)), _padless(signature)))


def stated(claims: Claims) -> dict[str, Any]:
    """Return what is signed, in the order in which it is signed."""
    return {
        "iss": f"urn:chancela:operator:{claims.operator}",
        "jti": str(claims.id),
        "iat": claims.at,
        "guia": claims.number,
        "provider": claims.provider,
    }


def taken_apart(text: str) -> tuple[Claims, bytes] | None:
    """Return what a text says and its signature, which nobody has looked at yet; None for what is no slip."""
    if not text.startswith(BEGINS) or len(text) > MOST_CHARACTERS:
        return None
    try:
        content = base45.decode(text.removeprefix(BEGINS))
        packed, signature = content[:-SIGNATURE_BYTES], content[-SIGNATURE_BYTES:]
        operator, at, nonce, length = _FIXED.unpack_from(packed)
        named = packed[_FIXED.size :]
        number, provider = named[:length].decode(), named[length:].decode()
    except (ValueError, struct.error):
        return None
    claims = Claims(f"{int.from_bytes(operator, 'big'):06d}", number, provider, at, UUID(bytes=nonce))
    return claims, signature


def _packed(claims: Claims) -> bytes:
    if not _OPERATOR.fullmatch(claims.operator):
        raise ValueError("an operator is named by six digits")
    number = claims.number.encode()
    fixed = _FIXED.pack(int(claims.operator).to_bytes(3, "big"), claims.at, claims.id.bytes, len(number))
    return fixed + number + claims.provider.encode()


def _segment(value: dict[str, Any]) -> str:
    return _padless(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def _padless(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _unpadded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
