"""Notices of what changed: sent after the commit, gathered a moment, heard by every process; polling stands behind."""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import msgspec
import psycopg

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from chancela.adapters.postgres.pool import Pool

CHANNEL: Final = "chancela"
GATHER_S: Final = 0.05
SAID_AGAIN_S: Final = 0.5
MOST_IDS: Final = 150  # a payload holds fewer than 8,000 bytes


@dataclass(frozen=True, slots=True)
class Notice:
    """Guias of an operator that changed; `queued` says that messages wait to be sent."""

    operator: str
    guias: tuple[UUID, ...]
    queued: bool


_DECODER: Final = msgspec.json.Decoder(Notice)


@dataclass(slots=True)
class Notices:
    """One listener and one gathering sender a process."""

    pool: Pool
    url: str
    queued: asyncio.Event = field(default_factory=asyncio.Event)
    _watchers: dict[tuple[str, UUID], set[asyncio.Event]] = field(default_factory=lambda: defaultdict(set))
    _gathered: dict[str, tuple[set[UUID], bool]] = field(default_factory=dict)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)
    _something: asyncio.Event = field(default_factory=asyncio.Event)

    def start(self) -> None:
        """Begin to listen and to send."""
        self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._send())]

    async def stop(self) -> None:
        """Stop listening and sending."""
        left = set(self._tasks)
        while left:
            for task in left:
                task.cancel()
            # Before Python 3.12 a wait that ends just as it is cancelled forgets that it was (gh-86296): say it again.
            _, left = await asyncio.wait(left, timeout=SAID_AGAIN_S)

    def tell(self, operator: str, guias: Iterable[UUID], *, queued: bool) -> None:
        """Say that guias changed; returns at once."""
        known, waits = self._gathered.get(operator, (set(), False))
        known.update(guias)
        self._gathered[operator] = (known, waits or queued)
        self._something.set()

    @contextlib.asynccontextmanager
    async def watching(self, operator: str, guia_id: UUID) -> AsyncIterator[asyncio.Event]:
        """Give an event that is set whenever the guia changes; whoever waits clears it."""
        event, key = asyncio.Event(), (operator, guia_id)
        self._watchers[key].add(event)
        try:
            yield event
        finally:
            self._watchers[key].discard(event)
            if not self._watchers[key]:
                del self._watchers[key]

    async def _send(self) -> None:
        while True:
            await self._something.wait()
            await asyncio.sleep(GATHER_S)
            self._something.clear()
            gathered, self._gathered = self._gathered, {}
            with contextlib.suppress(psycopg.Error, TimeoutError, OSError):
                await self._notify([text for operator, what in gathered.items() for text in _payloads(operator, *what)])

    async def _notify(self, payloads: list[str]) -> None:
        async with self.pool.connection() as connection:
            await connection.execute("SET LOCAL synchronous_commit = off")
            for payload in payloads:
                await connection.execute("SELECT pg_notify(%s, %s)", (CHANNEL, payload))

    async def _listen(self) -> None:
        """Listen for as long as the database answers, and again once it does: what it forgot meanwhile is made anew."""
        lost = False
        while True:
            with contextlib.suppress(psycopg.Error, OSError):
                await self._hear(lost=lost)
            lost = True
            await asyncio.sleep(1)

    async def _hear(self, *, lost: bool) -> None:
        connection: psycopg.AsyncConnection[Any]
        async with await psycopg.AsyncConnection.connect(self.url, autocommit=True) as connection:
            await connection.execute(f"LISTEN {CHANNEL}")
            if lost:
                await self.pool.check()  # whoever comes next meets no connection that the database has forgotten
            async for raw in connection.notifies():
                self._wake(_DECODER.decode(raw.payload))

    def _wake(self, notice: Notice) -> None:
        if notice.queued:
            self.queued.set()
        for guia_id in notice.guias:
            for event in self._watchers.get((notice.operator, guia_id), ()):
                event.set()


def _payloads(operator: str, guias: set[UUID], queued: bool) -> list[str]:
    listed = sorted(guias)
    cuts = [tuple(listed[start : start + MOST_IDS]) for start in range(0, len(listed), MOST_IDS)]
    return [msgspec.json.encode(Notice(operator, cut, queued)).decode() for cut in cuts]
