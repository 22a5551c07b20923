"""New contacts in PostgreSQL: changes that wait for their code, and what they make of a person's contacts and ways."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec

from chancela.adapters.postgres import events, saving, statements, stores, wall
from chancela.domain import sign_in as sign_ins
from chancela.domain.change import ContactChange
from chancela.domain.contact import ContactKind
from chancela.domain.sign_in import Asked
from chancela.domain.token import Secret

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from uuid import UUID

    from psycopg import AsyncConnection

    from chancela.adapters.postgres.cases import PostgresCases
    from chancela.adapters.postgres.pool import Pool
    from chancela.domain.change import ChangeStep
    from chancela.domain.people import Person

SQL: Final = statements.read("changes.sql")
_JSON: Final = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class PostgresChanges:
    """The port `Changes`."""

    connection: AsyncConnection[tuple[Any, ...]]
    operator: str
    cases: PostgresCases

    async def people(self, ids: Collection[UUID]) -> dict[UUID, Person]:
        """Return the people with these ids, with every contact, once nobody else changes theirs."""
        await self._run("hold", people=[str(each) for each in ids])
        return await _people(self.connection, self.operator, ids)

    async def asked(self, people: Collection[UUID]) -> Mapping[UUID, Asked]:
        """Return how often codes went out for new contacts of these people."""
        times = {"now": self.cases.now, "lately": sign_ins.LATELY, "day": sign_ins.DAY}
        found = await (await self._run("asked", people=list(people), **times)).fetchall()
        return {row[0]: Asked(row[1], row[2]) for row in found}

    async def load(self, change_ids: Collection[UUID]) -> dict[UUID, ContactChange]:
        """Return the changes that exist, locked in key order."""
        found = await (await self._run("load", ids=list(change_ids))).fetchall()
        return {row[0]: change(row) for row in found}

    async def save(self, steps: Sequence[ChangeStep]) -> None:
        """Write the last of each change, of each contact and of each person's ways, with messages and events.

        Contacts and people come after the trail's head, as with every deed that writes them.
        """
        if not steps:
            return
        latest = {each.change.id: each.change for each in steps if each.change}
        await self._put("put", [_row(each) for each in latest.values()])
        planned = [each for step in steps for each in step.planned]
        written = {"operator": self.operator, "rows": _text(planned)}
        await self.connection.execute(saving.SQL["insert_deliveries"], written)
        if told := [each for step in steps for each in step.events]:
            await events.append(self.connection, self.operator, told, self.cases.seal)
        contacts = {each.id: each for step in steps for each in step.contacts}
        await self._put("put_contacts", list(contacts.values()))
        ways = {each.beneficiary_id: each.ways for each in steps if each.ways}
        wished = [
            {"id": person, "uses_no_mobile": each.uses_no_mobile, "preferred": each.preferred}
            for person, each in ways.items()
        ]
        await self._put("put_ways", wished)
        self.cases.touched.update(latest)
        self.cases.queued = bool(planned) or self.cases.queued

    async def _put(self, statement: str, rows: Sequence[Any]) -> None:
        if rows:
            await self._run(statement, rows=_text(rows))

    async def _run(self, statement: str, **values: Any) -> Any:
        return await self.connection.execute(SQL[statement], {"operator": self.operator, **values})


async def person(pool: Pool, operator: str, beneficiary_id: UUID) -> Person | None:
    """Return a person with every contact, or None."""
    async with wall.behind(pool, operator) as connection:
        return (await _people(connection, operator, [beneficiary_id])).get(beneficiary_id)


async def read(pool: Pool, operator: str, change_id: UUID) -> ContactChange | None:
    """Return a change as it stands, or None."""
    async with wall.behind(pool, operator) as connection:
        found = await connection.execute(SQL["read"], {"operator": operator, "id": change_id})
        row = await found.fetchone()
    return change(row) if row else None


async def forget(pool: Pool, operator: str) -> None:
    """Erase the codes that are past their time, and after a day the addresses that were given."""
    async with wall.behind(pool, operator) as connection:
        await connection.execute(SQL["forget"], {"operator": operator})


def change(row: tuple[Any, ...]) -> ContactChange:
    """Read a change's thirteen columns; one that ended has no code any more."""
    secret = None if row[6] is None else Secret(row[6], row[7], row[8])
    id_, whose, asker, contact_id, kind, address = row[:6]
    return ContactChange(id_, whose, asker, contact_id, ContactKind(kind), address, secret, *row[9:13])


async def _people(
    connection: AsyncConnection[tuple[Any, ...]], operator: str, ids: Collection[UUID]
) -> dict[UUID, Person]:
    found = await connection.execute(SQL["cards"], {"operator": operator, "people": list(ids)})
    cards = [row[0] for row in await found.fetchall()]
    known = await stores.PostgresPeople(connection, operator).by_card(cards)
    return {each.beneficiary.id: each for each in known.values()}


def _row(held: ContactChange) -> dict[str, Any]:
    kept = held.secret
    return {
        "id": held.id,
        "beneficiary_id": held.beneficiary_id,
        "asked_by": held.asked_by,
        "contact_id": held.contact_id,
        "kind": held.kind,
        "address": held.address,
        "digest": kept.digest if kept else None,
        "sealed": kept.sealed if kept else None,
        "key_date": kept.key_date if kept else None,
        "issued_at": held.issued_at,
        "expires_at": held.expires_at,
        "wrong_tries": held.wrong_tries,
        "ended_at": held.ended_at,
    }


def _text(values: Sequence[Any]) -> str:
    return _JSON.encode(values).decode()
