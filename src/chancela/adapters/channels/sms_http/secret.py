"""Calls of companies that sign nothing: believed when they bear the secret that we gave along with our address."""

from __future__ import annotations

import base64
import binascii
import hmac
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlsplit

from chancela.adapters.channels.contract import BadCallError, ForgedCallError, SetupError
from chancela.adapters.channels.twilio import wire

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from chancela.adapters.channels.contract import Call

HEADER: Final = "x-chancela-secret"
PARAMETER: Final = "secret"
SHORTEST: Final = 16


def callback_secret(secrets: Mapping[str, str]) -> str:
    """Return the secret of an operator's carrier; one that could be guessed raises SetupError."""
    found = wire.given(secrets, "callback_secret")
    if len(found) < SHORTEST:
        raise SetupError(f"callback_secret: must have at least {SHORTEST} characters")
    return found


def proven(call: Call, secret: str) -> dict[str, object]:
    """Return the JSON object of a call that bears the secret; any other raises ForgedCallError, no object BadCallError.

    It may stand in the header X-Chancela-Secret, as the password of HTTP Basic (RFC 7617), or as ?secret= in the URL.
    """
    fits = [hmac.compare_digest(given, secret.encode()) for given in _given(call)]
    if call.method != "POST" or not any(fits):
        raise ForgedCallError
    if (found := wire.json_object(call.body)) is None:
        raise BadCallError("not a JSON object")
    return found


def _given(call: Call) -> Iterator[bytes]:
    yield call.headers.get(HEADER, "").encode("utf-8", "replace")
    scheme, _, credentials = call.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        yield _password(credentials)
    for value in parse_qs(urlsplit(call.url).query).get(PARAMETER, []):
        yield value.encode("utf-8", "replace")


def _password(credentials: str) -> bytes:
    try:
        return base64.b64decode(credentials, validate=True).partition(b":")[2]
    except (binascii.Error, ValueError):
        return b""
