"""Meta's webhooks: how they are confirmed and signed, and what statuses and answers they bring."""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import msgspec

from chancela.adapters.channels.contract import BadCallError, CarrierReceipt, ForgedCallError, Heard, Reply
from chancela.adapters.channels.whatsapp import faults
from chancela.domain.delivery import DeliveryState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chancela.adapters.channels.contract import Call, News
    from chancela.adapters.channels.whatsapp.account import Account

OK: Final = 200
DENIED: Final = "DID_NOT_REQUEST_CODE"  # Meta: Copy code authentication templates, Webhooks
NOT_MINE: Final = "NAO"
TEXT: Final = 160
CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{1,256}")
OLD_MOBILE: Final = re.compile(r"(55[1-9][1-9])([6-9][0-9]{7})")
STATES: Final = {
    "sent": DeliveryState.HANDED_OVER,
    "delivered": DeliveryState.DELIVERED,
    "read": DeliveryState.DELIVERED,  # "delivered" may be left out before it
    "failed": DeliveryState.FAILED,
}


class _Fault(msgspec.Struct):
    code: int


class _Status(msgspec.Struct):
    id: str
    status: str
    timestamp: str | int = ""
    biz_opaque_callback_data: str = ""
    errors: tuple[_Fault, ...] = ()


class _Context(msgspec.Struct):
    id: str | None = None


class _Button(msgspec.Struct):
    payload: str = ""
    text: str = ""


class _Chosen(msgspec.Struct):
    id: str = ""
    title: str = ""


class _Interactive(msgspec.Struct):
    button_reply: _Chosen = msgspec.field(default_factory=_Chosen)


class _Text(msgspec.Struct):
    body: str = ""


class _Answered(msgspec.Struct):
    sender: str = msgspec.field(default="", name="from")
    context: _Context = msgspec.field(default_factory=_Context)
    button: _Button = msgspec.field(default_factory=_Button)
    interactive: _Interactive = msgspec.field(default_factory=_Interactive)
    text: _Text = msgspec.field(default_factory=_Text)


class _Number(msgspec.Struct):
    phone_number_id: str = ""


class _Value(msgspec.Struct):
    metadata: _Number = msgspec.field(default_factory=_Number)
    statuses: tuple[_Status, ...] = ()
    messages: tuple[_Answered, ...] = ()


class _Change(msgspec.Struct):
    field: str
    value: msgspec.Raw


class _Entry(msgspec.Struct):
    changes: tuple[_Change, ...] = ()


class _Webhook(msgspec.Struct):
    entry: tuple[_Entry, ...] = ()


_WEBHOOK: Final = msgspec.json.Decoder(_Webhook)
_VALUE: Final = msgspec.json.Decoder(_Value)


def heard(call: Call, account: Account) -> Heard:
    """Return what a call brings: of our own number alone, and of the field `messages` alone.

    A GET that knows our token is answered with its challenge; a POST is signed over its raw bytes.
    """
    if call.method == "GET":
        return _confirmed(call, account)
    signed = hmac.new(account.app_secret.encode(), call.body, hashlib.sha256).hexdigest()
    if not _same(call.headers.get("x-hub-signature-256", ""), f"sha256={signed}"):
        raise ForgedCallError
    try:
        values = [*_values(_WEBHOOK.decode(call.body))]
    except (msgspec.DecodeError, RecursionError):
        raise BadCallError from None
    ours = [value for value in values if value.metadata.phone_number_id == account.phone_number_id]
    return Heard(tuple(news for value in ours for news in _news(value)), OK)


def _confirmed(call: Call, account: Account) -> Heard:
    """Answer Meta's question whether the address is ours (Meta: Webhooks, Verification requests)."""
    asked = parse_qs(urlsplit(call.url).query)
    mode, token, challenge = (asked.get(f"hub.{name}", [""])[0] for name in ("mode", "verify_token", "challenge"))
    if mode != "subscribe" or not _same(token, account.verify_token):
        raise ForgedCallError
    if not CHALLENGE.fullmatch(challenge):
        raise BadCallError
    return Heard(status=OK, body=challenge.encode())


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())


def _values(webhook: _Webhook) -> Iterator[_Value]:
    for entry in webhook.entry:
        for change in entry.changes:
            if change.field == "messages":
                yield _VALUE.decode(change.value)


def _news(value: _Value) -> Iterator[News]:
    for status in value.statuses:
        if state := STATES.get(status.status):
            yield CarrierReceipt(
                state,
                carrier_id=status.id,
                delivery_id=_ours(status.biz_opaque_callback_data),
                at=_instant(str(status.timestamp)),
                failure=_why(status) if state is DeliveryState.FAILED else None,
            )
    for answered in value.messages:
        if text := _said(answered):
            yield Reply(_e164(answered.sender), text, carrier_id=answered.context.id)


def _why(status: _Status) -> str:
    return faults.reason(status.errors[0].code) if status.errors else "whatsapp failed"


def _ours(data: str) -> UUID | None:
    try:
        return UUID(data)
    except ValueError:
        return None


def _instant(timestamp: str) -> datetime | None:
    """Return a time in Unix seconds as an instant, or None where it is none of this age."""
    if not re.fullmatch(r"[0-9]{9,10}", timestamp):
        return None
    return datetime.fromtimestamp(int(timestamp), UTC)


def _said(answered: _Answered) -> str:
    """Return the first line of what a person said; the button "I didn't request a code" says NAO in every language."""
    if DENIED in {answered.button.payload, answered.interactive.button_reply.id}:
        return NOT_MINE
    said = answered.text.body or answered.button.text or answered.interactive.button_reply.title
    first = said.strip().partition("\n")[0][:TEXT]
    return "".join(each if each.isprintable() else " " for each in first).strip()


def _e164(wa_id: str) -> str:
    """Return a WhatsApp id as a number; old Brazilian ones lack the ninth digit that the mobile has had since 2016.

    A person who hides the number has no id here: then the answered message alone says who it was.
    """
    if old := OLD_MOBILE.fullmatch(wa_id):
        return f"+{old[1]}9{old[2]}"
    return f"+{wa_id}" if re.fullmatch(r"[1-9][0-9]{7,14}", wa_id) else ""
