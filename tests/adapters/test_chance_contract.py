"""What the port `Chance` promises, held against the operating system's randomness and against the fake."""

import pytest

from chancela.adapters.chance import SystemChance
from tests.fakes.chance import SeededChance

CHANCES = pytest.mark.parametrize("chance", [SystemChance(), SeededChance()], ids=["system", "seeded"])


@CHANCES
def test_a_code_is_six_ascii_digits_and_may_begin_with_zero(chance):
    codes = [chance.code() for _ in range(500)]
    assert all(len(code) == 6 and code.isascii() and code.isdigit() for code in codes)
    assert any(code.startswith("0") for code in codes)
    assert len(set(codes)) > 450


@CHANCES
def test_an_id_is_a_uuid_of_version_7_and_never_comes_again(chance):
    ids = [chance.id() for _ in range(2000)]
    assert {(each.version, each.variant) for each in ids} == {(7, "specified in RFC 4122")}
    assert len(set(ids)) == 2000


@CHANCES
def test_ids_go_on_with_time(chance):
    first = chance.id()
    later = [chance.id() for _ in range(50)]
    assert all(each.int >> 80 >= first.int >> 80 for each in later)
