"""Files of people in PostgreSQL: held while they are changed, and made one where two were one person's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec

from chancela.adapters.postgres import events, rows, statements, stores
from chancela.domain.record import Record

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from uuid import UUID

    from psycopg import AsyncConnection

    from chancela.adapters.postgres.cases import PostgresCases
    from chancela.domain.people import Beneficiary
    from chancela.domain.record import Merge, RecordStep

SQL: Final = statements.read("records.sql")
PARTS: Final = ("standing", "ended_date", "private", "protected", "named_guardian_id")
_JSON: Final = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class PostgresRecords:
    """The port `Records`."""

    connection: AsyncConnection[tuple[Any, ...]]
    operator: str
    cases: PostgresCases

    async def load(self, ids: Collection[UUID]) -> dict[UUID, Record]:
        """Return the files that exist, with every contact, once nobody else changes theirs."""
        await self._run("hold", ids=[str(each) for each in ids])
        found = await (await self._run("load", ids=list(ids))).fetchall()
        people = stores.PostgresPeople(self.connection, self.operator)
        known = await people.with_contacts([rows.beneficiary(row) for row in found])
        return {each.beneficiary.id: Record(each, row[-1]) for each, row in zip(known, found, strict=True)}

    async def alive(self, ids: Collection[UUID]) -> set[UUID]:
        """Return which of these people have a live code, once nobody else changes their guias."""
        await self._run("hold_guias", ids=list(ids))
        return {row[0] for row in await (await self._run("alive", ids=list(ids))).fetchall()}

    async def save(self, steps: Sequence[RecordStep]) -> None:
        """Write the changes after their events; ways in are held before the trail's head, people come after it."""
        if not steps:
            return
        let_out = sorted({each for step in steps for each in step.let_out})
        if let_out:
            await self._run("hold_ways_in", ids=let_out)
        told = [each for step in steps for each in step.events]
        await events.append(self.connection, self.operator, told, self.cases.seal)
        await self._put("put_people", _changes(steps))
        await self._put("put_contacts", list({each.id: each for step in steps for each in step.contacts}.values()))
        if let_out:
            await self._run("let_out", ids=let_out)
        for merge in [each.merge for each in steps if each.merge]:
            await self._merge(merge)

    async def _merge(self, merge: Merge) -> None:
        both = {"gone": merge.gone, "kept": merge.survivor}
        await self._put("put_contacts", merge.contacts)
        await self._run("merge", on_date=merge.on_date, **both)
        await self._run("merge_after", **both)

    async def _put(self, statement: str, facts: Sequence[Any]) -> None:
        if facts:
            await self._run(statement, rows=_JSON.encode(facts).decode())

    async def _run(self, statement: str, **values: Any) -> Any:
        return await self.connection.execute(SQL[statement], {"operator": self.operator, **values})


def _changes(steps: Sequence[RecordStep]) -> list[dict[str, Any]]:
    """Return of each person what differs between before the first step, where that is said, and after the last."""
    before: dict[UUID, Beneficiary | None] = {}
    after: dict[UUID, Beneficiary] = {}
    for step in steps:
        if step.beneficiary:
            before.setdefault(step.beneficiary.id, step.was)
            after[step.beneficiary.id] = step.beneficiary
    return [{"id": key, **_differing(before[key], now)} for key, now in after.items()]


def _differing(was: Beneficiary | None, now: Beneficiary) -> dict[str, Any]:
    names = [name for name in PARTS if was is None or getattr(was, name) != getattr(now, name)]
    return {"changed": names, **{name: getattr(now, name) for name in names}}
