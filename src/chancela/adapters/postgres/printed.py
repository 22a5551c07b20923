"""Slips of printed guias in PostgreSQL; they are written with the steps of their cases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec

from chancela.adapters.postgres import statements, wall
from chancela.domain.guia import Procedure
from chancela.domain.printed import Recognised, Slip

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from uuid import UUID

    from psycopg import AsyncConnection

    from chancela.adapters.postgres.pool import Pool

SQL: Final = statements.read("printed.sql")


@dataclass(frozen=True, slots=True)
class PostgresSlips:
    """The port `Slips`."""

    connection: AsyncConnection[tuple[Any, ...]]
    operator: str

    async def of(self, guia_ids: Collection[UUID]) -> Mapping[UUID, tuple[Slip, ...]]:
        """Return the slips of each of these guias that has any, the oldest first."""
        asked = {"operator": self.operator, "guias": list(guia_ids)}
        found: dict[UUID, tuple[Slip, ...]] = {}
        for row in await (await self.connection.execute(SQL["of"], asked)).fetchall():
            found[row[1]] = (*found.get(row[1], ()), _slip(row))
        return found


@dataclass(frozen=True, slots=True)
class PrintedReads:
    """Reading for the edges, behind one operator's wall."""

    pool: Pool

    async def of(self, operator: str, guia_id: UUID) -> tuple[Slip, ...]:
        """Return the slips of a guia, the oldest first."""
        async with wall.behind(self.pool, operator) as connection:
            asked = {"operator": operator, "guias": [guia_id]}
            return tuple(map(_slip, await (await connection.execute(SQL["of"], asked)).fetchall()))


def _slip(row: tuple[Any, ...]) -> Slip:
    told = list(row)
    told[5] = msgspec.convert(row[5], tuple[Procedure, ...])
    told[12] = Recognised(row[12]) if row[12] else None
    return Slip(*told)
