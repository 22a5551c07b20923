"""A slip names one code of one guia, fits an address as it is, and nobody else can make one."""

import re
import string
from uuid import UUID

import pytest

from chancela.adapters.keys.key_file import KeyFile
from chancela.bootstrap import slips

GUIA = UUID("01930000-0000-7000-8000-00000000002a")


@pytest.fixture
def keys(tmp_path) -> KeyFile:
    return KeyFile(tmp_path / "keys.json")


def test_what_was_named_is_read_back(keys):
    assert slips.verify(keys, slips.deny(keys, "999001", GUIA, 3)) == ("999001", GUIA, 3)


def test_it_needs_no_escaping_in_an_address(keys):
    for generation in range(50):
        assert re.fullmatch(r"[A-Za-z0-9_-]{56}", slips.deny(keys, "999001", GUIA, generation))


def test_the_same_code_gives_the_same_slip_and_another_one_another(keys):
    one = slips.deny(keys, "999001", GUIA, 1)
    assert one == slips.deny(keys, "999001", GUIA, 1)
    assert len({one, slips.deny(keys, "999001", GUIA, 2), slips.deny(keys, "999002", GUIA, 1)}) == 3


def test_a_slip_of_another_installation_is_none(keys, tmp_path):
    assert slips.verify(KeyFile(tmp_path / "other.json"), slips.deny(keys, "999001", GUIA, 1)) is None


def test_whatever_character_is_changed_it_is_a_slip_no_more(keys):
    slip = slips.deny(keys, "999001", GUIA, 1)
    for place, was in enumerate(slip):
        other = next(each for each in string.ascii_letters if each != was)
        assert slips.verify(keys, f"{slip[:place]}{other}{slip[place + 1 :]}") is None


@pytest.mark.parametrize("nonsense", ["", "a", "é", "AAAA", "A" * 34, "A" * 56, "A" * 4000, "../../etc/passwd", "="])
def test_nonsense_is_none(keys, nonsense: str):
    assert slips.verify(keys, nonsense) is None
