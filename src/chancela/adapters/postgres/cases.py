"""Cases in PostgreSQL: loaded in key order under lock, saved as sets."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from chancela.adapters.postgres import rows, saving, statements

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import date
    from uuid import UUID

    from psycopg import AsyncConnection

    from chancela.domain.analysis import PastProcedure
    from chancela.domain.case import Case, Step
    from chancela.domain.delivery import Delivery
    from chancela.domain.token import Token

SQL: Final = statements.read("cases.sql")
MARGIN: Final = timedelta(days=1)  # beyond it no row can be: months to come need not be looked into


@dataclass(slots=True)
class PostgresCases:
    """The guias of one operator within one transaction; `seal` gives a trail head its MAC."""

    connection: AsyncConnection[tuple[Any, ...]]
    operator: str
    now: datetime
    today: date
    seal: Callable[[str, int, bytes], bytes]
    touched: set[UUID] = field(default_factory=set)
    queued: bool = False

    async def load(self, guia_ids: Collection[UUID]) -> dict[UUID, Case]:
        """Return the cases that exist, locked in key order."""
        if not guia_ids:
            return {}
        found = await self.connection.execute(SQL["load"], {"operator": self.operator, "ids": list(guia_ids)})
        cases = [rows.case(self.operator, row) for row in await found.fetchall()]
        return await completed(self.connection, self.operator, cases)

    async def save(self, steps: Sequence[Step]) -> None:
        """Write the changes with their events and counts."""
        if steps:
            self.touched.update(step.after.guia.id for step in steps)
            self.queued = self.queued or any(step.planned for step in steps)
            await saving.save(self.connection, self.operator, steps, self.now, self.today, self.seal)

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


async def completed(
    connection: AsyncConnection[tuple[Any, ...]], operator: str, cases: Sequence[Case]
) -> dict[UUID, Case]:
    """Return the cases with the messages of their last code, and that code itself where it has ended."""
    issued = [case for case in cases if case.guia.generation]
    if not issued:
        return {case.guia.id: case for case in cases}
    asked = {
        "operator": operator,
        "ids": [case.guia.id for case in issued],
        "people": [case.guia.beneficiary_id for case in issued],
        "since": min(case.token.issued_at if case.token else case.guia.created_at for case in issued),
        "until": datetime.now(UTC) + MARGIN,
    }
    ended: dict[UUID, Token] = {}
    if any(case.token is None for case in issued):
        found = await connection.execute(SQL["last_tokens"], asked)
        ended = {row[0]: rows.ended_token(row) for row in await found.fetchall()}
    deliveries: dict[UUID, list[Delivery]] = {}
    for row in await (await connection.execute(SQL["deliveries"], asked)).fetchall():
        deliveries.setdefault(row[1], []).append(rows.delivery(row))
    return {case.guia.id: _whole(case, ended, deliveries) for case in cases}


def _whole(case: Case, ended: dict[UUID, Token], deliveries: dict[UUID, list[Delivery]]) -> Case:
    guia = case.guia
    if not guia.generation:
        return case
    sent = tuple(each for each in deliveries.get(guia.id, ()) if each.generation == guia.generation)
    return replace(case, token=case.token or ended.get(guia.id), deliveries=sent)
