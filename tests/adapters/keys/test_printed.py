"""What stands in a slip's QR: short, verified by anybody with the public keys, and worth nothing once altered."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
import segno
from hypothesis import given, strategies as st
from joserfc import jwk, jws

from chancela.adapters.keys import base45, printed
from chancela.adapters.keys.key_file import KeyFile
from chancela.domain.printed import Claims

if TYPE_CHECKING:
    from pathlib import Path

SLIP = Claims("999009", "2026000000123", "10001", 1795273200, UUID("0193f4a1-7b7a-7cc0-9a51-3b1f4f1d2c3e"))
ALTERED: list[dict[str, Any]] = [
    {"operator": "999001"},
    {"number": "2026000000124"},
    {"provider": "10002"},
    {"at": SLIP.at + 86400},
    {"id": UUID(int=SLIP.id.int ^ 1)},
]


@pytest.fixture
def keys(tmp_path: Path) -> KeyFile:
    return KeyFile(tmp_path / "keys.json")


def test_a_slip_is_read_as_it_was_signed(keys: KeyFile):
    assert printed.read(keys, printed.sign(keys, SLIP)) == SLIP


def test_a_slip_of_a_key_that_was_retired_since_is_still_ours(keys: KeyFile):
    text = printed.sign(keys, SLIP)
    keys.rotate()
    assert printed.read(keys, text) == SLIP
    assert printed.read(keys, printed.sign(keys, SLIP)) == SLIP


@pytest.mark.parametrize("harm", ALTERED)
def test_no_word_of_it_can_be_altered(keys: KeyFile, harm: dict[str, Any]):
    content = base45.decode(printed.sign(keys, SLIP).removeprefix(printed.BEGINS))
    other = base45.decode(printed.sign(keys, replace(SLIP, **harm)).removeprefix(printed.BEGINS))
    forged = other[: -printed.SIGNATURE_BYTES] + content[-printed.SIGNATURE_BYTES :]
    text = printed.BEGINS + base45.encode(forged)
    found = printed.taken_apart(text)
    assert found is not None
    assert found[0] == replace(SLIP, **harm), "it says something else, and that well formed"
    assert printed.read(keys, text) is None


def test_of_another_installation_it_is_none(keys: KeyFile, tmp_path: Path):
    assert printed.read(keys, printed.sign(KeyFile(tmp_path / "others.json"), SLIP)) is None


@pytest.mark.parametrize(
    "text", ["", "CHA1:", "CHA1:0", "CHA1:ÇÇÇ", "CHA1:" + "0" * 30, "https://example.com/", "CHA1:" + "0" * 500]
)
def test_what_is_no_slip_is_none(keys: KeyFile, text: str):
    assert printed.read(keys, text) is None


def test_anybody_verifies_it_with_the_public_keys_and_a_library(keys: KeyFile):
    found = printed.taken_apart(printed.sign(keys, SLIP))
    assert found is not None
    claims, signature = found
    public = keys.jwks()
    whole = printed.written(claims, public["keys"][0]["kid"], signature)
    verified = jws.deserialize_compact(whole, jwk.KeySet.import_key_set(public), algorithms=["Ed25519"])
    assert json.loads(verified.payload or b"") == {
        "iss": "urn:chancela:operator:999009",
        "jti": str(SLIP.id),
        "iat": SLIP.at,
        "guia": "2026000000123",
        "provider": "10001",
    }
    assert whole == keys.sign(printed.stated(SLIP), printed.TYPE)


def test_it_is_short_enough_to_be_read_from_a_copy(keys: KeyFile):
    text, whole = printed.sign(keys, SLIP), keys.sign(printed.stated(SLIP), printed.TYPE)
    assert (len(text), len(whole)) == (164, 405)
    symbol = segno.make(text, error="q", micro=False, boost_error=False)
    assert (symbol.designator, symbol.mode) == ("9-Q", "alphanumeric")
    assert segno.make(whole, error="q", micro=False).designator == "19-Q"
    longest = replace(SLIP, number="9" * 20, provider="12ABC345000135")
    assert segno.make(printed.sign(keys, longest), error="q", micro=False, boost_error=False).version <= 10


def test_an_operator_that_is_none_signs_nothing(keys: KeyFile):
    with pytest.raises(ValueError, match="six digits"):
        printed.sign(keys, replace(SLIP, operator="x"))


@given(st.binary(max_size=60))
def test_base_45_gives_back_what_it_got(content: bytes):
    assert base45.decode(base45.encode(content)) == content


@pytest.mark.parametrize(
    ("content", "text"),
    [(b"AB", "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"base-45", "UJCLQE7W581"), (b"ietf!", "QED8WEX0")],
)
def test_base_45_writes_as_rfc_9285_does(content: bytes, text: str):
    assert base45.encode(content) == text
    assert base45.decode(text) == content


@pytest.mark.parametrize("text", ["GGW", "ZZ", "0", "ab8", ":::"])
def test_base_45_reads_nothing_else(text: str):
    with pytest.raises(ValueError, match="base 45"):
        base45.decode(text)
