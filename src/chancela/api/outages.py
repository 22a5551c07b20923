"""Outages over the machine edge: what is away now, so that a provider's system can tell its own people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import msgspec

from chancela.api import access, problems, replies, shapes, wire_outages as wire
from chancela.api.call import CANONICAL, NO_GUIA
from chancela.api.operation import Gives, Operation
from chancela.domain.refusal import Refusal

if TYPE_CHECKING:
    from chancela.api.call import Call
    from chancela.api.replies import Reply
    from chancela.domain.outage import Outage


async def running(call: Call) -> Reply:
    """Give the outages of the caller's operator that run."""
    found = await call.app.outages.of(call.actor.operator)
    return replies.of(wire.RunningOutages(tuple(wire.RunningOutage(each.id, **_told(each)) for each in found)))


def _told(outage: Outage) -> dict[str, Any]:
    return {
        "what": outage.what,
        "channel": outage.channel,
        "since": shapes.instant(outage.started_at),
        "declared": outage.declared_by is not None,
        "confirm_by": shapes.instant(outage.confirm_by) if outage.confirm_by else None,
    }


async def read(call: Call) -> Reply:
    """Give one outage of the caller's operator."""
    text = call.named["outage_id"]
    asked = msgspec.convert(text, UUID) if CANONICAL.fullmatch(text) else NO_GUIA
    found = await call.app.outages.one(call.actor.operator, asked)
    if found is None:
        return problems.refusal(Refusal.NOT_FOUND, call.language)
    until = shapes.instant(found.ended_at) if found.ended_at else None
    return replies.of(wire.Outage(found.id, **_told(found), until=until, note=found.note))


READ: Final = Operation(
    name="readOutage",
    method="GET",
    path="/v1/outages/{outage_id}",
    run=read,
    does="Read an outage: the proof that the `absence` of a guia names.",
    scope=access.READ_GUIAS,
    gives=(Gives(200, wire.Outage, says="The outage, running or over."),),
    refusals=(Refusal.NOT_FOUND,),
)

RUNNING: Final = Operation(
    name="listRunningOutages",
    method="GET",
    path="/v1/outages/running",
    run=running,
    does="List what is away now at your operator, as it was within the last five seconds; empty while all is well.",
    scope=access.READ_GUIAS,
    gives=(Gives(200, wire.RunningOutages, says="The outages that run, the oldest first."),),
)
