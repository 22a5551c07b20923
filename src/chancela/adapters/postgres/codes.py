"""Reading for the hand: which codes live, which guias await one, and what became of each; never a digit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from chancela.adapters.postgres import statements, wall, world
from chancela.domain.delivery import Channel, DeliveryState
from chancela.domain.story import Sending
from chancela.domain.token import Token, TokenEnd

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from uuid import UUID

    from chancela.adapters.postgres.pool import Pool
    from chancela.domain.guia import Guia

SQL: Final = statements.read("codes.sql")
MOST: Final = 50


@dataclass(frozen=True, slots=True)
class Codes:
    """Queries over short transactions of their own, each behind one operator's wall and about named people alone."""

    pool: Pool

    async def live(self, operator: str, people: Collection[UUID]) -> list[UUID]:
        """Return the guias of these people whose code is alive now, the newest code first."""
        return await self._ids("live", operator, people, limit=MOST)

    async def awaiting(self, operator: str, people: Collection[UUID]) -> list[UUID]:
        """Return the guias of these people that await a code while none lives and nobody disowned them."""
        return await self._ids("awaiting", operator, people, limit=MOST, today=datetime.now(world.BRAZIL).date())

    async def history(
        self, operator: str, people: Collection[UUID], since: datetime, before: UUID | None, limit: int
    ) -> list[UUID]:
        """Return guias of these people created since, the newest first, those before a guia where one is named."""
        return await self._ids("history", operator, people, since=since, cursor=before, limit=limit)

    async def by_number(self, operator: str, people: Collection[UUID], number: str) -> UUID | None:
        """Return the guia of these people that has a number."""
        return next(iter(await self._ids("by_number", operator, people, number=number)), None)

    async def past(self, guia: Guia) -> tuple[tuple[Token, ...], tuple[Sending, ...]]:
        """Return the guia's codes that ended and every message that bore one, in order."""
        since = {"operator": guia.operator, "guia_id": guia.id, "since": guia.created_at}
        async with wall.behind(self.pool, guia.operator) as connection:
            ended = await (await connection.execute(SQL["ended"], since)).fetchall()
            sent = await (await connection.execute(SQL["sent"], {**since, "person": guia.beneficiary_id})).fetchall()
        return tuple(_token(row) for row in ended), tuple(_sending(row) for row in sent)

    async def names(self, operator: str, guias: Collection[Guia]) -> tuple[Mapping[UUID, str], Mapping[str, str]]:
        """Return the names of the people and of the providers of these guias."""
        asked = {
            "operator": operator,
            "people": list({each.beneficiary_id for each in guias}),
            "codes": list({each.provider for each in guias}),
        }
        async with wall.behind(self.pool, operator) as connection:
            people = await (await connection.execute(SQL["people"], asked)).fetchall()
            providers = await (await connection.execute(SQL["providers"], asked)).fetchall()
        return {row[0]: row[1] for row in people}, {row[0]: row[1] for row in providers}

    async def _ids(self, statement: str, operator: str, people: Collection[UUID], **values: Any) -> list[UUID]:
        asked = {"operator": operator, "people": list(people), **values}
        async with wall.behind(self.pool, operator) as connection:
            return [row[0] for row in await (await connection.execute(SQL[statement], asked)).fetchall()]


def _token(row: tuple[Any, ...]) -> Token:
    return Token(row[0], row[1], row[2], row[3], row[4], row[5], TokenEnd(row[6]))


def _sending(row: tuple[Any, ...]) -> Sending:
    return Sending(row[0], Channel(row[1]), row[2], DeliveryState(row[3]), row[4], row[5])
