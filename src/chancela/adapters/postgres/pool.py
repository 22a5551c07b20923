"""Connections: in UTC, as the walled role, with statements prepared after their second use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from psycopg_pool import AsyncConnectionPool

if TYPE_CHECKING:
    from psycopg import AsyncConnection

Pool = AsyncConnectionPool["AsyncConnection[tuple[Any, ...]]"]


# A set is at most a few hundred keys and the tables grow without end: every statement is a walk down an index, and what
# costs is each row that is touched for nothing. A plan made while a table is still empty must not decide otherwise.
PLANS = (
    "-c jit=off -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c random_page_cost=0.01 "
    "-c seq_page_cost=0.01 -c cpu_operator_cost=0.00001 -c cpu_index_tuple_cost=0.05 -c cpu_tuple_cost=0.1 "
    "-c plan_cache_mode=force_generic_plan"  # planning a set anew takes longer than doing it
)


async def _wall(connection: AsyncConnection[tuple[Any, ...]]) -> None:
    """Give up the rights of the owner: from here row-level security stands between operators."""
    connection.prepare_threshold = 2
    await connection.execute("SET ROLE chancela_app")
    await connection.execute("SET search_path = chancela, pg_temp")
    await connection.commit()


def pool(url: str, most: int = 12) -> Pool:
    """Return a pool, still closed."""
    options = {"options": f"-c timezone=UTC -c application_name=chancela {PLANS}"}
    return AsyncConnectionPool(
        url, kwargs=options, min_size=2, max_size=most, open=False, configure=_wall, timeout=10, name="chancela"
    )
