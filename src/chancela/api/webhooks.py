"""Webhooks over the machine edge: a system says where it is to be told of what, sees how that goes, and ends it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import UUID

import msgspec

from chancela.api import access, problems, replies, shapes, wire_webhooks as wire
from chancela.api.call import CANONICAL, NO_GUIA
from chancela.api.operation import Gives, Operation
from chancela.api.replies import Reply
from chancela.bootstrap import webhooks as house
from chancela.bootstrap.once import Answer
from chancela.domain.refusal import Refusal, Refused
from chancela.usecases.end_webhook import EndWebhook
from chancela.usecases.open_webhook import OpenWebhook

if TYPE_CHECKING:
    from chancela.adapters.postgres.webhooks import Listed
    from chancela.api.call import Call
    from chancela.domain.webhook import Webhook

KEPT: Final = 200  # what is remembered of an opening holds no secret: the answer that is shown is made from it
EXAMPLE: Final = {
    "url": "https://core.example/chancela",
    "events": ["guia.validated", "guia.without_token", "attendance.disputed", "attendance.dispute_decided"],
}
_KEPT: Final = msgspec.json.Decoder(wire.Webhook)


async def open_webhook(call: Call) -> Reply:
    """Open a webhook; its secret is shown in this answer alone, and in its repetition under the same key."""
    wish: wire.NewWebhook = call.wish
    public = await house.is_public(call.app, wish.url)
    command = OpenWebhook(call.actor, wish.url, wish.events, wish.provider, public)

    def kept(outcome: Webhook | Refused) -> Answer:
        if isinstance(outcome, Refused):
            return problems.refused(outcome, call.language)
        return Answer(KEPT, replies.ENCODER.encode(_shown(outcome)))

    reply = await call.do(command, KEPT, kept)
    if reply.status != KEPT:
        return reply
    made = _KEPT.decode(reply.body)
    secret = house.shown(call.app, call.actor.operator, made.id)
    opened = wire.OpenedWebhook(made.id, made.url, made.events, made.provider, made.created_at, secret)
    return replies.of(opened, 201)


async def list_webhooks(call: Call) -> Reply:
    """List the webhooks that the client may end."""
    found = await house.listed(call.app, call.actor)
    return replies.of(wire.WebhookList(tuple(map(_listed, found))))


async def end_webhook(call: Call) -> Reply:
    """End a webhook; a foreign one answers exactly like one that does not exist."""
    text = call.named["webhook_id"]
    outcome = await call.app.do(EndWebhook(call.actor, UUID(text) if CANONICAL.fullmatch(text) else NO_GUIA))
    if isinstance(outcome, Refused):
        return problems.refusal(outcome.reason, call.language)
    return Reply(replies.EMPTY, b"", (replies.KEPT_NOWHERE, replies.AS_DECLARED))


def _shown(webhook: Webhook) -> wire.Webhook:
    created_at = shapes.instant(webhook.created_at)
    return wire.Webhook(webhook.id, webhook.url, webhook.kinds, webhook.provider, created_at)


def _listed(found: Listed) -> wire.Webhook:
    return msgspec.structs.replace(
        _shown(found.webhook),
        delivered_at=found.delivered_at and shapes.instant(found.delivered_at),
        failed_at=found.failed_at and shapes.instant(found.failed_at),
        failure=found.failure,
        waiting=found.waiting,
    )


OPEN: Final = Operation(
    name="openWebhook",
    method="POST",
    path="/v1/webhooks",
    run=open_webhook,
    does="Be told of events at an address of yours, signed as Standard Webhooks has it; the secret is shown this once.",
    scope=access.MANAGE_WEBHOOKS,
    takes=wire.NewWebhook,
    examples={"what billing needs": EXAMPLE},
    gives=(Gives(201, wire.OpenedWebhook, says="The webhook, with its secret."),),
    refusals=(
        *(Refusal.NOT_FOUND, Refusal.PROVIDER_UNKNOWN),
        *(Refusal.WEBHOOK_REFUSED, Refusal.TOO_MANY_WEBHOOKS),
    ),
    changes=True,
)

LIST: Final = Operation(
    name="listWebhooks",
    method="GET",
    path="/v1/webhooks",
    run=list_webhooks,
    does="List your webhooks: when a message was taken last, when and how one failed last, how many wait.",
    scope=access.MANAGE_WEBHOOKS,
    gives=(Gives(200, wire.WebhookList, says="Those that did not end, the oldest first."),),
)

END: Final = Operation(
    name="endWebhook",
    method="DELETE",
    path="/v1/webhooks/{webhook_id}",
    run=end_webhook,
    does="Be told no more; what waits to be told is forgotten.",
    scope=access.MANAGE_WEBHOOKS,
    gives=(Gives(204, None, "", says="It ended."),),
    refusals=(Refusal.NOT_FOUND,),
)
