"""What people carry, in PostgreSQL: devices that compute codes and sheets of codes on paper, read and saved as sets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec

from chancela.adapters.postgres import events, saving, statements, wall
from chancela.domain.offline import Device
from chancela.domain.paper import PaperCode

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from psycopg import AsyncConnection

    from chancela.adapters.postgres.cases import PostgresCases
    from chancela.adapters.postgres.pool import Pool
    from chancela.domain.paper import PocketStep

SQL: Final = statements.read("pocket.sql")
_JSON: Final = msgspec.json.Encoder()


class UsedMeanwhileError(Exception):
    """A code on paper ended under the hands of whoever held it: nothing of this transaction may stay."""


@dataclass(frozen=True, slots=True)
class PostgresPocket:
    """The port `Pocket`."""

    connection: AsyncConnection[tuple[Any, ...]]
    operator: str
    cases: PostgresCases

    async def hold(self, people: Collection[UUID]) -> None:
        """Let whoever changes what these people carry wait until this transaction ends."""
        await self._run("hold", people=[str(each) for each in people])

    async def load(self, device_ids: Collection[UUID]) -> dict[UUID, Device]:
        """Return the devices that exist, ended ones too, locked in key order."""
        found = await self._run("load", ids=list(device_ids))
        return {row[0]: _device(row) for row in await found.fetchall()}

    async def devices(self, people: Collection[UUID]) -> Mapping[UUID, tuple[Device, ...]]:
        """Return the live devices of each of these people who has any, the oldest first; none ends meanwhile."""
        found = await self._run("devices", people=list(people))
        return _by_person([_device(row) for row in await found.fetchall()])

    async def sheets(self, people: Collection[UUID]) -> Mapping[UUID, tuple[PaperCode, ...]]:
        """Return the unused codes of each of these people who has any, locked, in key order."""
        found = await self._run("sheets", people=list(people))
        return _by_person([PaperCode(*row) for row in await found.fetchall()])

    async def save(self, steps: Sequence[PocketStep]) -> None:
        """Write the changes, the last of each device and code, and their events at the end of the trail.

        A code that ended meanwhile raises `UsedMeanwhileError`; the new sheet is written when the former is ended.
        """
        devices = {each.id: each for step in steps for each in step.devices}
        codes = {(each.sheet_id, each.place): each for step in steps for each in step.codes}
        gone = [each for each in codes.values() if each.ended_at is not None]
        if devices:
            await self._run("put_devices", rows=_text(list(devices.values())))
        if gone:
            written = await (await self._run("end_codes", rows=_text(gone))).fetchall()
            if len(written) != len(gone):
                raise UsedMeanwhileError(f"{len(gone) - len(written)} codes on paper")
        if len(gone) < len(codes):
            printed = [each for each in codes.values() if each.ended_at is None]
            await self._run("print_codes", rows=_text(printed))
        planned = [each for step in steps for each in step.planned]
        if planned:
            written = {"operator": self.operator, "rows": _text(planned)}
            await self.connection.execute(saving.SQL["insert_deliveries"], written)
            self.cases.queued = True
        told = [each for step in steps for each in step.events]
        if told:
            await events.append(self.connection, self.operator, told, self.cases.seal)

    async def _run(self, statement: str, **values: Any) -> Any:
        return await self.connection.execute(SQL[statement], {"operator": self.operator, **values})


async def live(pool: Pool, operator: str, person: UUID) -> tuple[Device, ...]:
    """Return a person's live devices, the oldest first."""
    async with wall.behind(pool, operator) as connection:
        found = await connection.execute(SQL["live"], {"operator": operator, "people": [person]})
        return tuple(_device(row) for row in await found.fetchall())


async def standing(pool: Pool, operator: str, person: UUID) -> tuple[datetime, int] | None:
    """Return when a person's sheet was printed and how many of its codes are unused; None where none is."""
    async with wall.behind(pool, operator) as connection:
        row = await (await connection.execute(SQL["standing"], {"operator": operator, "person": person})).fetchone()
        return None if row is None else (row[0], row[1])


def _device(row: tuple[Any, ...]) -> Device:
    return Device(*row)


def _by_person(found: Sequence[Any]) -> dict[UUID, tuple[Any, ...]]:
    held: dict[UUID, tuple[Any, ...]] = {}
    for each in found:
        held[each.beneficiary_id] = (*held.get(each.beneficiary_id, ()), each)
    return held


def _text(values: Sequence[Any]) -> str:
    return _JSON.encode(values).decode()
