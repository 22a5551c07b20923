"""Two more processes, each with an app of its own over the same installation, that begin at the same moment."""

from __future__ import annotations

import asyncio
import hashlib
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING, Any

from chancela.bootstrap.app import App
from chancela.bootstrap.once import Answer, Once
from chancela.domain.refusal import Refused

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Sequence
    from multiprocessing.synchronize import Barrier

    from chancela.bootstrap.deeds import Command
    from chancela.bootstrap.settings import Settings

    Plan = Callable[..., Awaitable[Any]]
    Job = tuple[Command, Once | None]

PATIENCE_S = 60
TASKS = 32

_start: list[Barrier] = []


class Hands:
    """Open for a whole session, as starting Python takes longer than what it is then asked to do."""

    def __init__(self) -> None:
        spawn = multiprocessing.get_context("spawn")
        self._pool = ProcessPoolExecutor(2, spawn, _begin, (spawn.Barrier(2),))

    async def both(self, settings: Settings, plan: Plan, one: Sequence[Any], other: Sequence[Any]) -> tuple[Any, Any]:
        """Run `plan(app, *one)` in one process and `plan(app, *other)` in the other; return what each returned."""
        loop = asyncio.get_running_loop()
        asked = [loop.run_in_executor(self._pool, _work, settings, plan, each) for each in (one, other)]
        first, second = await asyncio.gather(*asked)
        return first, second

    def close(self) -> None:
        self._pool.shutdown()


def _begin(start: Barrier) -> None:
    _start.append(start)


def _work(settings: Settings, plan: Plan, given: Sequence[Any]) -> Any:
    return asyncio.run(_opened(settings, plan, given))


async def _opened(settings: Settings, plan: Plan, given: Sequence[Any]) -> Any:
    async with App(settings) as app:
        _start[0].wait(PATIENCE_S)  # it blocks the loop on purpose: nothing may happen before
        return await plan(app, *given)


async def do_all(app: App, commands: Sequence[Command | Job]) -> list[Any]:
    """Do commands, keyed or not, by 32 tasks that take them in order; return the outcomes in that order."""
    outcomes: list[Any] = [None] * len(commands)
    waiting = iter(enumerate(commands))
    await asyncio.gather(*(_one_task(app, waiting, outcomes) for _ in range(TASKS)))
    return outcomes


async def _one_task(app: App, waiting: Iterator[tuple[int, Command | Job]], outcomes: list[Any]) -> None:
    for place, each in waiting:
        command, once = each if isinstance(each, tuple) else (each, None)
        outcomes[place] = await app.do(command, once)


def keyed(key: str, asked: str = "") -> Once:
    """A key as a client would send it, for a body."""
    return Once("client", key, hashlib.sha256(asked.encode()).digest(), told)


def told(outcome: Any) -> Answer:
    """An outcome as bytes: what was refused, or of which guia and how it stands now."""
    if isinstance(outcome, Refused):
        return Answer(422, outcome.reason.encode())
    return Answer(200, f"{outcome.guia.id} {outcome.guia.attendance} {outcome.guia.generation}".encode())
