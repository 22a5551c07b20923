"""Documents and auditors' answers in memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from uuid import UUID

    from chancela.domain.attachment import Attachment
    from tests.fakes.shelf import Shelf


@dataclass
class MemoryAttachments:
    """The port `Attachments`."""

    shelf: Shelf

    async def of(self, guia_ids: Collection[UUID]) -> Mapping[UUID, tuple[Attachment, ...]]:
        known = sorted(self.shelf.attachments.values(), key=lambda each: (each.added_at, each.id))
        return {key: own for key in set(guia_ids) if (own := tuple(each for each in known if each.guia_id == key))}


@dataclass
class MemoryDecisions:
    """The port `Decisions`."""

    shelf: Shelf

    async def untold(self, limit: int) -> list[UUID]:
        return list(self.shelf.untold_decisions)[:limit]
