"""What happened to one file, of a person or of a provider, as the trail tells it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec

from chancela.adapters.postgres import statements

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from psycopg import AsyncConnection

SQL: Final = statements.read("histories.sql")
MOST: Final = 25
_DATA: Final = msgspec.json.Decoder(dict[str, str | int | bool | None])


@dataclass(frozen=True, slots=True)
class Deed:
    """One line of what happened to a file."""

    at: datetime
    kind: str
    by: str
    data: Mapping[str, str | int | bool | None]


async def of(connection: AsyncConnection[tuple[Any, ...]], operator: str, subject: UUID) -> tuple[Deed, ...]:
    """Return what happened to a file, the newest first."""
    asked = {"operator": operator, "subject": subject, "limit": MOST}
    rows = await (await connection.execute(SQL["of"], asked)).fetchall()
    return tuple(Deed(*(*row[:3], _DATA.decode(row[3]))) for row in rows)
