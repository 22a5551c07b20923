"""Passkeys in PostgreSQL: locked in key order and saved as sets; a challenge goes with whoever takes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec

from chancela.adapters.postgres import statements, wall
from chancela.domain import passkey as domain
from chancela.domain.passkey import Ceremony, Challenge, Passkey

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from uuid import UUID

    from psycopg import AsyncConnection

    from chancela.adapters.postgres.doors import PostgresDoors
    from chancela.adapters.postgres.pool import Pool
    from chancela.domain.passkey import PasskeyStep

SQL: Final = statements.read("passkeys.sql")
_JSON: Final = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class PostgresPasskeys:
    """The port `Passkeys`; what a step changes at the door goes through `doors`, which has the transaction's clock."""

    connection: AsyncConnection[tuple[Any, ...]]
    operator: str
    doors: PostgresDoors

    async def asked_from(self, origins: Collection[bytes]) -> Mapping[bytes, int]:
        """Return how many challenges were asked for from these places within five minutes and answered by nobody."""
        times = {"now": self.doors.cases.now, "lately": domain.LIFE}
        return {bytes(row[0]): row[1] for row in await self._rows("asked_from", origins=list(origins), **times)}

    async def put(self, challenges: Sequence[Challenge]) -> None:
        """Keep new challenges."""
        if challenges:
            await self._run("put_challenges", rows=_JSON.encode(challenges).decode())

    async def take(self, challenge_ids: Collection[UUID]) -> dict[UUID, Challenge]:
        """Return the challenges that exist, and forget them."""
        return {row[0]: _challenge(row) for row in await self._rows("take", ids=list(challenge_ids))}

    async def of(self, people: Collection[UUID]) -> dict[UUID, tuple[Passkey, ...]]:
        """Return the live passkeys of people, locked in key order."""
        found: dict[UUID, tuple[Passkey, ...]] = {}
        for row in await self._rows("of", people=list(people)):
            found[row[1]] = (*found.get(row[1], ()), passkey(row))
        return found

    async def by_credential(self, credential_ids: Collection[bytes]) -> dict[bytes, Passkey]:
        """Return the passkeys with these credentials, ended ones too, locked in key order."""
        found = await self._rows("by_credential", credentials=list(credential_ids))
        return {bytes(row[2]): passkey(row) for row in found}

    async def load(self, passkey_ids: Collection[UUID]) -> dict[UUID, Passkey]:
        """Return the passkeys that exist, locked in key order."""
        return {row[0]: passkey(row) for row in await self._rows("load", ids=list(passkey_ids))}

    async def save(self, steps: Sequence[PasskeyStep]) -> None:
        """Write the changes, the last of each passkey, with their sessions and their events."""
        if steps:
            latest = {each.passkey.id: each.passkey for each in steps}
            await self._run("put", rows=_JSON.encode(list(latest.values())).decode())
            await self.doors.save([each.door for each in steps])

    async def _run(self, statement: str, **values: Any) -> Any:
        return await self.connection.execute(SQL[statement], {"operator": self.operator, **values})

    async def _rows(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = await (await self._run(statement, **values)).fetchall()
        return found


async def listed(pool: Pool, operator: str, person: UUID) -> tuple[Passkey, ...]:
    """Return a person's live passkeys, the oldest first."""
    async with wall.behind(pool, operator) as connection:
        found = await connection.execute(SQL["listed"], {"operator": operator, "person": person})
        return tuple(passkey(row) for row in await found.fetchall())


async def find(pool: Pool, operator: str, credential_id: bytes) -> Passkey | None:
    """Return the live passkey with a credential at an operator, or None."""
    async with wall.behind(pool, operator) as connection:
        found = await connection.execute(SQL["found"], {"operator": operator, "credential": credential_id})
        row = await found.fetchone()
    return passkey(row) if row else None


async def forget(pool: Pool, operator: str) -> None:
    """Delete the challenges that are past their time."""
    async with wall.behind(pool, operator) as connection:
        await connection.execute(SQL["forget"], {"operator": operator})


def passkey(row: tuple[Any, ...]) -> Passkey:
    """Read a passkey."""
    return Passkey(row[0], row[1], bytes(row[2]), bytes(row[3]), *row[4:])


def _challenge(row: tuple[Any, ...]) -> Challenge:
    return Challenge(row[0], Ceremony(row[1]), row[2], bytes(row[3]), bytes(row[4]), row[5], row[6])
