"""An operator's number at Meta: where it sends, in whose name, and with which template."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from chancela.adapters.channels.contract import SetupError
from chancela.adapters.channels.whatsapp.kind import SETTINGS
from chancela.domain.message import Language

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chancela.adapters.channels.contract import Setup

HERE: Final = frozenset({"127.0.0.1", "::1", "localhost"})
SHAPES: Final = {
    "phone_number_id": (r"[0-9]{5,32}", "digits"),
    "template": (r"[a-z0-9_]{1,512}", "small letters, digits and _"),
    "language_pt": (r"[a-z]{2,3}(_[A-Z]{2,3})?", "like pt_BR"),
    "language_en": (r"[a-z]{2,3}(_[A-Z]{2,3})?", "like en_US"),
    "version": (r"v[0-9]{1,3}\.[0-9]{1,2}", "like v24.0"),
    "access_token": (r"[!-~]+", "one line of visible ASCII"),
    "app_secret": (r"[!-~]+", "one line of visible ASCII"),
    "verify_token": (r"[!-~]{8,}", "at least 8 visible ASCII characters"),
}


@dataclass(frozen=True, slots=True)
class Account:
    """`messages` is the URL of the number's messages; `languages` are Meta's own codes of the template's languages."""

    phone_number_id: str
    messages: str
    template: str
    languages: Mapping[Language, str]
    access_token: str = field(repr=False)
    app_secret: str = field(repr=False)
    verify_token: str = field(repr=False)


def account(setup: Setup) -> Account:
    """Read a set-up; what is missing or cannot be raises SetupError."""
    given = {each.name: _given(setup, each.name, each.default, secret=each.secret) for each in SETTINGS}
    for name, (shape, words) in SHAPES.items():
        if not re.fullmatch(shape, given[name]):
            raise SetupError(f"{name} must be {words}")
    return Account(
        phone_number_id=given["phone_number_id"],
        messages=f"{_base(given['base_url'])}/{given['version']}/{given['phone_number_id']}/messages",
        template=given["template"],
        languages={Language.PORTUGUESE: given["language_pt"], Language.ENGLISH: given["language_en"]},
        access_token=given["access_token"],
        app_secret=given["app_secret"],
        verify_token=given["verify_token"],
    )


def _given(setup: Setup, name: str, default: str | None, *, secret: bool) -> str:
    found = (setup.secrets if secret else setup.settings).get(name, default)
    if not found:
        raise SetupError(f"{name} must be given")
    return found


def _base(url: str) -> str:
    """Return the API's address without a last slash: token and code travel over TLS, or stay on this machine."""
    try:
        parts = urlsplit(url)
        place = parts.hostname if parts.scheme == "https" or parts.hostname in HERE else None
    except ValueError:
        place, parts = None, urlsplit("")
    if not place or parts.scheme not in {"http", "https"} or parts.query or parts.fragment or parts.username:
        raise SetupError("base_url must look like https://graph.facebook.com")
    return url.rstrip("/")
