"""A crowd around the people of a test, and how much a play looks at in the middle of it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

from chancela.adapters.postgres import pool as pools
from chancela.bootstrap.app import App
from chancela.bootstrap.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

PLACE = re.compile(rb"%\((\w+)\)s")
FEW, MANY, SLACK = 200, 3000, 12
CROWD = Path(__file__).with_name("crowd.sql")
LOOKED_AT = """
SELECT relname, seq_tup_read + COALESCE(idx_tup_fetch, 0) FROM pg_stat_user_tables WHERE schemaname = 'chancela'
UNION ALL
SELECT indexrelname, idx_tup_read FROM pg_stat_user_indexes WHERE schemaname = 'chancela'
"""
ALL = """
SELECT string_agg(oid::regclass::text, ', ') FROM pg_class
WHERE relnamespace = 'chancela'::regnamespace AND relkind = 'r'
"""
LASTING = f"{ALL} AND NOT relispartition"  # not those of which each month has a part
# Whoever leaves says what it looked at; a pool that closes may leave one behind that was just coming in.
LEAVE = """
SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""

Costs = dict[tuple[str, str], int]  # by step and by table or index


def looked_at(url: str) -> dict[str, int]:
    """The rows and the entries of indexes that were ever looked at, once everybody else has left."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(LEAVE)
        return {name: int(rows) for name, rows in connection.execute(LOOKED_AT)}


def gather(url: str, ans: str, people: int, *, known: bool = True) -> None:
    """Put a crowd into an operator, and let the planner know of it; of the month's rows only where they are `known`."""
    with psycopg.connect(url, autocommit=True, cursor_factory=psycopg.ClientCursor) as connection:
        connection.execute("VACUUM ANALYZE")
        connection.execute(CROWD.read_bytes(), {"ans": ans, "people": people})
        (tables,) = connection.execute(ALL if known else LASTING).fetchone() or ("",)
        connection.execute(sql.SQL("ANALYZE {}").format(sql.SQL(tables)))


def plan(url: str, statement: bytes) -> list[str]:
    """How the app would do a statement, whatever its parameters are."""
    names: dict[bytes, int] = {}
    numbered = PLACE.sub(lambda found: b"$%d" % names.setdefault(found[1], len(names) + 1), statement)
    with psycopg.connect(url, options=pools.PLANS) as connection:
        connection.execute("SET ROLE chancela_app")
        return [row[0] for row in connection.execute(b"EXPLAIN (GENERIC_PLAN, COSTS off) " + numbered)]


async def costs(
    url: str,
    folder: Path,
    ans: str,
    people: int,
    steps: Sequence[Callable[[App], Awaitable[Any]]],
    *,
    known: bool = True,
) -> Costs:
    """How much each step looked at in each table and index, in an operator of so many people."""
    gather(url, ans, people, known=known)
    found: Costs = {}
    for step in steps:
        before = looked_at(url)
        async with App(Settings(data=folder, database_url=url, demo=True)) as app:
            await step(app)
        found |= {(step.__name__, name): rows - before[name] for name, rows in looked_at(url).items()}
    return found


def grown(few: Costs, many: Costs) -> dict[tuple[str, str], str]:
    """What looked at more rows among many people than among few; a few more may be another index to the same row."""
    more = {at: rows for at, rows in many.items() if rows > few[at] + SLACK}
    return {at: f"{few[at]} rows among {FEW} people, {rows} among {MANY}" for at, rows in more.items()}
