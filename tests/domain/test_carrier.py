"""A carrier rests after faults, gets what its health allows, keeps to its cap; few validations of much alarm."""

import pytest

from chancela.domain import carrier
from chancela.domain.carrier import Breaker, BreakerState, CarrierStanding, Health

EVEN = 0.5
NOW = 1000.0


def after(breaker: Breaker, faults: int, now: float = NOW) -> Breaker:
    for _ in range(faults):
        breaker = carrier.failed(breaker, now, EVEN)
    return breaker


def opened() -> Breaker:
    return after(Breaker(), 5)


def test_at_first_letters_go_out():
    assert carrier.lets_through(Breaker(), NOW)


def test_a_few_faults_in_a_row_change_nothing_but_are_remembered():
    breaker = after(Breaker(), 4)
    assert (breaker.state, breaker.faults, breaker.ill_since) == (BreakerState.CLOSED, 4, NOW)
    assert carrier.lets_through(breaker, NOW)


def test_five_faults_in_a_row_let_it_rest():
    breaker = opened()
    assert breaker.state is BreakerState.OPEN
    assert not carrier.lets_through(breaker, NOW + 4.9)
    assert carrier.lets_through(breaker, NOW + 5)


def test_an_answer_in_between_begins_the_count_anew():
    breaker = after(carrier.worked(after(Breaker(), 4)), 4)
    assert breaker.state is BreakerState.CLOSED


def test_a_refusal_of_ourselves_opens_it_at_once():
    assert carrier.failed(Breaker(), NOW, EVEN, ours=True).state is BreakerState.OPEN


def test_after_a_rest_one_letter_is_out_on_trial_and_no_other():
    breaker = carrier.tried(opened())
    assert breaker.state is BreakerState.TRYING
    assert not carrier.lets_through(breaker, NOW + 100)


def test_a_letter_that_goes_out_while_all_is_well_is_no_trial():
    assert carrier.tried(Breaker()) == carrier.untried(Breaker()) == Breaker()


def test_a_trial_that_did_not_go_out_may_be_made_again():
    assert carrier.untried(carrier.tried(opened())) == opened()


def test_a_trial_that_works_closes_it():
    assert carrier.worked(carrier.tried(opened())) == Breaker()


def test_a_trial_that_fails_opens_it_for_twice_as_long():
    breaker = carrier.failed(carrier.tried(opened()), NOW + 5, EVEN)
    assert (breaker.state, breaker.until, breaker.ill_since) == (BreakerState.OPEN, NOW + 15, NOW)


def test_rests_double_up_to_a_minute():
    breaker, rests = opened(), []
    for _ in range(6):
        now = breaker.until
        breaker = carrier.failed(carrier.tried(breaker), now, EVEN)
        rests.append(breaker.until - now)
    assert rests == [10, 20, 40, 60, 60, 60]


@pytest.mark.parametrize(("luck", "rest_s"), [(0.0, 3.75), (1.0, 6.25)])
def test_luck_spreads_rests_by_a_quarter(luck: float, rest_s: float):
    assert carrier.failed(Breaker(), NOW, luck, ours=True).until == NOW + rest_s


def test_the_first_rest_may_be_another():
    assert carrier.failed(Breaker(), NOW, EVEN, ours=True, first_rest_s=2).until == NOW + 2


def test_what_was_under_way_when_it_opened_makes_its_rest_no_longer():
    breaker = carrier.failed(opened(), NOW + 3, EVEN, ours=True)
    assert (breaker.state, breaker.until, breaker.rests) == (BreakerState.OPEN, NOW + 5, 1)


def test_what_was_under_way_and_works_closes_it():
    assert carrier.worked(opened()) == Breaker()


def test_a_carrier_that_asks_to_wait_is_left_alone_for_so_long_and_is_not_ill():
    breaker = carrier.asked_to_wait(after(Breaker(), 4), NOW, 7)
    assert breaker == Breaker(until=NOW + 7)
    assert not carrier.lets_through(breaker, NOW + 6)
    assert carrier.worked(breaker).until == NOW + 7


