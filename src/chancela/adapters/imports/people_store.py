"""People of a list or of SIB: staged as they stand in the file, judged in sets, changed part by part."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import psycopg

from chancela.adapters.chance import SystemChance
from chancela.adapters.imports import staging
from chancela.adapters.imports.form import Late
from chancela.adapters.imports.staging import PART, Arriving

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from datetime import date

    from chancela.adapters.imports.people import PersonRow
    from chancela.adapters.imports.staging import Connection

    Progress = Callable[[int, int], None]

CHANCE: Final = SystemChance()
NOBODY: Final = UUID(int=0)
TRIES: Final = 5
TAKEN: Final = "o CCO já é de outra pessoa"
# Judging walks through all people at once; a part is a few rows, each found down an index (postgres/pool.py says why).
JUDGING: Final = "SET work_mem = '48MB'"
APPLYING: Final = "; ".join(
    f"SET {name}"
    for name in (
        *("enable_seqscan = off", "enable_hashjoin = off", "enable_mergejoin = off", "random_page_cost = 0.01"),
        *("seq_page_cost = 0.01", "cpu_operator_cost = 0.00001", "cpu_index_tuple_cost = 0.05", "cpu_tuple_cost = 0.1"),
    )
)
FROM_COLUMN: Final = {
    "cpf": ("cpf",),
    "plano": ("plan",),
    "situacao": ("standing",),
    "inclusao": ("joined_date",),
    "desligamento": ("ended_date",),
    "validade": ("card_valid_until",),
    "cobertura": ("covers_dental", "covers_medical"),
    "usa_celular": ("uses_no_mobile",),
    "idioma": ("language",),
}


@dataclass(slots=True)
class PeopleStore:
    """One import on a connection that has no other use meanwhile.

    `holder_by` tells by what holders are named (card, cco, code), `adds_up` that several records of a person are
    movements, `whole` that whoever is not in the file is no longer there, `column` what the key is called.
    """

    connection: Connection
    operator: str
    today: date
    holder_by: str = "card"
    column: str = "carteira"
    adds_up: bool = False
    whole: bool = False
    ends_absent: bool = False
    keeps_suspended: bool = False
    _values: dict[str, Any] = field(default_factory=dict)

    async def open(self) -> None:
        """Make room for what comes."""
        await staging.execute(self.connection, "people_open")

    async def stage(self, rows: Sequence[Arriving], contacts: Iterable[tuple[object, ...]] = ()) -> None:
        """Keep people as the file says, until they are judged."""
        await staging.copy(self.connection, "arriving", (each.row() for each in rows))
        await staging.copy(self.connection, "arriving_contact", contacts)

    async def write(self, rows: Sequence[PersonRow], columns: Collection[str]) -> None:
        """Stage lines of the CSV of people."""
        await self.stage([arriving(row, columns) for row in rows], (each for row in rows for each in _contacts(row)))

    async def judge(self) -> Sequence[Late]:
        """Find out what would change, and return what is wrong that only the whole file shows."""
        self._values = {name: getattr(self, name) for name in ("operator", "today", "holder_by", "column", "adds_up")}
        self._values |= {"whole": self.whole, "ends_absent": self.ends_absent, "keeps_suspended": self.keeps_suspended}
        await self.connection.execute(JUDGING)
        for name in ("people_match", "people_judge"):
            await staging.execute(self.connection, name, self._values)
        found = await self.connection.execute(staging.sql("people_late"), self._values)
        return [Late(*row) for row in await found.fetchall()]

    async def counts(self) -> dict[str, Any]:
        """Return how much would change, by word."""
        return dict((await staging.one(self.connection, "people_counts", self._values))[0])

    async def examples(self) -> list[tuple[Any, ...]]:
        """Return some whom it would change: how, card number, name, changed columns."""
        found = await self.connection.execute(staging.sql("people_examples"), self._values)
        return await found.fetchall()

    async def apply(self, run_id: UUID, progress: Progress, total: int) -> Sequence[Late]:
        """Change what differs, part by part; what was before is remembered in the same transaction."""
        await self.connection.execute(APPLYING)
        await staging.execute(self.connection, "people_part")
        late: list[Late] = []
        done, after = 0, NOBODY
        while (reached := await self._part(run_id, after, PART, late)) is not None:
            after, met = reached
            done += met
            progress(done, total)
        await self._beside(run_id)
        progress(done, total)
        await self._contacts(run_id, lambda: progress(done, total))
        return late

    async def _part(self, run_id: UUID, after: UUID, size: int, late: list[Late]) -> tuple[UUID, int] | None:
        """Do one part; one that the database refuses is done again one by one, so that a bad row spoils no other's."""
        values = {**self._values, "run": run_id, "after": after, "part": size}
        reached = await self._next(after, size)
        if reached is None:
            return None
        try:
            await self._patiently("people_apply", values)
        except psycopg.IntegrityError:
            if size == 1:
                late.append(Late(reached[2], self.column, TAKEN, refuses=True))
            else:
                at: UUID = after
                while at != reached[0] and (one := await self._part(run_id, at, 1, late)) is not None:
                    at = one[0]
        return reached[0], reached[1]

    async def _next(self, after: UUID, size: int) -> tuple[UUID, int, int] | None:
        row = await staging.one(self.connection, "people_next", {"after": after, "part": size})
        return None if row[0] is None else (row[0], row[1], row[2])

    async def _patiently(self, name: str, values: dict[str, Any]) -> None:
        for tried in range(TRIES):
            try:
                async with self.connection.transaction():
                    await staging.execute(self.connection, name, values)
            except psycopg.errors.DeadlockDetected:
                if tried == TRIES - 1:
                    raise
            else:
                return

    async def _beside(self, run_id: UUID) -> None:
        await self._patiently("people_beside", {**self._values, "run": run_id})

    async def _contacts(self, run_id: UUID, alive: Callable[[], None]) -> None:
        await staging.execute(self.connection, "contacts_part")
        at: tuple[Any, ...] = (NOBODY, "", "")
        while True:
            values = {"after": at[0], "kind": at[1], "address": at[2], "part": PART}
            found = await self.connection.execute(staging.sql("contacts_next"), values)
            reached = await found.fetchone()
            if reached is None:
                return
            await self._patiently("contacts_apply", {**self._values, **values, "run": run_id})
            at = reached
            alive()


