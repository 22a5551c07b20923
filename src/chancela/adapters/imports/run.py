"""A CSV from the first line to the last: good lines wait in a store, the others are told in a file beside it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Generic, TypeVar

from chancela.adapters.imports import table as tables
from chancela.adapters.imports.cells import Cells, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from chancela.adapters.imports.errors_file import ErrorsFile
    from chancela.adapters.imports.form import Form, Late, Store
    from chancela.adapters.imports.table import Table

Row = TypeVar("Row")
BATCH = 5_000  # lines read at once


class _Reading(Generic[Row]):
    """The lines of a file, a batch at a time, with the counts of what was met."""

    def __init__(self, table: Table, form: Form[Row], errors: ErrorsFile) -> None:
        self.columns = form.columns(table)
        self.met = 0
        self.refused = 0
        self.at_line = 0
        self._records = table.records()
        self._form = form
        self._errors = errors

    def batch(self) -> list[Row] | None:
        """Return the good rows of the next lines, or None when there are no lines left."""
        records = list(islice(self._records, BATCH))
        if not records:
            return None
        self.at_line = records[-1].line
        rows = (self._row(record) for record in records)
        return [row for row in rows if row is not None]

    def _row(self, record: tables.Record | tables.Fault) -> Row | None:
        self.met += 1
        if isinstance(record, tables.Fault):
            self._refuse(record, [Problem("", record.problem)])
            return None
        cells = Cells(dict(zip(self.columns, record.cells, strict=False)))
        if miscounted := self._miscounted(record.cells):
            self._refuse(record, [Problem("", miscounted)])
            return None
        row = self._form.read(cells, record.line)
        if cells.refused:
            self._refuse(record, cells.problems)
            return None
        if cells.problems:
            self._errors.tell(record.line, cells.problems, record.text)
        return row

    def _refuse(self, record: tables.Record | tables.Fault, problems: Sequence[Problem]) -> None:
        self.refused += 1
        self._errors.tell(record.line, problems, record.text)

    def _miscounted(self, cells: Sequence[str]) -> str | None:
        wanted = len(self.columns)
        if len(cells) == wanted or (len(cells) > wanted and not "".join(cells[wanted:]).strip()):
            return None
        return f"{len(cells)} células onde o cabeçalho tem {wanted} colunas"


def silent(done: int, total: int) -> None:
    """Hear of the progress and say nothing."""
    del done, total


@dataclass(frozen=True, slots=True)
class Staged:
    """What was met in a file: its lines, those refused already, and how the text of a line is found again.

    `blind` counts refused lines of which nobody can say whose they are.
    """

    met: int
    refused: int
    texts: Callable[[Collection[int]], Mapping[int, str]]
    unknown_columns: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    blind: int = 0


async def stage(
    path: Path, form: Form[Row], store: Store[Row], errors: ErrorsFile, progress: Callable[[int, int], None] = silent
) -> Staged:
    """Read a file into a store; `progress` hears of the lines done and of all lines.

    A file that cannot be read as a whole raises `table.UnreadableFileError` before anything is taken.
    """
    table = await asyncio.to_thread(tables.examine, path)
    reading = _Reading(table, form, errors)
    progress(0, table.lines)
    while (rows := await asyncio.to_thread(reading.batch)) is not None:
        await store.write(rows, reading.columns)
        progress(reading.at_line, table.lines)
    progress(table.lines, table.lines)
    return Staged(reading.met, reading.refused, table.texts, form.unknown(reading.columns))


def tell_late(late: Sequence[Late], staged: Staged, errors: ErrorsFile) -> int:
    """Tell what showed only when every line was in; return how many lines that refused."""
    texts = staged.texts({each.line for each in late}) if late else {}
    for each in late:
        text = texts.get(each.line, "").rstrip("\r\n")
        errors.tell(each.line, [Problem(each.column, each.sentence, refuses=each.refuses)], text)
    return len([each for each in late if each.refuses])
