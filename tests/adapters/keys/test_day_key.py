"""A day key checks and seals codes within their context, and forgets on time."""

import datetime as dt

import pytest
from hypothesis import given, strategies as st

from chancela.adapters.keys import day_key

DAY = dt.date(2026, 11, 20)
KEY = day_key.DayKey("999001", DAY, bytes(range(32)))


def test_the_same_code_in_the_same_context_has_the_same_digest():
    assert KEY.digest(b"guia 1", "048213") == KEY.digest(b"guia 1", "048213")
    assert len(KEY.digest(b"guia 1", "048213")) == 32


@pytest.mark.parametrize(
    "other",
    [
        KEY.digest(b"guia 1", "048214"),
        KEY.digest(b"guia 2", "048213"),
        KEY.digest(b"guia 10", "48213"),
        day_key.DayKey("999002", DAY, bytes(range(32))).digest(b"guia 1", "048213"),
        day_key.DayKey("999001", DAY + dt.timedelta(1), bytes(range(32))).digest(b"guia 1", "048213"),
        day_key.DayKey("999001", DAY, bytes(32)).digest(b"guia 1", "048213"),
    ],
)
def test_another_code_context_operator_day_or_secret_has_another_digest(other):
    assert KEY.digest(b"guia 1", "048213") != other


def test_a_context_cannot_borrow_from_the_code():
    assert KEY.digest(b"guia 1", "048213") != KEY.digest(b"guia 10", "48213")


def test_digits_of_other_scripts_are_refused():
    with pytest.raises(ValueError, match="ascii"):
        KEY.digest(b"guia 1", "٠٤٨٢١٣")


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_what_was_sealed_opens_again(context, clear):
    assert KEY.open(context, KEY.seal(context, clear)) == clear


def test_sealing_twice_gives_two_texts_28_bytes_longer_than_the_clear_one():
    first, second = KEY.seal(b"c", b"048213"), KEY.seal(b"c", b"048213")
    assert first != second
    assert len(first) == len(second) == 6 + 28


@given(st.binary(max_size=60))
def test_what_was_never_sealed_does_not_open(noise):
    with pytest.raises(day_key.SealError):
        KEY.open(b"c", noise)


def test_an_altered_text_or_context_does_not_open():
    sealed = KEY.seal(b"guia 1", b"048213")
    for context, text in ((b"guia 2", sealed), (b"guia 1", sealed[:-1] + bytes([sealed[-1] ^ 1]))):
        with pytest.raises(day_key.SealError):
            KEY.open(context, text)


def test_no_secret_is_shown_when_a_key_is_printed():
    assert repr(KEY) == f"{KEY}" == "DayKey('999001', 2026-11-20)"


def test_at_72_hours_no_code_of_the_day_can_be_revealed_and_none_is_still_valid():
    """security.md 9: after 72 h nothing reveals a code; design.md §5: a code lives 48 h."""
    first_code, last_code = (dt.datetime.combine(DAY, at, dt.UTC) for at in (dt.time.min, dt.time.max))
    assert day_key.destroyed_at(DAY) - first_code <= dt.timedelta(hours=72)
    assert day_key.destroyed_at(DAY) - last_code >= dt.timedelta(hours=48)
