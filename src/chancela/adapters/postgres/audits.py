"""What the trail and the other tables say differently: each question one statement over the whole operator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from chancela.adapters.postgres import statements

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from uuid import UUID

    from psycopg import AsyncConnection

SQL: Final = statements.read("audits.sql")
MOST: Final = 20  # places told of one kind; how many there are is told beside them


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A place where two tables differ: the event's number or None, the guia, and a detail of the row."""

    question: str
    seq: int | None
    guia_id: UUID
    detail: str | None


async def contradictions(
    connection: AsyncConnection[tuple[Any, ...]], operator: str
) -> AsyncIterator[tuple[str, int, list[Contradiction]]]:
    """Yield each question that has an answer, with how many there are and the first of them."""
    for question, sql in SQL.items():
        found = await connection.execute(sql, {"operator": operator})
        first = [Contradiction(question, *row) for row in await found.fetchmany(MOST)]
        if first:
            yield question, found.rowcount, first
