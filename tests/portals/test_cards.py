"""The search field takes what a reader, a scanner or a hand gives."""

import pytest
from hypothesis import given, strategies as st

from chancela.portals.provider import cards


@pytest.mark.parametrize(
    ("typed", "card"),
    [
        ("00300000101", "00300000101"),
        ("  00300000101\n", "00300000101"),
        ("003.000.001-01", "00300000101"),
        ("003 000 001 01", "00300000101"),
        ("%B00300000101^BELTRAO/ROSA^2912?", "00300000101"),
        (";00300000101=29121010000000000000?", "00300000101"),
        ("https://example.com/carteira/00300000101?v=2", "00300000101"),
        ("A-17", "A-17"),
        ("2026000000123", "2026000000123"),
    ],
)
def test_a_number_is_found_in_what_was_given(typed: str, card: str):
    assert card in cards.candidates(typed)


def test_leading_zeros_are_kept():
    assert cards.candidates("00300000101") == ["00300000101"]


@given(st.text(max_size=300))
def test_nothing_that_could_not_be_a_number_is_asked_for(typed: str):
    found = cards.candidates(typed)
    assert len(found) <= 4
    assert all(1 <= len(each) <= 20 and each.isascii() for each in found)
