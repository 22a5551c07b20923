"""The connection of an import: behind the wall of its operator, and alone there where it changes rows."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import psycopg

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

Connection = psycopg.AsyncConnection[tuple[Any, ...]]


class ImportRefusedError(Exception):
    """The database takes no import now; the sentence, in Portuguese, says why."""


@asynccontextmanager
async def connected(url: str, operator: str | None, *, alone: bool = True) -> AsyncIterator[Connection]:
    """Give a connection of its own; with an operator, behind the wall of that operator's rows, who must exist.

    `alone` keeps other imports of the operator out; a preview changes nothing and needs no such care.
    """
    async with await psycopg.AsyncConnection.connect(
        url, autocommit=True, options="-c timezone=UTC -c jit=off"
    ) as opened:
        if operator is not None:
            known = await opened.execute("SELECT 1 FROM chancela.operator WHERE ans = %s", (operator,))
            if await known.fetchone() is None:
                raise ImportRefusedError(f"Não há operadora com o registro ANS {operator}.")
            await opened.execute("SELECT set_config('chancela.operator', %s, false)", (operator,))
            await opened.execute("SET ROLE chancela_app")
            if alone:
                await _alone(opened, operator)
        yield opened


async def _alone(connection: Connection, operator: str) -> None:
    """Keep other imports of the operator out until the connection closes: two would change the same rows in turns.

    The short wait is for an import that has just ended, whose server process has not quite let go.
    """
    await connection.execute("SET lock_timeout = '2s'")
    try:
        await connection.execute("SELECT pg_advisory_lock(hashtextextended('import ' || %s, 0))", (operator,))
    except psycopg.errors.LockNotAvailable:
        raise ImportRefusedError(
            f"Já há uma importação em andamento para a operadora {operator}: espere que termine."
        ) from None
    await connection.execute("RESET lock_timeout")
