"""The mark by which a database knows its key file."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chancela.adapters.postgres.pool import Pool


class ForeignKeysError(RuntimeError):
    """The key file is not the one with which this database was begun: its codes, trail and receipts would be lost."""


async def recognise(pool: Pool, mark: bytes) -> None:
    """Leave the key file's mark in a new database; raise `ForeignKeysError` where another one stands already."""
    async with pool.connection() as connection:
        await connection.execute("INSERT INTO chancela.key_mark (mark) VALUES (%s) ON CONFLICT DO NOTHING", (mark,))
        row = await (await connection.execute("SELECT mark FROM chancela.key_mark")).fetchone()
    if row is None or not hmac.compare_digest(bytes(row[0]), mark):
        raise ForeignKeysError(
            "The key file does not belong to this database. Put back the keys.json that was made with it "
            "(it may be in your backup), or name the right folder with --data."
        )
