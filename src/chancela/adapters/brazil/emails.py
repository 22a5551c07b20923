"""E-mail addresses, as far as their form can tell."""

from __future__ import annotations

import re

LONGEST = 254  # RFC 5321 §4.5.3.1.3, less the angle brackets
ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
LOCAL = re.compile(rf"(?=.{{1,64}}\Z){ATOM}(?:\.{ATOM})*")  # RFC 5322 dot-atom, RFC 5321 §4.5.3.1.1
LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
DOMAIN = re.compile(rf"(?:{LABEL}\.)+(?!\d+\Z){LABEL}", re.ASCII)


def normalise(text: str) -> str | None:
    """Return the address with its domain in lower-case ASCII (IDNA), or None where the form is not that of an address.

    Refused: more or fewer than one `@`, quoted or non-ASCII names, domains of one label, addresses of a machine, and
    anything over 254 characters.
    """
    name, at, domain = text.strip().partition("@")
    if not at or len(text) > LONGEST or not LOCAL.fullmatch(name):
        return None
    ascii_domain = _ascii(domain)
    if ascii_domain is None or not DOMAIN.fullmatch(ascii_domain):
        return None
    address = f"{name}@{ascii_domain}"
    return address if len(address) <= LONGEST else None


def _ascii(domain: str) -> str | None:
    if domain.isascii():
        return domain.lower()
    try:
        return domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
