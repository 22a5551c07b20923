"""Codes on paper: different ones, taken in their order, forgotten when used."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from chancela.domain import paper
from chancela.domain.paper import PaperCode

NOON = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
SHEET, ANA, GUIA = UUID(int=1), UUID(int=2), UUID(int=3)
CODES = [PaperCode(SHEET, place, ANA, NOON, b"digest") for place in range(10, 0, -1)]


def test_the_codes_of_a_sheet_are_different_ones():
    falling = iter(["000001", "000002", "000001", "000003"])
    assert paper.drawn(3, lambda: next(falling)) == ("000001", "000002", "000003")


def test_only_the_next_three_are_taken():
    assert [each.place for each in paper.next_ones(CODES)] == [1, 2, 3]
    used = [paper.ended(each, NOON, GUIA) if each.place == 2 else each for each in CODES]
    assert [each.place for each in paper.next_ones(used)] == [1, 3, 4]
    assert paper.next_ones([]) == ()


def test_a_used_code_is_forgotten_and_says_for_what():
    gone = paper.ended(CODES[0], NOON, GUIA)
    assert (gone.digest, gone.ended_at, gone.guia_id) == (None, NOON, GUIA)
    assert [each.place for each in paper.without(CODES, CODES[0])] == list(range(9, 0, -1))
    assert "digest" not in repr(gone).replace("digest=None", "")


def test_a_code_is_bound_to_its_place():
    assert paper.context("999009", ANA, SHEET, 1) != paper.context("999009", ANA, SHEET, 11)
