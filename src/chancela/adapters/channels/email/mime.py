"""Mail from anywhere, opened with care: small enough, shallow enough, and no fault of the parser gets out."""

from __future__ import annotations

import email
import re
from email import policy
from email.errors import MessageError
from email.message import Message
from typing import TYPE_CHECKING, Final

from chancela.adapters.channels.contract import BadCallError

if TYPE_CHECKING:
    from collections.abc import Iterator

BYTES: Final = 1024 * 1024
READ_BYTES: Final = 256 * 1024  # reports and first lines come first; what follows is attached
LINES: Final = 20_000
PARTS: Final = 32
TYPE_BYTES: Final = 2048  # the parser takes the square of such a header's length, or worse
TYPE: Final = re.compile(rb"^content-type:[^\n]*(?:\n[ \t][^\n]*)*", re.IGNORECASE | re.MULTILINE)
TEXT_BYTES: Final = 4096
TEXT: Final = 160
FAULTS: Final = (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError)


def read(raw: bytes) -> Message:
    """Return a mail (RFC 5322) that can be walked safely; one that is too big, too deep or none raises BadCallError."""
    if len(raw) > BYTES or b"\0" in raw:
        raise BadCallError
    lines = raw[:READ_BYTES].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    types = TYPE.findall(lines)
    if lines.count(b"\n") > LINES or len(types) > PARTS or any(len(each) > TYPE_BYTES for each in types):
        raise BadCallError
    try:
        mail = email.message_from_bytes(lines, policy=policy.compat32)
    except FAULTS:
        raise BadCallError from None
    if "From" not in mail:
        raise BadCallError
    return mail


def statuses(mail: Message) -> list[Message]:
    """Return the groups of fields of a report, the message's own first (RFC 3464, 2.1)."""
    for part in mail.walk():
        if part.get_content_type() == "message/delivery-status" and isinstance(groups := part.get_payload(), list):
            return [each for each in groups if isinstance(each, Message) and each.keys()]
    return []


def returned(mail: Message) -> Iterator[str]:
    """Yield the Message-ID of what came back with a report: a whole message, or its headers as text (RFC 6522, 4)."""
    for part in mail.walk():
        kind, held = part.get_content_type(), part.get_payload()
        if kind == "message/rfc822" and isinstance(held, list):
            yield from (str(each.get("Message-ID", "")) for each in held if isinstance(each, Message))
        elif kind == "text/rfc822-headers":
            yield from re.findall(r"^message-id:\s*(<[^<>\s]+>)", _text(part), re.IGNORECASE | re.MULTILINE)


def first_line(mail: Message) -> str:
    """Return the first line that is not blank of the first plain text, without control characters."""
    for part in mail.walk():
        if part.get_content_type() == "text/plain" and part.get_content_disposition() != "attachment":
            lines = (line.strip() for line in _text(part).splitlines())
            line = next((line for line in lines if line), "")[:TEXT]
            return "".join(each if each.isprintable() else " " for each in line).strip()
    return ""


def _text(part: Message) -> str:
    """Return the beginning of a part's text; a character set that nobody knows raises BadCallError."""
    try:
        held = part.get_payload(decode=True)
        return held[:TEXT_BYTES].decode(part.get_content_charset("utf-8"), "replace") if isinstance(held, bytes) else ""
    except FAULTS:
        raise BadCallError from None
