"""Twilio's signature under each call it makes to us: HMAC-SHA1 over the URL and the sorted form, keyed by our token."""

from __future__ import annotations

import base64
import hmac
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urlsplit

from chancela.adapters.channels.contract import ForgedCallError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from chancela.adapters.channels.contract import Call

FIELDS: Final = 256
DEFAULT_PORTS: Final = {"http": 80, "https": 443}


def signature(token: str, url: str, form: Iterable[tuple[str, str]]) -> str:
    """Return X-Twilio-Signature: the URL, then each name and value in order of names, equal pairs once (base64).

    Source: Twilio docs, "Secure webhooks" (Authenticate with signatures); repeated names as twilio-python signs them.
    """
    signed = url + "".join(name + value for name, value in sorted(set(form)))
    return base64.b64encode(hmac.digest(token.encode(), signed.encode("utf-8", "replace"), "sha1")).decode()


def proven(call: Call, token: str) -> dict[str, str]:
    """Return the form of a call whose signature fits; any other raises ForgedCallError.

    Twilio leaves the port out of what it signs in some cases and puts the default one in in others: both are tried.
    """
    pairs = _pairs(call.body)
    given = call.headers.get("x-twilio-signature", "").encode("utf-8", "replace")
    fits = [hmac.compare_digest(signature(token, url, pairs).encode(), given) for url in _spellings(call.url)]
    if call.method != "POST" or not any(fits):
        raise ForgedCallError
    return dict(reversed(pairs))


def _pairs(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=FIELDS)
    except ValueError:
        raise ForgedCallError from None


def _spellings(url: str) -> Iterator[str]:
    yield url
    try:
        parts = urlsplit(url)
        port = parts.port or DEFAULT_PORTS.get(parts.scheme)
    except ValueError:
        return
    host = parts.netloc.removesuffix(f":{port}")
    yield url.replace(parts.netloc, host, 1)
    yield url.replace(parts.netloc, f"{host}:{port}", 1)
