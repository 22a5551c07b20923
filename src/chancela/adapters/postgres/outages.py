"""Outages in PostgreSQL: those within which something happened, and each as it is declared, noticed and ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec

from chancela.adapters.postgres import events, statements
from chancela.domain import outage as outages
from chancela.domain.delivery import Channel
from chancela.domain.outage import Outage, OutageKind

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime
    from uuid import UUID

    from psycopg import AsyncConnection

    from chancela.adapters.postgres.cases import PostgresCases
    from chancela.domain.outage import OutageStep

SQL: Final = statements.read("outages.sql")
_JSON: Final = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class PostgresOutages:
    """The port `Outages`."""

    connection: AsyncConnection[tuple[Any, ...]]
    operator: str
    cases: PostgresCases

    async def covering(
        self, at: datetime, channels: Collection[Channel] = (), *, machine: bool = False
    ) -> Outage | None:
        """Return the outage that is proof for what happened then; `channels` are those that were to bring the code."""
        found = await (await self._run("covering", at=at)).fetchall()
        return outages.best(each for each in map(outage, found) if outages.proves(each, channels, machine=machine))

    async def load(self, outage_ids: Collection[UUID]) -> dict[UUID, Outage]:
        """Return the outages that exist; no outage of the operator changes until this transaction ends."""
        await self._run("hold")
        found = await (await self._run("load", ids=list(outage_ids))).fetchall()
        return {row[0]: outage(row) for row in found}

    async def since(self, instant: datetime) -> tuple[Outage, ...]:
        """Return those that run or ended at this instant or later, and are part of no other; held as by `load`."""
        await self._run("hold")
        return tuple(map(outage, await (await self._run("meeting", since=instant)).fetchall()))

    async def lapsed(self, now: datetime) -> tuple[Outage, ...]:
        """Return those that run and that nobody confirmed by now, though people were to; held as by `load`."""
        await self._run("hold")
        return tuple(map(outage, await (await self._run("lapsed", now=now)).fetchall()))

    async def covered(self, outage: Outage) -> int:
        """Return how many guias an outage and its parts are proof for, or will be."""
        row = await (await self._run("covered", **_span(outage))).fetchone()
        return int(row[0])

    async def lacking(self, outage: Outage, limit: int) -> list[UUID]:
        """Return guias without a code of its time that have no proof, the first to be so first."""
        found = await self._run("lacking", **_span(outage), limit=limit)
        return [row[0] for row in await found.fetchall()]

    async def lacking_sessions(self, outage: Outage, limit: int) -> list[tuple[UUID, int]]:
        """Return sessions without a code of its time that have no proof, the first to be so first."""
        found = await self._run("sessions_lacking", **_span(outage), limit=limit)
        return [(row[0], row[1]) for row in await found.fetchall()]

    async def unsettled(self, limit: int) -> list[UUID]:
        """Return outages that changed since all of their time was looked through."""
        return [row[0] for row in await (await self._run("unsettled", limit=limit)).fetchall()]

    async def settle(self, outage_id: UUID) -> None:
        """Look through its time no more, where its last change is two minutes ago."""
        await self._run("settle", id=outage_id)

    async def save(self, steps: Sequence[OutageStep]) -> None:
        """Write the last of each outage, its parts after it, and the events at the end of the trail."""
        latest: dict[UUID, Outage] = {}
        for step in steps:
            latest.update((each.id, each) for each in (step.outage, *step.parts))
        if latest:
            rows = sorted(latest.values(), key=lambda each: each.part_of is not None)
            await self._run("put", rows=_JSON.encode(rows).decode())
            await self._run("regroup", ids=[each.id for each in rows if each.part_of is not None])
            await events.append(self.connection, self.operator, [each.event for each in steps], self.cases.seal)

    async def _run(self, statement: str, **values: Any) -> Any:
        return await self.connection.execute(SQL[statement], {"operator": self.operator, **values})


def _span(outage: Outage) -> dict[str, Any]:
    return {
        "id": outage.id,
        "since": outage.started_at,
        "until": outage.ended_at or outage.confirm_by,
        "carriers": outage.what is OutageKind.CARRIER,
        "machines": outage.what is OutageKind.MACHINES,
        "channel": outage.channel,
    }


def outage(row: tuple[Any, ...]) -> Outage:
    """Read an outage's eleven columns."""
    id_, what, started, ended, declared, noticed, channel, *rest = row
    return Outage(
        id_, OutageKind(what), started, ended, declared, noticed, Channel(channel) if channel else None, *rest
    )
