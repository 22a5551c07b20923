"""Looking for six digits wherever they could have been left: in tables, in files, in what was said."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

TABLES = """
SELECT c.table_schema, c.table_name, c.column_name, c.data_type
FROM information_schema.columns c
JOIN information_schema.tables t USING (table_schema, table_name)
WHERE t.table_type = 'BASE TABLE' AND c.table_schema NOT IN ('pg_catalog', 'information_schema')
  AND c.data_type NOT IN ('timestamp with time zone', 'uuid', 'boolean', 'date')
"""


PLAIN = re.compile(rb"(?<![0-9A-Za-z])(?=([0-9]{3}[ -]?[0-9]{3})(?![0-9A-Za-z]))")
HEX = re.compile(rb"(?=((?:3[0-9]){6}))")


def digits_in(raw: bytes) -> set[str]:
    """Return every six digits that stand there, in one group or two, or as hexadecimal; no part of a longer word."""
    plain = {found.group(1).replace(b" ", b"").replace(b"-", b"").decode() for found in PLAIN.finditer(raw)}
    return plain | {bytes.fromhex(found.group(1).decode()).decode() for found in HEX.finditer(raw)}


def in_base64(code: str) -> Iterator[bytes]:
    """Return what any text that holds the digits shows of them in base 64, at each of the three offsets."""
    for before in range(3):
        written = base64.b64encode(b"\0" * before + code.encode() + b"\0" * 3)
        yield written[(before * 8 + 5) // 6 : (before + len(code)) * 8 // 6]


def in_text(codes: Iterable[str], where: str, text: str | bytes) -> list[str]:
    """Say which of the codes stand in a text."""
    raw = text if isinstance(text, bytes) else text.encode()
    there = digits_in(raw)
    return [f"{where}: {each}" for each in codes if each in there or any(form in raw for form in in_base64(each))]


def digits_in_files(folder: Path) -> dict[str, str]:
    """Return every six digits in the files below a folder, each with a file in which it stands."""
    files = sorted(each for each in folder.rglob("*") if each.is_file())
    return {code: str(path) for path in files for code in digits_in(path.read_bytes())}


def in_tables(codes: Iterable[str], url: str) -> list[str]:
    """Say in which columns of which tables of all schemas the codes stand; bytes are read as bytes."""
    found: list[str] = []
    with psycopg.connect(url) as connection:
        columns = connection.execute(TABLES).fetchall()
        assert len(columns) > 100, "the tables are not all there"
        for schema, table, column, kind in columns:
            shown = sql.SQL("{}" if kind == "bytea" else "{}::text").format(sql.Identifier(column))
            asked = sql.SQL("SELECT {} FROM {} WHERE {} IS NOT NULL").format(
                shown, sql.Identifier(schema, table), sql.Identifier(column)
            )
            for (value,) in connection.execute(asked).fetchall():
                found += in_text(codes, f"{schema}.{table}.{column}", value)
    return found
