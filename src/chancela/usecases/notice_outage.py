"""Notice outages: for longer than the policy allows nothing was heard of the system, or of a channel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chancela.domain import outage as outages, permissions
from chancela.domain.delivery import Channel
from chancela.domain.outage import Outage, OutageKind
from chancela.domain.permissions import Actor, Permission
from chancela.domain.trail import EventKind
from chancela.usecases import outaging

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.domain.outage import OutageStep
    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class NoticeOutage:
    """Say what was not heard of between two instants of the database's clock, or is not since one (`until` is None)."""

    actor: Actor
    what: OutageKind
    since: datetime
    until: datetime | None = None
    channel: Channel | None = None


async def notice_outage(commands: Sequence[NoticeOutage], world: World) -> list[Outage | None]:
    """Return the outage that each is now, None where it is none: too short, known already, or part of a larger one."""
    return [await _noticed(each, world) for each in commands]


async def _noticed(command: NoticeOutage, world: World) -> Outage | None:
    least = timedelta(minutes=world.operator.policy.outage_minutes)
    until = command.until or world.now
    may = permissions.may_for(command.actor, Permission.NOTICE_OUTAGE, "")
    if not may or until - command.since <= least:
        return None
    await outaging.lapse(world)
    near = await world.outages.since(command.since)
    if _within_a_larger(command, until, least, near):
        return None
    own = [each for each in near if outages.alike(each, command.what, command.channel)]
    step = await _step(command, [each for each in own if outages.meets(each, command.since, command.until)], world)
    if step is None:
        return None
    await world.outages.save([step])
    return step.outage


def _within_a_larger(command: NoticeOutage, until: datetime, least: timedelta, near: Sequence[Outage]) -> bool:
    """Tell whether what it is a part of was away for all but a few minutes of it: it is told once."""
    larger = [each for each in near if each.what in outages.LARGER[command.what]]
    return outages.uncovered(command.since, until, larger) <= least


async def _step(command: NoticeOutage, known: Sequence[Outage], world: World) -> OutageStep | None:
    """Return what becomes of an outage and of those of its kind that it meets, None where nothing does.

    What people declared runs as long as they say so; what somebody ended does not begin again by itself, but what ended
    as nobody confirmed it goes on where it is away still.
    """
    by = command.actor.name
    if command.until is None:
        if any(each.ended_at is None or each.ended_by != by for each in known):
            return None
        over = known
    else:
        over = [_over(each, command.until, by) for each in known]
    new = Outage(
        id=world.chance.id(),
        what=command.what,
        started_at=command.since,
        ended_at=command.until,
        noticed=True,
        channel=command.channel,
        ended_by=by if command.until else None,
    )
    whole, parts = outages.joined(over, new)
    if not parts and whole in known:
        return None
    ended = any(each.ended_at is None for each in known) and whole.ended_at is not None
    kind = EventKind.OUTAGE_ENDED if ended else EventKind.OUTAGE_NOTICED
    return await outaging.told(whole, kind, command.actor, world, parts)


def _over(outage: Outage, until: datetime, by: str) -> Outage:
    """Return an outage that only the system noticed as over once what was away is heard of again."""
    if outage.ended_at is not None or outage.confirm_by is not None:
        return outage
    return outages.over(outage, until, by)
