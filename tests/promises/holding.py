"""Deeds made to meet: each comes as far as it can while something that they all need is held."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Self

import psycopg

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from chancela.bootstrap.settings import Settings

PATIENCE_S = 20
PAUSE_S = 0.01


class HeldTrail:
    """Holds the end of an operator's trail, which has begun: deeds decide, come to their saving, and wait there."""

    def __init__(self, settings: Settings, operator: str) -> None:
        self._url, self._operator = settings.database_url or "", operator

    async def __aenter__(self) -> Self:
        self._connection = await psycopg.AsyncConnection.connect(self._url)
        hold = "SELECT FROM chancela.trail_head WHERE operator = %s FOR UPDATE"
        assert (await self._connection.execute(hold, (self._operator,))).rowcount == 1
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._connection.close()

    async def started(self, waiting: int, *deeds: Awaitable[Any]) -> asyncio.Future[list[Any]]:
        """Start deeds; return when so many transactions wait, here or behind one that does."""
        outcomes = asyncio.gather(*deeds)
        await waited(self._connection, waiting)
        assert not outcomes.done()
        return outcomes


async def waited(connection: psycopg.AsyncConnection[Any], transactions: int) -> None:
    """Wait until so many transactions wait for a lock."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            found = await connection.execute("SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted")
            if await found.fetchone() == (transactions,):
                return
            await asyncio.sleep(PAUSE_S)
