"""Which gateways an operator may name: those that reach one person by number or e-mail, and only over TLS."""

from __future__ import annotations

import ipaddress
import re
from typing import Final
from urllib.parse import quote, urlsplit

from chancela.adapters.channels.contract import SetupError

# A list of what may be, so that nothing new in the library (desktops, files, logs, chat rooms) comes in by itself.
OVER_TLS: Final = frozenset(
    """
    46elks apprises atalk azure brevo bulksms bulkvs burstsms clickatell clicksend cm d7sms eight00com elks
    evolutions exotel forms groundmail gupshup httpsms infobip jsons kaleyra kavenegar klr kudosity mailersend
    mailgun mailtos mobilemessage mobilemsg msg91 msgbird nexmo notifyre o365 octopush pingram plivo postmark resend
    ringc sendgrid sendpulse serwersms ses seven signals sinch smsc smseagles smsmanager smsmgr smstunnel smtp2go
    sns sparkpost telesign telnyx threema twilio viber voipms vonage whapi whatsapp xmls
    """.split()  # noqa: SIM905 - a list that one reads
)
IN_CLEAR: Final = frozenset({"apprise", "evolution", "form", "json", "mailto", "signal", "smseagle", "xml"})
OURS_ALONE: Final = re.compile(r"[?&](?:retry|redirect|verify|wait|optional)=", re.IGNORECASE)
EXAMPLES: Final = ("+5541900000000", "pessoa@example.com")
ADDRESS: Final = re.compile(r"\+[1-9][0-9]{7,14}|[A-Za-z0-9_+-][A-Za-z0-9._+-]*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


def checked(url: str) -> str:
    """Return a URL that may be used; any other raises SetupError, which does not repeat it.

    Plain text goes to this machine alone. Retries, redirects and certificates are ours to decide.
    """
    if not re.fullmatch(r"[!-~]+", url) or "://" not in url:
        raise SetupError("url must look like schema://…/{to}")
    if "{to}" not in url and "{plus_to}" not in url:
        raise SetupError("url must have {to} or {plus_to} where the recipient stands")
    schema = url.partition("://")[0].lower()
    if schema not in OVER_TLS and not (schema in IN_CLEAR and _is_here(url)):
        raise SetupError("url must begin with the schema of a gateway that is reached over TLS")
    if OURS_ALONE.search(url):
        raise SetupError("url must not set retry, redirect, verify, wait or optional")
    return url


def addressed(url: str, address: str) -> str | None:
    """Return the URL for one recipient: `{to}` without the plus of a number, `{plus_to}` with it.

    None for what is neither a number (E.164) nor an e-mail of plain characters: it would become a part of a path.
    """
    if not ADDRESS.fullmatch(address):
        return None
    return url.replace("{plus_to}", quote(address, safe="")).replace("{to}", quote(address.removeprefix("+"), safe=""))


def _is_here(url: str) -> bool:
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
