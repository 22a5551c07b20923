"""The outbox: deliveries are claimed in batches, attempts recorded before they are made, results written as sets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec

from chancela.adapters.postgres import rows, statements
from chancela.domain.delivery import Channel, DeliveryState
from chancela.domain.token import Secret, Token

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta
    from uuid import UUID

    from chancela.adapters.postgres.pool import Pool
    from chancela.domain.contact import Contact
    from chancela.domain.guia import Guia

SQL: Final = statements.read("outbox.sql")
_JSON: Final = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class Due:
    """A delivery whose attempt was just recorded, with what its message needs as it stands at `now`.

    `token` and `secret` are the guia's live code, which may be a later one than the delivery's generation.
    """

    id: UUID
    planned_at: datetime
    generation: int
    channel: Channel
    masked: str
    attempt: int
    guia: Guia
    token: Token | None
    secret: Secret | None
    contact: Contact | None
    now: datetime


@dataclass(frozen=True, slots=True)
class Settled:
    """How a delivery ended for now: handed over, delivered, or failed with a reason that names no address."""

    id: UUID
    planned_at: datetime
    attempt: int
    state: DeliveryState
    carrier_id: str | None = None
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class PutOff:
    """An attempt that failed in passing: the next one is due after so many seconds."""

    id: UUID
    planned_at: datetime
    attempt: int
    wait_s: float
    failure: str


@dataclass(frozen=True, slots=True)
class Outbox:
    """The deliveries of all operators; each call is one short transaction behind one operator's wall."""

    pool: Pool

    async def claim(self, operator: str, channel: Channel, carrier: str, limit: int, lease: timedelta) -> list[Due]:
        """Take at most so many due deliveries of a channel; nobody else does until the lease is over."""
        asked = {
            "operator": operator,
            "channel": channel.value,
            "carrier": carrier,
            "limit": limit,
            "lease": lease,
        }
        async with self.pool.connection() as connection, connection.pipeline():
            await connection.execute(SQL["wall"], {"operator": operator})
            found = await (await connection.execute(SQL["claim"], asked)).fetchall()
        return [_due(operator, row) for row in found]

    async def settle(self, operator: str, results: Sequence[Settled | PutOff]) -> frozenset[UUID]:
        """Write results and return the guias of which something changed; a state never moves back (RANK).

        A late failure of an attempt that was followed by another one changes nothing.
        """
        ended = [each for each in results if isinstance(each, Settled)]
        put_off = [each for each in results if isinstance(each, PutOff)]
        touched: frozenset[UUID] = frozenset()
        async with self.pool.connection() as connection, connection.pipeline():
            await connection.execute(SQL["wall"], {"operator": operator})
            if put_off:
                await connection.execute(SQL["put_off"], {"operator": operator, "rows": _text(put_off)})
            if ended:
                found = await connection.execute(SQL["settle"], {"operator": operator, "rows": _text(ended)})
                touched = frozenset(row[0] for row in await found.fetchall())
        return touched

    async def renew(self, operator: str, dues: Sequence[Due], lease_s: float) -> None:
        """Let the claims of attempts that are still under way hold for another lease."""
        held = [{"id": each.id, "planned_at": each.planned_at, "attempt": each.attempt} for each in dues]
        values = {"operator": operator, "rows": _JSON.encode(held).decode(), "lease_s": lease_s}
        async with self.pool.connection() as connection, connection.pipeline():
            await connection.execute(SQL["wall"], {"operator": operator})
            await connection.execute(SQL["renew"], values)


def _text(results: Sequence[Settled | PutOff]) -> str:
    """Return the results as JSON, in one order for everyone, so that no two sets wait for each other in a circle."""
    return _JSON.encode(sorted(results, key=lambda each: each.id)).decode()


def _due(operator: str, row: tuple[Any, ...]) -> Due:
    return Due(
        id=row[18],
        planned_at=row[19],
        generation=row[20],
        channel=Channel(row[21]),
        masked=row[22],
        attempt=row[23],
        guia=rows.guia(operator, row),
        token=None if row[24] is None else Token(row[0], row[24], row[25], row[26], row[27]),
        secret=None if row[24] is None else Secret(row[28], row[29], row[30]),
        contact=None if row[31] is None else rows.contact(row[31:]),
        now=row[39],
    )
