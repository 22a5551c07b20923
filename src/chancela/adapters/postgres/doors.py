"""The door in PostgreSQL: sign-ins and sessions, locked in key order, saved as sets with their messages and events."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec

from chancela.adapters.postgres import events, rows, saving, sessions, statements, stores, wall
from chancela.domain import sign_in as sign_ins
from chancela.domain.sign_in import Asked, SignIn
from chancela.domain.token import Secret

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from uuid import UUID

    from psycopg import AsyncConnection

    from chancela.adapters.postgres.cases import PostgresCases
    from chancela.adapters.postgres.pool import Pool
    from chancela.domain.people import Person
    from chancela.domain.session import PersonSession
    from chancela.domain.sign_in import Claim, DoorStep

SQL: Final = statements.read("doors.sql")
_JSON: Final = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class PostgresDoors:
    """The port `Doors`; what is known of nobody takes the same statements as what is known of somebody."""

    connection: AsyncConnection[tuple[Any, ...]]
    operator: str
    cases: PostgresCases

    async def known(self, claims: Sequence[Claim]) -> dict[Claim, Person]:
        """Return, for each claim that is somebody's, the person with every contact."""
        asked = [
            {"n": place, "card": each.card, "cpf": each.cpf, "birth_date": each.birth_date}
            for place, each in enumerate(claims)
        ]
        found = await (await self._run("known", rows=_text(asked))).fetchall()
        people = {claims[row[0]]: rows.beneficiary(row[1:]) for row in found}
        known = await stores.PostgresPeople(self.connection, self.operator).with_contacts(list(people.values()))
        return dict(zip(people, known, strict=True))

    async def hold(self, people: Collection[UUID]) -> None:
        """Let whoever asks for these people wait until this transaction ends; nobody's hold is of one made up."""
        await self._run("hold", people=[str(each) for each in people] or [secrets.token_hex(16)])

    async def asked(self, people: Collection[UUID]) -> Mapping[tuple[UUID, bool], Asked]:
        """Return how often codes went out to these people, from known places and from others."""
        times = {"now": self.cases.now, "lately": sign_ins.LATELY, "day": sign_ins.DAY}
        found = await self._run("asked", people=list(people), mark=sign_ins.KNOWN, **times)
        return {(row[0], row[1]): Asked(row[2], row[3]) for row in await found.fetchall()}

    async def asked_from(self, origins: Collection[bytes]) -> Mapping[bytes, int]:
        """Return how often codes were asked for from these places within the last 15 minutes."""
        times = {"now": self.cases.now, "lately": sign_ins.LATELY}
        found = await self._run("asked_from", origins=list(origins), **times)
        return {bytes(row[0]): row[1] for row in await found.fetchall()}

    async def load(self, sign_in_ids: Collection[UUID]) -> dict[UUID, SignIn]:
        """Return the sign-ins that exist, locked in key order."""
        found = await self._run("load", ids=list(sign_in_ids))
        return {row[0]: sign_in(row) for row in await found.fetchall()}

    async def sessions(self, session_ids: Collection[UUID]) -> dict[UUID, PersonSession]:
        """Return the sessions that exist, locked in key order."""
        found = await self._run("sessions", ids=list(session_ids))
        return {row[0]: sessions.session(row) for row in await found.fetchall()}

    async def save(self, steps: Sequence[DoorStep]) -> None:
        """Write the changes, the last of each sign-in and session, and their events at the end of the trail."""
        if not steps:
            return
        latest = {each.sign_in.id: each.sign_in for each in steps if each.sign_in}
        opened = {each.id: each for step in steps for each in step.sessions}
        planned = [each for step in steps for each in step.planned]
        await self._run("put_sign_ins", rows=_text([_row(each) for each in latest.values()]))
        written = {"operator": self.operator, "rows": _text(planned)}
        await self.connection.execute(saving.SQL["insert_deliveries"], written)
        await self._run("put_sessions", rows=_text(list(opened.values())))
        told = [each for step in steps for each in step.events]
        if told:
            await events.append(self.connection, self.operator, told, self.cases.seal)
        self.cases.touched.update(latest)
        self.cases.queued = True

    async def _run(self, statement: str, **values: Any) -> Any:
        return await self.connection.execute(SQL[statement], {"operator": self.operator, **values})


def sign_in(row: tuple[Any, ...]) -> SignIn:
    """Read a sign-in; one that ended has no code any more."""
    secret = None if row[4] is None else Secret(row[4], row[5], row[6])
    return SignIn(row[0], row[1], row[2], bytes(row[3]), secret, *row[7:])


async def forget(pool: Pool, operator: str) -> None:
    """Erase the codes that are past their time, and what was asked for more than a day ago."""
    async with wall.behind(pool, operator) as connection:
        await connection.execute(SQL["forget"], {"operator": operator})


def _row(held: SignIn) -> dict[str, Any]:
    kept = held.secret
    return {
        "id": held.id,
        "beneficiary_id": held.beneficiary_id,
        "contact_id": held.contact_id,
        "origin": held.origin,
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
