"""The whole run, from an empty folder to the results, with nothing left behind."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bench import bare, carriers, delivery, phases, plain, results, serving, stage as stages, start_up, tape
from bench.results import Bare, Results
from chancela.bootstrap import verify

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.carriers import Carriers
    from bench.delivery import Delivery
    from bench.phases import Cycle
    from bench.plan import Plan
    from bench.stage import Stage


def run(plan: Plan, say: Callable[[str], None]) -> Results:
    """Measure everything; `say` is told what is under way."""
    began = time.monotonic()
    started = start_up.measure() if plan.start_up else None
    with stages.opened(plan, lambda made: say(f"registering guias, {made:,} of {plan.guias:,}")) as stage:
        machine = results.machine(stage.url)
        cycles, beside, delivered = _served(stage, plan, say)
        limit = _bare(stage, plan, say)
        say("verifying the trail")
        report = asyncio.run(verify.verify(stage.settings))
    return Results(
        machine=machine,
        guias=plan.guias,
        processes=plan.processes,
        cycles=cycles,
        bare=limit,
        carriers=beside,
        delivery=delivered,
        start_up=started,
        trail_whole=report.whole,
        trail_events=sum(each.events for each in report.trails),
        measured_at=datetime.now(UTC).isoformat(timespec="seconds"),
        took_s=round(time.monotonic() - began, 1),
    )


def _served(stage: Stage, plan: Plan, say: Callable[[str], None]) -> tuple[list[Cycle], Carriers, Delivery]:
    """Measure what goes through the API: beside a worker first, as it leaves no message waiting, then without one."""
    with serving.served(stage, plan.processes) as server:
        say("warming up")
        phases.cycle(stage, server, max(plan.connections), plan.warm)
        beside = carriers.measure(stage, server, plan, say)
        delivered = delivery.measure(stage, server, plan, say)
        stages.settle(stage.url)
        cycles = []
        for connections in plan.connections:
            say(f"{plan.requests:,} cycles over {connections} connections")
            cycles.append(phases.cycle(stage, server, connections, plan.requests))
    return cycles, beside, delivered


def _bare(stage: Stage, plan: Plan, say: Callable[[str], None]) -> Bare | None:
    """Measure the same statements one by one, on a copy of the database as the API found it."""
    if not plan.bare:
        return None
    say("recording the product's statements")
    with bare.copied(stage.url) as url:
        recorded = asyncio.run(tape.record(stage, stage.take(plan.bare), plan.clients))
        say("the same statements one by one")
        pgbench = bare.program()
        if pgbench is None:
            both = [plain.limit(url, tapes, plan.clients) for tapes in (recorded.issues, recorded.validations)]
            return Bare("psycopg", plan.clients, *both)
        scripts = [bare.script("issue", recorded.issues), bare.script("validate", recorded.validations)]
        for each in scripts:
            bare.prepare(url, each)
        return Bare("pgbench", plan.clients, *(bare.limit(pgbench, url, each, plan.clients) for each in scripts))
