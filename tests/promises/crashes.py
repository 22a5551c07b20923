"""A process that does one deed and dies on the way, at a moment that is chosen."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

import psycopg

from chancela.bootstrap.app import App

if TYPE_CHECKING:
    from chancela.bootstrap.deeds import Command
    from chancela.bootstrap.once import Once
    from chancela.bootstrap.settings import Settings

BEFORE, AFTER = "before the commit", "after the commit"
PATIENCE_S = 60


async def crash(settings: Settings, command: Command, once: Once, moment: str) -> None:
    """Let another process do a keyed command and be killed (SIGKILL) before or after its commit, without an answer."""
    process = multiprocessing.get_context("spawn").Process(target=_work, args=(settings, command, once, moment))
    process.start()
    await asyncio.to_thread(process.join, PATIENCE_S)
    assert process.exitcode == -signal.SIGKILL
    process.close()


class Fatal(psycopg.AsyncConnection[Any]):
    """A connection whose next commit, once it is armed, is the last thing that its process does."""

    armed: ClassVar[bool] = False

    async def commit(self) -> None:
        await super().commit()
        if Fatal.armed:
            _die()


def _work(settings: Settings, command: Command, once: Once, moment: str) -> None:
    asyncio.run(_one_deed(settings, command, once, moment))


async def _one_deed(settings: Settings, command: Command, once: Once, moment: str) -> None:
    app = App(settings)
    app.pool.connection_class = Fatal
    async with app:
        Fatal.armed = moment == AFTER
        await app.do(command, replace(once, render=_die) if moment == BEFORE else once)


def _die(*_: object) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)
