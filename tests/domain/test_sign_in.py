"""Codes to sign in: how long they live, how often they are tried, and which way they go."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from chancela.domain import short_code, sign_in as sign_ins
from chancela.domain.contact import ContactKind, ContactState
from chancela.domain.delivery import Channel
from chancela.domain.profiles import LATEST_CODE_WINS
from chancela.domain.sign_in import Asked, SignIn
from chancela.domain.token import Secret
from tests.domain import made

ALL = frozenset(Channel)
SECRET = Secret(b"digest", b"sealed", made.TODAY)
FRESH = SignIn(UUID(int=9), made.ANA, made.CONTACT, b"place", SECRET, made.NOW, made.NOW + short_code.LIFE)


@pytest.mark.parametrize(("minutes", "so"), [(0, True), (9.99, True), (10, False), (60, False)])
def test_a_code_lives_ten_minutes(minutes: float, so: bool):
    assert short_code.alive(FRESH, made.NOW + timedelta(minutes=minutes)) is so


def test_what_ended_is_not_alive_and_keeps_no_code():
    over = short_code.ended(FRESH, made.NOW)
    assert (over.secret, over.ended_at, short_code.alive(over, made.NOW)) == (None, made.NOW, False)


def test_the_fifth_wrong_entry_ends_it():
    now, left = FRESH, []
    for _ in range(5):
        now = short_code.missed(now, made.NOW)
        left.append(short_code.alive(now, made.NOW))
    assert left == [True] * 4 + [False] and now.secret is None


@pytest.mark.parametrize(
    ("asked", "so"), [(Asked(), True), (Asked(2, 9), True), (Asked(3, 3), False), (Asked(0, 10), False)]
)
def test_three_codes_in_fifteen_minutes_and_ten_a_day(asked: Asked, so: bool):
    assert sign_ins.allowed(asked) is so


def test_codes_are_bound_to_operator_sign_in_and_person():
    bound = {
        sign_ins.context("999001", FRESH.id, made.ANA),
        sign_ins.context("999002", FRESH.id, made.ANA),
        sign_ins.context("999001", made.NEW, made.ANA),
        sign_ins.context("999001", FRESH.id, None),
    }
    assert len(bound) == 4


MOBILE = made.contact()
MAIL = made.contact(id=made.NEW, kind=ContactKind.EMAIL, address=made.EMAIL)


def test_each_code_takes_the_next_way_and_then_the_first_again():
    person = made.person(MOBILE, MAIL, has_app=True)
    policy = replace(LATEST_CODE_WINS, channels=(Channel.APP, Channel.VOICE, Channel.SMS, Channel.EMAIL))
    taken = [sign_ins.way(policy, person, ALL, nth) for nth in range(3)]
    assert [each and each.channel for each in taken] == [Channel.SMS, Channel.EMAIL, Channel.SMS]


@pytest.mark.parametrize("state", [ContactState.PROVISIONAL, ContactState.IN_REVIEW, ContactState.CONTESTED])
def test_no_code_goes_to_a_contact_that_is_not_confirmed(state: ContactState):
    typed = replace(MOBILE, state=state, typed_by="10001", guia_id=made.GUIA)
    assert sign_ins.way(LATEST_CODE_WINS, made.person(typed), ALL, 0) is None


def test_whom_nobody_carries_a_message_to_cannot_be_reached():
    assert sign_ins.way(LATEST_CODE_WINS, made.person(MOBILE), frozenset(), 0) is None
