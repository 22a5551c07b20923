"""People on their way in: copied into a table of the session, matched with those who are known, and judged in sets."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

import msgspec
import psycopg

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

Connection = psycopg.AsyncConnection[tuple[Any, ...]]
PART: Final = 2_000  # rows of one transaction: whoever waits for one of them waits a fraction of a second
_JSON: Final = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class Arriving:
    """A person as a file says: `n` counts the records, `want` are columns by name.

    `holder` is the holder's card, CCO or operator's code, as the file names holders.
    """

    n: int
    line: int
    id: UUID
    cco: str | None = None
    code: str | None = None
    card: str | None = None
    rank: int = 0
    adds: bool = True
    refused: bool = False
    want: dict[str, Any] = field(default_factory=dict)
    holder: str | None = None
    named_card: str | None = None
    guardian_cards: tuple[str, ...] | None = None

    def row(self) -> tuple[object, ...]:
        """Return the row of the table `arriving`."""
        cards = None if self.guardian_cards is None else list(self.guardian_cards)
        key = (self.n, self.line, self.id, self.cco, self.code, self.card, self.rank, self.adds, self.refused)
        return (*key, text(self.want), self.holder, self.named_card, cards)


def text(value: object) -> str:
    """Return a value as JSON; days as `aaaa-mm-dd`, as PostgreSQL writes them too."""
    return _JSON.encode(value).decode()


def sql(name: str) -> bytes:
    """Return a statement from the folder beside this module."""
    return resources.files(__package__).joinpath("sql", f"{name}.sql").read_bytes()


async def copy(connection: Connection, table: str, rows: Iterable[tuple[object, ...]]) -> None:
    """Copy rows into a table of the session."""
    statement = psycopg.sql.SQL("COPY {} FROM STDIN").format(psycopg.sql.Identifier(table))
    async with connection.cursor() as cursor, cursor.copy(statement) as copied:
        for row in rows:
            await copied.write_row(row)


async def execute(connection: Connection, name: str, values: dict[str, Any] | None = None) -> int:
    """Run the statements of a file one after the other; return how many rows the last one met."""
    met = 0
    for statement in sql(name).split(b"\n;\n"):
        if statement.strip():
            met = (await connection.execute(statement, values)).rowcount
    return met


async def one(connection: Connection, name: str, values: dict[str, Any] | None = None) -> tuple[Any, ...]:
    """Run a statement that answers with one row."""
    row = await (await connection.execute(sql(name), values)).fetchone()
    if row is None:
        raise LookupError(f"{name} answered nothing")
    return row
