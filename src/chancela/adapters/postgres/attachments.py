"""Documents of guias and auditors' answers in PostgreSQL; they are written with the steps of their cases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from chancela.adapters.postgres import statements, wall
from chancela.domain.attachment import Attachment, MediaType
from chancela.domain.decision import Ruling
from chancela.domain.guia import ItemState, Reason

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime
    from uuid import UUID

    from psycopg import AsyncConnection

    from chancela.adapters.postgres.pool import Pool

SQL: Final = statements.read("attachments.sql")


@dataclass(frozen=True, slots=True)
class PostgresAttachments:
    """The port `Attachments`."""

    connection: AsyncConnection[tuple[Any, ...]]
    operator: str

    async def of(self, guia_ids: Collection[UUID]) -> Mapping[UUID, tuple[Attachment, ...]]:
        """Return the documents of each of these guias that has any, the oldest first."""
        asked = {"operator": self.operator, "guias": list(guia_ids)}
        found: dict[UUID, tuple[Attachment, ...]] = {}
        for row in await (await self.connection.execute(SQL["of"], asked)).fetchall():
            found[row[1]] = (*found.get(row[1], ()), _attachment(row))
        return found


@dataclass(frozen=True, slots=True)
class PostgresDecisions:
    """The port `Decisions`."""

    connection: AsyncConnection[tuple[Any, ...]]
    operator: str

    async def untold(self, limit: int) -> list[UUID]:
        """Return guias of whose answer the person was not told yet, the longest waiting first."""
        asked = {"operator": self.operator, "limit": limit}
        return [row[0] for row in await (await self.connection.execute(SQL["untold"], asked)).fetchall()]


@dataclass(frozen=True, slots=True)
class Documents:
    """Reading for the edges, behind one operator's wall."""

    pool: Pool

    async def of(self, operator: str, guia_id: UUID) -> tuple[Attachment, ...]:
        """Return the documents of a guia, the oldest first."""
        return tuple(map(_attachment, await self._rows("of", operator, guias=[guia_id])))

    async def rulings(self, operator: str, guia_id: UUID) -> tuple[Ruling, ...]:
        """Return what auditors answered about a guia, in order."""
        return tuple(map(_ruling, await self._rows("rulings", operator, guia=guia_id)))

    async def answered(self, operator: str, provider: str, since: datetime, limit: int) -> list[UUID]:
        """Return the provider's guias that got an answer since then, the last first."""
        found = await self._rows("answered", operator, provider=provider, since=since, limit=limit)
        return [row[0] for row in found]

    async def known(self, operator: str, digests: Collection[str]) -> frozenset[str]:
        """Return those of these hashes under which a document of the operator is kept."""
        return frozenset(row[0] for row in await self._rows("known", operator, digests=list(digests)))

    async def of_the_day(self, operator: str, account: str) -> int:
        """Return how many documents an account sent in the last 24 hours."""
        return int((await self._rows("of_the_day", operator, account=account))[0][0])

    async def _rows(self, statement: str, operator: str, **values: Any) -> list[tuple[Any, ...]]:
        async with wall.behind(self.pool, operator) as connection:
            return await (await connection.execute(SQL[statement], {"operator": operator, **values})).fetchall()


def _attachment(row: tuple[Any, ...]) -> Attachment:
    told = (*row[:4], MediaType(row[4]), *row[5:])
    return Attachment(*told)


def _ruling(row: tuple[Any, ...]) -> Ruling:
    reason = Reason(row[4], row[5]) if row[4] is not None else None
    told = (*row[:3], ItemState(row[3]), reason, *row[6:])
    return Ruling(*told)
