"""The operators' imports: what was asked, how far it is, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from psycopg.types.json import Jsonb

from chancela.adapters.postgres import statements, wall
from chancela.domain.refusal import Refusal, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from chancela.adapters.postgres.pool import Pool

SQL: Final = statements.read("imports.sql")
MOST: Final = 50
AT_WORK: Final = frozenset({"waiting", "reading", "asked", "running", "undo_asked", "undoing"})
UNDOABLE: Final = ("done", "cut")


@dataclass(frozen=True, slots=True)
class ImportRun:
    """One import: `counts` by word, `notes` for its page, `last` where no other began to change rows after it.

    States: waiting, reading, ready (a preview), asked, running, done, cut (broken off), undo_asked, undoing, undone,
    refused (the file cannot be read), dropped.
    """

    id: UUID
    kind: str
    state: str
    asked_by: str
    file_name: str
    size: int
    digest: str
    ends_absent: bool
    uploaded: bool
    created_at: datetime
    begun_at: datetime | None
    ended_at: datetime | None
    done: int
    total: int
    told_at: datetime | None
    now: datetime
    counts: Mapping[str, Any]
    notes: Mapping[str, Any]
    refusal: str | None
    last: bool

    @property
    def at_work(self) -> bool:
        """Tell whether something is still to be done, or being done."""
        return self.state in AT_WORK

    @property
    def undoable(self) -> bool:
        """Tell whether it may be undone: the last one, once."""
        return self.last and self.state in UNDOABLE


@dataclass(frozen=True, slots=True)
class NewImport:
    """A file that came: `digest` is its SHA-256 in hexadecimal."""

    id: UUID
    kind: str
    by: str
    name: str
    size: int
    digest: str
    uploaded: bool = True
    ends_absent: bool = False
    state: str = "waiting"

    def values(self, operator: str) -> dict[str, Any]:
        """Return what the row holds."""
        return {"operator": operator, **{name: getattr(self, name) for name in self.__slots__}}


@dataclass(frozen=True, slots=True)
class Imports:
    """Each call is one short transaction behind an operator's wall."""

    pool: Pool

    async def all(self, operator: str) -> tuple[ImportRun, ...]:
        """Return the newest imports, but for those that were dropped before they changed anything."""
        async with wall.behind(self.pool, operator) as connection:
            found = await connection.execute(SQL["list"], {"operator": operator, "most": MOST})
            return tuple(ImportRun(*row) for row in await found.fetchall())

    async def one(self, operator: str, run_id: UUID) -> ImportRun | None:
        """Return one import; another operator's is like an unknown one."""
        async with wall.behind(self.pool, operator) as connection:
            row = await (await connection.execute(SQL["one"], {"operator": operator, "id": run_id})).fetchone()
        return ImportRun(*row) if row else None

    async def add(self, operator: str, new: NewImport) -> None:
        """Note a file that came; the worker previews it."""
        async with wall.behind(self.pool, operator) as connection:
            await connection.execute(SQL["create"], new.values(operator))

    async def ask(self, operator: str, run_id: UUID, *, ends_absent: bool) -> Refused | None:
        """Ask for what was previewed to be brought in; refused while another import of the operator is under way."""
        found = await self.one(operator, run_id)
        if found is not None and found.state == "cut" and not found.last:
            return Refused(Refusal.IMPORT_NOT_LAST)
        return await self._ask(operator, run_id, ("ready", "cut"), "asked", ends_absent=ends_absent)

    async def ask_undo(self, operator: str, run_id: UUID) -> Refused | None:
        """Ask for the last import to be undone."""
        found = await self.one(operator, run_id)
        if found is None or not found.undoable:
            return Refused(Refusal.IMPORT_NOT_LAST)
        return await self._ask(operator, run_id, UNDOABLE, "undo_asked", ends_absent=found.ends_absent)

    async def _ask(
        self, operator: str, run_id: UUID, states: tuple[str, ...], to: str, *, ends_absent: bool
    ) -> Refused | None:
        values = {"operator": operator, "id": run_id, "from": list(states), "to": to, "ends_absent": ends_absent}
        async with wall.behind(self.pool, operator) as connection:
            done = await (await connection.execute(SQL["ask"], values)).fetchone()
        return None if done else Refused(Refusal.IMPORT_RUNNING)

    async def drop(self, operator: str, run_id: UUID) -> bool:
        """Forget a file that changed nothing yet; False where it is too late for that."""
        async with wall.behind(self.pool, operator) as connection:
            return (
                await (await connection.execute(SQL["drop"], {"operator": operator, "id": run_id})).fetchone()
                is not None
            )

    async def wanted(self, operator: str) -> tuple[UUID, ...]:
        """Return what waits for a worker, also what one that died left half done."""
        async with wall.behind(self.pool, operator) as connection:
            found = await connection.execute(SQL["wanted"], {"operator": operator})
            return tuple(row[0] for row in await found.fetchall())

    async def stale(self, operator: str) -> tuple[UUID, ...]:
        """Return the uploads that are older than a day, whose files go; what was only previewed is dropped."""
        async with wall.behind(self.pool, operator) as connection:
            found = await connection.execute(SQL["stale"], {"operator": operator})
            return tuple(row[0] for row in await found.fetchall())


def finished(
    operator: str,
    run_id: UUID,
    state: str,
    counts: Mapping[str, Any],
    notes: Mapping[str, Any],
    refusal: str | None = None,
) -> dict[str, Any]:
    """Return the values of the statement `finish`."""
    told = {"counts": Jsonb(dict(counts)), "notes": Jsonb(dict(notes)), "refusal": refusal}
    return {"operator": operator, "id": run_id, "state": state, **told}
