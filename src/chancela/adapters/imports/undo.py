"""Undo of the last import: what it changed and nobody changed since goes back, part by part, safe to be cut off."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import psycopg

from chancela.adapters.imports import staging
from chancela.adapters.imports.people_store import APPLYING
from chancela.adapters.imports.staging import PART

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from chancela.adapters.imports.staging import Connection

TOLD: Final = 200  # of those that did not go back as they were, how many are told one by one
ORDER: Final = ("guardians", "contact", "person", "provider")
TRIES: Final = 5


@dataclass(slots=True)
class Undone:
    """What became of the things of an import: put back, removed, ended as something hangs on them, or left."""

    restored: int = 0
    removed: int = 0
    ended: int = 0
    left: int = 0
    told: list[list[str]] = field(default_factory=list)

    def note(self, fate: str, key: str, fields: list[str] | None) -> None:
        """Count one thing; one that did not simply go back is told by its card number or code."""
        setattr(self, fate, getattr(self, fate) + 1)
        if fate in {"ended", "left"} and len(self.told) < TOLD:
            self.told.append([fate, key, ", ".join(fields or [])])

    @property
    def counts(self) -> dict[str, int]:
        """Return the counts by word; `undo_ended` is not to be taken for those whom the import ended."""
        return {"restored": self.restored, "removed": self.removed, "undo_ended": self.ended, "left": self.left}


async def undo(
    connection: Connection, operator: str, run_id: UUID, today: Any, progress: Callable[[int, int], None]
) -> Undone:
    """Put back what an import changed; each part is one transaction that also forgets what it put back."""
    undone = Undone()
    values = {"operator": operator, "run": run_id, "today": today, "ends": False}
    (total,) = await staging.one(connection, "undo_count", values)
    await staging.execute(connection, "undo_open", values)
    await connection.execute(APPLYING)
    done = 0
    for what in ORDER:
        while met := await _part(connection, undone, {**values, "what": what, "part": PART}):
            done += met
            progress(done, total)
    return undone


async def _part(connection: Connection, undone: Undone, values: dict[str, Any]) -> int:
    for tried in range(TRIES):
        try:
            return await _together(connection, undone, values)
        except psycopg.errors.DeadlockDetected:
            if tried == TRIES - 1:
                raise
    raise AssertionError("the last try raises or returns")


async def _together(connection: Connection, undone: Undone, values: dict[str, Any]) -> int:
    """Undo one part; where something hangs on one of the new ones, each is tried by itself, and that one ended."""
    try:
        async with connection.transaction():
            found = await _run(connection, values)
    except psycopg.errors.ForeignKeyViolation:
        if values["part"] > 1:
            return await _together(connection, undone, {**values, "part": max(1, values["part"] // 10)})
        async with connection.transaction():
            found = await _run(connection, {**values, "ends": True})
    for fate, key, fields in found:
        undone.note(fate, key, fields)
    return len(found)


async def _run(connection: Connection, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    for name in ("undo_take", f"undo_{values['what']}", "undo_forget"):
        await staging.execute(connection, name, values)
    return await (await connection.execute(staging.sql("undo_told"))).fetchall()
