"""Reading sessions of beneficiaries: whose a cookie is, and on which devices a person is signed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from chancela.adapters.postgres import rows, statements, wall
from chancela.domain import session as sessions
from chancela.domain.people import Person
from chancela.domain.session import PersonSession

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from chancela.adapters.postgres.pool import Pool

SQL: Final = statements.read("sessions.sql")


@dataclass(frozen=True, slots=True)
class Sessions:
    """Queries over short transactions of their own, each behind one operator's wall."""

    pool: Pool

    async def by_secret(self, operator: str, secret: str) -> tuple[PersonSession, Person, datetime] | None:
        """Return the live session of a cookie's secret, whose it is, and the database's time."""
        values = {"operator": operator, "token_hash": sessions.hashed(secret), "idle": sessions.IDLE}
        async with wall.behind(self.pool, operator) as connection:
            found = await connection.execute(SQL["by_secret"], values)
            whose = await connection.execute(SQL["person"], values)
            known = await connection.execute(SQL["contacts"], values)
            row, owner, contacts = await found.fetchone(), await whose.fetchone(), await known.fetchall()
        if row is None or owner is None:
            return None
        person = Person(rows.beneficiary(owner), tuple(rows.contact(each) for each in contacts))
        return session(row), person, row[9]

    async def of_person(self, operator: str, beneficiary_id: UUID) -> tuple[PersonSession, ...]:
        """Return the live sessions of a person, the one last seen first."""
        values = {"operator": operator, "person": beneficiary_id, "idle": sessions.IDLE}
        async with wall.behind(self.pool, operator) as connection:
            found = await (await connection.execute(SQL["of_person"], values)).fetchall()
        return tuple(session(row) for row in found)


def session(row: tuple[Any, ...]) -> PersonSession:
    """Read a session's nine columns."""
    return PersonSession(*row[:9])
