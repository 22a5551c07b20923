"""The catalogue of procedures, from the package `tiss` into the table that all operators share."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from chancela.adapters.imports.form import Written
from chancela.adapters.imports.run import silent
from chancela.adapters.imports.staging import sql
from chancela.adapters.postgres import reads
from chancela.adapters.tiss import catalogue

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from chancela.adapters.imports.writer import Connection

BATCH = 2_000


async def fill(connection: Connection, today: date, progress: Callable[[int, int], None] = silent) -> Written:
    """Write TUSS 22, medical and dental, as listed on a day; needs the owner's rights. Safe to run again."""
    listed = [each for each in await asyncio.to_thread(lambda: list(catalogue.procedures())) if each.in_force(today)]
    written = Written()
    for start in range(0, len(listed), BATCH):
        some = listed[start : start + BATCH]
        values = {
            "tables": [each.table for each in some],
            "codes": [each.code for each in some],
            "names": [each.name for each in some],
            "dental": [each.dental for each in some],
            "words": [" ".join(reads.plain_words(each.name)) for each in some],
        }
        row = await (await connection.execute(sql("procedures_put"), values)).fetchone()
        written += Written(*row) if row else Written()
        progress(start + len(some), len(listed))
    return written
