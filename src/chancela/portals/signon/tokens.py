"""What an identity token says, once it is proven (OpenID Connect Core 1.0, 3.1.3.7): who signed it, for whom, when.

django-allauth leaves the signature to the TLS of the connection, as the standard lets it, and sends no nonce; here both
are asked for, and an answer that lacks them is none.
"""

from __future__ import annotations

import datetime as dt
import hmac
from typing import TYPE_CHECKING, Any, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

if TYPE_CHECKING:
    from chancela.bootstrap.single_sign_on import SignOn

ALGORITHMS: Final = [
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
    "Ed25519",
]
LEEWAY_S: Final = 60  # how far two clocks may be apart
SUBJECT_LENGTH: Final = 255


class NotProvenError(Exception):
    """The token proves nothing; the sentence says why, and holds nothing of the token."""


def proven(token: str, keys: dict[str, Any], setup: SignOn, nonce: str, now: dt.datetime) -> dict[str, Any]:
    """Return the claims of an identity token that the issuer made for us, now, for this very request."""
    try:
        claims = jwt.decode(token, _signers(keys), algorithms=ALGORITHMS).claims
        _registry(setup, now).validate(claims)
    except (JoseError, ValueError, TypeError, KeyError) as fault:
        raise NotProvenError(f"the identity token is refused: {type(fault).__name__}") from None
    _meant_for_us(claims, setup)
    told = claims.get("nonce")
    if not nonce or not isinstance(told, str) or not hmac.compare_digest(told.encode(), nonce.encode()):
        raise NotProvenError("the identity token answers another request")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= SUBJECT_LENGTH:
        raise NotProvenError("the identity token names nobody")
    return dict(claims)


def _signers(keys: dict[str, Any]) -> KeySet:
    """The public keys of a set that may have signed: those of a kind that we know, and not for encryption."""
    known = [each for each in keys["keys"] if each.get("kty") in {"RSA", "EC", "OKP"} and each.get("use") != "enc"]
    return KeySet.import_key_set({"keys": known})


def _registry(setup: SignOn, now: dt.datetime) -> jwt.JWTClaimsRegistry:
    return jwt.JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=LEEWAY_S,
        iss={"essential": True, "value": setup.issuer},
        aud={"essential": True, "value": setup.client_id},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
    )


def _meant_for_us(claims: dict[str, Any], setup: SignOn) -> None:
    """A token for several audiences names the one that it was made for (3.1.3.7, 4 and 5)."""
    audience, party = claims["aud"], claims.get("azp")
    if (isinstance(audience, list) and len(audience) > 1 and party is None) or party not in {None, setup.client_id}:
        raise NotProvenError("the identity token is for somebody else")


def second_factor_at(claims: dict[str, Any], setup: SignOn) -> dt.datetime | None:
    """Return when the house saw a second factor, where its token proves one and says when (`auth_time`)."""
    methods, at = claims.get("amr"), claims.get("auth_time")
    by_method = setup.second_factor == "amr" and isinstance(methods, list) and "mfa" in methods
    by_class = setup.acr is not None and claims.get("acr") == setup.acr
    if not (by_method or by_class) or not isinstance(at, int) or isinstance(at, bool):
        return None
    try:
        return dt.datetime.fromtimestamp(at, dt.UTC)
    except (OverflowError, OSError, ValueError):
        return None
