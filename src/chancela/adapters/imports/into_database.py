"""The imports, each from a file or package into the database at an address: previewed, brought in, or undone."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Final

import psycopg

from chancela.adapters.chance import SystemChance
from chancela.adapters.imports import bringing, ledger as ledgers, procedures as catalogue, undo as undoing
from chancela.adapters.imports.ledger import Ledger, Telling
from chancela.adapters.imports.run import silent
from chancela.adapters.imports.table import UnreadableFileError
from chancela.adapters.imports.writer import ImportRefusedError, connected
from chancela.adapters.postgres.imports import NewImport

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from uuid import UUID

    from chancela.adapters.imports.bringing import Files
    from chancela.adapters.imports.form import Outcome, Written
    from chancela.adapters.imports.ledger import Scribe
    from chancela.adapters.imports.staging import Connection
    from chancela.adapters.imports.undo import Undone

    Progress = Callable[[int, int], None]

DONE_MEANWHILE = "Outro processo já cuidou desta importação."
ANALYSED: Final = "ANALYZE chancela.beneficiary, chancela.contact, chancela.guardian, chancela.provider"
NOT_LAST = "Só a última importação pode ser desfeita, e uma vez."


async def preview(files: Files, url: str, operator: str, progress: Progress = silent) -> Outcome:
    """Return what a file would change; refusals are `table.UnreadableFileError` and `writer.ImportRefusedError`."""
    async with connected(url, operator, alone=False) as connection:
        return await bringing.preview(connection, operator, files, progress)


async def bring(files: Files, url: str, operator: str, scribe: Scribe, progress: Progress = silent) -> Outcome:
    """Bring a file of the command line in; run again after it was cut off, it goes on with the same import."""
    async with connected(url, operator) as connection:
        ledger = Ledger(connection, operator, scribe)
        run_id = await ledger.note(await asyncio.to_thread(_new, files, scribe.by))
        return await _bring(ledger, url, run_id, files, progress)


async def bring_noted(
    files: Files, url: str, operator: str, run_id: UUID, scribe: Scribe, progress: Progress = silent
) -> Outcome:
    """Bring a file in that was uploaded and noted."""
    async with connected(url, operator) as connection:
        return await _bring(Ledger(connection, operator, scribe), url, run_id, files, progress)


async def preview_noted(files: Files, url: str, operator: str, run_id: UUID, scribe: Scribe) -> Outcome:
    """Preview a file that was uploaded and noted, and keep what its page shows."""
    async with connected(url, operator, alone=False) as connection:
        ledger, telling = Ledger(connection, operator, scribe), Telling(url, operator, run_id)
        if not await ledger.begin(run_id, "reading"):
            raise ImportRefusedError(DONE_MEANWHILE)
        try:
            async with telling.told():
                outcome = await bringing.preview(connection, operator, files, telling.hear)
        except UnreadableFileError as fault:
            await ledger.refuse(run_id, await _named(ledger, run_id, files, fault))
            raise
        await ledger.ready(run_id, outcome.counts, bringing.notes(outcome))
        return outcome


async def undo(
    url: str, operator: str, scribe: Scribe, today: date, run_id: UUID | None = None, progress: Progress = silent
) -> Undone:
    """Undo the last import, or refuse where it is not the one that is meant; one that was cut off is undone as well."""
    async with connected(url, operator) as connection:
        ledger = Ledger(connection, operator, scribe)
        last = await ledger.last()
        if last is None or last.state in {"undone", "refused"} or (run_id is not None and last.id != run_id):
            raise ImportRefusedError(NOT_LAST)
        if not await ledger.begin(last.id, "undoing", ends_absent=last.ends_absent):
            raise ImportRefusedError(NOT_LAST)
        telling = Telling(url, operator, last.id)

        def hear(done: int, total: int) -> None:
            telling.hear(done, total)
            progress(done, total)

        async with telling.told():
            undone = await undoing.undo(connection, operator, last.id, today, hear)
        await ledger.undone(last, undone.counts, {"undo": undone.told})
        return undone


async def procedures(url: str, today: date, progress: Progress = silent) -> Written:
    """Fill the catalogue that all operators share, as it is in force on a day; the address must be the owner's."""
    async with connected(url, None) as connection:
        return await catalogue.fill(connection, today, progress)


async def _bring(ledger: Ledger, url: str, run_id: UUID, files: Files, progress: Progress) -> Outcome:
    telling = Telling(url, ledger.operator, run_id)

    def hear(done: int, total: int) -> None:
        telling.hear(done, total)
        progress(done, total)

    if not await ledger.begin(run_id, "running", ends_absent=files.ends_absent):
        raise ImportRefusedError(DONE_MEANWHILE)
    try:
        async with telling.told():
            outcome = await bringing.bring(ledger, run_id, files, hear)
        await _counted(ledger.connection)
    except UnreadableFileError as fault:
        await ledger.refuse(run_id, await _named(ledger, run_id, files, fault))
        raise
    return outcome


async def _counted(connection: Connection) -> None:
    """Let the planner know at once what the tables hold now, as their owner; the next deeds' plans are made by it."""
    with contextlib.suppress(psycopg.Error):
        await connection.execute("RESET ROLE")
        await connection.execute(ANALYSED)


async def _named(ledger: Ledger, run_id: UUID, files: Files, fault: UnreadableFileError) -> str:
    """Return the sentence with the file's own name, wherever it lies."""
    run = await ledger.one(run_id)
    return str(fault).replace(str(files.path), run.file_name if run else files.path.name)


def _new(files: Files, by: str) -> NewImport:
    try:
        size, digest = files.path.stat().st_size, ledgers.digest(files.path)
    except OSError as fault:
        raise UnreadableFileError(f"Não foi possível abrir o arquivo {files.path}: {fault.strerror}.") from fault
    return NewImport(
        SystemChance().id(),
        files.kind,
        by,
        files.path.name[:120],
        size,
        digest,
        uploaded=False,
        ends_absent=files.ends_absent,
        state="waiting",
    )
