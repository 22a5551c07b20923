"""What goes over the wire of webhooks: how one is opened, how each stands, and what a message says."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta, Struct

from chancela.api.wire import Guia
from chancela.api.wire_parts import Instant, ProviderCode, Wish, Zoned
from chancela.domain.webhook import WebhookKind

VISIBLE: Final = r"^https?://[\x21-\x7e]+(?!\n)$"

Url = Annotated[
    str,
    Meta(
        min_length=10,
        max_length=2048,
        pattern=VISIBLE,
        description="HTTPS, a public address, no name or password in it, no fragment; port 443, or 1024 and above.",
        examples=["https://core.example/chancela"],
    ),
]


class NewWebhook(Wish, frozen=True):
    """Where to tell a system of which events: of one provider's guias, or of all that the client may see."""

    url: Url
    events: Annotated[tuple[WebhookKind, ...], Meta(min_length=1, max_length=20)]
    provider: ProviderCode | None = None


class Webhook(Struct, frozen=True):
    """A webhook as it stands: when a message was taken last, when and how one failed last, how many wait (to 1,000)."""

    id: UUID
    url: str
    events: tuple[WebhookKind, ...]
    provider: str | None
    created_at: Instant
    delivered_at: Instant | None = None
    failed_at: Instant | None = None
    failure: str | None = None
    waiting: int = 0


class OpenedWebhook(Struct, frozen=True):
    """A webhook that was opened; `secret` (Standard Webhooks, `whsec_…`) verifies its messages, shown this once."""

    id: UUID
    url: str
    events: tuple[WebhookKind, ...]
    provider: str | None
    created_at: Instant
    secret: str


class WebhookList(Struct, frozen=True):
    """The webhooks that did not end, the oldest first."""

    items: tuple[Webhook, ...]


class WebhookData(Struct, frozen=True):
    """The guia as it was when the message was first made ready, in the shape in which it is read."""

    guia: Guia


class WebhookMessage(Struct, frozen=True):
    """The body of every message: what happened, when, and to which guia."""

    type: WebhookKind
    timestamp: Zoned
    data: WebhookData
