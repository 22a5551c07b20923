"""Carriers as rows: a word for every health, the operator's own first, amounts as people read them."""

import datetime as dt

import pytest
from django.utils import translation

from chancela.adapters.postgres.carriers import Alarm, Arrival, CarrierDay, CarrierEntry, CarrierState
from chancela.domain.delivery import Channel
from chancela.portals.operator import amounts, carriers, words

NOW = dt.datetime(2026, 11, 20, 12, 0, tzinfo=dt.UTC)
BUSY = CarrierDay(sent=10, delivered=8, failed=1, spent_millis=850)


def entry(name: str, channel: Channel = Channel.SMS, *, enabled: bool = True, cap: int | None = None) -> CarrierEntry:
    return CarrierEntry("999001", name, "twilio", channel, {}, b"", daily_cap_millis=cap, enabled=enabled)


@pytest.mark.parametrize("state", ["closed", "open", "trying", "slow", "capped"])
def test_health_is_what_the_workers_found(state: str):
    assert carriers.health(entry("a"), BUSY, CarrierState(state, NOW, None)) is words.HEALTH[state]


def test_a_state_unknown_here_is_no_fault_of_the_page():
    assert carriers.health(entry("a"), BUSY, CarrierState("new", NOW, None)) is words.UNHEARD


def test_one_of_which_the_workers_say_nothing_works_where_it_sent_today():
    assert carriers.health(entry("a"), BUSY, None) is words.HEALTH["closed"]
    assert carriers.health(entry("a"), CarrierDay(), None) is words.UNHEARD


def test_one_that_is_switched_off_is_nothing_else():
    assert carriers.health(entry("a", enabled=False), BUSY, CarrierState("open", NOW, None)) is words.DISABLED


def test_own_carriers_stand_by_channel_then_those_switched_off_then_the_installations():
    own = (entry("old", enabled=False), entry("mail", Channel.EMAIL), entry("sms-b"), entry("sms-a"))
    days = {"inbox": BUSY, "sms-a": BUSY, "none": BUSY}
    found = carriers.rows(own, days, {}, {})
    assert [row.name for row in found] == ["sms-a", "sms-b", "mail", "old", "inbox"]
    assert [row.shared for row in found] == [False, False, False, False, True]


def test_what_is_not_known_is_empty():
    (row,) = carriers.rows((entry("a"),), {}, {}, {})
    assert (row.p50, row.p95, row.cost, row.cap, row.since, row.reason) == ("", "", "", "", None, "")


def test_arrival_and_cost_are_said_as_people_say_them():
    (row,) = carriers.rows((entry("a", cap=150_000),), {"a": BUSY}, {}, {"a": Arrival(8, 2.43, 75.2)})
    assert (row.p50, row.p95, row.cost, row.cap) == ("2,4 s", "1 min 15 s", "R$ 0,85", "R$ 150,00")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0,0 s"), (9.96, "10 s"), (10, "10 s"), (59.4, "59 s"), (59.6, "1 min 0 s"), (3600, "60 min 0 s")],
)
def test_lengths_of_time(seconds: float, said: str):
    assert amounts.lasted(seconds) == said


def test_money_is_written_in_the_readers_language():
    assert amounts.reais(1_565_955) == "R$ 1.565,96"
    with translation.override("en"):
        assert amounts.reais(1_565_955) == "R$ 1,565.96"


@pytest.mark.parametrize("kind", ["provider", "prefix", "something else"])
def test_every_alarm_is_a_sentence_that_names_its_subject(kind: str):
    assert "+5594" in carriers.sounded(Alarm(kind, "x", NOW, 10, 0), "+5594")
