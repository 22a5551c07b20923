"""Outages over the machine edge: what is away now, so that a provider's system can tell its own people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chancela.api import access, replies, shapes, wire_outages as wire
from chancela.api.operation import Gives, Operation

if TYPE_CHECKING:
    from chancela.api.call import Call
    from chancela.api.replies import Reply
    from chancela.domain.outage import Outage


async def running(call: Call) -> Reply:
    """Give the outages of the caller's operator that run."""
    found = await call.app.outages.of(call.actor.operator)
    return replies.of(wire.RunningOutages(tuple(map(_shape, found))))


def _shape(outage: Outage) -> wire.RunningOutage:
    declared = outage.declared_by is not None
    return wire.RunningOutage(outage.what, outage.channel, shapes.instant(outage.started_at), declared)


RUNNING: Final = Operation(
    name="listRunningOutages",
    method="GET",
    path="/v1/outages/running",
    run=running,
    does="List what is away now at your operator, as it was within the last five seconds; empty while all is well.",
    scope=access.READ_GUIAS,
    gives=(Gives(200, wire.RunningOutages, says="The outages that run, the oldest first."),),
)
