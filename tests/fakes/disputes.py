"""Disputed attendances in memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uuid import UUID

    from tests.fakes.shelf import Shelf


@dataclass
class MemoryDisputes:
    """The port `Disputes`."""

    shelf: Shelf

    async def untold(self, limit: int) -> list[UUID]:
        return list(self.shelf.untold_disputes)[:limit]
