"""Contingency numbers: nobody mistakes one for an ordinary number, invents one, or uses another's."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from chancela.domain import block as blocks
from chancela.domain.block import Block, Told
from chancela.domain.refusal import Refusal

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=3)


def lot(bound: bytes) -> bytes:
    return hashlib.sha256(b"key" + bound).digest()


def block(no: int = 12, size: int = 3, provider: str = "10001") -> Block:
    numbers = blocks.numbers(provider, no, size, lot)
    return Block("999009", UUID(int=1), no, provider, numbers, NOW, "ana", date(2027, 2, 18))


def test_a_number_has_13_digits_and_begins_as_no_year_does():
    first, *_, last = blocks.numbers("10001", 12, 99, lot)
    assert {len(first), len(last)} == {13}
    assert (first[:9], last[:9]) == ("900001201", "900001299")
    assert blocks.number_of(first) == 12


def test_the_last_digits_are_bound_to_provider_block_and_place():
    ends = [each[9:] for each in blocks.numbers("10001", 1, 99, lot)]
    assert len(set(ends)) > 90
    assert ends != [each[9:] for each in blocks.numbers("10001", 2, 99, lot)]
    assert ends != [each[9:] for each in blocks.numbers("10002", 1, 99, lot)]


@pytest.mark.parametrize(("no", "size"), [(1, 0), (1, 100), (0, 1), (1_000_000, 1)])
def test_a_block_that_no_number_can_name_is_none(no: int, size: int):
    with pytest.raises(ValueError, match="1 to 99"):
        blocks.numbers("10001", no, size, lot)


@pytest.mark.parametrize("typed", ["9000012014821", "9000 012 01 4821", " 9000-012.01-4821 ", "9000\u00a0012014821"])
def test_a_number_is_read_as_people_write_it(typed: str):
    assert blocks.bare(typed) == "9000012014821"
    assert blocks.grouped("9000012014821") == "9000 012 01 4821"


@pytest.mark.parametrize(
    "typed", ["", "2026000000123", "900001201482", "90000120148210", "9000012014821\n", "٩000012014821"]
)
def test_what_is_no_number_of_ours_is_none(typed: str):
    assert blocks.bare(typed) is None


def test_only_its_own_numbers_are_of_a_block_and_only_for_its_provider():
    own = block()
    assert blocks.holds(own, "10001", own.numbers[0])
    assert not blocks.holds(own, "10002", own.numbers[0])
    assert not blocks.holds(own, "10001", own.numbers[0][:-1] + "x")
    assert not blocks.holds(None, "10001", own.numbers[0])


def test_a_visit_fits_from_the_handing_out_to_now_and_to_the_last_day():
    own = block()
    assert blocks.refused(own, NOW, LATER) is None
    assert blocks.refused(own, NOW - timedelta(minutes=10), LATER) is None
    assert blocks.refused(own, NOW - timedelta(minutes=11), LATER) is Refusal.TAKEN_AT_WRONG
    assert blocks.refused(own, LATER + timedelta(minutes=10), LATER) is None
    assert blocks.refused(own, LATER + timedelta(minutes=11), LATER) is Refusal.TAKEN_AT_WRONG
    past = NOW + timedelta(days=91)
    assert blocks.refused(own, past, past) is Refusal.TAKEN_AT_WRONG


def test_of_one_told_by_telephone_the_visit_may_have_begun_before_the_call():
    told = replace(block(size=1), told=Told("1" * 20))
    assert blocks.refused(told, NOW - timedelta(hours=2), LATER) is None
    assert blocks.refused(told, NOW - timedelta(hours=2, seconds=1), LATER) is Refusal.TAKEN_AT_WRONG


def test_a_block_that_ended_takes_what_was_before():
    ended = replace(block(), ended_at=NOW + timedelta(hours=1))
    assert blocks.refused(ended, NOW, LATER) is None
    assert blocks.refused(ended, NOW + timedelta(hours=1), LATER) is Refusal.BLOCK_REFUSED


def test_free_are_numbers_of_lists_that_hold_and_that_nothing_was_brought_under():
    one, two = block(2), block(1)
    assert blocks.free([one, two], {two.numbers[0]}, NOW) == (*two.numbers[1:], *one.numbers)
    over = replace(one, valid_until=date(2026, 11, 19))
    ended, told = replace(one, ended_at=NOW), replace(block(3, 1), told=Told("1" * 20))
    assert blocks.free([over, ended, told], (), NOW) == ()


def test_a_signed_block_says_whose_numbers_and_until_when():
    own = block()
    assert blocks.claims(own) == {
        "iss": "urn:chancela:operator:999009",
        "sub": "10001",
        "jti": str(own.id),
        "iat": int(NOW.timestamp()),
        "block": 12,
        "numbers": list(own.numbers),
        "valid_until": "2027-02-18",
    }
