"""A slow carrier must not be felt: issuing at a moderate rate while a worker delivers, by a quick and by a slow one."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import psycopg

from bench import serving
from bench.job import Deed, quantile
from bench.stage import FailedError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from uuid import UUID

    from bench.plan import Plan
    from bench.serving import Server
    from bench.stage import Stage

DRAIN_S = 30.0
CONNECTIONS = 32


class Carrier(msgspec.Struct, frozen=True):
    """Issuing beside a worker: latencies of the requests, and how the messages fared meanwhile."""

    carrier_ms: int
    issue_p50_ms: float
    issue_p99_ms: float
    delivered: int
    drained_s: float


class Carriers(msgspec.Struct, frozen=True):
    """Both carriers, measured in turns, and the memory of the worker after them."""

    rate_per_s: int
    quick: Carrier
    slow: Carrier
    worker_rss_mb: float


class Round(msgspec.Struct, frozen=True):
    """One turn of one carrier: how its requests and messages fared, and the memory of its worker."""

    latencies_ms: list[float]
    delivered: int
    drained_s: float
    rss_mb: float


def measure(stage: Stage, server: Server, plan: Plan, say: Callable[[str], None]) -> Carriers:
    """Measure the quick and the slow carrier in turns, so that what else the machine does strikes both alike."""
    rounds: dict[int, list[Round]] = {0: [], plan.slow_ms: []}
    _round(stage, server, plan, 0)  # takes the messages that wait from before
    for turn in range(plan.rounds):
        for delay_ms, done in rounds.items():
            say(f"issuing beside a carrier of {delay_ms} ms, {turn + 1} of {plan.rounds}")
            done.append(_round(stage, server, plan, delay_ms))
    quick, slow = (_carrier(delay_ms, done) for delay_ms, done in rounds.items())
    return Carriers(plan.rate, quick, slow, max(each.rss_mb for done in rounds.values() for each in done))


def _carrier(delay_ms: int, rounds: list[Round]) -> Carrier:
    latencies = [each for one in rounds for each in one.latencies_ms]
    return Carrier(
        carrier_ms=delay_ms,
        issue_p50_ms=quantile(latencies, 0.5),
        issue_p99_ms=quantile(latencies, 0.99),
        delivered=sum(one.delivered for one in rounds),
        drained_s=round(max(one.drained_s for one in rounds), 2),
    )


def _round(stage: Stage, server: Server, plan: Plan, delay_ms: int) -> Round:
    """Issue at the rate beside a worker, until no message waits any more."""
    guias = stage.take(plan.rate * plan.seconds)
    with serving.working(stage, delay_ms) as worker:
        outcome = server.ask(Deed.ISSUE, guias, CONNECTIONS, rate=plan.rate)
        drained_s = drained(stage.url)
        return Round(outcome.latencies_ms, _delivered(stage.url, guias), drained_s, rss_mb(worker))


def drained(url: str) -> float:
    """Wait until no message waits; return the seconds it took after the last request."""
    began = time.monotonic()
    with psycopg.connect(url, autocommit=True) as connection:
        while (left := _waiting(connection)) and time.monotonic() - began < DRAIN_S:
            time.sleep(0.05)
    if left:
        raise FailedError(f"{left} messages were not delivered within {DRAIN_S:.0f} s")
    return time.monotonic() - began


def _waiting(connection: psycopg.Connection[tuple[int]]) -> int:
    row = connection.execute("SELECT count(*) FROM chancela.delivery WHERE state IN ('queued', 'sending')").fetchone()
    return row[0] if row else 0


def _delivered(url: str, guias: Sequence[UUID]) -> int:
    """Return how many of these guias' messages arrived."""
    with psycopg.connect(url) as connection:
        asked = "SELECT count(*) FROM chancela.delivery WHERE guia_id = ANY(%s) AND state = 'delivered'"
        row = connection.execute(asked, (list(guias),)).fetchone()
    return row[0] if row else 0


def rss_mb(pid: int) -> float:
    """Return the memory that a process holds (VmRSS), in MB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return round(int(line.split()[1]) / 1024, 1)
    return 0.0
