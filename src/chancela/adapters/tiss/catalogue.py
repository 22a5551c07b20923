"""What the package `tiss` knows of ANS's tables: the procedures of TUSS 22 and the texts of table 38."""

from __future__ import annotations

import functools
import importlib.util
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PROCEDURES_TABLE = "22"
T = TypeVar("T")
DENTAL = "8"  # TUSS 22 keeps group 8 for dentistry


@dataclass(frozen=True, slots=True)
class Listed:
    """A procedure of a TUSS table, with the days between which ANS lists it (None: open)."""

    table: str
    code: str
    name: str
    dental: bool
    from_date: date | None
    until_date: date | None

    def in_force(self, day: date) -> bool:
        """Tell whether the procedure is listed on that day."""
        return (self.from_date is None or self.from_date <= day) and (self.until_date is None or day <= self.until_date)


def procedures() -> Iterator[Listed]:
    """Yield every procedure of TUSS 22, medical and dental, in the order of their codes; about 6,000."""
    records = _read("tuss/_data/tuss.json", _Tuss).records
    kept = (record for record in records if record.tabela == PROCEDURES_TABLE)
    for record in sorted(kept, key=lambda record: record.codigo):
        yield Listed(
            table=record.tabela,
            code=record.codigo,
            name=" ".join(record.termo.split()),
            dental=record.codigo.startswith(DENTAL),
            from_date=_day(record.vigencia_inicio),
            until_date=_day(record.vigencia_fim),
        )


def glosa_text(code: str) -> str:
    """Return the official text of a table 38 code, or an empty text for a code that the table does not hold."""
    return _glosas().get(code, "")


@functools.cache
def _glosas() -> Mapping[str, str]:
    return {record.codigo: record.descricao for record in _read("_data/glosas.json", _Table38).records}


class _Term(msgspec.Struct):
    tabela: str
    codigo: str
    termo: str
    vigencia_inicio: str
    vigencia_fim: str


class _Tuss(msgspec.Struct):
    records: list[_Term]


class _Glosa(msgspec.Struct):
    codigo: str
    descricao: str


class _Table38(msgspec.Struct):
    records: list[_Glosa]


def _read(name: str, kind: type[T]) -> T:
    """Return one of the package's data files.

    Read directly: the package's own index takes seconds and a hundred megabytes to build, for searches that our
    database does.
    """
    spec = importlib.util.find_spec("tiss")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("The package `tiss`, which holds the TUSS tables, is not installed.")
    return msgspec.json.decode((Path(spec.submodule_search_locations[0]) / name).read_bytes(), type=kind)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
