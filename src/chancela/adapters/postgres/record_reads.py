"""Reading people for the operator's own desk: search by card, CPF or the beginning of a name, and a person's sheet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from chancela.adapters.postgres import histories, rows, statements, stores, wall
from chancela.adapters.postgres.world import BRAZIL
from chancela.domain.guia import Status
from chancela.domain.people import Relation, Standing

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from psycopg import AsyncConnection

    from chancela.adapters.postgres.histories import Deed
    from chancela.adapters.postgres.pool import Pool
    from chancela.domain.people import Person

SQL: Final = statements.read("record_reads.sql")
MOST: Final = 25
LAST: Final = 10
FAMILY: Final = 60
PLAIN: Final = str.maketrans(
    "áàâãäéèêëíìîïóòôõöúùûüçñ", "aaaaaeeeeiiiiooooouuuucn"
)  # as chancela.beneficiary.small_name


@dataclass(frozen=True, slots=True)
class Asked:
    """What is searched for: which statement, and the text as it is kept."""

    how: str
    text: str


@dataclass(frozen=True, slots=True)
class Found:
    """A person as a list shows them; what is masked is masked by whoever shows it."""

    id: UUID
    card_number: str
    name: str
    birth_date: date | None
    plan: str
    standing: Standing
    relation: Relation
    merged_into: UUID | None
    protected: bool
    private: bool


@dataclass(frozen=True, slots=True)
class Relative:
    """Somebody around a person, and what they are to them; `until` is when a help ends."""

    tie: str
    id: UUID
    card_number: str
    name: str
    standing: Standing
    protected: bool
    private: bool
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Visit:
    """One of a person's last guias, without what was done; `denied` are the places of its denied sessions."""

    id: UUID
    number: str
    created_at: datetime
    provider: str
    status: Status
    denied: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything of one person that the desk shows: four counts of what lets them in, lists with the newest first."""

    person: Person
    merged_into: UUID | None
    passkeys: int
    devices: int
    sessions: int
    papers: int
    family: tuple[Relative, ...]
    visits: tuple[Visit, ...]
    history: tuple[Deed, ...]
    likely: tuple[Found, ...]


def by_card(card: str) -> Asked:
    """Search for one card number."""
    return Asked("by_card", card)


def by_cpf(cpf: str) -> Asked:
    """Search for a CPF of 11 digits."""
    return Asked("by_cpf", cpf)


def by_name(begins: str) -> Asked:
    """Search for names that begin so, however they are written."""
    return Asked("by_name", small(begins))


def small(name: str) -> str:
    """Return a name in small letters without accents, as it is kept for the search."""
    return " ".join(name.lower().translate(PLAIN).split())


async def search(pool: Pool, operator: str, asked: Asked, limit: int = MOST) -> tuple[Found, ...]:
    """Return whom a search finds, at most so many."""
    values = {"operator": operator, "asked": asked.text, "until": asked.text + chr(0x10FFFF), "limit": limit}
    async with wall.behind(pool, operator) as connection:
        found = await (await connection.execute(SQL[asked.how], values)).fetchall()
    return tuple(_found(row) for row in found)


async def sheet(pool: Pool, operator: str, person_id: UUID) -> Sheet | None:
    """Return a person's sheet, or None where the operator has nobody of this id."""
    async with wall.behind(pool, operator) as connection:
        values = {"operator": operator, "person": person_id}
        row = await (await connection.execute(SQL["person"], values)).fetchone()
        if row is None:
            return None
        (person,) = await stores.PostgresPeople(connection, operator).with_contacts([rows.beneficiary(row)])
        counts = await (await connection.execute(SQL["counts"], values)).fetchone() or (0, 0, 0, 0)
        lists = await _lists(connection, values, person)
    return Sheet(*(person, row[-1], *counts, *lists))


async def _lists(
    connection: AsyncConnection[tuple[Any, ...]], values: dict[str, Any], person: Person
) -> tuple[tuple[Relative, ...], tuple[Visit, ...], tuple[Deed, ...], tuple[Found, ...]]:
    one = person.beneficiary
    today = datetime.now(BRAZIL).date()
    alike = {**values, "cpf": one.cpf, "name": small(one.name), "birth_date": one.birth_date, "limit": MOST}
    family = await (await connection.execute(SQL["family"], {**values, "limit": FAMILY})).fetchall()
    visits = await (await connection.execute(SQL["guias"], {**values, "limit": LAST, "today": today})).fetchall()
    history = await histories.of(connection, values["operator"], one.id)
    likely = await (await connection.execute(SQL["likely"], alike)).fetchall()
    return (
        tuple(Relative(*(*row[:4], Standing(row[4]), *row[5:])) for row in family),
        tuple(Visit(*(*row[:4], Status(row[4]), tuple(row[5]))) for row in visits),
        history,
        tuple(_found(row) for row in likely),
    )


def _found(row: tuple[Any, ...]) -> Found:
    return Found(*(*row[:5], Standing(row[5]), Relation(row[6]), *row[7:]))
