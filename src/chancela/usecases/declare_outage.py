"""Declare an outage: the operator says what is away and since when, so that nobody has to prove it one by one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from chancela.domain import outage as outages, permissions
from chancela.domain.delivery import Channel
from chancela.domain.outage import LONGEST_NOTE, LOOKS_BACK, Outage, OutageKind
from chancela.domain.permissions import Actor, Permission
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.trail import EventKind
from chancela.usecases import outaging

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class DeclareOutage:
    """Say what is away since when; `channel` is the one that cannot send where carriers are, None for all of them.

    People say minutes: an outage covers the whole of the one in which `since` lies.
    """

    actor: Actor
    what: OutageKind
    since: datetime
    channel: Channel | None = None
    note: str = ""


async def declare_outage(commands: Sequence[DeclareOutage], world: World) -> list[Outage | Refused]:
    """Declare each; refused are a beginning in the future or over 24 hours ago, and what is away already.

    What was noticed of the same thing and overlaps becomes one outage with it. It runs for 24 hours, unless it is said
    again before they are over that it goes on.
    """
    return [await _declared(each, world) for each in commands]


async def _declared(command: DeclareOutage, world: World) -> Outage | Refused:
    if not permissions.may_for(command.actor, Permission.DECLARE_OUTAGE, ""):
        return Refused(Refusal.FORBIDDEN)
    if not outages.minute(world.now - LOOKS_BACK) <= command.since <= world.now:
        return Refused(Refusal.OUTAGE_SINCE)
    since = outages.minute(command.since)
    channel = command.channel if command.what is OutageKind.CARRIER else None
    await outaging.lapse(world)
    near = await world.outages.since(since)
    known = [each for each in near if outages.alike(each, command.what, channel)]
    if any(each.ended_at is None for each in known):
        return Refused(Refusal.OUTAGE_RUNNING)
    new = Outage(
        id=world.chance.id(),
        what=command.what,
        started_at=since,
        declared_by=command.actor.name,
        channel=channel,
        note=command.note.strip()[:LONGEST_NOTE],
    )
    whole, parts = outages.joined(known, outages.confirmed(new, world.now))
    await world.outages.save([await outaging.told(whole, EventKind.OUTAGE_DECLARED, command.actor, world, parts)])
    return whole
