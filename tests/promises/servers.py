"""Server processes that share a port, as those of `chancela serve --processes` do, each to be killed at will."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from chancela.cli import listening
from tests import running

if TYPE_CHECKING:
    import random

    from chancela.bootstrap.settings import Settings

PATIENCE_S = 60
PAUSE_S = 0.02


class Nursery:
    """Has servers forked; one for a session is enough."""

    def __init__(self) -> None:
        self._reading = threading.Lock()  # text streams lose lines where threads read them at once
        here = [str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.promises.nursery"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=running.environment(PYTHONPATH=os.pathsep.join(filter(None, here))),
        )

    async def born(self, told: dict[str, Any]) -> int:
        """Have a server started; return a process that is ready since."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{json.dumps(told)}\n")
        self._process.stdin.flush()
        return int(await asyncio.to_thread(self._line))

    def _line(self) -> str:
        assert self._process.stdout is not None
        with self._reading:
            return self._process.stdout.readline()

    def close(self) -> None:
        self._process.communicate(timeout=PATIENCE_S)


class Members:
    """Servers of one installation; those that are left are stopped at the end of the block."""

    def __init__(self, nursery: Nursery, settings: Settings) -> None:
        self._nursery = nursery
        self._bound = listening.reserve("127.0.0.1", 0, shared=True)
        self.url = listening.url(self._bound)
        host, port = self._bound.getsockname()
        self._told = {
            "host": host,
            "port": port,
            "settings": {
                "CHANCELA_DATABASE_URL": settings.database_url,
                "CHANCELA_DATA": str(settings.data),
                "CHANCELA_DEMO": "1",
            },
        }
        self._working: list[int] = []
        self._starting: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        async with asyncio.timeout(PATIENCE_S):
            await asyncio.gather(*self._starting)
        for each in self._working:
            os.kill(each, signal.SIGTERM)
        await _gone(set(self._working))
        self._bound.close()

    async def start(self, count: int) -> None:
        """Start so many and wait until they are at work."""
        for _ in range(count):
            self._start_one()
        await self.at_work(count)

    async def at_work(self, count: int) -> None:
        """Wait until so many are at work."""
        async with asyncio.timeout(PATIENCE_S):
            while len(self._working) < count:
                await asyncio.sleep(PAUSE_S)

    async def kill(self, chance: random.Random) -> None:
        """Kill one that is at work (SIGKILL), and begin to start another."""
        victim = self._working.pop(chance.randrange(len(self._working)))
        assert running.alive({victim}), "a server ended by itself"
        os.kill(victim, signal.SIGKILL)
        await _gone({victim})
        self._start_one()

    def _start_one(self) -> None:
        task = asyncio.create_task(self._start())
        self._starting.add(task)
        task.add_done_callback(self._starting.discard)

    async def _start(self) -> None:
        self._working.append(await self._nursery.born(self._told))


async def _gone(processes: set[int]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while running.alive(processes):
            await asyncio.sleep(PAUSE_S)
