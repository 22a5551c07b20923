"""Counting an operator's day for its picture: set-based, from that day's part of trail and messages alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from chancela.adapters.postgres import statements, wall
from chancela.adapters.postgres.chronicles import Chronicles
from chancela.domain.delivery import Channel
from chancela.domain.picture import Arrival, Day, Miss, Way
from chancela.domain.trail import EventKind

if TYPE_CHECKING:
    from datetime import datetime

    from chancela.adapters.postgres.pool import Pool

SQL: Final = statements.read("pictures.sql")
LIMIT: Final = "SET LOCAL statement_timeout = '60s'"  # a day that takes longer is not counted
ZONE: Final = "America/Sao_Paulo"
MISSES: Final = {
    EventKind.TOKEN_REFUSED.value: Miss.WRONG,
    EventKind.TOKEN_LOCKED.value: Miss.LOCKED,
    EventKind.TOKEN_EXPIRED.value: Miss.EXPIRED,
    EventKind.TOKEN_REPORTED.value: Miss.REPORTED,
    "denied": Miss.DENIED,
}
COUNTED: Final = [
    *(each.value for each in (EventKind.GUIA_REGISTERED, EventKind.TOKEN_ISSUED)),
    *(kind for kind in MISSES if kind != "denied"),
]


@dataclass(frozen=True, slots=True)
class Pictures:
    """Queries behind one operator's wall; each costs what the day it looks at holds, whatever the tables hold."""

    pool: Pool

    async def day(self, operator: str, since: datetime, until: datetime) -> Day:
        """Return what was counted from one instant until before another: a day of 24 hours, or what there is of it."""
        after, before = await Chronicles(self.pool).between(operator, since, until)
        values = {
            "operator": operator,
            "since": since,
            "until": until,
            "after": after,
            "before": before,
            "zone": ZONE,
            "kinds": COUNTED,
        }
        validated = await self._rows("validated", values)
        happened: Counter[str] = Counter(dict(await self._rows("happened", values)))
        arrived = await self._rows("arrived", values)
        return _day(validated, happened, {Channel(row[0]): Arrival(*row[1:]) for row in arrived})

    async def awaiting(self, operator: str) -> int:
        """Return how many codes are alive now."""
        return int((await self._rows("awaiting", {"operator": operator}))[0][0])

    async def _rows(self, statement: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
        async with wall.behind(self.pool, values["operator"]) as connection:
            await connection.execute(LIMIT)
            await connection.execute("SET LOCAL plan_cache_mode = force_custom_plan")
            return await (await connection.execute(SQL[statement], values)).fetchall()


def _day(validated: list[tuple[Any, ...]], happened: Counter[str], arrivals: dict[Channel, Arrival]) -> Day:
    counts: Counter[tuple[int, Way]] = Counter()
    absences: Counter[str] = Counter()
    for hour, absence, way, count in validated:
        counts[hour, Way(way)] += count
        if absence is not None:
            absences[absence] += count
    return Day(
        validated=dict(counts),
        registered=happened[EventKind.GUIA_REGISTERED.value] + happened["denied"],
        issued=happened[EventKind.TOKEN_ISSUED.value],
        misses={miss: happened[kind] for kind, miss in MISSES.items() if happened[kind]},
        absences=dict(sorted(absences.items())),
        arrivals={channel: arrivals[channel] for channel in Channel if channel in arrivals},
    )
