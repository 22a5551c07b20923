"""CSV files as people make them, read as a stream whatever their encoding, separator and faults."""

from __future__ import annotations

import csv
import functools
import re
import unicodedata
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

LONGEST_LINE = 65_536  # characters
MOST_LINES = 20  # that quotes may hold together as one record
LINE_ENDS = ("\n", "\r")
SEPARATORS = ";,\t"
UTF8, WINDOWS = "utf-8-sig", "cp1252"  # Windows-1252 is ISO-8859-1 with letters where that has control codes
NOT_UTF8 = re.compile("[\udc80-\udcff]")  # how Python's surrogateescape keeps a byte that it could not decode
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
UNFINISHED = "unexpected end of data"  # the csv module's word for quotes that are still open
GUARDED = ("'=", "'+", "'-", "'@", "'\t")  # a guard against formulas, put there by whoever exported the file
TOO_LONG = f"linha com mais de {LONGEST_LINE} caracteres"
QUOTES = "aspas sem par, ou texto depois das aspas que fecham"
CONTROL = "caractere de controle que não cabe em um texto"
BYTES = "bytes que não são do UTF-8 em que o arquivo está escrito"


class UnreadableFileError(Exception):
    """The file as a whole cannot be imported; the sentence, in Portuguese, says why and what to do."""


@dataclass(frozen=True, slots=True)
class Record:
    """One line of data: the number of its first line in the file, its cells, and its text as it stands there."""

    line: int
    cells: list[str]
    text: str


@dataclass(frozen=True, slots=True)
class Fault:
    """A line that cannot be read, and why."""

    line: int
    problem: str
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """A file that can be read: its columns, folded to plain lower-case words, stand on line `header_line`."""

    path: Path
    encoding: str
    separator: str
    columns: tuple[str, ...]
    header_line: int
    lines: int

    def records(self) -> Iterator[Record | Fault]:
        """Yield what stands under the header, in order; empty lines are passed over."""
        with opened(self.path, self.encoding) as file:
            lines = islice(numbered(file), self.header_line, None)
            yield from _records(lines, self.separator)

    def texts(self, wanted: Collection[int]) -> dict[int, str]:
        """Return the text of these lines."""
        with opened(self.path, self.encoding) as file:
            return {number: text or "" for number, text in numbered(file) if number in wanted}


def examine(path: Path) -> Table:
    """Return how to read a file, after one pass over it; a file that is no CSV raises UnreadableFileError."""
    _not_another_format(path)
    lines, plain, foreign = 0, 0, 0
    header: tuple[int, str] | None = None
    with opened(path, UTF8) as file:
        for lines, text in numbered(file):
            if header is None and text and text.strip() and not text.startswith("sep="):
                header = (lines, text)
            if text and not text.isascii():
                foreign, plain = (foreign + 1, plain) if NOT_UTF8.search(text) else (foreign, plain + 1)
    if header is None:
        raise UnreadableFileError(f"O arquivo {path} está vazio: falta a linha de cabeçalho.")
    encoding = WINDOWS if foreign > plain else UTF8
    text = header[1].encode("utf-8", "surrogateescape").decode(encoding, "surrogateescape")
    separator = max(SEPARATORS, key=text.count)
    return Table(path, encoding, separator, _columns(path, text, separator), header[0], lines)


@contextmanager
def opened(path: Path, encoding: str) -> Iterator[TextIO]:
    """Open a file so that a byte which does not decode is a mark within its line, not the end of the reading."""
    with path.open(encoding=encoding, errors="surrogateescape", newline="") as file:
        yield file


def numbered(file: TextIO) -> Iterator[tuple[int, str | None]]:
    """Yield each line with its number from 1; None stands for one too long, which is never kept in memory."""
    number, before = 0, ""
    while text := file.readline(LONGEST_LINE + 2):
        if text == "\n" and before.endswith("\r"):
            continue  # the other half of a line end that the limit cut in two
        number += 1
        yield number, text if len(text.rstrip("\r\n")) <= LONGEST_LINE else None
        before = text
        while len(text) > LONGEST_LINE and before and not before.endswith(LINE_ENDS):
            before = file.readline(LONGEST_LINE)


