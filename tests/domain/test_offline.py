"""Codes computed offline: RFC 6287 by its own vectors, the question, and which days are taken in which window."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from chancela.domain import offline
from chancela.domain.offline import Device
from chancela.domain.profiles import LATEST_CODE_WINS
from chancela.domain.token import Window

KEY = b"1234567890" * 7
KEY_20, KEY_32, KEY_64 = KEY[:20], KEY[:32], KEY[:64]
PIN = hashlib.sha1(b"1234", usedforsecurity=False).digest()
MINUTE = 0x132D0B6.to_bytes(8, "big")
EIGHTS = [str(digit) * 8 for digit in range(10)]


def vectors(digits: str) -> list[tuple[int, str]]:
    """A row of Appendix C: the answers to the questions 00000000, 11111111 and so on."""
    return list(enumerate(digits.split()))


NOON = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)  # twelve o'clock in Brasília
TODAY = date(2026, 11, 20)
DEVICE = Device(UUID(int=1), UUID(int=2), "Celular", b"sealed", NOON - timedelta(days=90))
LONG_AGO = NOON - timedelta(days=60)


@pytest.mark.parametrize(
    ("place", "digits"), vectors("237653 243178 653583 740991 608993 388898 816933 224598 750600 294470")
)
def test_the_rfc_counts_with_sha1_as_we_do(place: int, digits: str):
    assert offline.ocra("OCRA-1:HOTP-SHA1-6:QN08", KEY_20, EIGHTS[place]) == digits


@pytest.mark.parametrize(("place", "digits"), vectors("83238735 01501458 17957585 86776967 86807031"))
def test_the_rfc_counts_with_sha256_as_we_do(place: int, digits: str):
    assert offline.ocra("OCRA-1:HOTP-SHA256-8:QN08-PSHA1", KEY_32, EIGHTS[place], rest=PIN) == digits


@pytest.mark.parametrize(
    ("place", "digits"),
    vectors("65347737 86775851 78192410 71565254 10104329 65983500 70069104 91771096 75011558 08522129"),
)
def test_the_rfc_counts_with_sha256_and_a_counter_as_we_do(place: int, digits: str):
    suite, counter = "OCRA-1:HOTP-SHA256-8:C-QN08-PSHA1", place.to_bytes(8, "big")
    assert offline.ocra(suite, KEY_32, "12345678", counter=counter, rest=PIN) == digits


@pytest.mark.parametrize(
    ("place", "digits"),
    vectors("07016083 63947962 70123924 25341727 33203315 34205738 44343969 51946085 20403879 31409299"),
)
def test_the_rfc_counts_with_sha512_as_we_do(place: int, digits: str):
    counter = place.to_bytes(8, "big")
    assert offline.ocra("OCRA-1:HOTP-SHA512-8:C-QN08", KEY_64, EIGHTS[place], counter=counter) == digits


@pytest.mark.parametrize(("place", "digits"), vectors("95209754 55907591 22048402 24218844 36209546"))
def test_the_rfc_counts_with_sha512_and_the_time_as_we_do(place: int, digits: str):
    assert offline.ocra("OCRA-1:HOTP-SHA512-8:QN08-T1M", KEY_64, EIGHTS[place], rest=MINUTE) == digits


def test_our_own_suite_takes_a_hash_as_its_question_and_gives_six_digits():
    asked = offline.challenge("999009", "2026000000017", "10001", TODAY)
    assert asked == hashlib.sha256(b"999009|2026000000017|10001|2026-11-20").hexdigest()
    digits = offline.ocra(offline.SUITE, KEY_32, asked)
    assert (len(digits), digits.isdigit()) == (6, True)
    others = [
        offline.challenge("999001", "2026000000017", "10001", TODAY),
        offline.challenge("999009", "2026000000018", "10001", TODAY),
        offline.challenge("999009", "2026000000017", "10002", TODAY),
        offline.challenge("999009", "2026000000017", "10001", TODAY - timedelta(days=1)),
    ]
    assert len({asked, *others}) == 5
    assert digits not in {offline.ocra(offline.SUITE, KEY_32, each) for each in others}
    assert digits != offline.ocra(offline.SUITE, KEY_32[::-1], asked)


@pytest.mark.parametrize(
    "suite",
    ["OCRA-2:HOTP-SHA1-6:QN08", "OCRA-1:TOTP-SHA1-6:QN08", "OCRA-1:HOTP-MD5-6:QN08", "OCRA-1:HOTP-SHA1-6:QA08"],
)
def test_other_suites_are_not_spoken(suite: str):
    with pytest.raises(ValueError, match="not spoken"):
        offline.ocra(suite, KEY_20, "00000000")


def test_what_a_key_is_bound_to_names_its_owner():
    assert offline.info("999009", UUID(int=1)) == b"chancela offline|999009|00000000-0000-0000-0000-000000000001"
    assert offline.context("999009", UUID(int=2), UUID(int=1)).startswith(b"offline|999009|")


def ago(*back: int, window: Window) -> list[tuple[date, Window]]:
    return [(TODAY - timedelta(days=each), window) for each in back]


def test_days_that_ended_within_48_hours_are_valid_and_earlier_ones_late():
    assert list(offline.days(NOON, LATEST_CODE_WINS)) == [
        *ago(0, 1, 2, window=Window.VALID),
        *ago(3, 4, 5, window=Window.LATE),
    ]


@pytest.mark.parametrize("late", [0, 2])
def test_a_policy_without_late_days_takes_valid_ones_alone(late: int):
    policy = replace(LATEST_CODE_WINS, offline_late_days=late)
    assert list(offline.days(NOON, policy)) == ago(0, 1, 2, window=Window.VALID)


def test_tomorrow_is_taken_in_the_last_hour_of_the_day():
    late = NOON + timedelta(hours=11)  # 23 h in Brasília
    assert offline.days(late - timedelta(seconds=1), LATEST_CODE_WINS)[0] == (TODAY, Window.VALID)
    assert list(offline.days(late, LATEST_CODE_WINS))[:2] == ago(-1, 0, window=Window.VALID)


def test_at_midnight_the_third_day_back_is_still_valid():
    midnight = NOON + timedelta(hours=12)
    assert (TODAY - timedelta(days=2), Window.VALID) in offline.days(midnight, LATEST_CODE_WINS)
    after = offline.days(midnight + timedelta(seconds=1), LATEST_CODE_WINS)
    assert (TODAY - timedelta(days=2), Window.LATE) in after


def test_nobody_computed_a_code_before_the_guia_or_the_device_was_there():
    def tried(born_at: datetime, device: Device = DEVICE) -> list[date]:
        return [each.day for each in offline.tried([device], born_at, NOON, LATEST_CODE_WINS)]

    day = timedelta(days=1)
    assert tried(LONG_AGO) == [TODAY - back * day for back in range(6)]
    assert tried(NOON) == [TODAY]
    assert tried(LONG_AGO, replace(DEVICE, enrolled_at=NOON - day)) == [TODAY, TODAY - day]
    just_born = NOON - timedelta(hours=11, minutes=30)  # half past midnight: a slow clock says yesterday
    assert tried(just_born) == [TODAY, TODAY - day]


def test_a_device_that_ended_computes_nothing_more():
    gone = offline.ended(DEVICE, NOON)
    assert (gone.ended_at, gone.secret, offline.alive(gone), offline.alive(DEVICE)) == (NOON, None, False, True)
    assert offline.tried([gone], LONG_AGO, NOON, LATEST_CODE_WINS) == ()


def test_an_entry_is_compared_with_24_pairs_at_most_the_newest_days_first():
    crowd = [replace(DEVICE, id=UUID(int=place)) for place in range(10)]
    pairs = offline.tried(crowd, LONG_AGO, NOON, LATEST_CODE_WINS)
    assert len(pairs) == offline.MOST_TRIED
    assert [each.day for each in pairs] == sorted((each.day for each in pairs), reverse=True)
    assert [each.device for each in pairs[:10]] == crowd


def test_a_name_is_one_printable_line():
    assert offline.named("  Celular\n da\x00 Ana ") == "Celular da Ana"
    assert offline.named("\ud800") == ""
    assert len(offline.named("a" * 99)) == 60


def test_a_key_shows_itself_to_no_one_who_looks():
    assert "sealed" not in repr(DEVICE)
    assert "sealed" not in repr(offline.Agreed(b"public", b"sealed"))
