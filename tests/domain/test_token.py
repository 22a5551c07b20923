"""One live code: its windows, its tries, and what counts as six digits."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, strategies as st

from chancela.domain import token as tokens
from chancela.domain.profiles import SHIPPED
from chancela.domain.token import TokenEnd, Window
from tests.domain import made

POLICY = SHIPPED["latest-code-wins"]


def test_a_code_lives_48_hours_and_not_one_instant_more():
    token = made.token()
    assert tokens.alive(token, made.NOW + timedelta(hours=48, microseconds=-1))
    assert not tokens.alive(token, made.NOW + timedelta(hours=48))


@pytest.mark.parametrize("end", TokenEnd)
def test_a_code_that_ended_never_lives_again(end: TokenEnd):
    assert not tokens.alive(tokens.ended(made.token(), end, made.NOW), made.NOW)


def test_there_is_no_life_without_a_code():
    assert not tokens.alive(None, made.NOW)


def test_a_code_is_fresh_for_ten_minutes_and_then_valid():
    token = made.token()
    assert tokens.window(token, POLICY, made.NOW + timedelta(minutes=10, microseconds=-1)) is Window.FRESH
    assert tokens.window(token, POLICY, made.NOW + timedelta(minutes=10)) is Window.VALID


@pytest.mark.parametrize(
    ("of_code", "of_guia", "left"), [(0, 0, 5), (4, 4, 1), (5, 5, 0), (0, 5, 5), (2, 8, 2), (0, 10, 0)]
)
def test_tries_are_five_for_a_code_and_ten_for_its_guia(of_code: int, of_guia: int, left: int):
    token = made.token(wrong_tries=of_code)
    assert tokens.attempts_left(POLICY, made.guia(wrong_tries=of_guia), token) == left


def test_after_an_expired_code_the_next_one_has_its_own_five_tries():
    gone = tokens.ended(made.token(wrong_tries=4), TokenEnd.EXPIRED, made.NOW)
    assert tokens.attempts_left(POLICY, made.guia(wrong_tries=4), gone) == 5
    assert tokens.attempts_left(POLICY, made.guia(wrong_tries=4), None) == 5


@pytest.mark.parametrize("typed", ["482913", "482 913", " 482-913 ", "4 8 2 9 1 3", "482\u00a0913"])
def test_spaces_and_hyphens_are_no_part_of_a_code(typed: str):
    assert tokens.digits(typed) == "482913"


def test_leading_zeros_matter():
    assert tokens.digits("000 007") == "000007"


@pytest.mark.parametrize(
    "typed",
    ["", "12345", "1234567", "12345a", "٤٨٢٩١٣", "４８２９１３", "48291³", "482913\n", "482\t913", "-+1234", "482.913"],
)
def test_anything_else_is_no_code(typed: str):
    assert tokens.digits(typed) is None


@given(st.text())
def test_whatever_is_typed_gives_six_ascii_digits_or_nothing(typed: str):
    code = tokens.digits(typed)
    assert code is None or (len(code) == 6 and set(code) <= set("0123456789"))


@pytest.mark.parametrize(
    "change",
    [
        {"operator": "999001"},
        {"id": made.OTHER_GUIA},
        {"provider": "10002"},
        {"beneficiary_id": made.NEW},
        {"procedures": (made.procedure(), made.procedure(2))},
    ],
)
def test_a_code_is_bound_to_everything_it_stands_for(change: dict[str, object]):
    assert tokens.context(made.guia(), 1) != tokens.context(made.guia(**change), 1)


def test_a_code_is_bound_to_its_generation():
    assert tokens.context(made.guia(), 1) != tokens.context(made.guia(), 2)


def test_an_answer_of_the_analysis_leaves_the_code_as_it_is():
    answered = replace(made.procedure(), authorisation=made.ItemState.DENIED)
    assert tokens.context(made.guia(), 1) == tokens.context(made.guia(procedures=(answered,)), 1)


def test_a_code_that_is_out_is_overtaken_once_and_says_whether_it_was_too_old():
    out = made.token()
    assert [each.end for each in tokens.overtaken(out, made.NOW)] == [TokenEnd.SUPERSEDED]
    assert [each.end for each in tokens.overtaken(out, out.expires_at)] == [TokenEnd.EXPIRED]
    assert (
        tokens.overtaken(tokens.ended(out, TokenEnd.USED, made.NOW), made.NOW) == tokens.overtaken(None, made.NOW) == ()
    )
