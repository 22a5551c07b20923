"""What a desk's computer closes opens for its own provider, its own number, and nobody else."""

from __future__ import annotations

import pytest

from chancela.adapters.keys.envelope import Envelopes
from chancela.adapters.keys.key_file import KeyFile
from tests import desk_computer

OWNER, BOUND = "999003|10003|one", "999003|10003|one|2026000000017"


@pytest.fixture
def envelopes(tmp_path):
    return Envelopes(KeyFile(tmp_path / "keys.json"))


def closed(envelopes: Envelopes, bound: str = BOUND) -> bytes:
    return desk_computer.closed(envelopes.point(OWNER), bound, b"what was done")


def test_an_envelope_opens_for_its_owner(envelopes):
    assert envelopes.open(OWNER, BOUND, closed(envelopes)) == b"what was done"


def test_each_owner_has_a_point_of_its_own_that_stays(envelopes):
    points = [envelopes.point(owner) for owner in (OWNER, OWNER, "999003|10004|one", "999003|10003|two")]
    assert (len(points[0]), len(set(points))) == (65, 3)


def test_it_opens_for_no_other_owner_number_or_key_file(envelopes, tmp_path):
    sealed = closed(envelopes)
    assert envelopes.open("999003|10004|one", BOUND, sealed) is None
    assert envelopes.open(OWNER, f"{BOUND[:-1]}8", sealed) is None
    assert Envelopes(KeyFile(tmp_path / "other.json")).open(OWNER, BOUND, sealed) is None


@pytest.mark.parametrize("at", [0, 1, 64, 65, 76, 77, -1])
def test_what_was_altered_opens_no_more(envelopes, at):
    sealed = bytearray(closed(envelopes))
    sealed[at] ^= 1
    assert envelopes.open(OWNER, BOUND, bytes(sealed)) is None


@pytest.mark.parametrize("length", [0, 1, 64, 65, 76, 77, 80, 92])
def test_what_was_cut_off_opens_no_more(envelopes, length):
    assert envelopes.open(OWNER, BOUND, closed(envelopes)[:length]) is None
