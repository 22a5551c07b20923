"""Reading contingency numbers for the desk and the office: lists, what was used, and what waits for somebody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from chancela.adapters.postgres import blocks as store, wall
from chancela.domain import offline
from chancela.domain.reconcile import SETTLED
from chancela.domain.refusal import Refusal

if TYPE_CHECKING:
    from uuid import UUID

    from chancela.adapters.postgres.pool import Pool
    from chancela.domain.block import Block
    from chancela.domain.reconcile import Brought

SQL: Final = store.SQL
MOST: Final = 200
LOOKS_BACK: Final = timedelta(days=400)  # longer than any block holds


@dataclass(frozen=True, slots=True)
class OfProvider:
    """A provider's lists that hold, which of their numbers something was brought under, and what waits."""

    blocks: tuple[Block, ...]
    used: frozenset[str]
    to_correct: tuple[Brought, ...]
    now: datetime


@dataclass(frozen=True, slots=True)
class Listed:
    """A list with the name of its provider, and how many of its numbers were used."""

    block: Block
    provider_name: str
    used: int


@dataclass(frozen=True, slots=True)
class Unreconciled:
    """A number told by telephone of which nothing that stands was brought; `refused` says why, where something was."""

    block: Block
    provider_name: str
    refused: Refusal | None


@dataclass(frozen=True, slots=True)
class BlockReads:
    """Queries over short transactions of their own, each behind one operator's wall."""

    pool: Pool

    async def of_provider(self, operator: str, provider: str) -> OfProvider:
        """Return what a provider has."""
        now = datetime.now(UTC)
        asked = {"provider": provider, "limit": MOST}
        found = await self._read(operator, "lists_of", today=offline.day(now), **asked)
        lists = tuple(store.block(operator, row) for row in found)
        numbers = [number for each in lists for number in each.numbers]
        used = await self._read(operator, "brought", numbers=numbers)
        waiting = await self._read(operator, "to_correct", settled=[each.value for each in SETTLED], **asked)
        return OfProvider(lists, frozenset(row[0] for row in used), tuple(map(store.brought, waiting)), now)

    async def recent(self, operator: str, provider: str | None = None) -> tuple[Listed, ...]:
        """Return the lists handed out last, to one provider or to all."""
        found = await self._read(operator, "recent", provider=provider, limit=MOST)
        return tuple(Listed(store.block(operator, row), row[-2], row[-1]) for row in found)

    async def one(self, operator: str, block_id: UUID) -> Listed | None:
        """Return a list, or a number told by telephone, of this operator."""
        found = await self._read(operator, "one", id=block_id)
        return Listed(store.block(operator, found[0]), found[0][-2], found[0][-1]) if found else None

    async def told(self, operator: str) -> tuple[Unreconciled, ...]:
        """Return numbers told by telephone that nobody reconciled, the oldest first."""
        since = datetime.now(UTC) - LOOKS_BACK
        found = await self._read(operator, "told", since=since, limit=MOST)
        return tuple(Unreconciled(store.block(operator, row), row[-2], _refusal(row[-1])) for row in found)

    async def _read(self, operator: str, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        async with wall.behind(self.pool, operator) as connection:
            return await (await connection.execute(SQL[statement], {"operator": operator, **values})).fetchall()


def _refusal(text: str | None) -> Refusal | None:
    return Refusal(text) if text else None
