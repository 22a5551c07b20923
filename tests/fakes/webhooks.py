"""Webhooks in memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chancela.domain import trail

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from chancela.domain.webhook import Webhook, WebhookStep
    from tests.fakes.shelf import Shelf


@dataclass
class MemoryWebhooks:
    """The port `Webhooks`."""

    shelf: Shelf
    now: datetime

    async def all(self) -> tuple[Webhook, ...]:
        found = [each for each in self.shelf.webhooks.values() if each.ended_at is None]
        return tuple(sorted(found, key=lambda each: (each.created_at, each.id)))

    async def save(self, steps: Sequence[WebhookStep]) -> None:
        for step in steps:
            self.shelf.webhooks[step.webhook.id] = step.webhook
            entries, self.shelf.head = trail.append(self.shelf.operator.ans, self.shelf.head, [step.event], self.now)
            self.shelf.trail.extend(entries)
