"""A code on its way to a person: channels, and states that only move forward."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Channel(StrEnum):
    """A way to a person; who carries it (the carrier) is another matter."""

    APP = "app"
    SMS = "sms"
    WHATSAPP = "whatsapp"
    VOICE = "voice"
    EMAIL = "email"


class Purpose(StrEnum):
    """Why a message goes out; all but the code's own carry no digit of it.

    A sign-in and a new contact have codes of their own and no guia: their messages name the sign-in, or the change of
    contact, in the guia's place.
    """

    CODE = "code"
    CONTACT_TYPED = "contact_typed"
    SIGN_IN = "sign_in"
    CONTACT_CODE = "contact_code"
    CONTACT_CHANGED = "contact_changed"
    WARD_CODE = "ward_code"
    VALIDATED = "validated"
    RECORDED = "recorded"
    ACCESS_ADDED = "access_added"
    CONTACT_PROPOSED = "contact_proposed"
    DECISION = "decision"
    DISPUTE = "dispute"


class DeliveryState(StrEnum):
    """Where a message stands; an attempt is recorded as `sending` before it is made, and shown as queued."""

    QUEUED = "queued"
    SENDING = "sending"
    HANDED_OVER = "handed_over"
    FAILED = "failed"
    DELIVERED = "delivered"


RANK = {
    DeliveryState.QUEUED: 0,
    DeliveryState.SENDING: 1,
    DeliveryState.HANDED_OVER: 2,
    DeliveryState.FAILED: 3,
    DeliveryState.DELIVERED: 4,
}


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message planned for one channel; `to` is masked, the address itself stays with the contact.

    `rung` is the step of the policy's ladder to which it belongs, -1 where a person chose the way; `reader_id` is whose
    contact or app it is where that is not the person of the guia.
    """

    id: UUID
    guia_id: UUID
    beneficiary_id: UUID
    generation: int
    channel: Channel
    to: str
    planned_at: datetime
    changed_at: datetime
    contact_id: UUID | None = None
    state: DeliveryState = DeliveryState.QUEUED
    purpose: Purpose = Purpose.CODE
    rung: int = -1
    reader_id: UUID | None = None


def moves(now: DeliveryState, then: DeliveryState) -> bool:
    """Tell whether a delivery may move so: forward only, as a late or repeated receipt does nothing."""
    return RANK[then] > RANK[now]


def shown(state: DeliveryState) -> str:
    """Return the state as people and machines see it."""
    return DeliveryState.QUEUED.value if state is DeliveryState.SENDING else state.value
