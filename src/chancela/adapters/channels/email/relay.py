"""Where e-mail is handed over: an SMTP server, how it is reached, and as whom."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

SUBMISSION: Final = 587  # RFC 6409
SUBMISSIONS: Final = 465  # RFC 8314
TLS_CHOICES: Final = {"offered": None, "required": True, "off": False}


class RelayError(ValueError):
    """An address of an SMTP server that cannot be understood or would show a password on the wire."""


@dataclass(frozen=True, slots=True)
class Relay:
    """An SMTP server; `starttls` is True where TLS is required, None where it is used when offered, False never."""

    host: str
    port: int
    implicit_tls: bool = False
    starttls: bool | None = None
    user: str | None = None
    password: str | None = field(default=None, repr=False)


def relay(url: str) -> Relay:
    """Read smtp://user:password@host:port (STARTTLS when offered) or smtps:// (TLS from the first byte).

    `?tls=required` refuses to go on without STARTTLS, `?tls=off` never asks for it. A password is only ever given
    over TLS or to this machine itself: with one, and a server elsewhere, STARTTLS is required.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or not _port_fits(parts):
        raise RelayError("CHANCELA_SMTP_URL must look like smtp://user:password@host:587 or smtps://host")
    implicit = parts.scheme == "smtps"
    wish = parse_qs(parts.query).get("tls", ["offered"])[-1]
    if wish not in TLS_CHOICES:
        raise RelayError("CHANCELA_SMTP_URL: tls must be offered, required or off")
    starttls = False if implicit else TLS_CHOICES[wish]
    if parts.username and not implicit and not is_here(parts.hostname):
        if starttls is False:
            raise RelayError("CHANCELA_SMTP_URL has a password, which is never sent without TLS")
        starttls = True
    return Relay(
        host=parts.hostname,
        port=parts.port or (SUBMISSIONS if implicit else SUBMISSION),
        implicit_tls=implicit,
        starttls=starttls,
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
    )


def _port_fits(parts: SplitResult) -> bool:
    try:
        return parts.port != 0
    except ValueError:
        return False


def is_here(host: str) -> bool:
    """Tell whether a host is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
