"""The operators' logos: found for the pages, put and removed with an event of the trail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from chancela.adapters.postgres import events, statements, wall
from chancela.domain.logo import Logo

if TYPE_CHECKING:
    from collections.abc import Callable

    from chancela.adapters.postgres.pool import Pool
    from chancela.domain.trail import Event

    Seal = Callable[[str, int, bytes], bytes]

SQL: Final = statements.read("logos.sql")


@dataclass(frozen=True, slots=True)
class Logos:
    """One logo for an operator or none; each call is one short transaction behind that operator's wall."""

    pool: Pool

    async def find(self, operator: str) -> Logo | None:
        """Return the operator's logo."""
        async with wall.behind(self.pool, operator) as connection:
            row = await (await connection.execute(SQL["find"], {"operator": operator})).fetchone()
        return Logo(*row) if row else None

    async def put(self, operator: str, logo: Logo, event: Event, seal: Seal) -> bool:
        """Put it in the place of the one before; False, and no event, where it is that one already."""
        values = {
            "version": logo.version,
            "media_type": logo.media_type,
            "width": logo.width,
            "height": logo.height,
            "content": logo.content,
        }
        return await self._change("put", operator, values, event, seal)

    async def remove(self, operator: str, event: Event, seal: Seal) -> bool:
        """Remove it; False, and no event, where there is none."""
        return await self._change("remove", operator, {}, event, seal)

    async def _change(self, statement: str, operator: str, values: dict[str, Any], event: Event, seal: Seal) -> bool:
        async with wall.behind(self.pool, operator) as connection:
            done = await connection.execute(SQL[statement], {"operator": operator, **values})
            changed = await done.fetchone() is not None
            if changed:
                await events.append(connection, operator, [event], seal)
        return changed
