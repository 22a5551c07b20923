"""The wall: a short transaction in which only one operator's rows exist."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from psycopg import AsyncConnection

    from chancela.adapters.postgres.pool import Pool

WALL: Final = "SELECT set_config('chancela.operator', %s, true)"


@contextlib.asynccontextmanager
async def behind(pool: Pool, operator: str) -> AsyncIterator[AsyncConnection[tuple[Any, ...]]]:
    """Give a connection behind the wall of an operator, in one transaction that commits at the end of the block."""
    async with pool.connection() as connection, connection.pipeline():
        await connection.execute(WALL, (operator,))
        yield connection
