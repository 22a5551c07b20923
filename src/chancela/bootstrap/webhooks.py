"""Webhooks put together: their secrets, which no table holds, where they may lead, and the list of them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from chancela.adapters.postgres.webhooks import WebhookEvents
from chancela.adapters.webhooks import post, signing
from chancela.domain import permissions
from chancela.domain.permissions import Permission

if TYPE_CHECKING:
    from uuid import UUID

    from chancela.adapters.postgres.webhooks import Listed
    from chancela.bootstrap.app import App
    from chancela.domain.permissions import Actor

PURPOSE: Final = "webhook"
LOOK_S: Final = 5.0  # for a name to be found


def secret(app: App, operator: str, webhook_id: UUID) -> bytes:
    """Return the 32 bytes under which messages of a webhook are signed; they follow from the key file and its id."""
    return app.keys.mac(PURPOSE, f"{operator}|{webhook_id}".encode())


def shown(app: App, operator: str, webhook_id: UUID) -> str:
    """Return a secret as its receiver gets it."""
    return signing.shown(secret(app, operator, webhook_id))


async def is_public(app: App, url: str) -> bool:
    """Tell whether messages may go to an address: its form is right, and all that its name leads to is public."""
    try:
        async with asyncio.timeout(LOOK_S):
            await app.post.found(url)
    except (TimeoutError, post.UnreachableError):
        return False
    return True


async def listed(app: App, actor: Actor, *, ended: bool = False) -> tuple[Listed, ...]:
    """Return the webhooks that the actor may end: those of its provider alone where it is bound to one."""
    if not permissions.may_for(actor, Permission.MANAGE_WEBHOOKS, actor.provider or ""):
        return ()
    return await WebhookEvents(app.pool).listed(actor.operator, actor.provider, ended=ended)
