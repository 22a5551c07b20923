"""Attach an outage: visits and sessions without a code that were recorded before anybody knew of it get their proof."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from chancela.domain import outage as outages, permissions
from chancela.domain.absence import AbsenceLead, AbsenceReview
from chancela.domain.case import Case, Step
from chancela.domain.outage import OutageKind
from chancela.domain.permissions import Actor, Permission
from chancela.domain.trail import Event, EventKind
from chancela.usecases import proving

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.domain.absence import Absence
    from chancela.domain.outage import Outage
    from chancela.ports import World


MOST: Final = 20


@dataclass(frozen=True, slots=True)
class AttachOutage:
    """Attach outages that changed to at most `limit` visits of their time that lack their proof."""

    actor: Actor
    limit: int


async def attach_outage(commands: Sequence[AttachOutage], world: World) -> list[int]:
    """Return to how many visits each attached one; who is not the system attaches none."""
    return [await _attached(each, world) for each in commands]


async def _attached(command: AttachOutage, world: World) -> int:
    if not permissions.may_for(command.actor, Permission.NOTICE_OUTAGE, ""):
        return 0
    done = 0
    for outage in (await world.outages.load(await world.outages.unsettled(MOST))).values():
        found = await world.outages.lacking(outage, command.limit - done)
        cases = await world.cases.load(found)
        steps = [step for case in cases.values() if (step := _step(case, outage, command, world)) is not None]
        await world.cases.save(steps)
        done += len(steps)
        done += await proving.to_sessions(outage, command.actor, command.limit - done, world)
        if done == command.limit:
            break
        await world.outages.settle(outage.id)
    return done


def _step(case: Case, outage: Outage, command: AttachOutage, world: World) -> Step | None:
    found = case.absence
    machine = outage.what is OutageKind.MACHINES  # of such the store gives only what machines recorded
    channels = () if found is None else outages.channels_of(found.reason, case.deliveries)
    if found is None or not outages.within(found, outage, channels, machine=machine):
        return None
    new = _proved(found, outage, command.actor.name, world)
    data = {
        "outage": str(outage.id),
        "owed": ",".join(each for each in found.owes if each not in new.owes),
        "review": new.review.value if new.review is not found.review else None,
    }
    event = Event(EventKind.OUTAGE_ATTACHED, case.guia.id, command.actor.name, data)
    return Step(case, replace(case, absence=new), event, absence=new)


def _proved(found: Absence, outage: Outage, by: str, world: World) -> Absence:
    """Return the visit with its proof: it owes nothing more, and is in no sample; what is always reviewed still is."""
    new = replace(found, outage_id=outage.id, owes=(), owes_until=None)
    if found.review is AbsenceReview.WAITING and found.lead is AbsenceLead.SAMPLED:
        return replace(new, review=AbsenceReview.ACCEPTED, reviewed_at=world.now, reviewed_by=by)
    return new
