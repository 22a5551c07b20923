"""Group commit: commands of one kind and operator that arrive while a set is in flight become the next set."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

import psycopg

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

Command = TypeVar("Command")
Outcome = TypeVar("Outcome")

LARGEST_SET = 256


@dataclass(slots=True)
class _Waiting(Generic[Command, Outcome]):
    command: Command
    answer: asyncio.Future[Outcome]


class Lane(Generic[Command, Outcome]):
    """One queue of commands; `run` takes a set and returns as many outcomes, in order, or raises for the whole set."""

    def __init__(self, run: Callable[[Sequence[Command]], Awaitable[Sequence[Outcome]]]) -> None:
        self._run = run
        self._waiting: list[_Waiting[Command, Outcome]] = []
        self._driver: asyncio.Task[None] | None = None

    async def submit(self, command: Command) -> Outcome:
        """Put a command into the next set and return its own outcome, after that set's commit."""
        waiting: _Waiting[Command, Outcome] = _Waiting(command, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._driver is None:
            self._driver = asyncio.create_task(self._drive())
        return await waiting.answer

    async def _drive(self) -> None:
        try:
            while self._waiting:
                taken, self._waiting = self._waiting[:LARGEST_SET], self._waiting[LARGEST_SET:]
                await self._answer(taken)
        finally:
            self._driver = None

    async def _answer(self, taken: list[_Waiting[Command, Outcome]]) -> None:
        """Run a set; what is refused as a whole is run again one by one, so that no command spoils another's answer."""
        try:
            outcomes = await self._run([each.command for each in taken])
        except Exception as fault:  # noqa: BLE001 - each command gets it as its own
            if len(taken) == 1 or _away(fault):
                for each in taken:
                    _fail(each, fault)
                return
            for each in taken:
                await self._answer([each])
            return
        for each, outcome in zip(taken, outcomes, strict=True):
            if not each.answer.done():
                each.answer.set_result(outcome)

    async def drained(self) -> None:
        """Wait until every command that was submitted has its answer."""
        while self._driver is not None:
            await asyncio.wait([self._driver])


def _away(fault: Exception) -> bool:
    """Tell whether the database went away: to try again would take long, and might do twice what committed unseen."""
    if not isinstance(fault, psycopg.OperationalError) or isinstance(fault, psycopg.errors.PipelineAborted):
        return False
    return fault.sqlstate is None or fault.sqlstate.startswith(("08", "57P"))  # connection lost, or the server stops


def _fail(waiting: _Waiting[Command, Outcome], fault: Exception) -> None:
    if not waiting.answer.done():
        waiting.answer.set_exception(fault)
