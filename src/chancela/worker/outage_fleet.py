"""What a fleet knows of outages: on which channels of an operator a carrier is at work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chancela.domain.carrier import CarrierStanding
from chancela.domain.outage_pulse import Answering

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from chancela.domain.delivery import Channel
    from chancela.worker.fleet import Fleet
    from chancela.worker.porter import Porter

RESTING: Final = frozenset({CarrierStanding.OPEN, CarrierStanding.TRYING})


def channels(fleet: Fleet, operator: str) -> Mapping[Channel, Answering] | None:
    """Return how each channel that has carriers is found, None before an operator's are at work.

    A carrier whose cap of the day is reached is at work: what keeps letters from it is the operator's own.
    """
    team = fleet.teams.get(operator)
    if team is None or team.mark is None:
        return None
    return {channel: answering(each.porters) for channel, each in team.couriers.items() if each.porters}


def answering(porters: Collection[Porter]) -> Answering:
    """Return how the carriers of a channel are found."""
    working = [each for each in porters if each.standing not in RESTING]
    return Answering(bool(working), any(each.health.attempts > each.health.errors for each in working))
