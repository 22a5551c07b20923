"""The fleet: for each operator a courier a channel, over the carriers that it has now; changes are taken in at once."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from chancela.adapters.postgres.lookout import Looks
from chancela.domain.delivery import Channel
from chancela.worker.clerk import Clerk
from chancela.worker.courier import Courier
from chancela.worker.letters import Scribe
from chancela.worker.porter import Porter, Purse, Slots

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence
    from datetime import datetime

    from chancela.adapters.channels.contract import Carrier
    from chancela.adapters.postgres.carriers import CarrierEntry
    from chancela.bootstrap.app import App
    from chancela.domain.people import Operator
    from chancela.worker.climber import Climber
    from chancela.worker.meters import Meter
    from chancela.worker.pace import Pace

    Bound = tuple[CarrierEntry | None, Carrier]
    CarriersOf = Callable[[App, Operator], Awaitable[Sequence[Bound]]]

TURNS_AWAY: Final = 5  # polls between two tries to listen
LOG: Final = logging.getLogger(__name__)


@dataclass(slots=True)
class Team:
    """The couriers and porters of one operator; `mark` says which carriers it was made for."""

    operator: Operator
    clerk: Clerk
    couriers: dict[Channel, Courier]
    porters: list[Porter] = field(default_factory=list)
    mark: tuple[datetime | None] | None = None


@dataclass(slots=True)
class Fleet:
    """All teams; `group` runs their couriers, `carriers_of` says with what an operator sends."""

    app: App
    pace: Pace
    meter: Meter
    climber: Climber
    carriers_of: CarriersOf
    group: asyncio.TaskGroup
    stop: asyncio.Event
    teams: dict[str, Team] = field(default_factory=dict)
    scribe: Scribe = field(init=False)
    looks: Looks = field(init=False)
    _shared: dict[tuple[str, frozenset[Channel]], Carrier] = field(default_factory=dict)
    _slots: dict[int, Slots] = field(default_factory=dict)
    _attending: dict[int, asyncio.Task[None]] = field(default_factory=dict)
    _leaving: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Take from the app what letters need."""
        self.scribe = Scribe(self.app.keys, self.app.settings.public_url)
        self.looks = Looks(self.app.pool)

    async def muster(self, operator: Operator, mark: datetime | None) -> Team:
        """Return an operator's team with the carriers as they are; `mark` is when they were last changed."""
        team = self.teams.get(operator.ans)
        if team is None:
            team = self.teams[operator.ans] = await self._formed(operator)
        if team.operator != operator:
            team.operator = operator
            for courier in team.couriers.values():
                courier.operator = operator
        if team.mark != (mark,):
            await self._equip(team, await self.carriers_of(self.app, operator))
            team.mark = (mark,)
        return team

    def nudge(self) -> None:
        """Wake every courier: something may be due, or it is time to stop."""
        for team in self.teams.values():
            for courier in team.couriers.values():
                courier.nudge()

    async def close(self) -> None:
        """Let every carrier go."""
        for team in self.teams.values():
            self._leave(team.porters)
            team.porters = []
        while self._leaving:
            await asyncio.wait(self._leaving)
        for carrier in self._shared.values():
            await carrier.close()

    async def _formed(self, operator: Operator) -> Team:
        purse = Purse()
        purse.learn(await self.looks.spent(operator.ans))
        clerk = Clerk(self.app, operator.ans, purse, self.climber, self.pace)
        couriers = {
            channel: Courier(operator, channel, clerk, self.scribe, self.meter, self.pace) for channel in Channel
        }
        for courier in couriers.values():
            self.group.create_task(courier.run(self.stop))
        return Team(operator, clerk, couriers)

    async def _equip(self, team: Team, bound: Sequence[Bound]) -> None:
        """Give a team these carriers; one that works under the same setup keeps its connections."""
        before, team.porters = team.porters, []
        for entry, carrier in bound:
            kept = await self._kept(before, entry, carrier)
            slots = self._slots.setdefault(id(kept), Slots(kept.capabilities.at_once))
            known = next((each for each in before if each.carrier is kept and each.entry == entry), None)
            team.porters.append(known or Porter(kept, slots, team.clerk.purse, self.pace, entry))
            self._attend(kept)
        for channel, courier in team.couriers.items():
            courier.porters = [each for each in team.porters if channel in _channels(each)]
            courier.nudge()
        staying = {id(each.carrier) for each in team.porters}
        self._leave([each for each in before if id(each.carrier) not in staying])

    async def _kept(self, before: Iterable[Porter], entry: CarrierEntry | None, carrier: Carrier) -> Carrier:
        """Return the carrier that is at work under this setup already, closing the one just made, or that one."""
        if entry is None:
            known = self._shared.setdefault((carrier.name, carrier.capabilities.channels), carrier)
        else:
            known = next((each.carrier for each in before if _same_setup(each.entry, entry)), carrier)
        if known is not carrier:
            await carrier.close()
        return known

    def _attend(self, carrier: Carrier) -> None:
        """Keep the connection on which a carrier hears, for as long as it is at work."""
        attend = getattr(carrier, "attend", None)
        if attend is not None and id(carrier) not in self._attending:
            self._attending[id(carrier)] = asyncio.create_task(
                _attended(carrier.name, attend, self.pace.poll_s * TURNS_AWAY)
            )

    def _leave(self, porters: Iterable[Porter]) -> None:
        """Close carriers that are no longer at work once their letters are through; shared ones stay."""
        for each in porters:
            if each.entry is not None:
                task = asyncio.create_task(self._left(each))
                self._leaving.add(task)
                task.add_done_callback(self._leaving.discard)

    async def _left(self, porter: Porter) -> None:
        freed = asyncio.Event()
        porter.slots.waiting.add(freed)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.pace.grace_s):
                while porter.slots.used:
                    freed.clear()
                    await freed.wait()
        self._slots.pop(id(porter.carrier), None)
        if attending := self._attending.pop(id(porter.carrier), None):
            attending.cancel()
            await asyncio.wait([attending])
        await porter.carrier.close()


async def _attended(name: str, attend: Callable[[], Awaitable[None]], again_s: float) -> None:
    while True:
        try:
            await attend()
        except Exception as fault:  # noqa: BLE001 - a carrier that breaks must not take the worker along
            LOG.warning("the carrier %s ceased to listen: %s", name, type(fault).__name__)
        await asyncio.sleep(again_s)


def _channels(porter: Porter) -> frozenset[Channel]:
    """Return what a porter carries for its operator: an entry's own channel, a shared carrier all that it can."""
    return frozenset({porter.entry.channel}) if porter.entry else porter.carrier.capabilities.channels


def _same_setup(one: CarrierEntry | None, other: CarrierEntry) -> bool:
    """Tell whether a carrier was built the same way: weight, cost and cap are not its own business."""
    return one is not None and other == replace(
        one,
        weight=other.weight,
        cost_millis=other.cost_millis,
        daily_cap_millis=other.daily_cap_millis,
        enabled=other.enabled,
        created_at=other.created_at,
        changed_at=other.changed_at,
    )
