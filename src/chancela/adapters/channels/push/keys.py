"""The VAPID key (RFC 8292): the private half signs pushes, the public half is given to browsers that subscribe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from webpush.vapid import VAPID

from chancela.adapters.channels.contract import SetupError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes


def new_keys() -> tuple[str, str, str]:
    """Make a key; return its private half and its public half (PEM), and the latter as browsers take it (base64url)."""
    private, public, for_browsers = VAPID.generate_keys()
    return private.decode(), public.decode(), for_browsers


def public_pem(private_pem: str) -> bytes:
    """Return the public half of a private key on P-256 (PEM); anything else raises SetupError."""
    return _public(private_pem).public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def application_server_key(private_pem: str) -> str:
    """Return what a page gives to `pushManager.subscribe` (W3C Push API, applicationServerKey), base64url."""
    return str(VAPID.get_application_server_key(_public(private_pem)))


def _public(private_pem: str) -> ec.EllipticCurvePublicKey:
    key = _loaded(private_pem)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise SetupError("private_key must be a key on P-256 in PEM")
    return key.public_key()


def _loaded(private_pem: str) -> PrivateKeyTypes | None:
    try:
        return serialization.load_pem_private_key(private_pem.encode(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
