"""Cases in PostgreSQL: loaded in key order under lock, saved as sets."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from chancela.adapters.postgres import loading, rows, saving
from chancela.adapters.postgres.loading import Along, Look
from chancela.domain import report as reports, webhook as webhooks
from chancela.domain.delivery import Purpose

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from psycopg import AsyncConnection

    from chancela.domain.analysis import PastProcedure
    from chancela.domain.case import Case, Step
    from chancela.domain.webhook import WebhookKind

SQL: Final = loading.SQL
HOUR: Final = timedelta(hours=1)
AHEAD: Final = timedelta(days=1)  # beyond it no row can be: months to come need not be looked into


@dataclass(slots=True)
class PostgresCases:
    """The guias of one operator within one transaction; `seal` gives a trail head its MAC.

    `look` says what a deed will ask of the other stores: it comes along with the cases, in `along`.
    """

    connection: AsyncConnection[tuple[Any, ...]]
    operator: str
    now: datetime
    today: date
    seal: Callable[[str, int, bytes], bytes]
    look: Look = Look.CASES
    along: Along = field(default_factory=Along)
    touched: set[UUID] = field(default_factory=set)
    queued: bool = False
    told: frozenset[WebhookKind] = frozenset()

    async def load(self, guia_ids: Collection[UUID]) -> dict[UUID, Case]:
        """Return the cases that exist, locked in key order; from here on it is the time at which they were read."""
        values: dict[str, Any] = {"operator": self.operator, "until": self.now + AHEAD}
        if self.look is not Look.CASES:
            values["today"] = self.today
        if self.look is Look.TO_JUDGE:
            values["hour"] = self.now.replace(minute=0, second=0, microsecond=0)
        if self.look is Look.TO_SEND:
            values["since"], values["week"] = self.now - HOUR, self.now - reports.PAUSE
        await loading.hold(self.connection, self.operator, guia_ids)
        cases, self.along = await loading.load(self.connection, self.look, guia_ids, values)
        self.now = self.along.at or self.now
        return cases

    async def save(self, steps: Sequence[Step]) -> None:
        """Write the changes with their events and counts."""
        if steps:
            self.touched.update(step.after.guia.id for step in steps)
            self.queued = self.queued or any(step.planned for step in steps)
            heard = webhooks.heard(steps, self.told)
            self.queued = self.queued or bool(heard)
            await saving.save(self.connection, self.operator, steps, self.now, self.today, self.seal, heard)

    async def numbers(self, count: int) -> list[str]:
        """Return the next numbers: the year and nine digits."""
        if not count:
            return []
        asked = {"operator": self.operator, "year": self.today.year, "count": count}
        row = await (await self.connection.execute(SQL["numbers"], asked)).fetchone()
        last = row[0] if row else 0
        return [f"{self.today.year}{number:09d}" for number in range(last - count + 1, last + 1)]

    async def presented(self, numbers: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
        """Return which provider's numbers already belong to a guia."""
        providers, own = [each[0] for each in numbers], [each[1] for each in numbers]
        asked = {"operator": self.operator, "providers": providers, "numbers": own}
        found = await self.connection.execute(SQL["presented"], asked)
        return {(row[0], row[1]) for row in await found.fetchall()}

    async def past(self, beneficiary_ids: Collection[UUID], since: date) -> dict[UUID, tuple[PastProcedure, ...]]:
        """Return what was authorised for these people since a day."""
        asked = {"operator": self.operator, "people": list(beneficiary_ids), "since": since}
        found: dict[UUID, tuple[PastProcedure, ...]] = {}
        for row in await (await self.connection.execute(SQL["past"], asked)).fetchall():
            found[row[0]] = (*found.get(row[0], ()), rows.past(row))
        return found

    async def stale(self, limit: int) -> list[UUID]:
        """Return guias whose live code is past its time."""
        asked = {"operator": self.operator, "limit": limit}
        return [row[0] for row in await (await self.connection.execute(SQL["stale"], asked)).fetchall()]

    async def climbing(self, limit: int) -> list[UUID]:
        """Return guias whose ladder is to be looked at."""
        asked = {"operator": self.operator, "limit": limit}
        return [row[0] for row in await (await self.connection.execute(SQL["climbing"], asked)).fetchall()]

    async def untold(self, limit: int) -> list[tuple[UUID, Purpose]]:
        """Return guias of whose recorded attendance nobody was told yet, and what is told of it."""
        asked = {"operator": self.operator, "limit": limit}
        found = await (await self.connection.execute(SQL["untold"], asked)).fetchall()
        return [(row[0], Purpose.RECORDED if row[1] else Purpose.VALIDATED) for row in found]

    async def owing(self, limit: int) -> list[UUID]:
        """Return guias without a code that owe what is overdue."""
        asked = {"operator": self.operator, "today": self.today, "limit": limit}
        return [row[0] for row in await (await self.connection.execute(SQL["owing"], asked)).fetchall()]

    async def late_over(self, limit: int) -> list[UUID]:
        """Return guias whose late code did not come in time."""
        return await self._by_day("late_over", limit)

    async def late_to_remind(self, limit: int) -> list[UUID]:
        """Return guias of whose late code the provider is to be reminded."""
        return await self._by_day("late_to_remind", limit)

    async def _by_day(self, statement: str, limit: int) -> list[UUID]:
        asked = {"operator": self.operator, "today": self.today, "limit": limit}
        return [row[0] for row in await (await self.connection.execute(SQL[statement], asked)).fetchall()]

    async def protocols(self, count: int) -> list[str]:
        """Return the next protocol numbers of today."""
        if not count:
            return []
        asked = {"operator": self.operator, "today": self.today, "count": count}
        row = await (await self.connection.execute(SQL["protocols"], asked)).fetchone()
        last = row[0] if row else 0
        return [reports.protocol(self.operator, self.today, number) for number in range(last - count + 1, last + 1)]

    async def holding(self, contact_ids: Collection[UUID]) -> dict[UUID, UUID]:
        """Return for which guia each contact was typed."""
        asked = {"operator": self.operator, "ids": list(contact_ids)}
        return {row[0]: row[1] for row in await (await self.connection.execute(SQL["holding"], asked)).fetchall()}
