"""Device keys are agreed on and never told; codes on paper are known by a digest of their place."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from uuid import UUID

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from chancela.adapters.keys.key_file import KeyFile
from chancela.adapters.keys.pocket import PocketKeys
from chancela.domain import offline
from chancela.domain.offline import Device
from tests.handheld import Handheld

ANS, ANA, ID = "999009", UUID(int=2), UUID(int=1)
NOW = dt.datetime(2026, 11, 20, 15, 0, tzinfo=dt.UTC)
ASKED = offline.challenge(ANS, "2026000000017", "10001", NOW.date())
PRIME = 2**256 - 2**224 + 2**192 + 2**96 - 1


@pytest.fixture
def keys(tmp_path):
    return PocketKeys(KeyFile(tmp_path / "keys.json"))


@pytest.fixture
def phone() -> Handheld:
    return Handheld()


@pytest.fixture
def device(keys, phone) -> Device:
    agreed = keys.agree(ANS, ANA, ID, phone.point)
    phone.agreed(ANS, ID, agreed.public)
    return Device(ID, ANA, "Celular", agreed.secret, NOW)


def digits(phone: Handheld) -> str:
    return offline.ocra(offline.SUITE, phone.key, ASKED)


def test_a_device_and_the_house_compute_the_same(keys, phone, device):
    assert keys.computes(ANS, device, ASKED, digits(phone))
    assert not keys.computes(ANS, device, ASKED, f"{(int(digits(phone)) + 1) % 10**6:06d}")
    assert not keys.computes(ANS, device, ASKED, "٠٠٤٨٢١")
    assert phone.key not in device.secret


def test_the_common_key_is_another_for_another_device_and_agreement(keys, phone, device):
    again = keys.agree(ANS, ANA, ID, phone.point)
    other = Device(ID, ANA, "Celular", again.secret, NOW)
    assert len(again.public) == 65
    assert not keys.computes(ANS, other, ASKED, digits(phone))
    phone.agreed(ANS, UUID(int=9), again.public)
    assert not keys.computes(ANS, other, ASKED, digits(phone))


def test_a_key_moved_to_another_owner_or_altered_computes_nothing(keys, phone, device):
    code = digits(phone)
    assert not keys.computes("999001", device, ASKED, code)
    assert not keys.computes(ANS, replace(device, beneficiary_id=UUID(int=3)), ASKED, code)
    assert not keys.computes(ANS, replace(device, id=UUID(int=3)), ASKED, code)
    for secret in (b"", b"short", device.secret[:-1] + bytes([device.secret[-1] ^ 1])):
        assert not keys.computes(ANS, replace(device, secret=secret), ASKED, code)
    assert not keys.computes(ANS, offline.ended(device, NOW), ASKED, code)


def test_another_key_file_computes_nothing(keys, phone, device, tmp_path):
    assert not PocketKeys(KeyFile(tmp_path / "other.json")).computes(ANS, device, ASKED, digits(phone))


def test_only_a_point_of_the_curve_in_full_is_taken(keys, phone):
    point = phone.point
    beside = point[:-1] + bytes([point[-1] ^ 1])
    too_large = b"\x04" + PRIME.to_bytes(32, "big") + point[33:]
    compressed = phone._pair.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint
    )
    larger = ec.generate_private_key(ec.SECP384R1()).public_key()
    of_another_curve = larger.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    nothing, identity = b"\x04" + bytes(64), b"\0"
    for refused in (b"", identity, nothing, beside, too_large, compressed, of_another_curve, point + b"\0", bytes(65)):
        assert keys.agree(ANS, ANA, ID, refused) is None
    assert keys.agree(ANS, ANA, ID, b"\x02" + point[1:]) is None
    assert keys.agree(ANS, ANA, ID, point) is not None


def test_a_code_on_paper_is_known_at_its_place_alone(keys):
    kept = keys.paper(b"place 1", "004821")
    assert len(kept) == 32 and b"004821" not in kept
    assert keys.is_paper(b"place 1", kept, "004821")
    assert not keys.is_paper(b"place 1", kept, "004822")
    assert not keys.is_paper(b"place 2", kept, "004821")
    assert not keys.is_paper(b"place 1", kept, "٠٠٤٨٢١")


def test_a_code_on_paper_takes_no_digit_from_its_context(keys):
    assert keys.paper(b"place 1", "0482") != keys.paper(b"place 10", "482")


def test_without_the_key_file_a_code_on_paper_is_known_to_nobody(keys, tmp_path):
    kept = keys.paper(b"place 1", "004821")
    assert not PocketKeys(KeyFile(tmp_path / "other.json")).is_paper(b"place 1", kept, "004821")
