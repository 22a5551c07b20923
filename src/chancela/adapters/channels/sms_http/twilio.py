"""SMS by Twilio Programmable Messaging: a form is posted, and signed callbacks tell what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlsplit

from chancela.adapters.channels.contract import BadCallError, CarrierReceipt, Heard, Reply
from chancela.adapters.channels.sms_http import reading
from chancela.adapters.channels.twilio import account, signature, wire
from chancela.domain.delivery import DeliveryState

if TYPE_CHECKING:
    from chancela.adapters.channels.contract import Call, Letter, Setup
    from chancela.adapters.channels.twilio.account import Account
    from chancela.adapters.channels.twilio.wire import Answer, Request

SERVICE: Final = "MG"  # a Messaging Service picks the number by itself
NO_ANSWER: Final = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'  # docs: "TwiML for Programmable Messaging"
# Docs: "Messages resource" (message status values); "Outbound Message Status in Status Callbacks".
STATES: Final = {
    "accepted": DeliveryState.HANDED_OVER,
    "scheduled": DeliveryState.HANDED_OVER,
    "queued": DeliveryState.HANDED_OVER,
    "sending": DeliveryState.HANDED_OVER,
    "sent": DeliveryState.HANDED_OVER,
    "partially_delivered": DeliveryState.HANDED_OVER,
    "delivered": DeliveryState.DELIVERED,
    "read": DeliveryState.DELIVERED,
    "undelivered": DeliveryState.FAILED,
    "failed": DeliveryState.FAILED,
    "canceled": DeliveryState.FAILED,
}


@dataclass(frozen=True, slots=True)
class Twilio:
    """Twilio, on an operator's account; the delivery travels in the callback's URL, which is part of what is signed."""

    own: Account
    sender: str
    receipts_url: str
    name: str = account.COMPANY

    def request(self, letter: Letter) -> Request:
        """Return the creation of a Message (docs: "Messages resource", create)."""
        sender = "MessagingServiceSid" if self.sender.startswith(SERVICE) else "From"
        form = [("To", wire.number(letter.address)), (sender, self.sender), ("Body", letter.message.text)]
        if self.receipts_url:
            form.append(("StatusCallback", wire.with_query(self.receipts_url, delivery=str(letter.id))))
        return self.own.creation("Messages", form)

    def taken(self, answer: Answer) -> str:
        """Return the SID of the message."""
        return account.created(answer)

    def told(self, call: Call) -> Heard:
        """Return what a signed callback tells: of a message of ours (MessageStatus), or from a person (Body)."""
        form = signature.proven(call, self.own.token)
        if status := form.get("MessageStatus"):
            return Heard(_receipt(call, form, status))
        if "Body" not in form:
            raise BadCallError("neither a status nor a message")
        sender = reading.e164(form.get("From"))
        return Heard((Reply(sender, form["Body"]),) if sender else (), 200, "text/xml", NO_ANSWER)


def twilio(setup: Setup) -> Twilio:
    """Return Twilio as an operator set it up, or raise SetupError."""
    return Twilio(account.account(setup), wire.given(setup.settings, "sender"), setup.receipts_url)


def _receipt(call: Call, form: dict[str, str], status: str) -> tuple[CarrierReceipt, ...]:
    sid = form.get("MessageSid") or None
    delivery = wire.delivery_id(next(iter(parse_qs(urlsplit(call.url).query).get("delivery", [])), None))
    if sid is None and delivery is None:
        raise BadCallError("of no message")
    if (state := STATES.get(status)) is None:  # a status that came after this was written moves nothing
        return ()
    failure = account.words(form.get("ErrorCode", "")) if state is DeliveryState.FAILED else None
    return (CarrierReceipt(state, sid, delivery, failure=failure),)
