"""What the database needs now and then: room for the months to come, and to forget what nobody asks any more."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import psycopg

from chancela.adapters.postgres import statements

if TYPE_CHECKING:
    from datetime import datetime

    from chancela.adapters.postgres.pool import Pool

SQL: Final = statements.read("housekeeping.sql")
KEPT_OVER: Final = timedelta(days=90)


async def now(pool: Pool) -> datetime:
    """Return the database's time."""
    async with pool.connection() as connection:
        row = await (await connection.execute(SQL["now"])).fetchone()
    if row is None:
        raise LookupError("the database did not tell its time")
    moment: datetime = row[0]
    return moment


async def ensure_partitions(url: str) -> None:
    """Make the partitions of this month and the two after it, as the tables' owner; one process at a time."""
    connection: psycopg.AsyncConnection[tuple[Any, ...]]
    async with await psycopg.AsyncConnection.connect(url) as connection:
        await connection.execute(SQL["one_by_one"])
        await connection.execute(SQL["ensure_partitions"])


async def forget_answers(pool: Pool, operator: str) -> int:
    """Delete an operator's answers to keys older than a day; return how many."""
    async with pool.connection() as connection:
        await connection.execute(SQL["wall"], {"operator": operator})
        return (await connection.execute(SQL["forget_answers"], {"operator": operator})).rowcount


async def forget_over(pool: Pool, operator: str) -> None:
    """Delete an operator's sessions, ties, passkeys, devices and codes on paper that were over 90 days ago."""
    async with pool.connection() as connection:
        await connection.execute(SQL["wall"], {"operator": operator})
        await connection.execute(SQL["forget_over"], {"operator": operator, "kept": KEPT_OVER})


async def jobs_laid(url: str) -> bool:
    """Tell whether the tables of the jobs are there."""
    connection: psycopg.AsyncConnection[tuple[Any, ...]]
    async with await psycopg.AsyncConnection.connect(url) as connection:
        row = await (await connection.execute(SQL["jobs_laid"])).fetchone()
    return bool(row and row[0])
