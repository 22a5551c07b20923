"""What the status callbacks of a call say of its delivery: ringing, not reached, or how long somebody listened."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

from chancela.adapters.channels.contract import BadCallError, CarrierReceipt
from chancela.domain.delivery import DeliveryState

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

COMPANY: Final = "voice"
COMPLETED: Final = "completed"
# Twilio docs, "Call resource" (call status values; StatusCallback parameters).
ON_ITS_WAY: Final = frozenset({"queued", "initiated", "ringing", "in-progress", "answered"})
NOT_REACHED: Final = {
    "busy": "busy",
    "no-answer": "no answer",
    "failed": "failed",
    "canceled": "canceled",
}
UNKNOWN_S: Final = 120  # where the callback does not say how long the reading lasts: surely longer than one


def receipt(form: Mapping[str, str], delivery: UUID | None, heard_after: str) -> CarrierReceipt | None:
    """Return what a callback says; a call that was ended is delivered if it lasted `heard_after` seconds.

    A status that is unknown says nothing; a callback of no call and no delivery raises BadCallError.
    """
    sid, status = form.get("CallSid") or None, form.get("CallStatus", "")
    if sid is None and delivery is None:
        raise BadCallError("of no call")
    at = _moment(form.get("Timestamp"))
    if status in ON_ITS_WAY:
        return CarrierReceipt(DeliveryState.HANDED_OVER, sid, delivery, at)
    if status in NOT_REACHED:
        return CarrierReceipt(DeliveryState.FAILED, sid, delivery, at, _failure(form, status))
    if status != COMPLETED:
        return None
    if (_seconds(form.get("CallDuration")) or 0) >= (_seconds(heard_after) or UNKNOWN_S):
        return CarrierReceipt(DeliveryState.DELIVERED, sid, delivery, at)
    return CarrierReceipt(DeliveryState.FAILED, sid, delivery, at, f"{COMPANY}: hung up before the end")


def _failure(form: Mapping[str, str], status: str) -> str:
    """Say why nobody was reached; the answer code of SIP (RFC 3261) tells numbers that do not exist from the rest."""
    sip = form.get("SipResponseCode", "")
    told = status == "failed" and _seconds(sip) is not None and len(sip) == len("404")
    return f"{COMPANY}: {NOT_REACHED[status]}{f' sip {sip}' if told else ''}"


def _seconds(raw: str | None) -> int | None:
    return int(raw) if raw and raw.isascii() and raw.isdigit() and len(raw) < len("100000") else None


def _moment(raw: str | None) -> datetime | None:
    """Read the callback's Timestamp (RFC 2822)."""
    try:
        return parsedate_to_datetime(raw) if raw else None
    except ValueError:
        return None
