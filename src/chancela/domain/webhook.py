"""Webhooks: what other systems are told of, where they may be told, and when a message that failed is sent again."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from chancela.domain.guia import Attendance
from chancela.domain.trail import Event, EventKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Set as AbstractSet
    from datetime import datetime
    from uuid import UUID

    from chancela.domain.case import Step
    from chancela.domain.guia import Guia


class WebhookKind(StrEnum):
    """What happened, as machines are told it (Standard Webhooks, Event types)."""

    GUIA_AWAITING_TOKEN = "guia.awaiting_token"  # noqa: S105 - an event, not a secret
    GUIA_VALIDATED = "guia.validated"
    GUIA_WITHOUT_TOKEN = "guia.without_token"  # noqa: S105 - an event, not a secret
    GUIA_LATE_DUE = "guia.late_due"
    DELIVERY_FAILED = "delivery.failed"
    ATTENDANCE_DISPUTED = "attendance.disputed"
    DISPUTE_DECIDED = "attendance.dispute_decided"


MOST: Final = 10  # of an operator as a whole, and of each of its providers
LONGEST_URL: Final = 2048
HTTPS: Final = 443
FIRST_FREE_PORT: Final = 1024
ATTEMPTS_AGAIN_S: Final = (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)  # Standard Webhooks, retry schedule
LOOPBACK: Final = "127.0.0.1"
_PLAIN: Final = re.compile(r"[\x21-\x7e]+")
_HOST: Final = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?\.?|[0-9a-f:]+(?:\.[0-9.]+)?")
_ENTERED: Final[Mapping[Attendance, WebhookKind]] = {
    Attendance.AWAITING_TOKEN: WebhookKind.GUIA_AWAITING_TOKEN,
    Attendance.VALIDATED: WebhookKind.GUIA_VALIDATED,
    Attendance.WITHOUT_TOKEN: WebhookKind.GUIA_WITHOUT_TOKEN,
    Attendance.LATE_PENDING: WebhookKind.GUIA_LATE_DUE,
    Attendance.DISPUTED: WebhookKind.ATTENDANCE_DISPUTED,
}
_SAID: Final[Mapping[EventKind, WebhookKind]] = {  # what moves no guia
    EventKind.DISPUTE_DECIDED: WebhookKind.DISPUTE_DECIDED,
    EventKind.DISPUTE_WIDENED: WebhookKind.ATTENDANCE_DISPUTED,
}
# IANA's registries of special-purpose addresses, multicast (RFC 5771) and what was reserved (RFC 1112); then the
# address at which machines of Azure find their own host, which is public by its number alone.
_CLOSED_V4: Final = tuple(
    map(
        ipaddress.IPv4Network,
        (
            *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
            *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24"),
            *("203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32"),
        ),
    )
)
# Only 2000::/3 is given out to anybody (RFC 4291, 2.4); in it are tunnels to other addresses, and those of books.
_OPEN_V6: Final = ipaddress.IPv6Network("2000::/3")
_CLOSED_V6: Final = tuple(
    map(ipaddress.IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20"))
)


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where a system is told of which events: of one provider's guias, or of all the operator's."""

    id: UUID
    url: str
    kinds: tuple[WebhookKind, ...]
    provider: str | None
    created_by: str
    created_at: datetime
    ended_at: datetime | None = None
    ended_by: str | None = None


@dataclass(frozen=True, slots=True)
class WebhookStep:
    """What becomes of a webhook, with the event that tells it."""

    webhook: Webhook
    event: Event


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message goes: the host whose certificate is asked for, its port, and the way there without them."""

    scheme: str
    host: str
    port: int
    target: str


def told(step: Step) -> WebhookKind | None:
    """Return what a step is to other systems, None where it is nothing to them."""
    if step.event.kind in _SAID:
        return _SAID[step.event.kind]
    was = step.before.guia.attendance if step.before else Attendance.NONE
    now = step.after.guia.attendance
    return _ENTERED.get(now) if now is not was else None


def heard(steps: Iterable[Step], kinds: AbstractSet[WebhookKind]) -> list[tuple[WebhookKind, Guia]]:
    """Return what is told of these steps where systems are told of some kinds, each with its guia."""
    found = ((told(step), step.after.guia) for step in steps) if kinds else ()
    return [(kind, guia) for kind, guia in found if kind is not None and kind in kinds]


def place(url: str, *, here: bool = False) -> Place | None:
    """Return where an address leads, None where nobody is told there: https alone, no name or password, no fragment.

    `here` lets http to 127.0.0.1 pass, for a system under trial on the same machine. Whether the host is a public one
    is judged by its addresses (`public`), each time that one connects.
    """
    if len(url) > LONGEST_URL or not _PLAIN.fullmatch(url) or set(url) & set("\\#@"):
        return None
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return None
    mine = here and parts.scheme == "http" and host == LOOPBACK
    if (parts.scheme != "https" and not mine) or not _HOST.fullmatch(host):
        return None
    port = HTTPS if port is None else port
    if port != HTTPS and port < FIRST_FREE_PORT:
        return None
    return Place(parts.scheme, host, port, (parts.path or "/") + (f"?{parts.query}" if parts.query else ""))


def public(address: str) -> bool:
    """Tell whether an IP address is one that anybody in the world may have: no network of ours, no machine's own."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv4Address):
        return not any(found in each for each in _CLOSED_V4)
    return found.scope_id is None and found in _OPEN_V6 and not any(found in each for each in _CLOSED_V6)


def wait_s(attempt: int, luck: float) -> float | None:
    """Return the wait after a failed attempt (counted from 1), 0 to 10 % longer by luck; None after the last."""
    if attempt > len(ATTEMPTS_AGAIN_S):
        return None
    return ATTEMPTS_AGAIN_S[attempt - 1] * (1 + luck / 10)


def changed(webhook: Webhook, what: str, by: str) -> WebhookStep:
    """Return the step that tells of a webhook that was opened or ended: its host and its events, no more of where."""
    found = place(webhook.url, here=True)
    kinds = ",".join(webhook.kinds)
    data = {"what": what, "host": found.host if found else "", "events": kinds, "provider": webhook.provider}
    return WebhookStep(webhook, Event(EventKind.WEBHOOK_CHANGED, webhook.id, by, data))
