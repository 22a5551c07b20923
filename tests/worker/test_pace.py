"""The waits between attempts double up to a bound, never all at the same instant."""

import pytest

from chancela.worker.pace import Pace

EVEN = 0.5


def test_waits_double_up_to_the_longest():
    waits = [Pace().wait_s(attempt, EVEN) for attempt in range(1, 11)]
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300]


def test_all_attempts_together_outlast_a_relay_that_greylists_for_ten_minutes():
    pace = Pace()
    assert sum(pace.wait_s(attempt, 0.0) for attempt in range(1, pace.attempts)) > 10 * 60


@pytest.mark.parametrize(("luck", "wait"), [(0.0, 1.5), (1.0, 2.5)])
def test_luck_spreads_them_by_a_quarter(luck: float, wait: float):
    assert Pace().wait_s(1, luck) == wait


def test_a_very_late_attempt_waits_no_longer():
    assert Pace().wait_s(10_000, EVEN) == 300