@functools.lru_cache(maxsize=4_096)
def fold(text: str) -> str:
    """Return a text as a plain lower-case word: no accents, `_` for whatever is neither letter nor digit."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", "_", bare).strip("_")


def _not_another_format(path: Path) -> None:
    try:
        with path.open("rb") as file:
            start = file.read(4)
    except OSError as fault:
        raise UnreadableFileError(f"Não foi possível abrir o arquivo {path}: {fault.strerror}.") from fault
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in start:
        raise UnreadableFileError(f"O arquivo {path} não está em UTF-8 nem em ISO-8859-1: salve-o como CSV UTF-8.")
    if start.startswith(b"PK\x03\x04") or start == b"\xd0\xcf\x11\xe0":
        raise UnreadableFileError(f"O arquivo {path} é uma planilha, não um CSV: salve-a como CSV UTF-8.")


def _columns(path: Path, text: str, separator: str) -> tuple[str, ...]:
    cells = _parsed(text, separator)
    if isinstance(cells, str) or FORBIDDEN.search(text):
        raise UnreadableFileError(f"O cabeçalho do arquivo {path} não pode ser lido: não parece um CSV de texto.")
    columns = [fold(cell) for cell in cells]
    while columns and not columns[-1]:
        columns.pop()
    twice = sorted({column for column in columns if column and columns.count(column) > 1})
    if twice:
        raise UnreadableFileError(f"No cabeçalho do arquivo {path} há colunas repetidas: {', '.join(twice)}.")
    return tuple(columns)


def _records(lines: Iterator[tuple[int, str | None]], separator: str) -> Iterator[Record | Fault]:
    ahead: deque[tuple[int, str | None]] = deque()
    while True:
        entry = ahead.popleft() if ahead else next(lines, None)
        if entry is None:
            return
        number, text = entry
        if text is None:
            yield Fault(number, TOO_LONG, "")
        elif '"' in text:
            yield from _quoted(number, text, separator, lines, ahead)
        elif text.strip(SEPARATORS + " \r\n"):
            yield _checked(number, text.rstrip("\r\n").split(separator), text)


def _quoted(
    number: int,
    text: str,
    separator: str,
    lines: Iterator[tuple[int, str | None]],
    ahead: deque[tuple[int, str | None]],
) -> Iterator[Record | Fault]:
    """Read a record whose quotes may hold line ends; where they never close, only its first line is given up."""
    taken: list[tuple[int, str | None]] = []
    whole = text
    while (found := _parsed(whole, separator)) == UNFINISHED and len(taken) < MOST_LINES:
        more = ahead.popleft() if ahead else next(lines, (0, None))
        if more[1] is None:
            taken += [more] if more[0] else []
            break
        taken.append(more)
        whole += more[1]
    if isinstance(found, str):
        ahead.extendleft(reversed(taken))
        yield Fault(number, QUOTES, text.rstrip("\r\n"))
    else:
        yield _checked(number, found, whole)


def _parsed(text: str, separator: str) -> list[str] | str:
    """Return the cells, or what the csv module has against the text."""
    try:
        return next(csv.reader([text], delimiter=separator, strict=True), [])
    except csv.Error as fault:
        return str(fault)


def _checked(number: int, cells: list[str], text: str) -> Record | Fault:
    body = text.rstrip("\r\n")
    if not body.isprintable() and (found := FORBIDDEN.search(body)):
        return Fault(number, BYTES if NOT_UTF8.match(found[0]) else CONTROL, body)
    return Record(number, [cell[1:] if cell.startswith(GUARDED) else cell for cell in cells], body)
