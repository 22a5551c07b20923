"""What a kind of file must look like, and what comes out of reading one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from chancela.adapters.imports.table import UnreadableFileError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from pathlib import Path
    from uuid import UUID

    from chancela.adapters.imports.cells import Cells
    from chancela.adapters.imports.table import Table

Row = TypeVar("Row")
Row_contra = TypeVar("Row_contra", contravariant=True)


@dataclass(frozen=True, slots=True)
class Form(Generic[Row]):
    """The columns of a file and how a line becomes a row; `aliases` are other names that people give to columns."""

    needed: tuple[str, ...]
    optional: tuple[str, ...]
    aliases: Mapping[str, str]
    read: Callable[[Cells, int], Row]

    def columns(self, table: Table) -> tuple[str, ...]:
        """Return the form's names of the table's columns; when some are missing, say which, and which exist."""
        names = tuple(self.aliases.get(column, column) for column in table.columns)
        missing = [column for column in self.needed if column not in names]
        if missing:
            raise UnreadableFileError(
                f"No cabeçalho do arquivo {table.path} (linha {table.header_line}) faltam as colunas: "
                f"{', '.join(missing)}. Encontrei: {', '.join(filter(None, table.columns)) or 'nenhuma'}."
            )
        twice = sorted({name for name in names if name and names.count(name) > 1})
        if twice:
            raise UnreadableFileError(f"No cabeçalho do arquivo {table.path} há duas colunas para: {', '.join(twice)}.")
        return names

    def unknown(self, columns: Collection[str]) -> tuple[str, ...]:
        """Return the columns that the form has no use for."""
        return tuple(column for column in columns if column and column not in {*self.needed, *self.optional})


@dataclass(frozen=True, slots=True)
class Written:
    """How many rows a database took as new and how many it changed."""

    inserted: int = 0
    changed: int = 0

    def __add__(self, other: Written) -> Written:
        return Written(self.inserted + other.inserted, self.changed + other.changed)


@dataclass(frozen=True, slots=True)
class Late:
    """Something wrong with a line that showed only when every line was in; it may refuse that line after all."""

    line: int
    column: str
    sentence: str
    refuses: bool = False


class Store(Protocol[Row_contra]):
    """Where the rows of a file wait until all of them are judged together."""

    async def write(self, rows: Sequence[Row_contra], columns: Collection[str]) -> None:
        """Take the next rows; what has no column in the file is not said of them."""
        ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file, or would: its lines of data, and the problems told in the errors file (None without any).

    `counts` say more by word (`absent`, `ended`, `contacts`, `left_out`, `fields`), `examples` who it is about (how,
    key, name, changed columns), `warnings` what to think of before it is brought in.
    """

    lines: int
    inserted: int
    changed: int
    unchanged: int
    refused: int
    problems: int
    errors_path: Path | None
    unknown_columns: tuple[str, ...]
    counts: Mapping[str, Any] = field(default_factory=dict)
    examples: tuple[tuple[Any, ...], ...] = ()
    warnings: tuple[str, ...] = ()
    run_id: UUID | None = None
