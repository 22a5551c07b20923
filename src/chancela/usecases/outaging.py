"""Outages as every deed asks of them: the proof of a visit without a code, the end of those that nobody confirms."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from chancela.domain import absence as absences, outage as outages, permissions, policy_proviso as provisos
from chancela.domain.outage import Outage, OutageStep
from chancela.domain.permissions import ActorKind, Permission
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.trail import Event, EventKind

if TYPE_CHECKING:
    from uuid import UUID

    from chancela.domain.absence import Given
    from chancela.domain.case import Case
    from chancela.domain.permissions import Actor
    from chancela.ports import World

HOUSE: Final = "worker"  # who ends what nobody confirmed, whoever comes by first


async def lapse(world: World) -> int:
    """End every outage that nobody confirmed in time, at the instant of which people were told; return how many.

    Every deed about outages does so first: none is judged as if it ran on.
    """
    late = await world.outages.lapsed(world.now)
    ended = [outages.over(each, outages.end(each), HOUSE) for each in late]
    await world.outages.save([await _step(each, EventKind.OUTAGE_LAPSED, HOUSE, world) for each in ended])
    return len(ended)


async def known(actor: Actor, outage_id: UUID, world: World) -> Outage | Refused:
    """Return an outage that somebody names, with those ended first that nobody confirmed in time; or why they may not.

    Refused are whoever may not declare any, and one that there is not.
    """
    if not permissions.may_for(actor, Permission.DECLARE_OUTAGE, ""):
        return Refused(Refusal.FORBIDDEN)
    await lapse(world)
    found = (await world.outages.load([outage_id])).get(outage_id)
    return Refused(Refusal.NOT_FOUND) if found is None else found


async def running(actor: Actor, outage_id: UUID, world: World) -> Outage | Refused:
    """Return the same of one that is not over."""
    found = await known(actor, outage_id, world)
    over = isinstance(found, Outage) and found.ended_at is not None
    return Refused(Refusal.OUTAGE_OVER) if over else found


def machine(actor: Actor) -> bool:
    """Tell whether it is a program that records a visit: it came by the machines' interface, and not by the pages."""
    return actor.kind is ActorKind.CLIENT


async def proved(given: Given, case: Case, world: World) -> Given:
    """Return what is said of a visit without a code with the outage in which it was, where its reason is one of 03.

    The visit was when the provider says that it was, or else is now. Carriers that were away are proof only where the
    reason is that the code did not arrive, and one of this guia was to come by them.
    """
    rule = absences.rule(provisos.of_guia(world.operator, case.guia).absences, given.reason.value)
    if rule is None or rule.tiss != outages.TISS_OF_OUTAGES:
        return replace(given, outage_id=None)
    channels = outages.channels_of(rule.reason, case.deliveries)
    found = await world.outages.covering(given.taken_at or world.now, channels)
    return replace(given, outage_id=found.id if found else None)


async def told(
    whole: Outage, kind: EventKind, actor: Actor, world: World, parts: tuple[Outage, ...] = ()
) -> OutageStep:
    """Return an outage as it stands now with its event, which tells from when to when and how many guias it covers."""
    return await _step(whole, kind, actor.name, world, parts)


async def _step(whole: Outage, kind: EventKind, by: str, world: World, parts: tuple[Outage, ...] = ()) -> OutageStep:
    data: dict[str, str | int | bool | None] = {
        "what": whole.what.value,
        "channel": whole.channel.value if whole.channel else None,
        "since": whole.started_at.isoformat(timespec="seconds"),
        "until": whole.ended_at.isoformat(timespec="seconds") if whole.ended_at else None,
        "confirm_by": whole.confirm_by.isoformat(timespec="seconds") if whole.confirm_by else None,
        "guias": await world.outages.covered(whole),
        "note": whole.note,
    }
    return OutageStep(whole, Event(kind, whole.id, by, data), parts)
