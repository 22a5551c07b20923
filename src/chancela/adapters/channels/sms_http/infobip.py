"""SMS by Infobip's API, version 3: JSON is posted under an id of ours, and reports come back many at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import msgspec

from chancela.adapters.channels.contract import CarrierReceipt, ChannelFailure, Heard, Reply
from chancela.adapters.channels.sms_http import reading, secret
from chancela.adapters.channels.twilio import wire
from chancela.domain.delivery import DeliveryState

if TYPE_CHECKING:
    from chancela.adapters.channels.contract import Call, Letter, News, Setup
    from chancela.adapters.channels.twilio.wire import Answer, Request

COMPANY: Final = "infobip"
BASE_URL: Final = "https://api.infobip.com"
# Infobip docs, "Response status and error codes": the general status groups, and names within them.
STATES: Final = {
    "PENDING": DeliveryState.HANDED_OVER,
    "DELIVERED": DeliveryState.DELIVERED,
    "UNDELIVERABLE": DeliveryState.FAILED,
    "EXPIRED": DeliveryState.FAILED,
    "REJECTED": DeliveryState.FAILED,
}
TO_THE_NETWORK: Final = "DELIVERED_TO_OPERATOR"  # no word of the person's phone yet
TWICE: Final = "REJECTED_DUPLICATE_MESSAGE_ID"  # an attempt before this one was taken
LATER: Final = frozenset({"REJECTED_FLOODING_FILTER", "REJECTED_SYSTEM_ERROR"})
OURS: Final = frozenset(
    {
        "REJECTED_NETWORK",
        "REJECTED_SOURCE",
        "REJECTED_SENDER",
        "REJECTED_NOT_ENOUGH_CREDITS",
        "REJECTED_PREPAID_PACKAGE_EXPIRED",
        "REJECTED_DESTINATION_NOT_REGISTERED",
        "REJECTED_ROUTE_NOT_AVAILABLE",
    }
)


@dataclass(frozen=True, slots=True)
class Infobip:
    """Infobip, with an operator's key; the delivery is the message's id, so that a second attempt shows there."""

    key: str = field(repr=False)
    secret: str = field(repr=False)
    sender: str
    base_url: str
    receipts_url: str
    name: str = COMPANY

    def request(self, letter: Letter) -> Request:
        """Return the sending of a message (API reference, "Send SMS messages", POST /sms/3/messages)."""
        delivery = str(letter.id)
        message: dict[str, object] = {
            "sender": self.sender,
            "destinations": [{"to": wire.number(letter.address).removeprefix("+"), "messageId": delivery}],
            "content": {"text": letter.message.text},
        }
        if self.receipts_url:
            url = wire.with_query(self.receipts_url, **{secret.PARAMETER: self.secret})
            message["webhooks"] = {
                "delivery": {"url": url, "intermediateReport": True},
                "contentType": "application/json",
                "callbackData": delivery,
            }
        return wire.Request(
            f"{self.base_url}/sms/3/messages",
            {"Authorization": f"App {self.key}", "Content-Type": "application/json"},
            msgspec.json.encode({"messages": [message]}),
        )

    def taken(self, answer: Answer) -> str:
        """Return the message's id, or raise what the status within the answer means, or the error's own code."""
        said = wire.json_object(answer.body) or {}
        if not answer.taken:
            raise wire.refusal(COMPANY, answer, reading.code(said.get("errorCode")) or "")
        messages = said.get("messages")
        first = messages[0] if isinstance(messages, list) and messages else None
        found = reading.text(first, "messageId") if isinstance(first, dict) else None
        if not isinstance(first, dict) or found is None:
            raise wire.garbage(COMPANY)
        _judge(reading.part(first, "status"))
        return found

    def told(self, call: Call) -> Heard:
        """Return what a call tells: delivery reports and messages of people, as many as there are under `results`.

        API reference, "Receive outbound SMS message reports" and "Receive inbound SMS messages" (MO_JSON_2). Webhooks
        are authenticated by HTTP Basic (docs, "Subscriptions Management") or by the secret in the URL; how their HMAC
        is written down is not published.
        """
        results = reading.parts(secret.proven(call, self.secret), "results")
        return Heard(tuple(news for each in results if (news := _news(each))))


def infobip(setup: Setup) -> Infobip:
    """Return Infobip as an operator set it up, or raise SetupError."""
    return Infobip(
        wire.given(setup.secrets, "api_key"),
        secret.callback_secret(setup.secrets),
        wire.given(setup.settings, "sender"),
        wire.base_url(setup.settings, BASE_URL),
        setup.receipts_url,
    )


def _judge(status: dict[str, object]) -> None:
    """Raise what a status in an answer means for the letter, unless it was taken."""
    group, name = reading.code(status.get("groupName")), reading.code(status.get("name")) or ""
    if STATES.get(group or "") is not DeliveryState.FAILED or name == TWICE:
        return
    ours, later = name in OURS, name in LATER
    raise ChannelFailure(f"{COMPANY} {name or group}", permanent=not (ours or later), ours=ours)


def _news(result: dict[str, object]) -> News | None:
    return _receipt(result) if "status" in result else _reply(result)


def _receipt(result: dict[str, object]) -> CarrierReceipt | None:
    status = reading.part(result, "status")
    group, name = reading.code(status.get("groupName")) or "", reading.code(status.get("name")) or ""
    found = reading.text(result, "messageId")
    delivery = wire.delivery_id(result.get("callbackData")) or wire.delivery_id(found)
    state = DeliveryState.HANDED_OVER if name == TO_THE_NETWORK else STATES.get(group)
    if state is None or name == TWICE or (found is None and delivery is None):
        return None  # one result that says nothing must not keep the others from being heard
    failure = _failure(result, name or group) if state is DeliveryState.FAILED else None
    return CarrierReceipt(state, found, delivery, reading.moment(result.get("doneAt")), failure)


def _failure(result: dict[str, object], name: str) -> str:
    error = reading.code(reading.part(result, "error").get("name"))
    return f"{COMPANY} {name}{f' {error}' if error and error != 'NO_ERROR' else ''}"


def _reply(result: dict[str, object]) -> Reply | None:
    sender, said = reading.e164(result.get("from")), reading.text(result, "text")
    if sender is None or said is None:
        return None
    return Reply(sender, said, delivery_id=wire.delivery_id(result.get("callbackData")))
