"""Connections: in UTC, as the walled role, with statements prepared after their second use."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

from psycopg_pool import AsyncConnectionPool

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from psycopg import AsyncConnection

Pool = AsyncConnectionPool["AsyncConnection[tuple[Any, ...]]"]


# A set is at most a few hundred keys and the tables grow without end: every statement is a walk down an index, and what
# costs is each row that is touched for nothing. A plan made while a table was still empty, as each month's part is at
# first, may choose a wrong index: so plans are forgotten every few seconds, and made anew over what is there by then.
PLANS = (
    "-c jit=off -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c random_page_cost=0.01 "
    "-c seq_page_cost=0.01 -c cpu_operator_cost=0.00001 -c cpu_index_tuple_cost=0.05 -c cpu_tuple_cost=0.1 "
    "-c plan_cache_mode=force_generic_plan"  # planning a set anew takes longer than doing it
)

FIRST_PLANS_LAST_S: Final = 0.25
PLANS_LAST_S: Final = 15.0


async def _wall(connection: AsyncConnection[tuple[Any, ...]]) -> None:
    """Give up the rights of the owner: from here row-level security stands between operators."""
    connection.prepare_threshold = 2
    await connection.execute("SET ROLE chancela_app")
    await connection.execute("SET search_path = chancela, pg_temp")
    await connection.commit()


def _replanning() -> Callable[[AsyncConnection[tuple[Any, ...]]], Awaitable[None]]:
    """Return what happens when a connection comes back: at growing distances its plans are forgotten."""
    due: WeakKeyDictionary[AsyncConnection[tuple[Any, ...]], tuple[float, float]] = WeakKeyDictionary()

    async def forget_plans(connection: AsyncConnection[tuple[Any, ...]]) -> None:
        now = time.monotonic()
        at, distance = due.setdefault(connection, (now + FIRST_PLANS_LAST_S, FIRST_PLANS_LAST_S))
        if now >= at:
            longer = min(PLANS_LAST_S, 2 * distance)
            due[connection] = (now + longer, longer)
            await connection.execute("DISCARD PLANS")
            await connection.commit()

    return forget_plans


def pool(url: str, most: int = 12) -> Pool:
    """Return a pool, still closed."""
    options = {"options": f"-c timezone=UTC -c application_name=chancela {PLANS}"}
    return AsyncConnectionPool(
        url,
        kwargs=options,
        min_size=2,
        max_size=most,
        open=False,
        configure=_wall,
        reset=_replanning(),
        timeout=10,
        name="chancela",
    )
