"""Files of providers in PostgreSQL: held while they are changed, with their professionals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from chancela.adapters.postgres import events, rows, statements
from chancela.domain.network import House
from chancela.domain.professional import Council, Entry, Professional

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from psycopg import AsyncConnection

    from chancela.adapters.postgres.cases import PostgresCases
    from chancela.domain.network import NetworkStep

SQL: Final = statements.read("networks.sql")


@dataclass(frozen=True, slots=True)
class PostgresNetworkDesk:
    """The port `NetworkDesk`."""

    connection: AsyncConnection[tuple[Any, ...]]
    operator: str
    cases: PostgresCases

    async def load(self, codes: Collection[str]) -> dict[str, House]:
        """Return the files that exist, once nobody else changes them."""
        await self.connection.execute(SQL["hold"], {"operator": self.operator, "codes": sorted(codes)})
        return await read(self.connection, self.operator, codes)

    async def save(self, steps: Sequence[NetworkStep]) -> None:
        """Write the changes before their events, as the trail's head is held to the end."""
        for step in steps:
            await self._put(step)
        if steps:
            await events.append(self.connection, self.operator, [each.event for each in steps], self.cases.seal)

    async def _put(self, step: NetworkStep) -> None:
        if step.house is not None:
            await self.connection.execute(SQL["put_provider"], {"operator": self.operator, **_house(step.house)})
        if step.professional is not None:
            told = {"operator": self.operator, **_professional(step.professional)}
            await self.connection.execute(SQL["put_professional"], told)


async def read(connection: AsyncConnection[tuple[Any, ...]], operator: str, codes: Collection[str]) -> dict[str, House]:
    """Return the files that exist, with every professional, behind the wall that stands."""
    values = {"operator": operator, "codes": sorted(codes)}
    found = await (await connection.execute(SQL["load"], values)).fetchall()
    known = [_read(row) for row in await (await connection.execute(SQL["professionals"], values)).fetchall()]
    own = {row[0]: tuple(each for each in known if each.provider == row[0]) for row in found}
    return {row[0]: House(rows.provider(row), *(*row[6:], own[row[0]])) for row in found}


def _read(row: tuple[Any, ...]) -> Professional:
    lists = (frozenset(each) for each in row[6:9])
    return Professional(*(*row[:3], Entry(Council(row[3]), row[4], row[5]), *lists, row[9]))


def _house(house: House) -> dict[str, Any]:
    one = house.provider
    return {
        "code": one.code,
        "name": one.name,
        "specialties": sorted(one.specialties),
        "phones": sorted(one.phones),
        "emails": sorted(one.emails),
        "active": one.active,
        "ended_at": house.ended_at,
        "ended_why": house.ended_why,
    }


def _professional(one: Professional) -> dict[str, Any]:
    return {
        "id": one.id,
        "provider": one.provider,
        "name": one.name,
        "council": one.entry.council.value,
        "number": one.entry.number,
        "uf": one.entry.uf,
        "specialties": sorted(one.specialties),
        "phones": sorted(one.phones),
        "emails": sorted(one.emails),
        "active": one.active,
    }
