"""Imports for every edge: previewed, brought in and undone by hand, or from an upload by a process of their own."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import time
from typing import TYPE_CHECKING, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import procrastinate
import psycopg

from chancela.adapters.imports import into_database
from chancela.adapters.imports.bringing import KINDS, PEOPLE, PROVIDERS, SIB, Files
from chancela.adapters.imports.ledger import Scribe
from chancela.adapters.imports.run import silent
from chancela.adapters.imports.table import UnreadableFileError
from chancela.adapters.imports.writer import ImportRefusedError
from chancela.adapters.postgres import housekeeping
from chancela.adapters.postgres.imports import Imports
from chancela.bootstrap import errands
from chancela.bootstrap.app import App

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

    from chancela.adapters.imports.form import Outcome
    from chancela.adapters.imports.undo import Undone
    from chancela.adapters.postgres.imports import ImportRun
    from chancela.bootstrap.settings import Settings

    Progress = Callable[[int, int], None]

BRAZIL: Final = ZoneInfo("America/Sao_Paulo")
OLDEST_S: Final = 48 * 3600
PREVIEWS: Final = frozenset({"waiting", "reading"})
UNDOES: Final = frozenset({"undo_asked", "undoing"})

__all__ = [
    "KINDS",
    "PEOPLE",
    "PROVIDERS",
    "SIB",
    "ImportRefusedError",
    "UnreadableFileError",
    "bring",
    "preview",
    "undo",
    "work",
]


async def preview(app: App, path: Path, kind: str, operator: str, progress: Progress = silent) -> Outcome:
    """Return what a file would change, and change nothing."""
    return await into_database.preview(Files(path, kind, await _today(app)), _url(app), operator, progress)


async def bring(
    app: App, path: Path, kind: str, operator: str, by: str, progress: Progress = silent, *, ends_absent: bool = False
) -> Outcome:
    """Bring a file in, in the name of somebody; the trail tells of it."""
    files = Files(path, kind, await _today(app), ends_absent)
    return await into_database.bring(files, _url(app), operator, Scribe(by, app.head_mac), progress)


async def undo(app: App, operator: str, by: str, progress: Progress = silent) -> Undone:
    """Undo the operator's last import."""
    return await into_database.undo(_url(app), operator, Scribe(by, app.head_mac), await _today(app), progress=progress)


def place(settings: Settings, operator: str, run_id: UUID) -> Path:
    """Return where an uploaded file lies; its errors file lies beside it."""
    return settings.data / "imports" / operator / str(run_id)


def errors_of(settings: Settings, operator: str, run_id: UUID) -> Path:
    """Return where the errors of an uploaded file are told."""
    return place(settings, operator, run_id).with_name(f"{run_id}.erros.csv")


def forget(settings: Settings, operator: str, run_id: UUID, *, errors: bool = True) -> None:
    """Delete an uploaded file, and what was told of it."""
    for path in (place(settings, operator, run_id), *([errors_of(settings, operator, run_id)] if errors else [])):
        path.unlink(missing_ok=True)


async def work(app: App, operator: str, run_id: UUID) -> None:
    """Do what was asked of an upload; safe to be done twice, and after it was broken off."""
    run = await Imports(app.pool).one(operator, run_id)
    if run is None or not run.uploaded:
        return
    scribe = Scribe(run.asked_by, app.head_mac)
    files = Files(place(app.settings, operator, run_id), run.kind, await _today(app), run.ends_absent)
    with contextlib.suppress(UnreadableFileError, ImportRefusedError):  # the page tells the first; the second waits
        if run.state in PREVIEWS:
            await into_database.preview_noted(files, _url(app), operator, run_id, scribe)
        elif run.state in {"asked", "running", "cut"}:
            await into_database.bring_noted(files, _url(app), operator, run_id, scribe)
        elif run.state in UNDOES:
            await into_database.undo(_url(app), operator, scribe, files.today, run_id)
    await _tidy(app, operator, run_id)


async def work_apart(settings: Settings, operator: str, run_id: UUID) -> None:
    """Do it in a process of its own, so that neither its memory nor its haste touches who asked; it ends with us."""
    told = {"CHANCELA_DATABASE_URL": settings.database_url or "", "CHANCELA_DATA": str(settings.data)}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "chancela.bootstrap.importing", operator, str(run_id)), env={**os.environ, **told}
    )
    try:
        await process.wait()
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()


async def send(app: App, operator: str, run_id: UUID) -> None:
    """Ask a worker to do what was asked of an upload; were this lost, the worker would find it by itself."""
    with contextlib.suppress(psycopg.Error, procrastinate.exceptions.ProcrastinateException):
        await errands.send(app.settings, errands.IMPORT_FILE, f"import {run_id}", operator=operator, run=str(run_id))


async def carry_on(app: App, operator: str) -> None:
    """Ask for what waits without anybody at it."""
    for run_id in await Imports(app.pool).wanted(operator):
        await send(app, operator, run_id)


async def forget_stale(app: App, operator: str) -> None:
    """Delete uploads, and what was told of them, that are older than a day; also those that nobody knows any more."""
    for run_id in await Imports(app.pool).stale(operator):
        await asyncio.to_thread(forget, app.settings, operator, run_id)
    await asyncio.to_thread(_forget_unknown, app.settings, operator)


def _forget_unknown(settings: Settings, operator: str) -> None:
    """Delete files of a crash between the upload and its row: nothing that lies here is older than two days."""
    for path in (settings.data / "imports" / operator).glob("*"):
        if time.time() - path.stat().st_mtime > OLDEST_S:
            path.unlink(missing_ok=True)


def _gone(run: ImportRun | None) -> bool:
    return run is None or run.state in {"done", "undone", "refused", "dropped"}


async def _tidy(app: App, operator: str, run_id: UUID) -> None:
    """Let the file go when nothing will read it again; what was told stays until its day is over."""
    if _gone(await Imports(app.pool).one(operator, run_id)):
        await asyncio.to_thread(forget, app.settings, operator, run_id, errors=False)


async def _today(app: App) -> date:
    return (await housekeeping.now(app.pool)).astimezone(BRAZIL).date()


def _url(app: App) -> str:
    return app.settings.database_url or ""


async def _main(operator: str, run_id: str) -> None:
    from chancela.bootstrap import settings

    async with App(settings.read()) as app:
        await work(app, operator, UUID(run_id))


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:3]))
