"""The worker's pace: how long a claim holds, how often it looks, and when a failed attempt is made again."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """Times in seconds; as they stand, a relay that is away, or greylists, is asked again over a quarter of an hour.

    `first_rest_s` is how long a carrier rests at first after faults, `outlast_s` how long carriers may be ill before
    what waits for them is given up, `late_s` after what time a receipt is late; `tells_s` is how long a message to
    another system is held by who sends it, which is longer than an attempt and the writing of its outcome take.
    """

    lease_s: float = 15.0
    poll_s: float = 1.0
    attempts: int = 10
    first_wait_s: float = 2.0
    longest_wait_s: float = 300.0
    grace_s: float = 20.0
    first_rest_s: float = 5.0
    outlast_s: float = 900.0
    late_s: float = 30.0
    tells_s: float = 60.0

    def wait_s(self, attempt: int, luck: float) -> float:
        """Return the wait after a failed attempt (counted from 1): doubling, within ±25 % by luck (0 to 1)."""
        whole = min(self.longest_wait_s, self.first_wait_s * 2 ** min(attempt - 1, 32))
        return float(whole * (0.75 + luck / 2))
