"""Outages: times in which the portal, the whole system or the sending was away, declared by people or noticed by us."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from uuid import UUID

from chancela.domain.absence import AbsenceReason
from chancela.domain.delivery import Channel, DeliveryState, Purpose
from chancela.domain.trail import Event

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from chancela.domain.absence import Absence
    from chancela.domain.delivery import Delivery
    from chancela.domain.series import Session

LONGEST_NOTE: Final = 200
TISS_OF_OUTAGES: Final = "03"  # TISS table 74: systems that were unstable or away
LOOKS_BACK: Final = timedelta(hours=24)  # how long ago what is declared may have begun
CONFIRMED_FOR: Final = timedelta(hours=24)  # how long what people said holds until they say it again
_NEVER: Final = datetime.max.replace(tzinfo=UTC)
_INSTANT: Final = timedelta(microseconds=1)


class OutageKind(StrEnum):
    """What was away: all that desks work with, the database with all that lives by it, the sending, or machines alone.

    Where machines alone were not answered the pages were: people at a desk could work.
    """

    PORTAL = "portal"
    DATABASE = "database"
    CARRIER = "carrier"
    MACHINES = "machines"


LARGER: Final = {
    OutageKind.PORTAL: frozenset({OutageKind.DATABASE}),
    OutageKind.CARRIER: frozenset({OutageKind.DATABASE}),
    OutageKind.MACHINES: frozenset({OutageKind.DATABASE, OutageKind.PORTAL}),
    OutageKind.DATABASE: frozenset[OutageKind](),
}  # of what each is a part anyhow: where that was away it is told once


@dataclass(frozen=True, slots=True)
class Outage:
    """A time in which something was away; `ended_at` is None while it runs, and the end itself is no part of it.

    `declared_by` is None for what the system alone noticed; `channel` is the one that could not send, None where none
    could; `part_of` is the outage that took up this one, since they overlap: what was attached to the part stays so.
    One that runs because people say so has `confirm_by`, the instant at which it ends unless they say it again before;
    None is that of one which the system itself finds away, and of one that ended.
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
    confirm_by: datetime | None = None


@dataclass(frozen=True, slots=True)
class OutageStep:
    """One change of an outage with the event that tells it; `parts` were taken up by it."""

    outage: Outage
    event: Event
    parts: tuple[Outage, ...] = ()


def covers(outage: Outage, at: datetime) -> bool:
    """Tell whether an instant lies within an outage."""
    return outage.started_at <= at < end(outage)


def end(outage: Outage) -> datetime:
    """Return when an outage stops being proof as things stand: at its end, or where nobody confirms it by then."""
    return outage.ended_at or outage.confirm_by or _NEVER


def minute(at: datetime) -> datetime:
    """Return the beginning of an instant's minute: people say and write minutes, and mean the whole of them."""
    return at.replace(second=0, microsecond=0)


def confirmed(outage: Outage, now: datetime) -> Outage:
    """Return an outage as people say now that it runs: for another 24 hours, to the minute that they are told."""
    return replace(outage, confirm_by=minute(now) + CONFIRMED_FOR)


def over(outage: Outage, at: datetime, by: str) -> Outage:
    """Return an outage that ended, at the earliest a moment after it began."""
    return replace(outage, ended_at=max(at, outage.started_at + _INSTANT), ended_by=by, confirm_by=None)


def proves(outage: Outage, channels: Collection[Channel], *, machine: bool = False) -> bool:
    """Tell whether an outage is proof for a visit whose code was to come by these channels.

    Where the portal or the database was away nobody could do anything; where only the sending was, the code of this
    very guia must have been asked for on a channel that could not send. Where machines alone were not answered it is
    proof for what a `machine` records: desks could work.
    """
    if outage.what is OutageKind.MACHINES:
        return machine
    if outage.what is not OutageKind.CARRIER:
        return True
    return bool(channels) and (outage.channel is None or outage.channel in channels)


def best(outages: Iterable[Outage]) -> Outage | None:
    """Return the one to name as proof: a declared one before one that was only noticed, then the longest."""
    return min(outages, key=_rank, default=None)


def _rank(outage: Outage) -> tuple[bool, timedelta, UUID]:
    return outage.declared_by is None, outage.started_at - end(outage), outage.id


def alike(outage: Outage, what: OutageKind, channel: Channel | None) -> bool:
    """Tell whether an outage is of this kind, and of this channel where carriers were away."""
    return (outage.what, outage.channel) == (what, channel)


def meets(outage: Outage, since: datetime, until: datetime | None) -> bool:
    """Tell whether an outage overlaps or touches a time, which goes on where `until` is None."""
    return outage.started_at <= (until or _NEVER) and since <= end(outage)


def joined(known: Sequence[Outage], new: Outage) -> tuple[Outage, tuple[Outage, ...]]:
    """Return one outage in place of a new one and of those, of its kind, that it meets; and which of them it took up.

    The one that runs stands on under its id, or else the first: what was attached to it and told of it stays true.
    """
    if not known:
        return new, ()
    every = (new, *known)
    stays = next((each for each in known if each.ended_at is None), known[0])
    last = max(every, key=end)
    whole = replace(
        stays,
        started_at=min(each.started_at for each in every),
        ended_at=last.ended_at,
        ended_by=last.ended_by,
        confirm_by=last.confirm_by,
        declared_by=next((each.declared_by for each in every if each.declared_by), None),
        noticed=any(each.noticed for each in every),
        note=next((each.note for each in every if each.note), ""),
    )
    return whole, tuple(replace(each, part_of=stays.id) for each in known if each.id != stays.id)


def uncovered(since: datetime, until: datetime, by: Iterable[Outage]) -> timedelta:
    """Return the longest stretch of a time that lies in none of these outages."""
    longest, at = timedelta(), since
    for each in sorted(by, key=lambda outage: outage.started_at):
        longest = max(longest, min(each.started_at, until) - at)
        at = max(at, min(end(each), until))
    return max(longest, until - at)


def channels_of(reason: AbsenceReason, deliveries: Iterable[Delivery]) -> frozenset[Channel]:
    """Return by which channels a code was to come that did not, where that is the reason given."""
    if reason is not AbsenceReason.NOT_DELIVERED:
        return frozenset()
    codes = (each for each in deliveries if each.purpose is Purpose.CODE)
    return frozenset(each.channel for each in codes if each.state is not DeliveryState.DELIVERED)


def within(visit: Absence | Session, outage: Outage, channels: Collection[Channel], *, machine: bool = False) -> bool:
    """Tell whether an outage is the proof that a visit without a code lacks.

    `channels` are as by `channels_of`; `machine` tells that no person recorded it.
    """
    at = visit.taken_at or visit.at
    free = visit.outage_id is None and visit.tiss == TISS_OF_OUTAGES
    return free and covers(outage, at) and proves(outage, channels, machine=machine)
