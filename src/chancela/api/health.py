"""Whether the process lives, whether it can work, and what it counted."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Final

import psycopg

from chancela.api import problems, replies, wire
from chancela.api.faults import Fault
from chancela.api.gauges import Gauges
from chancela.api.operation import Gives, Operation
from chancela.api.replies import Reply

if TYPE_CHECKING:
    from chancela.api.call import Call
    from chancela.api.meter import Meter

TEXT: Final = "text/plain; version=0.0.4; charset=utf-8"


async def live(call: Call) -> Reply:
    """Say that the process answers."""
    del call
    return replies.of(wire.Health("ok"))


async def ready(call: Call) -> Reply:
    """Say whether the database answers, is migrated, and the keys can be read."""
    try:
        whole = await call.app.reads.alive() and call.app.keys.fault is None
    except psycopg.Error:
        whole = False
    if not whole:
        raise problems.unavailable()
    return replies.of(wire.Health("ready"))


async def metrics(meter: Meter, gauges: Gauges, call: Call) -> Reply:
    """Give what this process counted, and what waits in the database."""
    body = meter.text() + await gauges.text(call.app)
    return Reply(200, body, ((b"content-type", TEXT.encode()), replies.KEPT_NOWHERE, replies.AS_DECLARED))


LIVE: Final = Operation(
    name="live",
    method="GET",
    path="/healthz",
    run=live,
    does="Tell whether the process answers.",
    gives=(Gives(200, wire.Health, says="It does."),),
)

READY: Final = Operation(
    name="ready",
    method="GET",
    path="/readyz",
    run=ready,
    does="Tell whether the process can work: the database answers and is migrated, the keys can be read.",
    gives=(Gives(200, wire.Health, says="It can."),),
    faults=(Fault.UNAVAILABLE,),
)


def measured(meter: Meter) -> Operation:
    """Return the operation that gives a meter's counts."""
    return Operation(
        name="metrics",
        method="GET",
        path="/metrics",
        run=functools.partial(metrics, meter, Gauges()),
        does="What this process counted and what waits in the database, in Prometheus's text format.",
        gives=(Gives(200, None, TEXT, says="The counts."),),
    )
