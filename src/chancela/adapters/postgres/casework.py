"""What waits for the operator's own people: reports to close, contacts to judge, and how much waits to go out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from chancela.adapters.postgres import statements, wall
from chancela.domain import contact as contacts
from chancela.domain.contact import ContactKind, ContactState
from chancela.domain.delivery import Channel
from chancela.domain.report import ReportWay

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from chancela.adapters.postgres.pool import Pool

SQL: Final = statements.read("casework.sql")
MOST: Final = 100


@dataclass(frozen=True, slots=True)
class OpenReport:
    """«Não pedi este código» that nobody has closed; `of_pair` are those of this person and provider in seven days."""

    guia_id: UUID
    number: str
    card_number: str
    provider: str
    provider_name: str
    way: ReportWay
    protocol: str
    opened_at: datetime
    of_pair: int


@dataclass(frozen=True, slots=True)
class HeldContact:
    """A contact typed for a guia; `to` is masked, `families` are the others that have it.

    `of_a_provider` says that it is a provider's own, or somebody's who works there.
    """

    id: UUID
    kind: ContactKind
    to: str
    typed_by: str
    provider_name: str
    guia_id: UUID | None
    number: str
    card_number: str
    state: ContactState
    created_at: datetime
    families: int
    of_a_provider: bool


@dataclass(frozen=True, slots=True)
class Queue:
    """The messages of a channel that wait to go out or are on their way, and since when the oldest does."""

    channel: Channel
    waiting: int
    oldest_at: datetime


@dataclass(frozen=True, slots=True)
class Casework:
    """Queries behind one operator's wall."""

    pool: Pool

    async def reports(self, operator: str, limit: int = MOST) -> tuple[OpenReport, ...]:
        """Return the open reports, the oldest first."""
        rows = await self._rows("reports", operator, limit=limit)
        return tuple(OpenReport(*(*row[:5], ReportWay(row[5]), *row[6:])) for row in rows)

    async def contacts(self, operator: str, limit: int = MOST) -> tuple[HeldContact, ...]:
        """Return the contacts that wait for review, the oldest first."""
        return tuple(_held(row) for row in await self._rows("contacts", operator, limit=limit))

    async def contact(self, operator: str, contact_id: UUID) -> HeldContact | None:
        """Return a contact however it stands, or None where the operator has none of this id."""
        rows = await self._rows("contact", operator, contact=contact_id)
        return _held(rows[0]) if rows else None

    async def queues(self, operator: str) -> tuple[Queue, ...]:
        """Return how much waits, by channel; a channel for which nothing does is left out."""
        return tuple(Queue(Channel(row[0]), row[1], row[2]) for row in await self._rows("queues", operator))

    async def _rows(self, statement: str, operator: str, **values: Any) -> list[tuple[Any, ...]]:
        async with wall.behind(self.pool, operator) as connection:
            return await (await connection.execute(SQL[statement], {"operator": operator, **values})).fetchall()


def _held(row: tuple[Any, ...]) -> HeldContact:
    kind = ContactKind(row[1])
    told = (row[0], kind, contacts.masked(kind, row[2]), *row[3:8], ContactState(row[8]), *row[9:])
    return HeldContact(*told)