def test_nobody_waits_longer_than_a_minute_for_a_carrier_that_asks_for_it():
    assert carrier.asked_to_wait(Breaker(), NOW, 86_400).until == NOW + 60


def test_a_shorter_wait_takes_nothing_from_a_longer_one():
    assert carrier.asked_to_wait(Breaker(until=NOW + 30), NOW, 1).until == NOW + 30


def health(attempts: int = 0, errors: int = 0, awaited: int = 0, late: int = 0) -> Health:
    return Health(attempts, errors, awaited, late, NOW)


def test_attempts_and_errors_are_counted():
    found = carrier.attempted(carrier.attempted(Health(at=NOW), NOW, error=True), NOW, error=False)
    assert found == health(attempts=2, errors=1)


def test_receipts_are_counted_apart():
    assert carrier.looked_for(health(3, 1), NOW, 10, 4) == health(3, 1, 10, 4)


def test_what_was_is_half_forgotten_after_two_minutes():
    found = carrier.looked_for(health(8, 4, 6, 2), NOW + 120, 0, 0)
    assert found == Health(4, 2, 3, 1, NOW + 120)


def test_a_clock_that_went_back_forgets_nothing():
    assert carrier.looked_for(health(8), NOW - 60, 0, 0).attempts == 8


@pytest.mark.parametrize(
    ("found", "part"),
    [
        (health(), 1.0),
        (health(attempts=4, errors=4), 1.0),
        (health(attempts=100, errors=10), 1.0),
        (health(attempts=100, errors=30), 0.5),
        (health(attempts=100, errors=50), 0.05),
        (health(attempts=100, errors=100), 0.05),
        (health(awaited=4, late=4), 1.0),
        (health(awaited=100, late=30), 1.0),
        (health(awaited=100, late=55), 0.5),
        (health(awaited=100, late=80), 0.05),
        (health(attempts=100, errors=30, awaited=100, late=55), 0.25),
    ],
)
def test_errors_and_late_receipts_take_from_a_carriers_weight(found: Health, part: float):
    assert carrier.judge(found) == pytest.approx(part)


@pytest.mark.parametrize(("luck", "name"), [(0.0, "a"), (0.29, "a"), (0.31, "b"), (0.99, "b"), (1.0, "b")])
def test_each_is_picked_by_its_share(luck: float, name: str):
    assert carrier.pick([("a", 30.0), ("b", 70.0)], luck) == name


def test_one_without_a_share_is_never_picked():
    assert {carrier.pick([("a", 0.0), ("b", 1.0), ("c", 0.0)], luck / 10) for luck in range(11)} == {"b"}


def test_of_nothing_nothing_is_picked():
    assert carrier.pick([], EVEN) is None
    assert carrier.pick([("a", 0.0)], EVEN) is None


@pytest.mark.parametrize(
    ("cap", "spent", "cost", "left"),
    [(None, 5, 90, None), (1000, 0, 0, None), (1000, 0, 90, 11), (1000, 950, 90, 0), (1000, 1200, 90, 0)],
)
def test_the_cap_of_the_day_says_how_many_more(cap: int | None, spent: int, cost: int, left: int | None):
    assert carrier.affordable(cap, spent, cost) == left


@pytest.mark.parametrize(
    ("breaker", "kept", "capped", "standing"),
    [
        (Breaker(), 1.0, False, CarrierStanding.CLOSED),
        (Breaker(), 0.4, False, CarrierStanding.SLOW),
        (Breaker(), 0.4, True, CarrierStanding.CAPPED),
        (opened(), 0.4, True, CarrierStanding.OPEN),
        (carrier.tried(opened()), 1.0, False, CarrierStanding.TRYING),
    ],
)
def test_people_see_what_keeps_letters_from_a_carrier(breaker, kept: float, capped: bool, standing: CarrierStanding):
    assert carrier.standing(breaker, kept, capped=capped) is standing


@pytest.mark.parametrize(("sent", "validated", "so"), [(39, 0, False), (40, 3, True), (40, 4, False), (1000, 99, True)])
def test_many_messages_and_few_validations_are_alarming(sent: int, validated: int, so: bool):
    assert carrier.alarming(sent, validated) is so
