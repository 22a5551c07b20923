"""Disputed attendances of one provider's desk: how many wait for its word, and the list with those on top."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from chancela.adapters.postgres import statements, wall

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from chancela.adapters.postgres.pool import Pool
    from chancela.adapters.postgres.reads import GuiaFilter

SQL: Final = statements.read("dispute_desk.sql")


@dataclass(frozen=True, slots=True)
class Unanswered:
    """How many disputes that nobody has decided lack the provider's side, and the first last day to decide one."""

    count: int
    first_due_date: date | None


@dataclass(frozen=True, slots=True)
class DisputeDesk:
    """Queries of one provider's desk."""

    pool: Pool
    operator: str
    provider: str

    async def unanswered(self) -> Unanswered:
        """Return how many wait for this provider's word."""
        rows = await self._rows("unanswered")
        return Unanswered(*rows[0])

    async def contested(self, asked: GuiaFilter) -> tuple[list[UUID], UUID | None]:
        """Return a page of its disputed guias, those without its side first, and the cursor of the next page."""
        found = await self._rows(
            "contested",
            card=asked.card_number,
            number=asked.number,
            since=asked.since,
            cursor=asked.cursor,
            limit=asked.limit + 1,
        )
        ids = [row[0] for row in found[: asked.limit]]
        return ids, (ids[-1] if len(found) > asked.limit else None)

    async def _rows(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        asked = {"operator": self.operator, "provider": self.provider, **values}
        async with wall.behind(self.pool, self.operator) as connection:
            await connection.execute("SET LOCAL plan_cache_mode = force_custom_plan")
            return await (await connection.execute(SQL[statement], asked)).fetchall()
