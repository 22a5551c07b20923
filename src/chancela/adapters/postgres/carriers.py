"""An operator's carriers: how each is set up, what it did today, how it stands, how long its codes take."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from chancela.adapters.postgres import events, statements, wall
from chancela.domain.delivery import Channel, DeliveryState

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from datetime import date, datetime

    from chancela.adapters.postgres.pool import Pool
    from chancela.domain.trail import Event

SQL: Final = statements.read("carriers.sql")


@dataclass(frozen=True, slots=True)
class CarrierEntry:
    """A carrier as an operator set it up; `secrets` are sealed, money is in thousandths of a real."""

    operator: str
    name: str
    kind: str
    channel: Channel
    settings: dict[str, str]
    secrets: bytes = field(repr=False)
    weight: int = 100
    cost_millis: int = 0
    daily_cap_millis: int | None = None
    enabled: bool = True
    created_at: datetime | None = None
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CarrierDay:
    """What a carrier did on a day, each message counted once."""

    sent: int = 0
    delivered: int = 0
    failed: int = 0
    spent_millis: int = 0


@dataclass(frozen=True, slots=True)
class CarrierState:
    """How the workers found a carrier: closed (working), open (resting after faults), trying, slow or capped."""

    state: str
    since: datetime
    reason: str | None


@dataclass(frozen=True, slots=True)
class Arrival:
    """How many codes a carrier delivered, and the seconds from planned to delivered that half and 95 % of them took."""

    delivered: int
    p50_s: float
    p95_s: float


@dataclass(frozen=True, slots=True)
class Alarm:
    """Many messages and few validations: by provider or by number prefix, since when, and the counts."""

    kind: str
    subject: str
    raised_at: datetime
    sent: int
    validated: int


@dataclass(frozen=True, slots=True)
class LooseReceipt:
    """A receipt that belongs to no delivery: it came early, or to a test message."""

    state: DeliveryState
    failure: str | None
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Carriers:
    """The carriers of every operator; each call is one short transaction behind one operator's wall."""

    pool: Pool

    async def all(self, operator: str) -> tuple[CarrierEntry, ...]:
        """Return the operator's carriers, disabled ones too, by channel and name."""
        return tuple(_entry(row) for row in await self._rows("all", operator))

    async def find(self, operator: str, name: str) -> CarrierEntry | None:
        """Return the carrier of this name, enabled or not."""
        rows = await self._rows("find", operator, name=name)
        return _entry(rows[0]) if rows else None

    async def put(self, entry: CarrierEntry, event: Event, seal: Callable[[str, int, bytes], bytes]) -> CarrierEntry:
        """Add or change a carrier, with the operator's list of channels and the event, and return it as it stands.

        What the workers held against it before is forgotten; `seal` gives the trail's head its MAC.
        """
        values = {
            "operator": entry.operator,
            "name": entry.name,
            "kind": entry.kind,
            "channel": entry.channel.value,
            "settings": json.dumps(entry.settings),
            "secrets": entry.secrets,
            "weight": entry.weight,
            "cost_millis": entry.cost_millis,
            "daily_cap_millis": entry.daily_cap_millis,
            "enabled": entry.enabled,
        }
        async with wall.behind(self.pool, entry.operator) as connection:
            row = await (await connection.execute(SQL["put"], values)).fetchone()
            await connection.execute(SQL["carry"], values)
            await connection.execute(SQL["forget_state"], values)
            await events.append(connection, entry.operator, [event], seal)
        if row is None:
            raise LookupError(f"the carrier {entry.name} was not kept")
        return _entry(row)

    async def days(self, operator: str, day: date) -> Mapping[str, CarrierDay]:
        """Return what each carrier did on a day (in Brazil), shared ones too; who did nothing is left out."""
        return {row[0]: CarrierDay(*row[1:]) for row in await self._rows("days", operator, day=day)}

    async def states(self, operator: str) -> Mapping[str, CarrierState]:
        """Return how the workers found each carrier; one of which they have nothing to say is left out."""
        return {row[0]: CarrierState(*row[1:]) for row in await self._rows("states", operator)}

    async def arrival(self, operator: str, since: datetime) -> Mapping[str, Arrival]:
        """Return how long the codes planned since then took until they were delivered, by carrier."""
        return {row[0]: Arrival(*row[1:]) for row in await self._rows("arrival", operator, since=since)}

    async def alarms(self, operator: str) -> tuple[Alarm, ...]:
        """Return the alarms that sound now, the oldest first."""
        return tuple(Alarm(*row) for row in await self._rows("alarms", operator))

    async def heard(self, operator: str, name: str, carrier_ids: Collection[str]) -> tuple[LooseReceipt, ...]:
        """Return the receipts with one of these ids that belong to no delivery, in the order in which they came."""
        rows = await self._rows("heard", operator, carrier=name, carrier_ids=list(carrier_ids))
        return tuple(LooseReceipt(DeliveryState(row[0]), row[1], row[2]) for row in rows)

    async def keep_receipt(
        self, operator: str, name: str, carrier_id: str, state: DeliveryState, failure: str | None
    ) -> None:
        """Keep a receipt that belongs to no delivery; the same one again changes nothing."""
        values = {"operator": operator, "carrier": name, "carrier_id": carrier_id, "failure": failure}
        async with wall.behind(self.pool, operator) as connection:
            await connection.execute(SQL["keep_receipt"], {**values, "state": state.value})

    async def _rows(self, statement: str, operator: str, **values: Any) -> list[tuple[Any, ...]]:
        async with wall.behind(self.pool, operator) as connection:
            return await (await connection.execute(SQL[statement], {"operator": operator, **values})).fetchall()


def _entry(row: tuple[Any, ...]) -> CarrierEntry:
    return CarrierEntry(row[0], row[1], row[2], Channel(row[3]), *row[4:])
