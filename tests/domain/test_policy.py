"""A policy is data; these are the questions it answers, and the limits that no operator may loosen."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chancela.domain import policy as policies
from chancela.domain.guia import ItemState
from chancela.domain.policy import CodeNeeded, Policy
from chancela.domain.profiles import LATEST_CODE_WINS, SHIPPED

GRANTED, AUDIT, DOCUMENT, DENIED = (
    ItemState.AUTHORISED,
    ItemState.UNDER_AUDIT,
    ItemState.AWAITING_DOCUMENT,
    ItemState.DENIED,
)
COMBINED = [states for size in (1, 2, 3) for states in itertools.product(ItemState, repeat=size)]


def needs(when: CodeNeeded, *states: ItemState) -> bool:
    return policies.needs_code(replace(LATEST_CODE_WINS, code_needed=when), states)


@pytest.mark.parametrize("states", COMBINED)
def test_at_attendance_a_code_is_needed_unless_all_is_denied(states: tuple[ItemState, ...]):
    assert needs(CodeNeeded.AT_ATTENDANCE, *states) == (set(states) != {DENIED})


@pytest.mark.parametrize("states", COMBINED)
def test_with_any_authorised_one_granted_procedure_is_enough(states: tuple[ItemState, ...]):
    assert needs(CodeNeeded.ANY_AUTHORISED, *states) == (GRANTED in states)


@pytest.mark.parametrize("states", COMBINED)
def test_without_impediment_something_is_granted_and_nothing_waits(states: tuple[ItemState, ...]):
    assert needs(CodeNeeded.NO_IMPEDIMENT, *states) == (GRANTED in states and not {AUDIT, DOCUMENT} & set(states))


@pytest.mark.parametrize("profile", SHIPPED.values(), ids=SHIPPED)
def test_no_shipped_policy_lets_a_code_be_guessed_more_than_five_times_or_ten_for_a_guia(profile: Policy):
    assert (profile.tries_per_code, profile.tries_per_guia) == (5, 10)
    assert (profile.fresh, profile.valid) == (timedelta(minutes=10), timedelta(hours=48))


@pytest.mark.parametrize(
    ("guias", "wrong", "sends"), [(0, 20, 60), (10, 20, 60), (133, 20, 798), (140, 21, 840), (1000, 150, 6000)]
)
def test_limits_grow_with_the_guias_of_the_day(guias: int, wrong: int, sends: int):
    assert policies.wrong_entries_allowed(LATEST_CODE_WINS, guias) == wrong
    assert policies.sends_allowed(LATEST_CODE_WINS, guias) == sends


@pytest.mark.parametrize(
    "change",
    [
        {"tries_per_code": 6},
        {"tries_per_code": 0},
        {"tries_per_guia": 11},
        {"tries_per_guia": 4},
        {"valid": timedelta(hours=48, seconds=1)},
        {"valid": timedelta(0)},
    ],
)
def test_no_operator_loosens_what_keeps_a_code_from_being_guessed(change: dict[str, object]):
    with pytest.raises(ValueError, match=r"security\.md"):
        replace(LATEST_CODE_WINS, **change)


@pytest.mark.parametrize("days", [29, 3653, 0, -1])
def test_people_see_their_attendances_for_a_month_to_ten_years(days: int):
    with pytest.raises(ValueError, match="30 to 3652 days"):
        replace(LATEST_CODE_WINS, history_days=days)
    for kept in (30, 3652):
        assert replace(LATEST_CODE_WINS, history_days=kept).history_days == kept


def test_five_years_are_seen_unless_the_operator_says_otherwise():
    now = datetime(2026, 11, 21, 9, tzinfo=UTC)
    assert policies.shown_since(LATEST_CODE_WINS, now) == datetime(2021, 11, 21, 9, tzinfo=UTC)
    assert policies.shown_since(replace(LATEST_CODE_WINS, history_days=30), now) == datetime(
        2026, 10, 22, 9, tzinfo=UTC
    )


@pytest.mark.parametrize("change", [{"contact_hold_hours": 23}, {"caller_questions": 1}, {"caller_questions": 6}])
def test_the_call_centre_is_never_hastier_than_it_may_be(change: dict[str, int]):
    with pytest.raises(ValueError, match="24 hours at least"):
        replace(LATEST_CODE_WINS, **change)


@pytest.mark.parametrize(
    "change", [{"paper_codes": 21}, {"paper_codes": -1}, {"offline_late_days": 31}, {"offline_late_days": -1}]
)
def test_a_sheet_and_the_lateness_of_a_code_have_an_end(change: dict[str, int]):
    with pytest.raises(ValueError, match="at most 20 codes"):
        replace(LATEST_CODE_WINS, **change)
    assert replace(LATEST_CODE_WINS, paper_codes=20, offline_late_days=0).paper_codes == 20


def test_an_operator_may_be_stricter():
    assert replace(LATEST_CODE_WINS, tries_per_code=3, tries_per_guia=6, valid=timedelta(hours=1)).tries_per_code == 3


def test_a_shipped_policy_has_the_name_it_is_found_by():
    assert [each.profile for each in SHIPPED.values()] == list(SHIPPED)


@pytest.mark.parametrize("profile", SHIPPED.values(), ids=SHIPPED)
def test_what_goes_out_by_itself_to_anyone_may_also_be_chosen(profile: Policy):
    assert {channel for rung in profile.ladder if not rung.needs for channel in rung.channels} <= set(profile.channels)


@pytest.mark.parametrize("profile", SHIPPED.values(), ids=SHIPPED)
def test_a_shipped_ladder_waits_long_enough_for_a_receipt_and_no_longer_than_people_do(profile: Policy):
    assert all(30 <= rung.wait_s <= 90 for rung in profile.ladder)
    assert profile.cool_down_s == 30
