"""The audit queue: guias that wait for an auditor or a document, by pages that cost the same however long it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from chancela.adapters import chance
from chancela.adapters.postgres import statements, wall, world
from chancela.domain.guia import Authorisation, Kind

if TYPE_CHECKING:
    from chancela.adapters.postgres.pool import Pool

SQL: Final = statements.read("audit_queue.sql")
NEVER: Final = UUID(int=0)
ALWAYS: Final = UUID(int=2**128 - 1)
LONGEST_DAYS: Final = 400  # no guia is valid for longer


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended: whether among the urgent ones, and the last guia."""

    urgent: bool
    guia_id: UUID


@dataclass(frozen=True, slots=True)
class Asked:
    """Which guias to show: of a kind, in a state, waiting for so many days at least; `after` is where a page ended."""

    kind: Kind | None = None
    state: Authorisation | None = None
    days: int = 0
    urgent_first: bool = True
    after: Place | None = None
    limit: int = 25


@dataclass(frozen=True, slots=True)
class Waiting:
    """One guia that waits; `name` is the person's whole name, `audit` and `lacking` count procedures."""

    guia_id: UUID
    urgent: bool
    number: str
    kind: Kind
    card_number: str
    name: str
    provider: str
    provider_name: str
    created_at: datetime
    authorisation: Authorisation
    audit: int
    lacking: int
    documents: int


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the queue; `after` is None on the last."""

    items: tuple[Waiting, ...]
    after: Place | None


@dataclass(frozen=True, slots=True)
class AuditQueue:
    """Queries behind one operator's wall."""

    pool: Pool

    async def page(self, operator: str, asked: Asked) -> Page:
        """Return a page, the oldest first, the urgent ones before all others where that is asked."""
        now = datetime.now(UTC)
        urgent_after, other_after = _after(asked)
        values = {
            "operator": operator,
            "kind": asked.kind.value if asked.kind else None,
            "state": asked.state.value if asked.state else None,
            "since": _at(now - timedelta(days=LONGEST_DAYS)),
            "until": _at(now - timedelta(days=asked.days)) if asked.days else ALWAYS,
            "today": now.astimezone(world.BRAZIL).date(),
            "urgent_first": asked.urgent_first,
            "urgent_after": urgent_after,
            "other_after": other_after,
            "limit": asked.limit + 1,
        }
        found = await self._rows(operator, values)
        shown = tuple(_waiting(row) for row in found[: asked.limit])
        more = len(found) > asked.limit
        return Page(shown, Place(shown[-1].urgent, shown[-1].guia_id) if more else None)

    async def _rows(self, operator: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
        async with wall.behind(self.pool, operator) as connection:
            await connection.execute("SET LOCAL plan_cache_mode = force_custom_plan")
            return await (await connection.execute(SQL["waiting"], values)).fetchall()


def _at(moment: datetime) -> UUID:
    """Return the least id of that moment (RFC 9562, version 7)."""
    return chance.uuid7(int(moment.timestamp() * 1000), 0)


def _after(asked: Asked) -> tuple[UUID, UUID]:
    """Return after which id each of the two walks goes on."""
    if asked.after is None:
        return NEVER, NEVER
    last = asked.after.guia_id
    if not asked.urgent_first:
        return last, last
    return (last, NEVER) if asked.after.urgent else (ALWAYS, last)


def _waiting(row: tuple[Any, ...]) -> Waiting:
    told = (*row[:3], Kind(row[3]), *row[4:9], Authorisation(row[9]), *row[10:])
    return Waiting(*told)
