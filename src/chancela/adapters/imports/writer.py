"""Rows on their way into PostgreSQL: copied in batches, then merged by card number or code, each batch for good."""

from __future__ import annotations

from contextlib import asynccontextmanager
from importlib import resources
from typing import TYPE_CHECKING, Any

import psycopg

from chancela.adapters.chance import SystemChance
from chancela.adapters.imports.form import Late, Written

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Collection, Iterable, Sequence
    from uuid import UUID

    from chancela.adapters.imports.people import PersonRow
    from chancela.adapters.imports.providers import ProviderRow

Connection = psycopg.AsyncConnection[tuple[Any, ...]]
CHANCE = SystemChance()


class ImportRefusedError(Exception):
    """The database takes no import now; the sentence, in Portuguese, says why."""


def sql(name: str) -> bytes:
    """Return a statement from the folder beside this module."""
    return resources.files(__package__).joinpath("sql", f"{name}.sql").read_bytes()


@asynccontextmanager
async def connected(url: str, operator: str | None) -> AsyncIterator[Connection]:
    """Give a connection of its own; with an operator, behind the wall of that operator's rows, who must exist."""
    async with await psycopg.AsyncConnection.connect(
        url, autocommit=True, options="-c timezone=UTC -c jit=off"
    ) as opened:
        if operator is not None:
            known = await opened.execute("SELECT 1 FROM chancela.operator WHERE ans = %s", (operator,))
            if await known.fetchone() is None:
                raise ImportRefusedError(f"Não há operadora com o registro ANS {operator}.")
            await opened.execute("SELECT set_config('chancela.operator', %s, false)", (operator,))
            await opened.execute("SET ROLE chancela_app")
            await _alone(opened, operator)
        yield opened


async def _alone(connection: Connection, operator: str) -> None:
    """Keep other imports of the operator out until the connection closes: two would change the same rows in turns.

    The short wait is for an import that has just ended, whose server process has not quite let go.
    """
    await connection.execute("SET lock_timeout = '2s'")
    try:
        await connection.execute("SELECT pg_advisory_lock(hashtextextended('import ' || %s, 0))", (operator,))
    except psycopg.errors.LockNotAvailable:
        raise ImportRefusedError(
            f"Já há uma importação em andamento para a operadora {operator}: espere que termine."
        ) from None
    await connection.execute("RESET lock_timeout")


class PeopleStore:
    """The store of `people.FORM`: one transaction a batch, on a connection that has no other use meanwhile."""

    def __init__(self, connection: Connection, operator: str, new_id: Callable[[], UUID] = CHANCE.id) -> None:
        self._connection = connection
        self._operator = operator
        self._new_id = new_id
        self._columns: object = []
        self._open = False

    async def write(self, rows: Sequence[PersonRow], columns: Collection[str]) -> Written:
        """Keep people and their contacts; rows that say what is already known change nothing."""
        values = {"operator": self._operator, "columns": list(columns)}
        self._columns = values["columns"]
        if not self._open:
            await self._connection.execute(sql("people_open"))
            self._open = True
        async with self._connection.transaction():
            await _copy(self._connection, "arriving", ((row.line, self._new_id(), *_person(row)) for row in rows))
            await _copy(self._connection, "arriving_contact", (each for row in rows for each in self._contacts(row)))
            await self._connection.execute(sql("people_note"))
            written = await _counted(self._connection, "people_put", values)
            await self._connection.execute(sql("people_flags"), values)
            await self._connection.execute(sql("contacts_put"), values)
        return written

    async def finish(self) -> Sequence[Late]:
        """Link people to their holders and guardians; return whom nobody is, and cards that stood on several lines."""
        if not self._open:
            return ()
        values = {"operator": self._operator, "columns": self._columns}
        async with self._connection.transaction():
            for linking in ("people_link", "people_named", "people_guardians"):
                await self._connection.execute(sql(linking), values)
        found = await self._connection.execute(sql("people_late"), {"operator": self._operator})
        return [Late(*row) for row in await found.fetchall()]

    def _contacts(self, row: PersonRow) -> Iterable[tuple[object, ...]]:
        """Give the first address of a kind the newest id, as the newest contact of a kind is the one that is used."""
        ids = sorted((self._new_id() for _ in row.contacts), reverse=True)
        return (
            (row.line, new_id, kind.value, address) for new_id, (kind, address) in zip(ids, row.contacts, strict=True)
        )


class ProviderStore:
    """The store of `providers.FORM`."""

    def __init__(self, connection: Connection, operator: str) -> None:
        self._connection = connection
        self._operator = operator
        self._open = False

    async def write(self, rows: Sequence[ProviderRow], columns: Collection[str]) -> Written:
        """Keep providers; rows that say what is already known change nothing."""
        values = {"operator": self._operator, "columns": list(columns)}
        if not self._open:
            await self._connection.execute(sql("providers_open"))
            self._open = True
        async with self._connection.transaction():
            await _copy(self._connection, "arriving", map(_provider, rows))
            await self._connection.execute(sql("providers_note"))
            return await _counted(self._connection, "providers_put", values)

    async def finish(self) -> Sequence[Late]:
        """Return the codes that stood on several lines."""
        if not self._open:
            return ()
        found = await self._connection.execute(sql("providers_late"))
        return [Late(*row) for row in await found.fetchall()]


async def _copy(connection: Connection, table: str, rows: Iterable[tuple[object, ...]]) -> None:
    statement = psycopg.sql.SQL("COPY {} FROM STDIN").format(psycopg.sql.Identifier(table))
    async with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            await copy.write_row(row)


async def _counted(connection: Connection, name: str, values: dict[str, Any]) -> Written:
    row = await (await connection.execute(sql(name), values)).fetchone()
    return Written(*row) if row else Written()


def _person(row: PersonRow) -> tuple[object, ...]:
    return (
        *(row.card_number, row.name, row.birth_date, row.cpf, row.holder_card, row.relation.value, row.plan),
        *(
            row.standing.value,
            row.joined_date,
            row.ended_date,
            row.card_valid_until,
            row.covers_dental,
            row.covers_medical,
            row.uses_no_mobile,
            row.language.value,
            row.private,
            row.protected,
            row.named_card,
            list(row.guardian_cards),
        ),
    )


def _provider(row: ProviderRow) -> tuple[object, ...]:
    return (*row[:5], list(row.specialties), list(row.phones), list(row.emails), row.active, list(row.staff))
