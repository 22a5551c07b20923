"""How much waits: messages to go out, reports to be looked at, alarms that sound; counted up to a bound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from chancela.adapters.postgres import statements, wall
from chancela.domain.delivery import Channel

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chancela.adapters.postgres.pool import Pool

SQL: Final = statements.read("gauges.sql")
MOST: Final = 10_000  # counting further costs more than it tells


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for one operator: messages by channel, open reports, alarms by kind."""

    queued: Mapping[str, int]
    reports: int
    alarms: Mapping[str, int]


async def waiting(pool: Pool, operator: str) -> Waiting:
    """Return what waits; no count is over 10,000."""
    asked = {"operator": operator, "most": MOST, "channels": [each.value for each in Channel]}
    async with wall.behind(pool, operator) as connection:
        depths = await connection.execute(SQL["depths"], asked)
        reports = await connection.execute(SQL["reports"], asked)
        alarms = await connection.execute(SQL["alarms"], asked)
        row = await reports.fetchone()
        return Waiting(dict(await depths.fetchall()), row[0] if row else 0, dict(await alarms.fetchall()))
