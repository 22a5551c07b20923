"""The demo phones' messages in PostgreSQL: sealed texts, by card number."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import msgspec

from chancela.adapters.postgres import statements

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from uuid import UUID

    from chancela.adapters.postgres.pool import Pool

SQL: Final = statements.read("inbox.sql")
MOST: Final = 50
_JSON: Final = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class SealedMessage:
    """One message as it lies in the table; `received_at` is the database's."""

    id: UUID
    card_number: str
    channel: str
    masked: str
    sealed: bytes = field(repr=False)
    key_date: date
    received_at: datetime | None = None


async def put(pool: Pool, operator: str, messages: Sequence[SealedMessage]) -> None:
    """Keep messages of one operator; one that is there already stays as it is."""
    values = {"operator": operator, "rows": _JSON.encode(messages).decode()}
    async with pool.connection() as connection, connection.pipeline():
        await connection.execute(SQL["wall"], {"operator": operator})
        await connection.execute(SQL["put"], values)


async def newest(pool: Pool, operator: str, card_number: str, limit: int = MOST) -> list[SealedMessage]:
    """Return the last messages to a card of the operator, newest first."""
    asked = {"operator": operator, "card": card_number, "limit": limit}
    async with pool.connection() as connection, connection.pipeline():
        await connection.execute(SQL["wall"], {"operator": operator})
        found = await (await connection.execute(SQL["newest"], asked)).fetchall()
    return [SealedMessage(*row) for row in found]


async def forget(pool: Pool, operator: str, before: date) -> int:
    """Delete messages sealed under the keys of days before this one; return how many."""
    async with pool.connection() as connection:
        await connection.execute(SQL["wall"], {"operator": operator})
        return (await connection.execute(SQL["forget"], {"operator": operator, "before": before})).rowcount
