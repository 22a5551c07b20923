"""The pulse: what was heard of the worker, the pages and each channel, and from which silences an outage follows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from chancela.domain.delivery import Channel
from chancela.domain.outage import OutageKind

if TYPE_CHECKING:
    from collections.abc import Mapping

WORKER: Final = "worker"
PAGES: Final = "pages"
OTHER: Final = {WORKER: PAGES, PAGES: WORKER}
ALONE: Final = {WORKER: OutageKind.CARRIER, PAGES: OutageKind.PORTAL}  # what is away where only this one is silent


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


def silences(own: str, ages: Mapping[str, timedelta], now: datetime, least: timedelta) -> list[Silence]:
    """Return what was silent for longer than `least`, as the worker or the pages see it before a beat of their `own`.

    Where nobody was heard of, everything was away that lives by the database; where one was, only the other's part.
    Who beats for the first time was not silent.
    """
    mine, theirs = ages.get(own, timedelta()), ages.get(OTHER[own])
    if mine > least:
        found = [Silence(ALONE[own], now - mine, now)]
        if theirs is None or theirs > least:
            found.insert(0, Silence(OutageKind.DATABASE, now - (mine if theirs is None else min(mine, theirs)), now))
        return found
    return [Silence(ALONE[OTHER[own]], now - theirs)] if theirs is not None and theirs > least else []


def mute(
    channels: Mapping[Channel, Answering], ages: Mapping[str, timedelta], now: datetime, least: timedelta
) -> list[Silence]:
    """Return the channels of which no carrier was at work for longer than `least`."""
    return [
        Silence(OutageKind.CARRIER, now - ages[channel.value], None, channel)
        for channel, found in channels.items()
        if not found.works and ages.get(channel.value, timedelta()) > least
    ]
