"""Tending: leases of what is under way are renewed, late receipts noted, and how carriers stand is written down."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from chancela.adapters.postgres.lookout import Found
from chancela.domain.carrier import CarrierStanding

if TYPE_CHECKING:
    from chancela.worker.fleet import Fleet, Team
    from chancela.worker.pace import Pace
    from chancela.worker.porter import Porter

EVERY_S: Final = 1.0
LOG: Final = logging.getLogger(__name__)


@dataclass(slots=True)
class Tending:
    """What a fleet needs beside its letters, team by team; a database that is away is waited for."""

    fleet: Fleet
    pace: Pace
    _renewed_at: float = 0.0

    async def run(self) -> None:
        """Tend until cancelled: also while what is under way is finished in the end."""
        while True:
            await asyncio.sleep(min(EVERY_S, self.pace.lease_s / 3))
            renews = time.monotonic() - self._renewed_at >= self.pace.lease_s / 3 - 0.01
            if renews:
                self._renewed_at = time.monotonic()
            for team in list(self.fleet.teams.values()):
                try:
                    await self._tend(team, renews=renews)
                except Exception as fault:  # noqa: BLE001 - it is done again in a moment
                    LOG.warning("%s is tended again in a moment: %s", team.operator.name, type(fault).__name__)

    async def _tend(self, team: Team, *, renews: bool) -> None:
        if renews:
            await self._renew(team)
        for porter in team.porters:
            if overdue := porter.overdue():
                messages = [(each.id, each.planned_at) for each in overdue]
                in_time = await self.fleet.looks.in_time(team.operator.ans, messages, self.pace.late_s)
                porter.looked_for(len(overdue), in_time)
        await self._tell(team)

    async def _renew(self, team: Team) -> None:
        """Keep the leases of attempts that last, so that a short lease never repeats one that is still under way."""
        held = [due for courier in team.couriers.values() for due in courier.dues()]
        if held:
            await team.clerk.outbox.renew(team.operator.ans, held, self.pace.lease_s)

    async def _tell(self, team: Team) -> None:
        """Write down how carriers stand, where that changed; one that never was at work has nothing to tell."""
        changed = [(porter, stands) for porter in team.porters if (stands := porter.standing) is not porter.told]
        changed = [each for each in changed if each[1] is not CarrierStanding.CLOSED or each[0].health.attempts]
        if changed:
            await self.fleet.looks.stand(team.operator.ans, [_found(*each) for each in changed])
        for porter, stands in changed:
            porter.told = stands
            LOG.info("the carrier %s of %s is %s", porter.name, team.operator.name, stands.value)


def _found(porter: Porter, stands: CarrierStanding) -> Found:
    well = stands in {CarrierStanding.CLOSED, CarrierStanding.SLOW, CarrierStanding.CAPPED}
    return Found(porter.name, stands, None if well else porter.reason)
