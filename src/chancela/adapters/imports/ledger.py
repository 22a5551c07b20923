"""The book of imports: which one runs, how far it is, what came of it; and its events on the operator's trail."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import psycopg

from chancela.adapters.chance import SystemChance
from chancela.adapters.postgres import events
from chancela.adapters.postgres.imports import SQL, ImportRun, NewImport, finished
from chancela.domain.trail import Event, EventKind

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping
    from pathlib import Path
    from uuid import UUID

    from chancela.adapters.imports.staging import Connection

    Seal = Callable[[str, int, bytes], bytes]

CHANCE: Final = SystemChance()
CHUNK: Final = 1_048_576
BEGINS: Final = {
    "reading": ("waiting", "reading"),
    "running": ("waiting", "asked", "running", "cut"),
    "undoing": ("undo_asked", "undoing", "done", "running", "cut"),
}
EVERY_S: Final = 0.7
ON_TRAIL: Final = (
    *("lines", "new", "changed", "unchanged", "refused", "ended", "contacts", "guardians"),
    *("protected", "private", "restored", "removed", "left"),
)


@dataclass(frozen=True, slots=True)
class Scribe:
    """Who asks for an import, as the trail names them, and what seals the trail's head."""

    by: str
    seal: Seal


def digest(path: Path) -> str:
    """Return a file's SHA-256 in hexadecimal."""
    summed = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            summed.update(chunk)
    return summed.hexdigest()


@dataclass(slots=True)
class Ledger:
    """The book of one operator, written on the import's own connection."""

    connection: Connection
    operator: str
    scribe: Scribe

    async def note(self, new: NewImport) -> UUID:
        """Note a file of the command line, or find the import that was cut off when it brought the same file in."""
        found = await self._run("resumable", {"kind": new.kind, "digest": new.digest})
        row = await found.fetchone()
        if row:
            resumed: UUID = row[0]
            return resumed
        await self._run("create", new.values(self.operator))
        return new.id

    async def one(self, run_id: UUID) -> ImportRun | None:
        """Return an import."""
        row = await (await self._run("one", {"id": run_id})).fetchone()
        return ImportRun(*row) if row else None

    async def last(self) -> ImportRun | None:
        """Return the import that began to change rows last."""
        row = await (await self._run("last", {})).fetchone()
        return ImportRun(*row) if row else None

    async def begin(self, run_id: UUID, state: str, *, ends_absent: bool = False) -> bool:
        """Say that an import runs; False where somebody else did that meanwhile.

        Whoever changes rows is alone, so that whatever seems to be at work beside them was cut off.
        """
        values = {"id": run_id, "state": state, "from": list(BEGINS[state]), "changes": state != "reading"}
        async with self.connection.transaction():
            begun = await (await self._run("begin", {**values, "ends_absent": ends_absent})).fetchone()
            if begun and values["changes"]:
                await self._run("cut_others", {"id": run_id})
        return begun is not None

    async def tell(self, run: ImportRun, phase: str, counts: Mapping[str, Any]) -> None:
        """Put on the trail that an import begins to change rows: were it cut off, it would be told already."""
        async with self.connection.transaction():
            await self._event(run, EventKind.IMPORT_RUN, phase, counts)

    async def finish(self, run: ImportRun, counts: Mapping[str, Any], notes: Mapping[str, Any]) -> None:
        """Say that it is done, forget what was before earlier imports, and put it on the trail: all or nothing."""
        async with self.connection.transaction():
            await self._run("finish", finished(self.operator, run.id, "done", counts, notes))
            await self._run("prune", {"id": run.id})
            await self._event(run, EventKind.IMPORT_RUN, "done", counts)

    async def undone(self, run: ImportRun, counts: Mapping[str, Any], notes: Mapping[str, Any]) -> None:
        """Say that it was undone, and put it on the trail."""
        async with self.connection.transaction():
            merged = {**run.counts, **counts}
            await self._run("finish", finished(self.operator, run.id, "undone", merged, {**run.notes, **notes}))
            await self._event(run, EventKind.IMPORT_UNDONE, "done", counts)

    async def ready(self, run_id: UUID, counts: Mapping[str, Any], notes: Mapping[str, Any]) -> None:
        """Say that there is a preview."""
        await self._run("finish", finished(self.operator, run_id, "ready", counts, notes))

    async def refuse(self, run_id: UUID, sentence: str) -> None:
        """Say why a file cannot be brought in."""
        await self._run("finish", finished(self.operator, run_id, "refused", {}, {}, sentence))

    async def _event(self, run: ImportRun, kind: EventKind, phase: str, counts: Mapping[str, Any]) -> None:
        told = {name: int(counts[name]) for name in ON_TRAIL if name in counts}
        data: dict[str, str | int | bool | None] = {
            "kind": run.kind,
            "sha256": run.digest,
            "phase": phase,
            "ends_absent": run.ends_absent,
            **told,
        }
        event = Event(kind, run.id, self.scribe.by, data)
        await events.append(self.connection, self.operator, [event], self.scribe.seal)

    async def _run(self, name: str, values: Mapping[str, Any]) -> psycopg.AsyncCursor[tuple[Any, ...]]:
        return await self.connection.execute(SQL[name], {"operator": self.operator, **values})


@dataclass(slots=True)
class Telling:
    """Writes down how far an import is, by a connection of its own; the newest word counts."""

    url: str
    operator: str
    run_id: UUID
    _said: tuple[int, int] | None = None

    def hear(self, done: int, total: int) -> None:
        """Hear how far it is; safe from any thread."""
        self._said = (done, total)

    @contextlib.asynccontextmanager
    async def told(self) -> AsyncIterator[None]:
        """Write it down every moment until the end of the block; a fault here never harms the import."""
        task = asyncio.create_task(self._tell())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait({task})

    async def _tell(self) -> None:
        with contextlib.suppress(psycopg.Error):
            async with await psycopg.AsyncConnection.connect(self.url, autocommit=True) as connection:
                await connection.execute("SELECT set_config('chancela.operator', %s, false)", (self.operator,))
                await connection.execute("SET ROLE chancela_app")
                while True:
                    done, total = self._said or (0, 0)
                    values = {"operator": self.operator, "id": self.run_id, "done": done, "total": total}
                    await connection.execute(SQL["progress"], values)
                    await asyncio.sleep(EVERY_S)
