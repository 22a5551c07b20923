"""A SIB file from the first record to the last: good ones wait in a store, the others are told in a file beside it."""

from __future__ import annotations

import asyncio
from itertools import islice
from typing import TYPE_CHECKING, Final

from chancela.adapters.chance import SystemChance
from chancela.adapters.imports import sib
from chancela.adapters.imports.cells import Problem
from chancela.adapters.imports.run import Staged, silent
from chancela.adapters.imports.sib_file import SibFile
from chancela.adapters.imports.table import FORBIDDEN, UnreadableFileError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from pathlib import Path

    from chancela.adapters.imports.errors_file import ErrorsFile
    from chancela.adapters.imports.people_store import PeopleStore
    from chancela.adapters.imports.sib_file import SibRecord
    from chancela.adapters.imports.staging import Arriving

BATCH: Final = 5_000  # records
CHANCE: Final = SystemChance()
WRONG_HASH: Final = "O hash do arquivo não confere: confira se ele chegou inteiro e como a ANS ou o sistema o gerou."
BLIND: Final = (
    "Há registros recusados dos quais não se sabe de quem são: ninguém foi encerrado por não estar no arquivo."
)


class _Reading:
    """The records of a file, a batch at a time, with the counts of what was met."""

    def __init__(self, file: SibFile, operator: str, errors: ErrorsFile) -> None:
        self.met = self.refused = self.blind = 0
        self._records = file.records()
        self._file, self._operator, self._errors = file, operator, errors

    def batch(self) -> list[Arriving]:
        """Return the next records, refused ones too, as whoever they are about is still there; nothing at the end."""
        return [self._row(record) for record in islice(self._records, BATCH)]

    def _row(self, record: SibRecord) -> Arriving:
        if not self.met and self._file.register != self._operator:
            raise UnreadableFileError(
                f"O arquivo {self._file.path} é da operadora {self._file.register or 'sem registro ANS'}, "
                f"não da {self._operator}: nada foi lido."
            )
        self.met += 1
        row, problems = sib.read(record)
        if any(FORBIDDEN.search(each) for each in record.texts.values()):
            problems.append(Problem("", "caractere de controle que não cabe em um texto"))
        refused = any(each.refuses for each in problems)
        self.refused += refused
        self.blind += refused and not (row.cco or row.code)
        if problems:
            self._errors.tell(record.line, problems, sib.said(record))
        return sib.staged(row, self.met, CHANCE.id(), refused=refused)


async def stage(
    path: Path, store: PeopleStore, errors: ErrorsFile, progress: Callable[[int, int], None] = silent
) -> Staged:
    """Read a file into a store; `progress` hears of the bytes done and of all bytes.

    A file of another operator, or one that cannot be trusted as a whole, raises `table.UnreadableFileError`.
    """
    file = SibFile(path)
    reading = _Reading(file, store.operator, errors)
    size = await asyncio.to_thread(_size, path)
    while rows := await asyncio.to_thread(reading.batch):
        await store.stage(rows)
        progress(file.done, size)
    if reading.met == 0:
        raise UnreadableFileError(f"O arquivo {path} não tem nenhum beneficiário nem movimento.")
    store.whole, store.adds_up = file.whole, not file.whole
    store.holder_by = "cco" if file.whole else "code"
    store.column = "cco"
    warnings = [] if file.hash_fits else [WRONG_HASH]
    if reading.blind and file.whole:
        store.ends_absent = False
        warnings.append(BLIND)
    return Staged(reading.met, reading.refused, _texts, warnings=tuple(warnings), blind=reading.blind)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _texts(lines: Collection[int]) -> Mapping[int, str]:
    """A record is not read again: its line in the file says enough."""
    del lines
    return {}
