"""Compact JWS under Ed25519 (RFC 7515, RFC 9864): what Chancela signs, anyone can verify with the public keys alone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import errors, jwk, jws

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from joserfc.jwk import KeySetSerialization

ALGORITHM = "Ed25519"
LONGEST = 16_384  # characters; none of ours comes near


class SignatureError(Exception):
    """A text is not a JWS of ours: altered, of another kind, or signed by an unknown key."""


def private_key(seed: bytes) -> jwk.OKPKey:
    """Return the signing key of a 32-byte seed."""
    key = jwk.OKPKey.import_key(Ed25519PrivateKey.from_private_bytes(seed), {"alg": ALGORITHM, "use": "sig"})
    key.ensure_kid()  # as `kid` says
    return key


def kid(key: jwk.OKPKey) -> str:
    """Return the key's name: its RFC 7638 thumbprint."""
    return key.thumbprint()


def key_set(keys: Iterable[jwk.OKPKey]) -> dict[str, Any]:
    """Return the public halves as a JWK set (RFC 8037)."""
    return {"keys": [dict(key.as_dict(private=False)) for key in keys]}


def sign(key: jwk.OKPKey, claims: Mapping[str, Any], typ: str | None) -> str:
    """Return the compact JWS of claims that JSON can hold; the same claims give the same text."""
    header = {"alg": ALGORITHM, "kid": key.kid} | ({} if typ is None else {"typ": typ})
    payload = json.dumps(claims, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return jws.serialize_compact(header, payload, key, algorithms=[ALGORITHM])


def verify(text: str, keys: Mapping[str, Any] | jwk.KeySet, typ: str | None) -> dict[str, Any]:
    """Return the claims of a JWS signed by one of the keys and of exactly this `typ`; else raise SignatureError."""
    if len(text) > LONGEST:
        raise SignatureError("The text is too long to be a signature of ours.")
    try:
        found = jws.deserialize_compact(text, as_set(keys), algorithms=[ALGORITHM])
        expected = {"alg": ALGORITHM, "kid": found.headers().get("kid")} | ({} if typ is None else {"typ": typ})
        claims = json.loads(found.payload or b"")
    except (errors.JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise SignatureError("The signature does not match any of the keys.") from None
    if found.headers() != expected or not isinstance(expected["kid"], str) or not isinstance(claims, dict):
        raise SignatureError("The signed text is of another kind.")
    return claims


def as_set(keys: Mapping[str, Any] | jwk.KeySet) -> jwk.KeySet:
    """Return a JWK set as joserfc knows it."""
    if isinstance(keys, jwk.KeySet):
        return keys
    serialised: KeySetSerialization = {"keys": list(keys["keys"])}
    return jwk.KeySet.import_key_set(serialised)
