"""Mail that comes back: who may pass it on to us, what a relay reports of a letter, and what a person answers."""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from email.utils import parseaddr
from typing import TYPE_CHECKING, Final
from uuid import UUID

from chancela.adapters.channels.contract import BadCallError, CarrierReceipt, ForgedCallError, Heard, Reply
from chancela.adapters.channels.email import mime
from chancela.domain.delivery import DeliveryState

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message

    from chancela.adapters.channels.contract import Call, News

REPORT: Final = "multipart/report"  # RFC 6522
STATES: Final = {
    "failed": DeliveryState.FAILED,
    "delivered": DeliveryState.DELIVERED,
    "relayed": DeliveryState.HANDED_OVER,  # to a relay that reports no further
    "expanded": DeliveryState.HANDED_OVER,  # to more than one mailbox
}
LIST_WORDS: Final = frozenset({"bulk", "list", "junk", "auto_reply"})
STATUS: Final = re.compile(r"[245]\.[0-9]{1,3}\.[0-9]{1,3}")
_UUID: Final = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
ADDRESS: Final = re.compile(r"[!-?A-~]{1,64}@[A-Za-z0-9.-]{1,255}")
HEADER: Final = 4000


def heard(call: Call, secret: str, domain: str) -> Heard:
    """Return what a mail tells of letters from our domain; a mail that is about none of them tells nothing.

    Whoever passes mail on shows the secret, as a Bearer or as a Basic password. The mail's own words prove nothing
    (anyone may write to us), but it must name a letter by its id, which only those know who got it.
    """
    if not secret or not _knows(call.headers.get("authorization", ""), secret):
        raise ForgedCallError
    if call.method != "POST":
        raise BadCallError
    mail = mime.read(call.body)
    try:
        return Heard(tuple((_reported if mail.get_content_type() == REPORT else _answered)(mail, domain)))
    except mime.FAULTS:
        raise BadCallError from None


def _knows(authorization: str, secret: str) -> bool:
    scheme, _, shown = authorization.partition(" ")
    if scheme.lower() == "basic":
        try:
            shown = base64.b64decode(shown, validate=True).decode().partition(":")[2]
        except (binascii.Error, ValueError):
            return False
    elif scheme.lower() != "bearer":
        return False
    return hmac.compare_digest(shown.encode("utf-8", "replace"), secret.encode())


def _reported(mail: Message, domain: str) -> Iterator[News]:
    """Read a delivery status notification (RFC 3464): one receipt for each recipient that something final befell."""
    fields = mime.statuses(mail)
    ours = _envelope(fields) or _returned(mail, domain)
    if ours is None:
        return
    for each in fields[1:]:
        if state := STATES.get(_field(each, "Action").lower()):
            status = STATUS.search(_field(each, "Status"))
            failure = f"smtp {status[0] if status else 'failed'}" if state is DeliveryState.FAILED else None
            yield CarrierReceipt(state, f"<{ours}@{domain}>", ours, failure=failure)


def _envelope(fields: list[Message]) -> UUID | None:
    """Return the envelope's id, which we gave with the letter where the relay took one (RFC 3461, 4.4)."""
    found = re.fullmatch(_UUID, _field(fields[0], "Original-Envelope-Id")) if fields else None
    return UUID(found[0]) if found else None


def _returned(mail: Message, domain: str) -> UUID | None:
    """Return the id of the letter that came back with the report, whole or its headers alone."""
    return next((found for each in mime.returned(mail) if (found := _named(each, domain))), None)


def _answered(mail: Message, domain: str) -> Iterator[News]:
    """Read a person's answer to one of our letters; what a machine answers by itself is no answer (RFC 3834)."""
    if _is_automatic(mail):
        return
    ours = _named(f"{_field(mail, 'References')} {_field(mail, 'In-Reply-To')}", domain)
    name, _, host = parseaddr(_field(mail, "From"))[1].partition("@")
    if ours is None or not ADDRESS.fullmatch(f"{name}@{host}"):
        return
    if said := mime.first_line(mail):
        yield Reply(f"{name}@{host.lower()}", said, f"<{ours}@{domain}>", ours)


def _is_automatic(mail: Message) -> bool:
    return (
        _field(mail, "Auto-Submitted").lower() not in {"", "no"}
        or _field(mail, "Precedence").lower() in LIST_WORDS
        or _field(mail, "Return-Path") == "<>"
        or any(name in mail for name in ("List-Id", "X-Autoreply", "X-Autorespond"))
    )


def _named(text: str, domain: str) -> UUID | None:
    """Return the last letter of ours that a text names by its Message-ID."""
    found = re.findall(rf"<({_UUID})@{re.escape(domain)}>", text, re.IGNORECASE)
    return UUID(found[-1]) if found else None


def _field(mail: Message, name: str) -> str:
    return str(mail.get(name, "")).strip()[:HEADER]
