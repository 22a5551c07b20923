"""What is measured, and how much of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """Counts of the whole run; `requests` is for each deed and number of connections, `rate` is requests a second.

    Each carrier has `rounds`, in turns.
    """

    guias: int = 200_000
    people: int = 20_000
    providers: int = 20
    requests: int = 20_000
    warm: int = 2_000
    connections: tuple[int, ...] = (32, 64)
    processes: int = 2
    bare: int = 8_000
    clients: int = 8
    rate: int = 300
    rounds: int = 2
    seconds: int = 5
    slow_ms: int = 200
    delivery_rates: tuple[int, ...] = (200, 500)
    heap: int = 6_000
    start_up: bool = True

    @property
    def needed(self) -> int:
        """Return how many fresh guias the run uses up."""
        carriers = (2 * self.rounds + 1) * self.rate * self.seconds
        delivery = sum(self.delivery_rates) * (self.seconds + 1) + 2 * self.heap
        return self.warm + len(self.connections) * self.requests + carriers + delivery + self.bare

    def __post_init__(self) -> None:
        """Refuse a run that would run out of guias."""
        if self.needed > self.guias:
            raise ValueError(f"so many requests need {self.needed} guias; --guias gives {self.guias}")
