"""Connections: in UTC, as the walled role, with statements prepared after their second use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from psycopg_pool import AsyncConnectionPool

if TYPE_CHECKING:
    from psycopg import AsyncConnection

Pool = AsyncConnectionPool["AsyncConnection[tuple[Any, ...]]"]


async def _wall(connection: AsyncConnection[tuple[Any, ...]]) -> None:
    """Give up the rights of the owner: from here row-level security stands between operators."""
    connection.prepare_threshold = 2
    await connection.execute("SET ROLE chancela_app")
    await connection.execute("SET search_path = chancela, pg_temp")
    await connection.commit()


def pool(url: str, most: int = 12) -> Pool:
    """Return a pool, still closed."""
    options = {"options": "-c timezone=UTC -c application_name=chancela -c jit=off"}
    return AsyncConnectionPool(
        url, kwargs=options, min_size=2, max_size=most, open=False, configure=_wall, timeout=10, name="chancela"
    )
