"""SMS by Zenvia's API v2: JSON is posted, and events come to the webhook that was subscribed on their console."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import msgspec

from chancela.adapters.channels.contract import BadCallError, CarrierReceipt, ChannelFailure, Heard, Reply
from chancela.adapters.channels.sms_http import reading, secret
from chancela.adapters.channels.twilio import wire
from chancela.domain.delivery import DeliveryState

if TYPE_CHECKING:
    from chancela.adapters.channels.contract import Call, Letter, Setup
    from chancela.adapters.channels.twilio.wire import Answer, Request

COMPANY: Final = "zenvia"
BASE_URL: Final = "https://api.zenvia.com"
# Zenvia API v2 reference, "Subscriptions": MESSAGE_STATUS, the code field.
STATES: Final = {
    "SENT": DeliveryState.HANDED_OVER,
    "DELIVERED": DeliveryState.DELIVERED,
    "READ": DeliveryState.DELIVERED,
    "VERIFIED": DeliveryState.DELIVERED,
    "CLICKED": DeliveryState.DELIVERED,
    "REJECTED": DeliveryState.FAILED,
    "NOT_DELIVERED": DeliveryState.FAILED,
}


@dataclass(frozen=True, slots=True)
class Zenvia:
    """Zenvia, with an operator's token; the delivery travels as `externalId`, their own id answers for it otherwise."""

    token: str = field(repr=False)
    secret: str = field(repr=False)
    sender: str
    base_url: str
    name: str = COMPANY

    def request(self, letter: Letter) -> Request:
        """Return the sending of a message (API v2 reference, "SMS", POST /v2/channels/sms/messages)."""
        message = {
            "from": self.sender,
            "to": wire.number(letter.address).removeprefix("+"),
            "externalId": str(letter.id),
            "contents": [{"type": "text", "text": letter.message.text}],
        }
        return wire.Request(
            f"{self.base_url}/v2/channels/sms/messages",
            {"X-API-TOKEN": self.token, "Content-Type": "application/json"},
            msgspec.json.encode(message),
        )

    def taken(self, answer: Answer) -> str:
        """Return the message's id, or raise what the error object means (API v2 reference, "Error Handling")."""
        said = wire.json_object(answer.body) or {}
        if not answer.taken:
            raise _refusal(answer, said)
        if found := reading.text(said, "id"):
            return found
        raise wire.garbage(COMPANY)

    def told(self, call: Call) -> Heard:
        """Return what an event tells (API v2 reference, "Subscriptions"); their calls bear the secret we gave them."""
        event = secret.proven(call, self.secret)
        match event.get("type"):
            case "MESSAGE_STATUS":
                return Heard(_receipt(event))
            case "MESSAGE":
                return Heard(_reply(event))
            case _:
                raise BadCallError("neither a status nor a message")


def zenvia(setup: Setup) -> Zenvia:
    """Return Zenvia as an operator set it up, or raise SetupError."""
    return Zenvia(
        wire.given(setup.secrets, "api_token"),
        secret.callback_secret(setup.secrets),
        wire.given(setup.settings, "sender"),
        wire.base_url(setup.settings, BASE_URL),
    )


def _refusal(answer: Answer, said: dict[str, object]) -> ChannelFailure:
    """Judge by the status; a validation error that names our sender and not the person's number is about us."""
    failure = wire.refusal(COMPANY, answer, reading.code(said.get("code")) or "")
    details = said.get("details")
    paths = [str(each.get("path")) for each in details if isinstance(each, dict)] if isinstance(details, list) else []
    if failure.permanent and "from" in paths and "to" not in paths:
        return ChannelFailure(f"{failure.reason} from", permanent=False, ours=True)
    return failure


def _receipt(event: dict[str, object]) -> tuple[CarrierReceipt, ...]:
    status, message = reading.part(event, "messageStatus"), reading.part(event, "message")
    found = reading.text(event, "messageId") or reading.text(message, "id")
    delivery = wire.delivery_id(event.get("externalId") or message.get("externalId"))
    if found is None and delivery is None:
        raise BadCallError("of no message")
    name = reading.text(status, "code")
    if name is None:
        raise BadCallError("no status")
    if (state := STATES.get(name)) is None:
        return ()
    failure = _failure(status, name) if state is DeliveryState.FAILED else None
    return (CarrierReceipt(state, found, delivery, reading.moment(status.get("timestamp")), failure),)


def _failure(status: dict[str, object], name: str) -> str:
    causes = status.get("causes")
    first = causes[0] if isinstance(causes, list) and causes and isinstance(causes[0], dict) else {}
    detail = reading.code(first.get("channelErrorCode"))
    return f"{COMPANY} {name}{f' {detail}' if detail else ''}"


def _reply(event: dict[str, object]) -> tuple[Reply, ...]:
    """Return what a person wrote; what we wrote ourselves comes as an event too, with the direction OUT."""
    message = reading.part(event, "message")
    sender = reading.e164(message.get("from"))
    if "OUT" in {event.get("direction"), message.get("direction")} or sender is None:
        return ()
    texts = [reading.text(each, "text") for each in reading.parts(message, "contents") if each.get("type") == "text"]
    return (Reply(sender, "\n".join(filter(None, texts))),)
