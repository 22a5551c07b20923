"""The file beside an imported one that says, line by line, what was wrong and what became of the line."""

from __future__ import annotations

import csv
import io
import os
from typing import TYPE_CHECKING, Self

from chancela.adapters.imports.table import UnreadableFileError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from types import TracebackType

    from chancela.adapters.imports.cells import Problem

HEADER = ("linha", "coluna", "problema", "efeito", "conteudo")
LEFT_OUT, WITHOUT = "linha não importada", "importada sem este dado"
SHOWN = 2_000  # characters of the line
MOST = 100_000  # problems that are told one by one: a file that is nothing but faults fills no disk
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what spreadsheets run, OWASP CSV injection


def guarded(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


class ErrorsFile:
    """`people.csv` has `people.csv.erros.csv`, readable by its owner alone; there is none where nothing was wrong."""

    def __init__(self, imported: Path) -> None:
        self.path = imported.with_name(f"{imported.name}.erros.csv")
        self.told = 0
        self._file: io.TextIOWrapper | None = None

    def __enter__(self) -> Self:
        try:
            self.path.unlink(missing_ok=True)
        except OSError as fault:
            raise UnreadableFileError(
                f"Não foi possível escrever ao lado do arquivo ({self.path}): {fault.strerror}."
            ) from fault
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            if self.told > MOST:
                self._row("", "", f"e mais {self.told - MOST} problemas, que não cabem aqui", "", "")
            self._file.close()

    def tell(self, line: int, problems: Iterable[Problem], text: str) -> None:
        """Write each problem of a line; when one of them refuses the line, none of its good cells was kept either."""
        problems = tuple(problems)
        effect = LEFT_OUT if any(problem.refuses for problem in problems) else WITHOUT
        for problem in problems[: max(0, MOST - self.told)]:
            self._row(line, problem.column, problem.sentence, effect, text[:SHOWN])
        self.told += len(problems)

    def _row(self, *cells: object) -> None:
        if self._file is None:
            made = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            self._file = os.fdopen(made, "w", encoding="utf-8-sig", errors="backslashreplace", newline="")
            self._rows = csv.writer(self._file, delimiter=";", lineterminator="\n")
            self._rows.writerow(HEADER)
        self._rows.writerow([guarded(str(cell).replace("\x00", "\\x00")) for cell in cells])
