"""Reading the trail in order, and keeping its checkpoints; every function works within the caller's transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from psycopg import sql

from chancela.adapters.postgres import statements
from chancela.domain.merkle import Frontier
from chancela.domain.trail import Entry, Head

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection
    from datetime import datetime
    from uuid import UUID

    from psycopg import AsyncConnection

SQL: Final = statements.read("trails.sql")
PAGE: Final = 5_000


@dataclass(frozen=True, slots=True)
class SealedHead:
    """A trail's head as it is stored, with the MAC that only the key file gives."""

    head: Head
    mac: bytes


@dataclass(frozen=True, slots=True)
class StoredCheckpoint:
    """A checkpoint as it is stored; `frontier` lets the next one cost only what is new."""

    made_at: datetime
    root: bytes
    frontier: Frontier
    jws: str


@dataclass(frozen=True, slots=True)
class CodeGiven:
    """The validation code of a guia, as its row says."""

    guia_id: UUID
    generation: int
    code: str
    event_seq: int


async def wall(connection: AsyncConnection[tuple[Any, ...]], operator: str) -> None:
    """Put the operator's wall up for this transaction."""
    await connection.execute(SQL["wall"], {"operator": operator})


async def snapshot(connection: AsyncConnection[tuple[Any, ...]], shared: str | None = None) -> str:
    """Let the whole transaction see one instant, behind the wall, and change nothing; to be called first.

    Returns the instant's name, with which another transaction sees the same one.
    """
    await connection.execute(SQL["snapshot"])
    if shared is not None:
        await connection.execute(sql.SQL("SET TRANSACTION SNAPSHOT {}").format(sql.Literal(shared)))
    row = await (await connection.execute(SQL["share"])).fetchone()
    await connection.execute(SQL["walled_role"])
    return str(row[0]) if row else ""


async def operators(connection: AsyncConnection[tuple[Any, ...]], also: Collection[str]) -> list[tuple[str, str]]:
    """Return (ANS register, name) of the operators here, and of those that someone else knows of, nameless."""
    return list(await (await connection.execute(SQL["operators"], {"also": list(also)})).fetchall())


async def alone(connection: AsyncConnection[tuple[Any, ...]], operator: str) -> bool:
    """Tell whether no one else makes a checkpoint of this trail until the transaction ends."""
    row = await (await connection.execute(SQL["alone"], {"operator": operator})).fetchone()
    return bool(row and row[0])


async def head(connection: AsyncConnection[tuple[Any, ...]], operator: str) -> SealedHead | None:
    """Return the end of the trail as its own row says, or None where the row is missing."""
    row = await (await connection.execute(SQL["head"], {"operator": operator})).fetchone()
    return SealedHead(Head(row[0], row[1]), row[2]) if row else None


async def pages(connection: AsyncConnection[tuple[Any, ...]], operator: str) -> AsyncIterator[list[Entry]]:
    """Yield the whole trail in order, some thousands of entries at a time."""
    async with connection.cursor(f"trail_of_{operator}") as cursor:
        await cursor.execute(SQL["entries"], {"operator": operator}, binary=True)
        while rows := await cursor.fetchmany(PAGE):
            yield [Entry(operator, *row) for row in rows]


async def hashes(connection: AsyncConnection[tuple[Any, ...]], operator: str, after: int, upto: int) -> list[bytes]:
    """Return the hashes of the entries after one place up to another; fewer where some are missing."""
    asked = {"operator": operator, "after": after, "upto": upto}
    found = await connection.execute(SQL["hashes"], asked, binary=True)
    return [row[1] for row in await found.fetchall()]


async def last_checkpoint(
    connection: AsyncConnection[tuple[Any, ...]], operator: str
) -> tuple[StoredCheckpoint | None, datetime]:
    """Return the newest checkpoint, where there is one, and the database's time."""
    row = await (await connection.execute(SQL["last_checkpoint"], {"operator": operator})).fetchone()
    if row is None:
        raise LookupError("the database did not tell its time")
    return (None if row[0] is None else _checkpoint(row)), row[5]


async def checkpoints(
    connection: AsyncConnection[tuple[Any, ...]], operator: str, after: int = 0
) -> list[StoredCheckpoint]:
    """Return the checkpoints of more than so many events, smallest first."""
    found = await connection.execute(SQL["checkpoints"], {"operator": operator, "after": after})
    return [_checkpoint(row) for row in await found.fetchall()]


async def put_checkpoint(
    connection: AsyncConnection[tuple[Any, ...]], operator: str, checkpoint: StoredCheckpoint
) -> None:
    """Keep a checkpoint; one of the same size stays as it is."""
    values = {
        "operator": operator,
        "size": checkpoint.frontier.size,
        "made_at": checkpoint.made_at,
        "root": checkpoint.root,
        "frontier": list(checkpoint.frontier.peaks),
        "jws": checkpoint.jws,
    }
    await connection.execute(SQL["put_checkpoint"], values)


async def validations(connection: AsyncConnection[tuple[Any, ...]], operator: str) -> AsyncIterator[list[CodeGiven]]:
    """Yield every validation code that was given, some thousands at a time."""
    async with connection.cursor(f"validations_of_{operator}") as cursor:
        await cursor.execute(SQL["validations"], {"operator": operator}, binary=True)
        while rows := await cursor.fetchmany(PAGE):
            yield [CodeGiven(*row) for row in rows]


def _checkpoint(row: tuple[Any, ...]) -> StoredCheckpoint:
    return StoredCheckpoint(row[1], row[2], Frontier(row[0], tuple(row[3])), row[4])
