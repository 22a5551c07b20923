"""An operator's relay as it was set up on the command line, made into a carrier."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from chancela.adapters.channels.contract import SetupError
from chancela.adapters.channels.email.carrier import EmailCarrier
from chancela.adapters.channels.email.kind import SETTINGS
from chancela.adapters.channels.email.relay import Relay, is_here

if TYPE_CHECKING:
    from chancela.adapters.channels.contract import Setup

STARTTLS: Final = {"required": True, "implicit": False, "offered": None, "off": False}
SWITCH: Final = {"on": True, "off": False}
SECRET_LENGTH: Final = 16
LAST_PORT: Final = 65535


def carrier(setup: Setup) -> EmailCarrier:
    """Return the carrier of a set-up; what is missing or cannot be raises SetupError."""
    given = {each.name: setup.settings.get(each.name) or each.default or "" for each in SETTINGS if not each.secret}
    secret = setup.secrets.get("receipts_secret", "")
    if not re.fullmatch(rf"[!-~]{{{SECRET_LENGTH},}}", secret):
        raise SetupError(f"receipts_secret must be at least {SECRET_LENGTH} visible ASCII characters")
    if not re.fullmatch(r"[!-?A-~]+@[A-Za-z0-9.-]+", given["sender"]):
        raise SetupError("sender must be an e-mail address")
    for name in ("dsn", "replies"):
        if given[name] not in SWITCH:
            raise SetupError(f"{name} must be on or off")
    return EmailCarrier(
        _relay(given["host"], given["port"], given["tls"], given["user"], setup.secrets.get("password", "")),
        given["sender"],
        name=setup.name,
        confirms=SWITCH[given["dsn"]],
        answers=SWITCH[given["replies"]],
        receipts_secret=secret,
    )


def _relay(host: str, port: str, tls: str, user: str, password: str) -> Relay:
    """Return the relay; a user's password is only ever given over TLS, or to this machine itself."""
    if not re.fullmatch(r"[A-Za-z0-9.:-]+", host):
        raise SetupError("host must be a name or an address")
    if not re.fullmatch(r"[0-9]{1,5}", port) or not 0 < int(port) <= LAST_PORT:
        raise SetupError("port must be a number like 587")
    if tls not in STARTTLS:
        raise SetupError("tls must be required, implicit, offered or off")
    if bool(user) != bool(password):
        raise SetupError("user and password must be given together")
    starttls = STARTTLS[tls]
    if user and not is_here(host) and tls in {"offered", "off"}:
        raise SetupError("tls must be required or implicit where a password is given")
    return Relay(host, int(port), tls == "implicit", starttls, user or None, password or None)
