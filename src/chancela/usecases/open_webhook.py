"""Open webhooks: a system says where it is to be told of which events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chancela.domain import permissions, webhook as webhooks
from chancela.domain.permissions import Actor, Permission
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.webhook import Webhook, WebhookKind

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from chancela.domain.webhook import WebhookStep
    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class OpenWebhook:
    """Ask to be told at an address; of one provider's guias, or of those of all that the actor speaks for.

    `public` says whether the address was found to be one that anybody may have, before this deed began.
    """

    actor: Actor
    url: str
    kinds: tuple[WebhookKind, ...]
    provider: str | None
    public: bool


async def open_webhook(commands: Sequence[OpenWebhook], world: World) -> list[Webhook | Refused]:
    """Open each webhook; refused are addresses that are not public, and an eleventh of an operator or a provider."""
    known = list(await world.webhooks.all())
    houses = await world.network.by_code({each.provider for each in commands if each.provider})
    outcomes: list[Webhook | Refused] = []
    steps: list[WebhookStep] = []
    for command in commands:
        decided = _decide(command, known, houses, world)
        outcomes.append(decided)
        if isinstance(decided, Webhook):
            known.append(decided)
            steps.append(webhooks.changed(decided, "opened", command.actor.name))
    await world.webhooks.save(steps)
    return outcomes


def _decide(command: OpenWebhook, known: Sequence[Webhook], houses: Collection[str], world: World) -> Webhook | Refused:
    scope = command.provider or command.actor.provider
    if not permissions.may_for(command.actor, Permission.MANAGE_WEBHOOKS, scope or ""):
        return Refused(Refusal.NOT_FOUND)
    if command.provider is not None and command.provider not in houses:
        return Refused(Refusal.PROVIDER_UNKNOWN)
    if not command.public:
        return Refused(Refusal.WEBHOOK_REFUSED)
    if sum(each.provider == scope for each in known) >= webhooks.MOST:
        return Refused(Refusal.TOO_MANY_WEBHOOKS)
    kinds = tuple(each for each in WebhookKind if each in command.kinds)
    return Webhook(world.chance.id(), command.url, kinds, scope, command.actor.name, world.now)
