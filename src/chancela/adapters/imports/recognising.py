"""What kind of file somebody sent: told by what stands in it, never by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from chancela.adapters.imports import people, providers, table

if TYPE_CHECKING:
    from pathlib import Path

    from chancela.adapters.imports.form import Form

FORMS: Final[dict[str, Form[Any]]] = {"people": people.FORM, "providers": providers.FORM}
BEGINNING: Final = 262_144
UNKNOWN: Final = (
    "Não reconheci o arquivo {path}: envie um .CNX ou .SBX do SIB, um CSV de pessoas (com as colunas carteira, nome e "
    "nascimento) ou um CSV de prestadores (com as colunas codigo e nome)."
)


def recognise(path: Path) -> str:
    """Return `people`, `providers` or `sib`; anything else raises UnreadableFileError with what to do."""
    with path.open("rb") as file:
        start = file.read(BEGINNING)
    if start.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise table.UnreadableFileError(f"O arquivo {path} é uma planilha ou um .zip: salve-o como CSV UTF-8.")
    from chancela.adapters.imports import sib_file  # it reads XML: the worker, which only asks, does without

    if sib_file.looks_like(start):
        return "sib"
    for line in _decoded(start).splitlines():
        if line.strip() and not line.startswith("sep="):
            return _by_columns(path, line)
    raise table.UnreadableFileError(f"O arquivo {path} está vazio.")


def _decoded(start: bytes) -> str:
    """Return the beginning as text; a character that the end cut in two does not make it another encoding."""
    try:
        return start[: start.rfind(b"\n") + 1 or None].decode(table.UTF8)
    except UnicodeDecodeError:
        return start.decode(table.WINDOWS, "replace")


def _by_columns(path: Path, line: str) -> str:
    separator = max(table.SEPARATORS, key=line.count)
    columns = [table.fold(cell.strip('"')) for cell in line.split(separator)]
    for kind, form in FORMS.items():
        if set(form.needed) <= {form.aliases.get(column, column) for column in columns}:
            return kind
    raise table.UnreadableFileError(UNKNOWN.format(path=path))
