"""What is counted against guessing, and when it is too much (security.md, guessing)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chancela.domain import tally
from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.profiles import LATEST_CODE_WINS
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.tally import Day, Fleet
from tests.domain import made

PERSON = Actor("999009", ActorKind.PROVIDER, "recepcao", provider="10001")
ASSURED = replace(PERSON, assured_at=made.NOW - timedelta(minutes=14))
MACHINE = Actor("999009", ActorKind.CLIENT, "software", provider="10001")
CALM, ALARM = Fleet(), Fleet(judged=400, wrong=200, usual_judged=10_000, usual_wrong=300)


def judged(wrong: int, who: Actor = PERSON, fleet: Fleet = CALM, guias: int = 0, ago_s: float = 0) -> Refused | None:
    day = Day(guias=guias, wrong=wrong, wrong_at=made.NOW - timedelta(seconds=ago_s))
    return tally.judge_entry(LATEST_CODE_WINS, day, fleet, who, made.NOW)


def test_twenty_wrong_entries_a_day_are_free():
    assert judged(19) is None
    assert judged(20) is not None


def test_of_many_guias_fifteen_in_a_hundred_wrong_entries_are_free():
    assert judged(149, guias=1000) is None
    assert judged(150, guias=1000) is not None
    assert judged(19, guias=100) is None


def test_after_them_a_person_is_asked_for_the_second_factor():
    assert judged(20) == Refused(Refusal.SECOND_FACTOR_NEEDED, retry_after_s=60)


def test_a_person_who_showed_it_lately_goes_on():
    assert judged(20, ASSURED) is None
    assert judged(39, ASSURED) is None


def test_a_second_factor_of_sixteen_minutes_ago_is_no_longer_lately():
    assert judged(20, replace(PERSON, assured_at=made.NOW - timedelta(minutes=16))) is not None


def test_at_twice_the_limit_all_wait():
    assert judged(40, ASSURED) == Refused(Refusal.TOO_MANY_WRONG, retry_after_s=21 * 60)


def test_a_machine_has_no_second_factor_and_waits_at_once():
    assert judged(20, MACHINE) == Refused(Refusal.TOO_MANY_WRONG, retry_after_s=60)


@pytest.mark.parametrize(("wrong", "minutes"), [(20, 1), (21, 2), (40, 21), (79, 60), (500, 60)])
def test_each_further_wrong_entry_waits_a_minute_longer_up_to_an_hour(wrong: int, minutes: int):
    assert judged(wrong, MACHINE) == Refused(Refusal.TOO_MANY_WRONG, retry_after_s=60 * minutes)


def test_who_has_waited_may_try_again_so_that_no_one_is_shut_out():
    assert judged(20, ago_s=59.5) == Refused(Refusal.SECOND_FACTOR_NEEDED, retry_after_s=1)
    assert judged(20, ago_s=60) is None
    assert judged(500, MACHINE, ago_s=3600) is None


def test_a_count_without_its_hour_holds_no_one_up():
    assert tally.judge_entry(LATEST_CODE_WINS, Day(wrong=20), CALM, PERSON, made.NOW) is None


def test_while_the_fleet_is_alarmed_only_five_wrong_entries_are_free():
    assert judged(4, fleet=ALARM) is None
    assert judged(5, fleet=ALARM) == Refused(Refusal.SECOND_FACTOR_NEEDED, retry_after_s=60)
    assert judged(5, ASSURED, fleet=ALARM) is None
    assert judged(10, ASSURED, fleet=ALARM) == Refused(Refusal.TOO_MANY_WRONG, retry_after_s=6 * 60)


@pytest.mark.parametrize(
    ("fleet", "alarmed"),
    [
        (Fleet(judged=199, wrong=199), False),
        (Fleet(judged=1000, wrong=200), False),
        (Fleet(judged=999, wrong=200), True),
        (Fleet(judged=1000, wrong=300, usual_judged=100, usual_wrong=10), False),
        (Fleet(judged=1000, wrong=401, usual_judged=100, usual_wrong=10), True),
        (Fleet(judged=1000, wrong=201, usual_judged=100, usual_wrong=0), True),
    ],
)
def test_the_fleet_is_alarmed_when_it_fails_four_times_as_often_as_usual(fleet: Fleet, *, alarmed: bool):
    assert tally.alarmed(fleet) is alarmed


def test_counts_grow_with_what_happens():
    assert tally.after_wrong(Day(wrong=1), made.NOW) == Day(wrong=2, wrong_at=made.NOW)
    assert tally.after_sends(Day(sends=1), 3) == Day(sends=4)


def test_a_day_and_a_fleet_begin_with_nothing():
    assert Day() == Day(guias=0, sends=0, wrong=0, wrong_at=None)
    assert Fleet() == Fleet(judged=0, wrong=0, usual_judged=0, usual_wrong=0)
