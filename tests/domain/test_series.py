"""How long a series is, and which code of a day stands for its other sessions."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from chancela.domain import series
from chancela.domain.guia import ItemState, Procedure
from chancela.domain.profiles import LATEST_CODE_WINS
from chancela.domain.series import Session, SessionCode
from chancela.domain.token import Method, Window

GUIA, DEVICE = UUID(int=1), UUID(int=2)
TODAY = date(2026, 11, 20)
MORNING = datetime(2026, 11, 20, 12, tzinfo=UTC)
CODED = Session(GUIA, 1, MORNING, "recepcao", 1, Method.TOKEN, Window.FRESH)


def procedure(code: str, quantity: int, state: ItemState = ItemState.AUTHORISED) -> Procedure:
    return Procedure(1, "22", code, "Fisioterapia", quantity, state)


@pytest.mark.parametrize(
    ("named", "sessions"), [((), 1), (("20103",), 10), (("20103484",), 10), (("2010348499",), 1), (("8", "50"), 4)]
)
def test_a_series_is_as_long_as_its_longest_named_procedure(named: tuple[str, ...], sessions: int):
    assert series.length(named, [procedure("20103484", 10), procedure("50000470", 4)]) == sessions


def test_what_is_not_authorised_makes_no_series():
    assert series.length(("201",), [procedure("20103484", 10, ItemState.DENIED)]) == 1


def test_the_last_code_proves_a_series():
    sessions = (CODED, replace(CODED, place=2), replace(CODED, place=3, method=None, window=None))
    found = series.proven(sessions)
    assert found is not None and found.place == 2
    assert series.proven(sessions[2:]) is None


@pytest.mark.parametrize(
    ("changed", "stands"),
    [
        ({}, True),
        ({"at": datetime(2026, 11, 21, 2, 59, tzinfo=UTC)}, True),  # still the 20th in Brasília
        ({"at": datetime(2026, 11, 21, 3, 0, tzinfo=UTC)}, False),
        ({"taken_at": datetime(2026, 11, 19, 12, tzinfo=UTC)}, False),
        ({"upon": 1, "place": 2}, False),
        ({"window": Window.LATE}, False),
        ({"method": None, "window": None}, False),
        ({"device_id": DEVICE, "device_day": TODAY}, True),
        ({"device_id": DEVICE, "device_day": date(2026, 11, 19)}, False),
    ],
)
def test_a_code_given_today_for_today_stands_for_the_day(changed: dict[str, object], stands: bool):
    assert (series.day_code([replace(CODED, **changed)], TODAY, 2) is not None) is stands


def upon(place: int, first: int) -> Session:
    return replace(CODED, place=place, upon=first)


SECOND = replace(CODED, place=3, generation=2)
WITHOUT = replace(CODED, place=4, method=None, window=None)


@pytest.mark.parametrize(
    ("sessions", "most", "found"),
    [
        ((CODED,), 2, (1, 1, 1)),
        ((CODED,), 1, (1, 1, 0)),
        ((CODED, upon(2, 1)), 2, (1, 2, 0)),
        ((CODED, upon(2, 1)), 3, (1, 2, 1)),
        ((CODED, upon(2, 1)), 1, (1, 2, 0)),  # the rules were other ones this morning
        ((CODED, upon(2, 1), SECOND), 2, (3, 1, 1)),  # another code has its own
        ((CODED, upon(2, 1), SECOND, WITHOUT), 2, (3, 1, 1)),  # what had no code counts for none
        ((CODED, upon(2, 1), SECOND, WITHOUT, upon(5, 3)), 2, (3, 2, 0)),
        ((CODED, SECOND), 2, (1, 1, 1)),  # one given before is not lost by the next
        ((replace(CODED, taken_at=datetime(2026, 11, 19, 12, tzinfo=UTC)), SECOND), 2, (3, 1, 1)),
    ],
)
def test_a_code_of_the_day_confirms_so_many_sessions_and_its_own_is_one(
    sessions: tuple[Session, ...], most: int, found: tuple[int, int, int]
):
    code = series.day_code(sessions, TODAY, most)
    assert code is not None and (code.session.place, code.confirmed, code.left) == found


def test_a_code_for_each_session_confirms_its_own_alone():
    policy = replace(LATEST_CODE_WINS, day_sessions=4)
    asked = [replace(policy, session_code=each) for each in (SessionCode.PER_DAY, SessionCode.PER_SESSION)]
    assert [series.of_a_code(each) for each in asked] == [4, 1]


def test_without_a_code_there_is_none_of_the_day():
    assert series.day_code((WITHOUT, upon(2, 1)), TODAY, 2) is None


def test_what_a_device_computed_for_a_day_is_spent_once_for_that_day():
    kept = [replace(CODED, method=Method.OFFLINE, device_id=DEVICE, device_day=TODAY)]
    assert series.spent(kept, DEVICE, TODAY)
    assert not series.spent(kept, DEVICE, date(2026, 11, 21))
    assert not series.spent([CODED], DEVICE, TODAY)


@pytest.mark.parametrize("text", ["", "2010348", "1" * 10])
def test_codes_of_a_policy_are_digits(text: str):
    assert series.well_formed([text]) is bool(text)


@pytest.mark.parametrize("text", ["٢٠١", "20.103", "1" * 11, "fisio"])
def test_anything_else_is_no_code(text: str):
    assert not series.well_formed([text])
