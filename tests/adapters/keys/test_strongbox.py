"""Secrets of carriers: sealed under the key file, bound to their carrier, mute without it."""

import pytest

from chancela.adapters.keys.day_key import SealError
from chancela.adapters.keys.key_file import KeyFile
from chancela.adapters.keys.strongbox import Strongbox

SECRETS = {"auth_token": "segredo inventado, com ç"}


@pytest.fixture
def box(tmp_path):
    return Strongbox(KeyFile(tmp_path / "keys.json"))


def test_what_was_put_in_comes_out_for_the_same_carrier(box):
    assert box.open("304484", "principal", box.seal("304484", "principal", SECRETS)) == SECRETS
    assert box.open("304484", "principal", box.seal("304484", "principal", {})) == {}


def test_every_process_with_the_key_file_can_open_it(box, tmp_path):
    sealed = box.seal("304484", "principal", SECRETS)
    assert Strongbox(KeyFile(tmp_path / "keys.json")).open("304484", "principal", sealed) == SECRETS


def test_nothing_of_a_secret_can_be_read_and_no_two_seals_are_alike(box):
    one, other = (box.seal("304484", "principal", SECRETS) for _ in range(2))
    assert b"segredo" not in one
    assert one != other


@pytest.mark.parametrize(("operator", "name"), [("304485", "principal"), ("304484", "reserva")])
def test_a_box_does_not_open_for_another_carrier(box, operator, name):
    sealed = box.seal("304484", "principal", SECRETS)
    with pytest.raises(SealError):
        box.open(operator, name, sealed)


def test_another_key_file_is_told_in_a_sentence(box, tmp_path):
    sealed = box.seal("304484", "principal", SECRETS)
    other = Strongbox(KeyFile(tmp_path / "other" / "keys.json"))
    with pytest.raises(SealError, match="sealed under another key file") as told:
        other.open("304484", "principal", sealed)
    assert "segredo" not in str(told.value)


@pytest.mark.parametrize("broken", [b"", b"short", b"\0" * 40])
def test_what_is_no_box_is_told_like_a_foreign_one(box, broken):
    with pytest.raises(SealError):
        box.open("304484", "principal", broken)
