"""What a desk's computer keeps of the catalogue: the procedures that its provider asks for most, then usual ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chancela.adapters.postgres import rows, statements, wall

if TYPE_CHECKING:
    from chancela.adapters.postgres.pool import Pool
    from chancela.domain.analysis import CatalogueEntry

SQL: Final = statements.read("offline_desk.sql")
NEWEST: Final = 300  # guias of a provider that tell what it does


async def procedures(pool: Pool, operator: str, provider: str, limit: int) -> tuple[CatalogueEntry, ...]:
    """Return at most `limit` procedures, those of the provider's newest guias first, each once.

    The rest is of its own field, dental or medical, or half of each where it has no guias or those of both.
    """
    asked = {"operator": operator, "provider": provider, "newest": NEWEST, "limit": limit}
    async with wall.behind(pool, operator) as connection:
        found = await (await connection.execute(SQL["used"], asked)).fetchall()
        fields = {row[2] for row in found} or {True, False}
        for dental in sorted(fields):
            more = {"dental": dental, "limit": limit // len(fields)}
            found += await (await connection.execute(SQL["usual"], more)).fetchall()
    return tuple(dict.fromkeys(rows.entry(row) for row in found))[:limit]
