"""The vault keeps a code so that it can be checked and shown for its time, and afterwards by no one."""

import datetime as dt
import re
import uuid

import pytest

from chancela.adapters.keys import day_key
from chancela.adapters.keys.key_file import KeyFile
from chancela.adapters.keys.vault import KeyVault

DAY = dt.date(2026, 11, 20)
GUIA = uuid.UUID("0199a0b0-0000-7000-8000-000000000001")


@pytest.fixture
def keys(tmp_path):
    return KeyFile(tmp_path / "keys.json")


@pytest.fixture
def vault(keys):
    return KeyVault(keys)


def test_the_right_code_matches_and_no_other(vault):
    secret = vault.seal("999001", DAY, b"guia 1", "004821")
    assert vault.matches("999001", secret, b"guia 1", "004821")
    for operator, context, code in (
        ("999001", b"guia 1", "004822"),
        ("999001", b"guia 1", "4821"),
        ("999001", b"guia 2", "004821"),
        ("999002", b"guia 1", "004821"),
        ("999001", b"guia 1", "٠٠٤٨٢١"),
    ):
        assert not vault.matches(operator, secret, context, code)


def test_the_owner_is_shown_the_code_and_only_within_its_context(vault):
    secret = vault.seal("999001", DAY, b"guia 1", "004821")
    assert vault.reveal("999001", secret, b"guia 1") == "004821"
    assert vault.reveal("999001", secret, b"guia 2") is None


def test_what_is_kept_holds_no_digits(vault):
    secret = vault.seal("999001", DAY, b"guia 1", "004821")
    assert b"004821" not in secret.digest + secret.sealed
    assert "004821" not in repr(secret)


def test_after_the_day_key_is_destroyed_nothing_checks_or_shows_the_code(vault, keys):
    secret = vault.seal("999001", DAY, b"guia 1", "004821")
    keys.destroy_expired(day_key.destroyed_at(DAY))
    assert not vault.matches("999001", secret, b"guia 1", "004821")
    assert vault.reveal("999001", secret, b"guia 1") is None


def test_a_validation_code_fits_tiss_and_belongs_to_one_generation_of_one_guia(vault):
    code = vault.validation_code("999001", GUIA, 1)
    assert re.fullmatch("[0-9A-HJKMNP-TV-Z]{10}", code)
    assert code == vault.validation_code("999001", GUIA, 1)
    assert code not in {vault.validation_code("999002", GUIA, 1), vault.validation_code("999001", GUIA, 2)}
