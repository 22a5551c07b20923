"""What proves that a message is ours: HMAC-SHA256 over its id, time and body (Standard Webhooks, Signature scheme)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from uuid import UUID

PREFIX: Final = "whsec_"


def shown(secret: bytes) -> str:
    """Return a secret as its receiver gets it: in base64, with the prefix by which it is known for one."""
    return PREFIX + base64.b64encode(secret).decode()


def named(event_id: UUID) -> str:
    """Return a message's id, the same in every attempt: it holds no full stop, which parts what is signed."""
    return f"msg_{event_id.hex}"


def headers(secret: bytes, event_id: UUID, timestamp: int, body: bytes) -> dict[str, str]:
    """Return the headers of an attempt; `timestamp` is its own time, in seconds since 1970."""
    signed = b"%s.%d.%s" % (named(event_id).encode(), timestamp, body)
    digest = base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()
    return {
        "content-type": "application/json",
        "webhook-id": named(event_id),
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{digest}",
    }
