"""How long ties last, who may take one, when a visit's link opens, and who may hide from a holder."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from chancela.domain import tie as ties
from chancela.domain.family import Circle, Scope, Tie, TieKind
from chancela.domain.people import Beneficiary, Person
from chancela.domain.policy import ADULT
from chancela.domain.profiles import LATEST_CODE_WINS
from tests.domain import made

GIVER, TAKER = UUID(int=21), UUID(int=22)
DAY = timedelta(days=1)


def tie(kind: TieKind = TieKind.DELEGATION, **more: Any) -> Tie:
    known = {"scope": Scope.ACT, "token_hash": b"h", "created_at": made.NOW, "until": made.NOW + DAY, **more}
    return Tie(UUID(int=9), kind, GIVER, **{"of_id": GIVER, **known})


def someone(years: int, **more: Any) -> Beneficiary:
    born = date(made.TODAY.year - years, 1, 1)
    return Beneficiary(made.ANA, "1", "Ana", **{"birth_date": born, "holder_id": GIVER, **more})


@pytest.mark.parametrize(
    ("kind", "ahead", "fits"),
    [
        (TieKind.DELEGATION, 366 * DAY, True),
        (TieKind.DELEGATION, 366 * DAY + timedelta(seconds=1), False),
        (TieKind.VISIT, 2 * DAY, True),
        (TieKind.VISIT, 2 * DAY + timedelta(seconds=1), False),
        (TieKind.VISIT, timedelta(), False),
    ],
)
def test_a_delegation_lasts_a_year_at_most_and_a_visit_two_days(kind: TieKind, ahead: timedelta, fits: bool):
    assert ties.lasts(kind, made.NOW + ahead, made.NOW) is fits


@pytest.mark.parametrize(
    ("one", "taker", "opens"),
    [
        (tie(), TAKER, True),
        (tie(), GIVER, False),
        (tie(of_id=TAKER), TAKER, False),
        (tie(taker_id=UUID(int=7), accepted_at=made.NOW), TAKER, False),
        (tie(ended_at=made.NOW), TAKER, False),
        (tie(until=made.NOW), TAKER, False),
        (tie(TieKind.VISIT), TAKER, False),
    ],
)
def test_a_delegation_is_taken_once_in_time_by_somebody_else(one: Tie, taker: UUID, opens: bool):
    assert ties.open_to(one, taker, made.NOW) is opens


def test_an_invitation_waits_for_a_week_and_what_was_taken_lasts():
    one = tie(until=made.NOW + 90 * DAY)
    week = made.NOW + ties.INVITATION
    assert ties.open_to(one, TAKER, week - timedelta(seconds=1))
    assert not ties.standing(one, week) and not ties.open_to(one, TAKER, week)
    taken = ties.accepted(one, TAKER, made.NOW)
    assert (taken.taker_id, taken.accepted_at) == (TAKER, made.NOW)
    assert ties.standing(taken, week) and not ties.standing(taken, one.until)
    assert ties.standing(tie(TieKind.VISIT, until=made.NOW + 9 * DAY), week)


def test_a_visits_link_opens_while_its_giver_decides_for_the_person():
    child = Person(someone(8))
    mother = Person(Beneficiary(GIVER, "2", "Rosa", birth_date=date(1981, 10, 5)))
    circle = Circle(child, guardians=(mother,))
    one = tie(TieKind.VISIT, of_id=made.ANA)

    def opens(one: Tie = one, circle: Circle = circle) -> bool:
        return ties.lets_in(LATEST_CODE_WINS, one, circle, made.TODAY, made.NOW)

    assert opens()
    assert not opens(replace(one, ended_at=made.NOW))
    assert not opens(replace(one, until=made.NOW))
    assert not opens(tie(of_id=made.ANA))
    assert not opens(circle=replace(circle, guardians=()))
    grown = replace(circle, person=Person(someone(ADULT)))
    assert not opens(circle=grown)


@pytest.mark.parametrize(
    ("years", "more", "may"),
    [
        (11, {}, False),
        (15, {}, False),
        (16, {}, True),
        (17, {}, True),
        (40, {}, True),
        (40, {"holder_id": None}, False),
    ],
)
def test_who_no_longer_has_guardians_at_their_codes_may_hide_from_the_holder(years: int, more: Any, may: bool):
    assert ties.hides(LATEST_CODE_WINS, someone(years, **more), made.TODAY) is may


def test_a_visit_is_for_codes_whatever_was_asked_for():
    assert ties.scope_of(TieKind.VISIT, Scope.RECEIVE) is Scope.ACT
    assert ties.scope_of(TieKind.DELEGATION, Scope.RECEIVE) is Scope.RECEIVE


@pytest.mark.parametrize("secret", ["abc", "ação", "\ud800", ""])
def test_whatever_stands_in_an_address_has_a_hash(secret: str):
    assert len(ties.hashed(secret)) == 32


@pytest.mark.parametrize(("name", "first"), [("Laura Beltrão Vieira", "Laura"), ("Eva", "Eva"), (" ", "")])
def test_whoever_goes_along_learns_a_first_name_alone(name: str, first: str):
    assert ties.first_name(name) == first
