"""Provisos: which rules hold for a guia, and that none of them loosens what security.md promises."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from chancela.domain import policy_limits as limits, policy_proviso as provisos
from chancela.domain.delivery import Channel
from chancela.domain.guia import Attendance, Authorisation, Guia, ItemState, Kind, Procedure
from chancela.domain.people import Operator
from chancela.domain.policy import LONGEST_LIFE, MOST_TRIES_PER_CODE, MOST_TRIES_PER_GUIA, Policy, Reissue, Rung
from chancela.domain.policy_proviso import Departure, Proviso, Reach
from chancela.domain.profiles import LATEST_CODE_WINS, SHIPPED

GENERAL = replace(LATEST_CODE_WINS, guia_days=90)
SHORT = timedelta(minutes=30)


def days(count: int, **reach: Any) -> Proviso:
    """A proviso that is known by its days."""
    return Proviso(Reach(**reach), Departure(guia_days=count))


def held(*each: Proviso, plan: str = "Ouro", provider: str = "10001", codes: tuple[str, ...] = ("81000030",)) -> Policy:
    return provisos.in_force(GENERAL, each, plan, provider, codes)


def test_without_a_proviso_that_is_for_it_a_guia_has_the_operators_rules():
    assert held() is GENERAL
    others = (
        days(1, plan="Prata"),
        days(2, provider="10002"),
        days(3, procedure="82"),
        days(4, plan="Ouro", provider="x"),
    )
    assert held(*others) is GENERAL


def test_all_that_a_reach_names_must_be_so_and_one_procedure_is_enough():
    assert provisos.holds(Reach("Ouro", "10001", "81"), "Ouro", "10001", ("82000034", "81000030"))
    assert not provisos.holds(Reach("Ouro", "10001", "81"), "Ouro", "10001", ("82000034",))
    assert not provisos.holds(Reach("Ouro", "10001", "81"), "Ouro", "10001", ())


# From the least particular to the most: each one wins over all before it, in whatever order they are written.
ORDER = (
    {"plan": "Ouro"},
    {"procedure": "81"},
    {"procedure": "81000030"},
    {"provider": "10001"},
    {"plan": "Ouro", "procedure": "8"},
    {"plan": "Ouro", "procedure": "81"},
    {"plan": "Ouro", "provider": "10001"},
    {"provider": "10001", "procedure": "81"},
    {"plan": "Ouro", "provider": "10001", "procedure": "8"},
)


@pytest.mark.parametrize("last", range(1, len(ORDER)))
def test_the_most_particular_proviso_wins(last: int):
    some = [days(place + 1, **reach) for place, reach in enumerate(ORDER[: last + 1])]
    assert held(*some).guia_days == held(*reversed(some)).guia_days == last + 1


def test_each_field_is_decided_for_itself():
    plan = Proviso(Reach(plan="Ouro"), Departure(guia_days=7, reissue=Reissue.SAME_CODE))
    assert held(plan, days(5, provider="10001")) == replace(GENERAL, guia_days=5, reissue=Reissue.SAME_CODE)


def test_tries_become_fewer_whoever_is_more_particular():
    strict = Proviso(Reach(plan="Ouro"), Departure(tries_per_code=2, tries_per_guia=3))
    loose = Proviso(Reach(provider="10001"), Departure(tries_per_code=4, tries_per_guia=9))
    found = held(strict, loose)
    assert (found.tries_per_code, found.tries_per_guia) == (2, 3)
    found = held(Proviso(Reach(plan="Ouro"), Departure(tries_per_guia=1)), loose)
    assert (found.tries_per_code, found.tries_per_guia) == (1, 1)


def test_what_counts_as_at_once_never_outlasts_the_code():
    assert held(Proviso(Reach(plan="Ouro"), Departure(valid=timedelta(minutes=5)))).fresh == timedelta(minutes=5)
    assert held(Proviso(Reach(plan="Ouro"), Departure(fresh=SHORT))).fresh == SHORT


def test_a_ladder_of_nothing_and_no_ladder_are_two_things():
    push = SHIPPED["push-per-attendance"]
    silent = Proviso(Reach(plan="Ouro"), Departure(ladder=()))
    assert provisos.in_force(push, (silent,), "Ouro", "", ()).ladder == ()
    assert provisos.in_force(push, (days(5, plan="Ouro"),), "Ouro", "", ()).ladder == push.ladder


def guia(plan: str) -> Guia:
    line = Procedure(1, "22", "81000030", "Consulta", 1, ItemState.AUTHORISED)
    return Guia(
        *("999009", UUID(int=1), "2026000000001", Kind.ODONTO, UUID(int=2), "001", "10001"),
        *(datetime(2026, 1, 1, tzinfo=UTC), date(2026, 4, 1), (line,), Authorisation.AUTHORISED),
        Attendance.AWAITING_TOKEN,
        plan=plan,
    )


def test_a_guia_has_the_rules_of_its_plan_its_provider_and_its_procedures():
    plain = Operator("999009", "Exemplo", GENERAL)
    assert provisos.of_guia(plain, guia("Ouro")) is GENERAL
    special = replace(plain, provisos=(days(5, plan="Ouro", provider="10001", procedure="810"),))
    assert provisos.of_guia(special, guia("Ouro")).guia_days == 5
    assert provisos.of_guia(special, guia("Prata")) is GENERAL


def test_rules_that_were_merged_are_made_once_and_of_them_only_so_many_are_kept(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(provisos, "MOST_MERGED", 2)
    some = (days(1, plan="A"), days(2, plan="B"), days(3, plan="D"))
    operator = Operator("999009", "Exemplo", GENERAL, provisos=some)
    assert provisos.of_guia(operator, guia("A")) is provisos.of_guia(operator, guia("A"))
    assert [provisos.of_guia(operator, guia(plan)).guia_days for plan in "ABCDA"] == [1, 2, 90, 3, 1]
    assert provisos.of_guia(replace(operator), guia("A")).guia_days == 1
    assert provisos.of_guia(operator, replace(guia("A"), procedures=())).guia_days == 1
    assert len(operator.merged) <= 2
    assert replace(operator, policy=SHIPPED["push-per-attendance"]).merged == {}


def test_only_what_is_asked_of_a_guia_may_depart_and_each_departure_is_a_field_of_a_policy():
    known = {each.name for each in fields(Policy)}
    assert set(provisos.NAMES) < known
    operators_own = {"ages", "families_per_number", "history_days", "paper_codes", "contact_doors", "contact_care"}
    operators_own |= {"profile", "remembers_channel", "contact_hold_hours", "caller_questions", "reveals_per_agent_day"}
    operators_own |= {"block_numbers", "block_days", "outage_minutes", "series"}
    counted = {each for each in known if each.startswith(("sends_per_p", "sends_per_n", "wrong_per_"))}
    assert known - set(provisos.NAMES) == operators_own | counted


# ---------------------------------------------------------------- contradictions


def test_two_of_one_reach_contradict_each_other():
    assert provisos.contradictions((days(1, plan="Ouro"), days(1, plan="Ouro"))) == {1: ()}


def test_two_procedures_of_equally_long_codes_contradict_each_other_where_they_differ():
    one, other = days(1, procedure="81"), days(2, procedure="82")
    assert provisos.contradictions((one, other)) == {1: ("guia_days",)}
    assert provisos.contradictions((one, days(1, procedure="82"))) == {}
    assert provisos.contradictions((one, Proviso(Reach(procedure="82"), Departure(fresh=SHORT)))) == {}
    assert provisos.contradictions((one, days(2, procedure="820"))) == {}
    assert provisos.contradictions((days(1, plan="A", procedure="81"), days(2, plan="B", procedure="82"))) == {}


# ---------------------------------------------------------------- promises

reaches = st.builds(Reach, *(st.sampled_from([None, *each]) for each in (("Ouro",), ("10001",), ("8", "81", "82"))))
lengths = st.timedeltas(timedelta(seconds=1), LONGEST_LIFE)
departures = st.builds(
    Departure,
    channels=st.none() | st.just((Channel.SMS,)),
    ladder=st.none() | st.just((Rung((Channel.SMS,)),)),
    fresh=st.none() | lengths,
    valid=st.none() | lengths,
    tries_per_code=st.none() | st.integers(1, 50),
    tries_per_guia=st.none() | st.integers(1, 50),
    tells_validation=st.none() | st.booleans(),
)
many = st.lists(st.builds(Proviso, reaches, departures), max_size=5)


@given(st.sampled_from(list(SHIPPED.values())), many)
def test_no_proviso_ever_loosens_what_is_promised(policy: Policy, some: list[Proviso]):
    """security.md: at most 5 tries a code and 10 a guia, 48 hours; and never more tries than the operator allows."""
    strict = replace(policy, tries_per_code=3, tries_per_guia=7)
    found = provisos.in_force(strict, some, "Ouro", "10001", ("81000030", "82000034"))
    assert found.tries_per_code <= strict.tries_per_code <= MOST_TRIES_PER_CODE
    assert found.tries_per_guia <= strict.tries_per_guia <= MOST_TRIES_PER_GUIA
    assert found.tries_per_code <= found.tries_per_guia
    assert timedelta() < found.fresh <= found.valid <= LONGEST_LIFE


@given(many)
def test_whatever_passes_the_limits_makes_rules_that_keep_to_them(some: list[Proviso]):
    if not limits.proviso_faults(GENERAL, some):
        found = provisos.in_force(GENERAL, some, "Ouro", "10001", ("81000030", "82000034"))
        assert not [each for each in limits.faults(limits.values(found)) if each.field != "ladder"]
