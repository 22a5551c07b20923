"""What a phone call may read: the live code of the one delivery that the call is about, still sealed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from chancela.adapters.postgres import rows, statements, wall
from chancela.domain.message import Language
from chancela.domain.token import Secret

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from chancela.adapters.postgres.pool import Pool
    from chancela.domain.guia import Guia

SQL: Final = statements.read("spoken.sql")


@dataclass(frozen=True, slots=True)
class Aloud:
    """A guia whose live code may be read out now, by whom the call is, and in which language.

    `visit_date` is the day of the visit whose late code it is.
    """

    guia: Guia
    generation: int
    secret: Secret = field(repr=False)
    sender: str
    language: Language
    visit_date: date | None = None


async def live(pool: Pool, operator: str, delivery_id: UUID) -> Aloud | None:
    """Return what a call about this delivery may read: it goes by voice, is not over, and its code is the live one."""
    async with wall.behind(pool, operator) as connection:
        asked = {"operator": operator, "delivery_id": delivery_id}
        row = await (await connection.execute(SQL["live"], asked)).fetchone()
    if row is None:
        return None
    secret = Secret(row[18], row[19], row[20])
    return Aloud(rows.guia(operator, row), row[15], secret, row[21], Language(row[22]), row[23])
