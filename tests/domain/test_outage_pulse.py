"""From which silences an outage follows, and why no clock that is set makes one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chancela.domain import outage_pulse as pulses
from chancela.domain.delivery import Channel
from chancela.domain.outage import OutageKind
from chancela.domain.outage_pulse import MACHINES, PAGES, WORKER, Answering, Sighting, Silence

MINUTE = timedelta(minutes=1)
NOW = datetime(2026, 11, 21, 3, 1, tzinfo=UTC)  # a minute after midnight in Brasília
PORTAL, DATABASE, CARRIER, OF_MACHINES = OutageKind
LEAST = 5 * MINUTE
RESTS, WORKS = Answering(works=False, seen=False), Answering(works=True, seen=True)


def ago(minutes: float) -> datetime:
    return NOW - minutes * MINUTE


def ages(**minutes: float) -> dict[str, timedelta]:
    return {name: value * MINUTE for name, value in minutes.items()}


def test_a_beat_that_was_never_looked_at_is_as_old_as_the_database_says():
    assert pulses.sighted(None, timedelta(), ago(7), NOW) == Sighting(ago(7), 7 * MINUTE)
    assert pulses.sighted(None, timedelta(), ago(-7), NOW).age == timedelta()


@pytest.mark.parametrize("jump", [-600, 0, 600])
def test_a_database_whose_clock_is_set_makes_no_beat_old_that_is_new(jump: float):
    before = Sighting(ago(1), MINUTE)
    now = NOW + jump * MINUTE
    assert pulses.sighted(before, 0.3 * MINUTE, now - 0.1 * MINUTE, now).age == 0.1 * MINUTE
    assert pulses.sighted(before, 0.3 * MINUTE, ago(0.1), now).age <= 0.3 * MINUTE


@pytest.mark.parametrize("jump", [-600, 0, 600])
def test_a_beat_that_did_not_come_grows_old_by_the_time_between_two_looks(jump: float):
    before = Sighting(ago(1), MINUTE)
    assert pulses.sighted(before, 9 * MINUTE, ago(1), NOW + jump * MINUTE).age == 10 * MINUTE


@pytest.mark.parametrize("own", [WORKER, PAGES])
def test_where_nobody_was_heard_of_everything_was_away(own: str):
    found = pulses.silences({own}, ages(worker=12, pages=10), NOW, LEAST)
    assert found[0] == Silence(DATABASE, ago(10), NOW)
    assert [each.what for each in found[1:]] == [CARRIER if own == WORKER else PORTAL]


def test_where_nobody_else_was_ever_heard_of_everything_was_away():
    assert pulses.silences({WORKER}, ages(worker=12), NOW, LEAST)[0] == Silence(DATABASE, ago(12), NOW)


def test_where_the_other_goes_on_only_its_own_part_was_away():
    assert pulses.silences({WORKER}, ages(worker=12, pages=0.2), NOW, LEAST) == [Silence(CARRIER, ago(12), NOW)]
    assert pulses.silences({PAGES}, ages(worker=0.2, pages=12), NOW, LEAST) == [Silence(PORTAL, ago(12), NOW)]


def test_the_other_ones_silence_goes_on():
    assert pulses.silences({WORKER}, ages(worker=0.2, pages=12), NOW, LEAST) == [Silence(PORTAL, ago(12))]
    assert pulses.silences({PAGES}, ages(worker=12, pages=0.2), NOW, LEAST) == [Silence(CARRIER, ago(12))]


def test_each_part_that_is_silent_is_told_while_somebody_is_heard_of():
    found = pulses.silences({MACHINES}, ages(worker=12, pages=10, machines=0.2), NOW, LEAST)
    assert found == [Silence(CARRIER, ago(12)), Silence(PORTAL, ago(10))]


@pytest.mark.parametrize("known", [{}, {"pages": 0.1}, {"worker": 5, "pages": 5}, {"worker": 0.3, "pages": 0.3}])
def test_what_is_heard_of_within_the_minutes_was_not_away(known: dict[str, float]):
    assert pulses.silences({WORKER}, ages(**known), NOW, LEAST) == []


def test_where_machines_are_answered_and_nobody_serves_pages_the_portal_is_away():
    known = ages(worker=0.2, pages=12, machines=0.2)
    for own in ({WORKER}, {MACHINES}):
        assert pulses.silences(own, known, NOW, LEAST) == [Silence(PORTAL, ago(12))]
    assert pulses.silences({PAGES, MACHINES}, known, NOW, LEAST) == [Silence(PORTAL, ago(12), NOW)]


def test_where_pages_are_served_and_nobody_answers_machines_only_those_are_away():
    known = ages(worker=0.2, pages=0.2, machines=12)
    for own in ({WORKER}, {PAGES}):
        assert pulses.silences(own, known, NOW, LEAST) == [Silence(OF_MACHINES, ago(12))]
    for own in ({MACHINES}, {PAGES, MACHINES}):
        assert pulses.silences(own, known, NOW, LEAST) == [Silence(OF_MACHINES, ago(12), NOW)]


@pytest.mark.parametrize("known", [{"machines": 5}, {"machines": 0.3}, {}])
def test_machines_that_were_answered_within_the_minutes_or_never_are_not_away(known: dict[str, float]):
    """A restart is shorter than the policy's minutes; an installation of pages alone never had such a beat."""
    assert pulses.silences({PAGES}, ages(worker=0.2, pages=0.2, **known), NOW, LEAST) == []


