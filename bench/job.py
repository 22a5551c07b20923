"""What the load generator is told and what it tells: JSON over its standard input and output."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Deed(StrEnum):
    """What is asked of each guia."""

    ISSUE = "issue"
    VALIDATE = "validate"
    READ = "read"


GOOD = {Deed.ISSUE: 202, Deed.VALIDATE: 200, Deed.READ: 200}


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """One request for each guia, over so many connections; at `rate` a second, or each after the answer before it."""

    port: int
    bearer: str
    deed: Deed
    guias: list[str]
    codes: list[str] = []
    connections: int
    rate: float | None = None
    channel: str = "sms"


class Outcome(msgspec.Struct, frozen=True):
    """How long it took as a whole, how long each answer took in order, and how many answers had which status."""

    seconds: float
    latencies_ms: list[float]
    statuses: dict[int, int]

    @property
    def per_second(self) -> float:
        """Return answers a second."""
        return len(self.latencies_ms) / self.seconds


def quantile(latencies_ms: list[float], part: float) -> float:
    """Return the latency that this part of the answers did not exceed."""
    ordered = sorted(latencies_ms)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]
