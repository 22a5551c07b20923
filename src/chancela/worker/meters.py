"""The worker's meter: what was attempted and what came of it, what waits, how carriers stand, for Prometheus."""

from __future__ import annotations

import logging
from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import prometheus_client
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from chancela.adapters.postgres import outbox
from chancela.domain.carrier import CarrierStanding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Self

    from prometheus_client.core import Metric

    from chancela.adapters.postgres.lookout import Queue
    from chancela.domain.delivery import Channel

HERE: Final = "127.0.0.1"
BOUNDS_S: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0)
BY_CARRIER: Final = ("operator", "channel", "carrier")
LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Stand:
    """How a carrier of an operator stands, and the part of its weight that it keeps."""

    operator: str
    carrier: str
    state: CarrierStanding
    kept: float


@dataclass(slots=True)
class Meter:
    """Counts in plain dictionaries, as it runs with every message; Prometheus gets them when it asks."""

    attempts: Counter[tuple[str, ...]] = field(default_factory=Counter)
    results: Counter[tuple[str, ...]] = field(default_factory=Counter)
    climbed: Counter[tuple[str, ...]] = field(default_factory=Counter)
    webhooks: Counter[tuple[str, ...]] = field(default_factory=Counter)
    webhooks_due: dict[str, tuple[int, float]] = field(default_factory=dict)
    queues: dict[str, Sequence[Queue]] = field(default_factory=dict)
    stands: Sequence[Stand] = ()
    _taken: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0] * (len(BOUNDS_S) + 1)))
    _taken_s: Counter[str] = field(default_factory=Counter)

    def taken(self, channel: Channel, seconds: float) -> None:
        """Note that a carrier took a message so long after it was planned."""
        self._taken[channel.value][bisect_left(BOUNDS_S, seconds)] += 1
        self._taken_s[channel.value] += seconds  # type: ignore[assignment] # a Counter adds what it is given

    def families(self) -> Iterator[Metric]:
        """Return everything as Prometheus knows it."""
        yield _counter("chancela_attempts", "Attempts begun, of this process.", BY_CARRIER, self.attempts)
        told = "What came of attempts: handed_over, delivered, failed or put_off; of this process."
        yield _counter("chancela_attempt_results", told, (*BY_CARRIER, "result"), self.results)
        says = "Receipts that this process heard."
        yield _counter("chancela_receipts", says, ("operator", "carrier", "state"), outbox.HEARD)
        yield _counter("chancela_ladders_climbed", "Ladders that this process moved.", ("operator",), self.climbed)
        says = "Messages to other systems: delivered, waiting for another attempt, or failed; of this process."
        yield _counter("chancela_webhook_attempts", says, ("operator", "result"), self.webhooks)
        yield from self._webhooks_waiting()
        yield self._histogram()
        yield from self._waiting()
        yield from self._standing()

    def _histogram(self) -> HistogramMetricFamily:
        says = "Seconds from planning a message until a carrier took it; of this process."
        family = HistogramMetricFamily("chancela_hand_over_seconds", says, labels=["channel"])
        for channel, counts in sorted(self._taken.items()):
            family.add_metric([channel], _cumulative(list(counts)), self._taken_s[channel])
        return family

    def _webhooks_waiting(self) -> Iterator[GaugeMetricFamily]:
        depth = GaugeMetricFamily(
            "chancela_webhook_queue_depth", "Messages to other systems that are due.", labels=["operator"]
        )
        says = "For how long the oldest of them is due."
        age = GaugeMetricFamily("chancela_webhook_queue_age_seconds", says, labels=["operator"])
        for operator, (count, age_s) in sorted(self.webhooks_due.items()):
            depth.add_metric([operator], count)
            age.add_metric([operator], age_s)
        yield depth
        yield age

    def _waiting(self) -> Iterator[GaugeMetricFamily]:
        depth = GaugeMetricFamily("chancela_queue_depth", "Messages that are due.", labels=["operator", "channel"])
        age = GaugeMetricFamily(
            "chancela_queue_age_seconds", "Age of the oldest that is due.", labels=["operator", "channel"]
        )
        for operator, queues in sorted(self.queues.items()):
            for each in queues:
                depth.add_metric([operator, each.channel.value], each.depth)
                age.add_metric([operator, each.channel.value], each.age_s)
        yield depth
        yield age

    def _standing(self) -> Iterator[GaugeMetricFamily]:
        says = "1 for the state in which this process finds a carrier."
        state = GaugeMetricFamily("chancela_carrier_state", says, labels=["operator", "carrier", "state"])
        kept = GaugeMetricFamily(
            "chancela_carrier_share", "Part of its weight that a carrier keeps.", labels=["operator", "carrier"]
        )
        for each in self.stands:
            for possible in CarrierStanding:
                state.add_metric([each.operator, each.carrier, possible.value], float(each.state is possible))
            kept.add_metric([each.operator, each.carrier], each.kept)
        yield state
        yield kept


class _Collector(Collector):
    def __init__(self, meter: Meter) -> None:
        self._meter = meter

    def collect(self) -> Iterator[Metric]:
        return self._meter.families()


class Serving:
    """Serves a meter on a port of this machine for as long as the block lasts; 0 takes any free port, None none."""

    def __init__(self, meter: Meter, port: int | None) -> None:
        self._meter, self._asked = meter, port
        self.port: int | None = None

    def __enter__(self) -> Self:
        """Listen; a port that another process has is told, and deliveries go on without metrics."""
        if self._asked is not None:
            registry = CollectorRegistry()
            registry.register(_Collector(self._meter))
            ProcessCollector(registry=registry)
            try:
                self._server, self._thread = prometheus_client.start_http_server(self._asked, HERE, registry)
            except OSError as fault:
                LOG.error("no metrics on port %d: %s", self._asked, fault.strerror)  # noqa: TRY400 - our neighbour's
            else:
                self.port = self._server.server_port
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of the port."""
        if self.port is not None:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()


def _counter(name: str, says: str, labels: Sequence[str], counts: Mapping[tuple[str, ...], int]) -> CounterMetricFamily:
    family = CounterMetricFamily(name, says, labels=labels)
    for key, count in sorted(dict(counts).items()):
        family.add_metric(list(key), count)
    return family


def _cumulative(counts: list[int]) -> list[tuple[str, float]]:
    total, buckets = 0, []
    for bound, count in zip([*map(str, BOUNDS_S), "+Inf"], counts, strict=True):
        total += count
        buckets.append((bound, float(total)))
    return buckets