def test_one_process_of_both_edges_that_fell_is_the_portal_before_it_is_its_machines():
    found = pulses.silences({WORKER}, ages(worker=0.2, pages=12, machines=12), NOW, LEAST)
    assert found == [Silence(PORTAL, ago(12)), Silence(OF_MACHINES, ago(12))]


def test_where_nobody_ever_served_pages_the_portal_is_what_answers_machines():
    assert pulses.silences({WORKER}, ages(worker=0.2, machines=12), NOW, LEAST) == [Silence(PORTAL, ago(12))]
    assert pulses.silences({MACHINES}, ages(worker=0.2, machines=12), NOW, LEAST) == [Silence(PORTAL, ago(12), NOW)]
    both = pulses.silences({MACHINES}, ages(worker=10, machines=12), NOW, LEAST)
    assert both == [Silence(DATABASE, ago(10), NOW), Silence(PORTAL, ago(12), NOW)]


@pytest.mark.parametrize("own", [WORKER, PAGES, MACHINES])
def test_one_of_whom_something_was_heard_is_enough_for_not_everything_to_be_away(own: str):
    alive = {WORKER: PAGES, PAGES: MACHINES, MACHINES: WORKER}[own]
    known = ages(**{**dict.fromkeys((WORKER, PAGES, MACHINES), 12), alive: 0.2})
    assert DATABASE not in [each.what for each in pulses.silences({own}, known, NOW, LEAST)]


def test_who_beats_for_the_first_time_was_not_silent():
    assert pulses.silences({MACHINES}, ages(worker=12), NOW, LEAST) == [Silence(CARRIER, ago(12))]
    known = ages(worker=12, pages=10)
    assert pulses.silences({PAGES, MACHINES}, known, NOW, LEAST)[0] == Silence(DATABASE, ago(10), NOW)


def test_who_begins_to_serve_pages_is_the_portal_from_then_on():
    each_of_its_own = {WORKER: CARRIER, PAGES: PORTAL, MACHINES: OF_MACHINES}
    assert pulses.parts({PAGES}, {WORKER, MACHINES}) == each_of_its_own
    assert pulses.parts({MACHINES}, {WORKER, MACHINES}) == {WORKER: CARRIER, MACHINES: PORTAL}
    assert pulses.parts({MACHINES}, {PAGES}) == each_of_its_own


def test_a_channel_is_mute_once_no_carrier_worked_for_so_long():
    channels = {Channel.SMS: RESTS, Channel.EMAIL: WORKS, Channel.VOICE: RESTS, Channel.APP: RESTS}
    found = pulses.mute(channels, ages(sms=6, email=60, voice=4), NOW, LEAST)
    assert found == [Silence(CARRIER, ago(6), None, Channel.SMS)]
