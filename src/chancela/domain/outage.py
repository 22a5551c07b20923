"""Outages: times in which the portal, the whole system or the sending was away, declared by people or noticed by us."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from uuid import UUID

from chancela.domain.delivery import Channel
from chancela.domain.trail import Event

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

LONGEST_NOTE: Final = 200
LOOKS_BACK: Final = timedelta(hours=24)  # how long ago what is declared may have begun
_NEVER: Final = datetime.max.replace(tzinfo=UTC)


class OutageKind(StrEnum):
    """What was away: the pages and the machines' interface, the database with all that lives by it, or the sending."""

    PORTAL = "portal"
    DATABASE = "database"
    CARRIER = "carrier"


@dataclass(frozen=True, slots=True)
class Outage:
    """A time in which something was away; `ended_at` is None while it runs, and the end itself is no part of it.

    `declared_by` is None for what the system alone noticed; `channel` is the one that could not send, None where none
    could; `part_of` is the outage that took up this one, since they overlap: what was attached to the part stays so.
    """

    id: UUID
    what: OutageKind
    started_at: datetime
    ended_at: datetime | None = None
    declared_by: str | None = None
    noticed: bool = False
    channel: Channel | None = None
    note: str = ""
    ended_by: str | None = None
    part_of: UUID | None = None


@dataclass(frozen=True, slots=True)
class OutageStep:
    """One change of an outage with the event that tells it; `parts` were taken up by it."""

    outage: Outage
    event: Event
    parts: tuple[Outage, ...] = ()


def covers(outage: Outage, at: datetime) -> bool:
    """Tell whether an instant lies within an outage."""
    return outage.started_at <= at < (outage.ended_at or _NEVER)


def proves(outage: Outage, channels: Collection[Channel]) -> bool:
    """Tell whether an outage is proof for a visit whose code was to come by these channels.

    Where the portal or the database was away nobody could do anything; where only the sending was, the code of this
    very guia must have been asked for on a channel that could not send.
    """
    if outage.what is not OutageKind.CARRIER:
        return True
    return bool(channels) and (outage.channel is None or outage.channel in channels)


def best(outages: Iterable[Outage]) -> Outage | None:
    """Return the one to name as proof: a declared one before one that was only noticed, then the longest."""
    return min(outages, key=_rank, default=None)


def _rank(outage: Outage) -> tuple[bool, timedelta, UUID]:
    length = (outage.ended_at or _NEVER) - outage.started_at
    return outage.declared_by is None, -length, outage.id
