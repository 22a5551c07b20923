"""What Prometheus sees beside a process's own calls: what waits in the database, and what carriers told."""

from __future__ import annotations

import asyncio
import os
import time
from typing import TYPE_CHECKING, Final

import psycopg
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from chancela.adapters.postgres import gauges
from chancela.bootstrap.hearing import COUNTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_client.core import Metric

    from chancela.adapters.postgres.gauges import Waiting
    from chancela.bootstrap.app import App

KEPT_S: Final = 10.0
PATIENCE_S: Final = 2.0


class Gauges(Collector):
    """Reads the database at most every ten seconds, however often it is asked; while that is away there are none."""

    def __init__(self) -> None:
        self._found: dict[str, Waiting] = {}
        self._looked_at = -KEPT_S
        self._looking = asyncio.Lock()
        self._registry = CollectorRegistry()
        self._registry.register(self)

    async def text(self, app: App) -> bytes:
        """Return everything in Prometheus's text format, version 0.0.4."""
        async with self._looking:
            if time.monotonic() - self._looked_at >= KEPT_S:
                self._found = await _waiting(app)
                self._looked_at = time.monotonic()
        return generate_latest(self._registry)

    def describe(self) -> list[Metric]:
        """Say nothing beforehand: what there is depends on the operators."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Return what was found last."""
        queued = GaugeMetricFamily(
            "chancela_deliveries_waiting", "Messages to go out, at most 10000 told.", labels=["operator", "channel"]
        )
        reports = GaugeMetricFamily("chancela_reports_open", "Reports that nobody closed.", labels=["operator"])
        alarms = GaugeMetricFamily("chancela_alarms", "Alarms that sound.", labels=["operator", "kind"])
        for operator, found in self._found.items():
            reports.add_metric([operator], found.reports)
            for channel, count in found.queued.items():
                queued.add_metric([operator, channel], count)
            for kind, count in found.alarms.items():
                alarms.add_metric([operator, kind], count)
        heard = CounterMetricFamily(
            "chancela_heard", "What carriers told this process, by what it meant.", labels=["what", "process"]
        )
        for what, count in sorted(COUNTS.items()):
            heard.add_metric([what, str(os.getpid())], count)
        yield from (queued, reports, alarms, heard)


async def _waiting(app: App) -> dict[str, Waiting]:
    try:
        async with asyncio.timeout(PATIENCE_S):
            return {each.ans: await gauges.waiting(app.pool, each.ans) for each in await app.reads.operators()}
    except (psycopg.OperationalError, psycopg.InterfaceError, TimeoutError):
        return {}
