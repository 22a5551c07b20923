"""The pulse: what was heard of the worker, of who serves and of each channel, and which silences are outages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from chancela.domain.delivery import Channel
from chancela.domain.outage import OutageKind

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

WORKER: Final = "worker"
PAGES: Final = "pages"  # of every process that answers people, on whatever machine
MACHINES: Final = "machines"  # of every process that answers machines
PROCESSES: Final = (WORKER, PAGES, MACHINES)


@dataclass(frozen=True, slots=True)
class Sighting:
    """A last beat as somebody saw it who looks again and again: its instant by the database, and how old it is."""

    at: datetime
    age: timedelta


@dataclass(frozen=True, slots=True)
class Silence:
    """A time in which something was not heard of; `until` is None while it is not."""

    what: OutageKind
    since: datetime
    until: datetime | None = None
    channel: Channel | None = None


@dataclass(frozen=True, slots=True)
class Answering:
    """How a channel's carriers are found: whether any is at work, and whether one was seen to take a letter."""

    works: bool
    seen: bool


def sighted(before: Sighting | None, passed: timedelta, at: datetime, now: datetime) -> Sighting:
    """Return a beat as it is seen now; `passed` is how long ago the last look was, by a clock that nobody sets.

    A beat that is new since the last look cannot be older than that look, and one that is not is older by just the time
    between: so a database whose clock is set forward, or back, makes nothing old or young that is not.
    """
    age = max(now - at, timedelta())
    if before is None:
        return Sighting(at, age)
    return Sighting(at, before.age + passed if before.at == at else min(age, passed))


def parts(own: Collection[str], known: Collection[str]) -> dict[str, OutageKind]:
    """Return what is away where all who beat so are silent; `known` are the beats that were ever heard of.

    Desks work at the pages: while machines are answered and nobody serves pages, the portal is away; while pages are
    served and nobody answers machines, only those are. Where nobody ever served pages it is the machines' interface
    that is the portal.
    """
    if PAGES in known or PAGES in own:
        return {WORKER: OutageKind.CARRIER, PAGES: OutageKind.PORTAL, MACHINES: OutageKind.MACHINES}
    return {WORKER: OutageKind.CARRIER, MACHINES: OutageKind.PORTAL}


def silences(own: Collection[str], ages: Mapping[str, timedelta], now: datetime, least: timedelta) -> list[Silence]:
    """Return what was silent for longer than `least`, as a process sees it before it beats as its `own`.

    A beat is of many processes: one of them is enough. Where nobody at all was heard of, everything was away that lives
    by the database; else only the parts of those who were not. Who beats for the first time was not silent, and what
    never beat is no part of this installation.
    """
    mine = min((ages[each] for each in own if each in ages), default=timedelta())
    last = min([mine, *(ages[each] for each in PROCESSES if each in ages)])
    everything = last > least
    found = [Silence(OutageKind.DATABASE, now - last, now)] if everything else []
    for beat, what in parts(own, ages).items():
        if ages.get(beat, timedelta()) > least and (beat in own or not everything):
            found.append(Silence(what, now - ages[beat], now if beat in own else None))
    return found


def mute(
    channels: Mapping[Channel, Answering], ages: Mapping[str, timedelta], now: datetime, least: timedelta
) -> list[Silence]:
    """Return the channels of which no carrier was at work for longer than `least`."""
    return [
        Silence(OutageKind.CARRIER, now - ages[channel.value], None, channel)
        for channel, found in channels.items()
        if not found.works and ages.get(channel.value, timedelta()) > least
    ]
