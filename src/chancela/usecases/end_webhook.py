"""End webhooks: a system is told no more, by its own wish, by an administrator, or as it answered that it is gone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from chancela.domain import permissions, webhook as webhooks
from chancela.domain.permissions import Actor, Permission
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.webhook import Webhook

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.domain.webhook import WebhookStep
    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class EndWebhook:
    """Tell a system no more."""

    actor: Actor
    webhook_id: UUID


async def end_webhook(commands: Sequence[EndWebhook], world: World) -> list[Webhook | Refused]:
    """End each webhook; one that ended already, or that the actor does not speak for, is like none."""
    known = {each.id: each for each in await world.webhooks.all()}
    outcomes: list[Webhook | Refused] = []
    steps: list[WebhookStep] = []
    for command in commands:
        found = known.get(command.webhook_id)
        if found is None or not permissions.may_for(command.actor, Permission.MANAGE_WEBHOOKS, found.provider or ""):
            outcomes.append(Refused(Refusal.NOT_FOUND))
            continue
        ended = replace(known.pop(found.id), ended_at=world.now, ended_by=command.actor.name)
        outcomes.append(ended)
        steps.append(webhooks.changed(ended, "ended", command.actor.name))
    await world.webhooks.save(steps)
    return outcomes
