"""Sessions of people: how long a device stays signed in, and when a change asks for a new code."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from chancela.domain import session as sessions
from tests.domain import made

NOW = made.NOW
VISIT = sessions.opened(UUID(int=9), made.ANA, "segredo", "Firefox", NOW, stays=False)
STAY = sessions.opened(UUID(int=9), made.ANA, "segredo", "Firefox", NOW, stays=True)


def test_the_secret_itself_is_not_kept():
    assert VISIT.token_hash == sessions.hashed("segredo") and b"segredo" not in VISIT.token_hash
    assert sessions.hashed("segred0") != VISIT.token_hash


def test_a_devices_name_is_cut_to_sixty_characters():
    assert len(sessions.opened(UUID(int=9), made.ANA, "s", "x" * 99, NOW, stays=False).device) == 60


@pytest.mark.parametrize(("hours", "so"), [(0, True), (11.9, True), (12, False)])
def test_a_visit_lasts_twelve_hours(hours: float, so: bool):
    assert sessions.alive(VISIT, NOW + timedelta(hours=hours)) is so
    assert not sessions.stays(VISIT)


@pytest.mark.parametrize(("days", "so"), [(6, True), (7, False)])
def test_a_device_unused_for_a_week_is_signed_out(days: int, so: bool):
    assert sessions.alive(STAY, NOW + timedelta(days=days)) is so
    assert sessions.stays(STAY)


@pytest.mark.parametrize(("days", "so"), [(29, True), (30, False)])
def test_who_stays_is_asked_again_after_thirty_days(days: int, so: bool):
    now = NOW + timedelta(days=days)
    assert sessions.alive(replace(STAY, seen_at=now), now) is so


def test_what_was_ended_opens_nothing():
    assert not sessions.alive(sessions.ended(STAY, NOW), NOW)


@pytest.mark.parametrize(("minutes", "so"), [(0, True), (14.9, True), (15, False)])
def test_a_change_asks_for_a_code_of_the_last_fifteen_minutes(minutes: float, so: bool):
    assert sessions.assured(NOW, NOW + timedelta(minutes=minutes)) is so


def test_who_never_showed_one_must():
    assert not sessions.assured(None, NOW)