def arriving(row: PersonRow, columns: Collection[str]) -> Arriving:
    """Return a line of the CSV as what it says: what has no column in the file is not said."""
    want: dict[str, Any] = {"name": row.name, "birth_date": row.birth_date}
    for column, fields in FROM_COLUMN.items():
        if column in columns:
            want |= {name: getattr(row, name) for name in fields}
    if "titular" in columns or "parentesco" in columns:
        want["relation"] = row.relation
        if row.relation.value == "holder":
            want["holder_id"] = None
    if "responsavel_nomeado" in columns and row.named_card is None:
        want["named_guardian_id"] = None
    want |= {name: said for name in ("private", "protected") if (said := getattr(row, name)) is not None}
    return Arriving(
        n=row.line,
        line=row.line,
        id=CHANCE.id(),
        card=row.card_number,
        want=want,
        holder=row.holder_card,
        named_card=row.named_card,
        guardian_cards=row.guardian_cards if "responsaveis" in columns else None,
    )


def _contacts(row: PersonRow) -> Iterable[tuple[object, ...]]:
    """Give the first address of a kind the newest id, as the newest contact of a kind is the one that is used."""
    ids = sorted((CHANCE.id() for _ in row.contacts), reverse=True)
    return ((row.line, new_id, kind.value, address) for new_id, (kind, address) in zip(ids, row.contacts, strict=True))
