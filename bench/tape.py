"""A tape of what the product says to PostgreSQL: deeds done one at a time, each transaction with its statements."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from psycopg import AsyncCursor

from bench import phases, stage as stages
from bench.stage import FailedError
from chancela.adapters.keys.vault import KeyVault
from chancela.api import replies, shapes
from chancela.bootstrap.app import App
from chancela.bootstrap.once import Answer, Once
from chancela.domain.delivery import Channel
from chancela.domain.refusal import Refused
from chancela.usecases.issue_token import IssueToken
from chancela.usecases.validate_token import ValidateToken

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from uuid import UUID

    from bench.stage import Stage
    from chancela.domain.case import Case
    from chancela.domain.people import Operator

    Deed = Callable[[App, UUID], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Said:
    """A statement with its parameters."""

    sql: bytes
    values: dict[str, Any]


@dataclass(slots=True)
class Tape:
    """A transaction: statements that go out together, group after group; a group ends where its answer is awaited."""

    groups: list[list[Said]] = field(default_factory=list)
    awaited: bool = True

    def said(self, sql: bytes, values: dict[str, Any]) -> None:
        """Write a statement down."""
        if self.awaited:
            self.groups.append([])
        self.awaited = False
        self.groups[-1].append(Said(sql, values))


RUNNING: ContextVar[Tape | None] = ContextVar("tape", default=None)


class Listening(AsyncCursor[tuple[Any, ...]]):
    """A cursor that writes down what is said while a tape runs."""

    async def execute(self, query: Any, params: Any = None, **more: Any) -> Any:
        """Do it, and write it down."""
        if tape := RUNNING.get():
            tape.said(query, params or {})
        return await super().execute(query, params, **more)

    async def fetchone(self) -> tuple[Any, ...] | None:
        """Fetch, which waits for all that was sent."""
        self._waits()
        return await super().fetchone()

    async def fetchall(self) -> list[tuple[Any, ...]]:
        """Fetch, which waits for all that was sent."""
        self._waits()
        return await super().fetchall()

    def _waits(self) -> None:
        if tape := RUNNING.get():
            tape.awaited = True


@dataclass(frozen=True, slots=True)
class Recorded:
    """The transactions of two deeds."""

    issues: list[Tape]
    validations: list[Tape]


@dataclass(slots=True)
class Recorder:
    """Does deeds one at a time, as the API would ask for them, and keeps what came of each guia."""

    operator: Operator
    cases: dict[UUID, Case] = field(default_factory=dict)

    async def issue(self, app: App, guia: UUID) -> None:
        """Ask for a code."""
        await app.do(IssueToken(stages.ACTOR, guia, Channel.SMS), self._once("issue", 202, guia))

    async def validate(self, app: App, guia: UUID) -> None:
        """Give the code."""
        code = phases.code(KeyVault(app.keys), self.cases[guia])
        await app.do(ValidateToken(stages.ACTOR, guia, code), self._once("validate", 200, guia))

    def _once(self, deed: str, status: int, guia: UUID) -> Once:
        def render(outcome: Case | Refused) -> Answer:
            if isinstance(outcome, Refused):
                raise FailedError(f"a deed was refused: {outcome}")
            self.cases[guia] = outcome
            return Answer(status, replies.ENCODER.encode(shapes.guia(outcome, self.operator)))

        name = f"{deed}-{guia}"
        return Once("bench", name, hashlib.sha256(name.encode()).digest(), render)


async def record(stage: Stage, guias: Sequence[UUID], at_once: int) -> Recorded:
    """Issue and validate these guias, each in a transaction of its own, so many at a time."""
    async with contextlib.AsyncExitStack() as opened:
        apps = [await opened.enter_async_context(_listened(stage)) for _ in range(at_once)]
        operator = await apps[0].reads.operator(stages.ANS)
        if operator is None:
            raise FailedError("the operator is gone")
        recorder = Recorder(operator)
        return Recorded(await _each(apps, guias, recorder.issue), await _each(apps, guias, recorder.validate))


def _listened(stage: Stage) -> App:
    """Return an app that is listened to, which does one deed of a kind at a time; it waits for no disk, to be quick."""
    app = App(stage.settings)
    known: Any = app.pool.kwargs
    quick = f"{known['options']} -c synchronous_commit=off"
    app.pool.kwargs = {**known, "cursor_factory": Listening, "options": quick}
    return app


async def _each(apps: Sequence[App], guias: Sequence[UUID], deed: Deed) -> list[Tape]:
    """Do the deed of every guia, each app one after the other."""
    tapes: list[Tape] = []
    waiting = iter(guias)

    async def work(app: App) -> None:
        for guia in waiting:
            tape = Tape()
            RUNNING.set(tape)
            await deed(app, guia)
            tapes.append(tape)

    await asyncio.gather(*map(work, apps))
    return tapes
