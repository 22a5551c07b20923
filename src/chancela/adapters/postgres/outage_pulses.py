"""Pulses in PostgreSQL: when the worker, the pages and each channel were last heard of, for all operators at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from chancela.adapters.postgres import outages, statements, wall

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from chancela.adapters.postgres.pool import Pool
    from chancela.domain.outage import Outage

SQL: Final = statements.read("outage_pulses.sql")


@dataclass(frozen=True, slots=True)
class Heard:
    """What an operator's pulse is by the database's clock (`now`): the last beat of each, and the outages that run."""

    now: datetime
    beats: Mapping[str, datetime]
    running: tuple[Outage, ...]


@dataclass(frozen=True, slots=True)
class Beats:
    """What beats for an operator now, and what is only to be known of from now on where it is not yet."""

    beat: Collection[str]
    begin: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Pulses:
    """Readings and writings of their own short transactions, no statement of which sees the rows of two operators."""

    pool: Pool

    async def look(self, operators: Collection[str]) -> Mapping[str, Heard]:
        """Return the pulse of each of these operators."""
        async with self.pool.connection() as connection, connection.pipeline():
            asked = []
            for each in operators:
                await connection.execute(wall.WALL, (each,))
                looked = await connection.execute(SQL["look"], {"operator": each})
                asked.append((each, looked, await connection.execute(outages.SQL["running"], {"operator": each})))
            return {each: _heard(await looked.fetchone(), await run.fetchall()) for each, looked, run in asked}

    async def beat(self, beats: Mapping[str, Beats]) -> None:
        """Write that these beat now, for each operator."""
        async with self.pool.connection() as connection, connection.pipeline():
            for operator, each in beats.items():
                await connection.execute(wall.WALL, (operator,))
                await connection.execute(SQL["beat"], {"operator": operator, "beats": sorted(each.beat)})
                if each.begin:
                    await connection.execute(SQL["begin"], {"operator": operator, "beats": sorted(each.begin)})


def _heard(row: tuple[Any, ...] | None, running: list[tuple[Any, ...]]) -> Heard:
    if row is None:
        raise LookupError("the database did not say what beats")
    return Heard(row[0], dict(zip(row[1], row[2], strict=True)), tuple(map(outages.outage, running)))
