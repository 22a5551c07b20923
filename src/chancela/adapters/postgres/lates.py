"""Late codes that a provider still has to bring: which, and how many are about to be too late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from chancela.adapters.postgres import statements, wall

if TYPE_CHECKING:
    from chancela.adapters.postgres.pool import Pool

SQL: Final = statements.read("lates.sql")
MOST: Final = 50
COUNTED: Final = 200


@dataclass(frozen=True, slots=True)
class Pending:
    """How many visits wait for their code (200 at most are counted), how many are urgent, and the first last day."""

    count: int
    urgent: int
    first_due_date: date | None


@dataclass(frozen=True, slots=True)
class Lates:
    """Queries of one provider's desk."""

    pool: Pool

    async def pending(self, operator: str, provider: str, limit: int = MOST) -> tuple[UUID, ...]:
        """Return the guias whose late code is waited for, those whose time ends first at the head."""
        rows = await self._rows("pending", operator, provider, limit=limit)
        return tuple(row[0] for row in rows)

    async def counted(self, operator: str, provider: str, today: date) -> Pending:
        """Return how many there are, and of how many the desk is reminded by today."""
        rows = await self._rows("counted", operator, provider, today=today, limit=COUNTED)
        return Pending(*rows[0])

    async def _rows(self, statement: str, operator: str, provider: str, **values: Any) -> list[tuple[Any, ...]]:
        asked = {"operator": operator, "provider": provider, **values}
        async with wall.behind(self.pool, operator) as connection:
            return await (await connection.execute(SQL[statement], asked)).fetchall()
