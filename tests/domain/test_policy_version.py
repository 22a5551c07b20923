"""Versions: which one holds on a day, how each stands, and what may still be taken back."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from chancela.domain import policy_version as versions
from chancela.domain.policy_version import PolicyVersion, Rules, Standing, VersionState
from chancela.domain.profiles import LATEST_CODE_WINS, ONE_CODE_PER_GUIA

DAY = date(2026, 11, 20)
NEXT = timedelta(days=1)
WRITTEN = datetime(2026, 11, 1, tzinfo=UTC)
APPROVED = VersionState.APPROVED


def made(number: int, begins: int = 0, state: VersionState = APPROVED) -> PolicyVersion:
    return PolicyVersion(UUID(int=number), number, LATEST_CODE_WINS, (), DAY + begins * NEXT, "ana", WRITTEN, state)


def test_none_holds_where_none_was_approved():
    others = [made(place, state=state) for place, state in enumerate(VersionState, 1) if state is not APPROVED]
    assert versions.in_force(others, DAY) is None


def test_the_one_that_began_last_holds_and_of_two_of_one_day_the_later_one():
    first, second, older, later = made(1), made(2), made(3, -5), made(4, 1)
    assert versions.in_force([second, later, older, first], DAY) == second
    assert versions.in_force([first, later, older], DAY + NEXT) == later
    assert versions.in_force([first, older], DAY - NEXT) == older


BEFORE, LAST_HOUR = Rules(ONE_CODE_PER_GUIA), datetime(2026, 11, 21, 2, 30, tzinfo=UTC)  # half past eleven in Brasília


def ruled(number: int, decided_at: datetime, begins: int = 0, day_sessions: int = 2) -> PolicyVersion:
    rules = replace(LATEST_CODE_WINS, day_sessions=day_sessions)
    return replace(made(number, begins), policy=rules, decided_by="rui", decided_at=decided_at)


def limits(*known: PolicyVersion) -> list[int]:
    shipped = Rules(replace(LATEST_CODE_WINS, day_sessions=9))
    return [each.policy.day_sessions for each in versions.held(known, shipped, DAY)]


def test_before_any_version_what_was_shipped_held():
    others = [replace(ruled(1, WRITTEN), state=state) for state in VersionState if state is not APPROVED]
    assert versions.held(others, BEFORE, DAY) == [BEFORE]
    assert versions.held([ruled(1, WRITTEN, 1), made(2)], BEFORE, DAY) == [BEFORE]


def test_a_day_is_held_to_the_version_that_its_midnight_found():
    assert limits(ruled(1, WRITTEN, -2, 3), ruled(2, WRITTEN, 0, 4), ruled(3, WRITTEN, 1, 5)) == [4]


def test_a_version_that_was_approved_during_a_day_held_beside_the_one_before_it():
    """Whoever acted in the moment of its approval may have acted by the rules of before."""
    assert limits(ruled(1, LAST_HOUR, 0, 3)) == [9, 3]
    assert limits(ruled(1, WRITTEN, -2, 4), ruled(2, LAST_HOUR, 0, 3), ruled(3, LAST_HOUR + NEXT, 0, 7)) == [4, 3]


@pytest.mark.parametrize("state", [each for each in VersionState if each is not APPROVED])
def test_what_is_not_approved_stands_as_it_is(state: VersionState):
    assert versions.standing(made(1, state=state), None, DAY) is Standing(state.value)


def test_what_was_approved_comes_holds_and_held():
    past, held, coming = made(1, -2), made(2), made(3, 1)
    assert [versions.standing(each, held, DAY) for each in (past, held, coming)] == [
        Standing.PAST,
        Standing.IN_FORCE,
        Standing.COMING,
    ]
    assert versions.standing(past, None, DAY) is Standing.PAST


@pytest.mark.parametrize(
    ("state", "begins", "may"),
    [
        (VersionState.DRAFT, -1, True),
        (VersionState.AWAITING, -1, True),
        (APPROVED, 1, True),
        (APPROVED, 0, False),
        (VersionState.REFUSED, 1, False),
        (VersionState.WITHDRAWN, 1, False),
    ],
)
def test_what_has_begun_to_hold_stays(state: VersionState, begins: int, may: bool):
    assert versions.open_to_withdrawal(replace(made(1, begins), state=state), DAY) is may
