"""The people of an operator on their way out, row by row, and as CSV that can be imported again."""

from __future__ import annotations

import csv
from importlib import resources
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from psycopg import Connection

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")  # what spreadsheets run, OWASP CSV injection
AT_ONCE: Final = 5_000


class Row(NamedTuple):
    """A beneficiary with one confirmed contact of each kind (telephones in E.164) and the cards of their guardians."""

    card_number: str
    name: str
    relation: str
    holder_card: str
    birth_date: date | None
    cpf: str | None
    plan: str
    standing: str
    joined_date: date | None
    ended_date: date | None
    card_valid_until: date | None
    covers: str
    mobile: str | None
    landline: str | None
    email: str | None
    uses_mobile: str
    language: str
    named_guardian: str
    guardians: str
    protected: str
    private: str


def rows(connection: Connection[tuple[Any, ...]], operator: str, limit: int | None = None) -> Iterator[Row]:
    """Yield the operator's people in the order of their card numbers, a page at a time, from behind its wall."""
    statement = resources.files(__package__).joinpath("people.sql").read_bytes()
    with connection.transaction(), connection.cursor(name="people") as cursor:
        connection.execute("SET LOCAL ROLE chancela_app")
        connection.execute("SELECT set_config('chancela.operator', %s, true)", (operator,))
        cursor.itersize = AT_ONCE
        cursor.execute(statement, {"operator": operator, "limit": limit})
        yield from map(Row._make, cursor)


def write(found: Iterable[Row], file: TextIO) -> int:
    """Write people as CSV (RFC 4180, comma, UTF-8 without mark) and return how many; no cell is a formula."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(Row._fields)
    count = 0
    for row in found:
        writer.writerow([_cell(name, value) for name, value in zip(Row._fields, row, strict=True)])
        count += 1
    return count


def _cell(column: str, value: object) -> str:
    """Return a cell: telephones without their `+`, which a spreadsheet would reckon with; other formulas guarded."""
    text = "" if value is None else str(value)
    if column in {"mobile", "landline"}:
        return text.removeprefix("+")
    return f"'{text}" if text.startswith(FORMULA) else text
