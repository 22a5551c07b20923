"""The meter: how many calls of each operation had which answer, and how long they took, in this process."""

from __future__ import annotations

import os
from bisect import bisect_left
from typing import TYPE_CHECKING, Any, Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_client.core import Metric

    from chancela.adapters.postgres.pool import Pool

BOUNDS_S: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
HELP: Final = "Calls of the machine edge by operation and status, and the seconds they took; of this process alone."
POOL: Final = {
    "pool_size": ("connections", "Connections to the database that this process holds."),
    "requests_waiting": ("connections_awaited", "Requests of this process that wait for a connection."),
}


class Meter(Collector):
    """Counts in plain dictionaries, as it runs with every request; Prometheus gets them when it asks."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._counts: dict[tuple[str, int], list[int]] = {}
        self._seconds: dict[tuple[str, int], float] = {}
        self._registry = CollectorRegistry()
        self._registry.register(self)
        ProcessCollector(registry=self._registry)

    def note(self, operation: str, status: int, seconds: float) -> None:
        """Count one call."""
        key = (operation, status)
        counts = self._counts.get(key)
        if counts is None:
            counts = self._counts[key] = [0] * (len(BOUNDS_S) + 1)
            self._seconds[key] = 0.0
        counts[bisect_left(BOUNDS_S, seconds)] += 1
        self._seconds[key] += seconds

    def text(self) -> bytes:
        """Return everything in Prometheus's text format, version 0.0.4."""
        return generate_latest(self._registry)

    def describe(self) -> list[Metric]:
        """Say nothing beforehand: collecting asks the pool, which is not open yet."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Return the counts as Prometheus knows them."""
        calls = HistogramMetricFamily("chancela_call_seconds", HELP, labels=["operation", "status", "process"])
        process = str(os.getpid())
        for (operation, status), counts in sorted(self._counts.items()):
            labels = [operation, str(status), process]
            calls.add_metric(labels, _cumulative(counts), self._seconds[operation, status])
        yield calls
        stats: dict[str, Any] = self._pool.get_stats()
        for name, (ours, says) in POOL.items():
            gauge = GaugeMetricFamily(f"chancela_{ours}", says, labels=["process"])
            gauge.add_metric([process], stats.get(name, 0))
            yield gauge


def _cumulative(counts: list[int]) -> list[tuple[str, float]]:
    total, buckets = 0, []
    for bound, count in zip([*map(str, BOUNDS_S), "+Inf"], counts, strict=True):
        total += count
        buckets.append((bound, float(total)))
    return buckets
