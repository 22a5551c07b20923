"""The limits of rules: what is wrong with values that are not yet a policy, and that all others make one."""

from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, strategies as st

from chancela.domain import policy_limits as limits
from chancela.domain.absence import ABSENCES, AbsenceNeed, AbsenceReason, AbsenceRule
from chancela.domain.delivery import Channel
from chancela.domain.policy import AGES, Age, Guardians, Own, Policy, Quiet, Rung
from chancela.domain.policy_limits import Fault, Rule
from chancela.domain.policy_proviso import Departure, Proviso, Reach
from chancela.domain.profiles import LATEST_CODE_WINS, PUSH_PER_ATTENDANCE, SHIPPED

GENERAL = limits.values(LATEST_CODE_WINS)
FIRST = Age(0, Own.NONE, Guardians.CODES)
GROWN = Age(18, Own.FIRST, Guardians.NOTHING)


def without(reason: AbsenceReason) -> tuple[AbsenceRule, ...]:
    return tuple(each for each in ABSENCES if each.reason is not reason)


def needy(*needs: AbsenceNeed) -> AbsenceRule:
    return AbsenceRule(ABSENCES[0].reason, "07", needs)


@pytest.mark.parametrize("profile", SHIPPED.values(), ids=SHIPPED)
def test_what_ships_keeps_to_the_limits(profile: Policy):
    assert limits.faults(limits.values(profile)) == ()


def test_every_number_and_every_length_of_a_policy_has_its_limits():
    numbers = {each.name for each in fields(Policy) if each.type == "int"}
    lengths = {each.name for each in fields(Policy) if each.type == "timedelta"}
    assert numbers == set(limits.NUMBERS)
    assert lengths == set(limits.LENGTHS)


@pytest.mark.parametrize(("name", "bounds"), [*limits.NUMBERS.items(), *limits.LENGTHS.items()])
def test_each_number_has_a_least_and_a_most(name: str, bounds: Any):
    step = timedelta(seconds=1) if name in limits.LENGTHS else 1
    for bad in (bounds[0] - step, bounds[1] + step):
        assert Fault(name, Rule.BETWEEN, bounds) in limits.faults({**GENERAL, name: bad})
    for good in bounds:
        assert Fault(name, Rule.BETWEEN, bounds) not in limits.faults({**GENERAL, name: good})


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"no_code": ()}, Fault("no_code", Rule.ONE_AT_LEAST)),
        ({"askers": ()}, Fault("askers", Rule.ONE_AT_LEAST)),
        ({"contact_doors": ()}, Fault("contact_doors", Rule.ONE_AT_LEAST)),
        ({"channels": (), "ladder": ()}, Fault("channels", Rule.ONE_AT_LEAST)),
        ({"channels": (Channel.SMS, Channel.SMS), "ladder": ()}, Fault("channels", Rule.ONCE_EACH)),
        ({"tries_per_code": 4, "tries_per_guia": 3}, Fault("tries_per_code", Rule.CODE_WITHIN_GUIA)),
        (
            {"fresh": timedelta(hours=2), "valid": timedelta(hours=1)},
            Fault("fresh", Rule.FRESH_WITHIN_VALID),
        ),
        ({"ladder": (Rung(()),)}, Fault("ladder", Rule.RUNG_WITH_CHANNELS)),
        ({"ladder": (Rung((Channel.APP,)),)}, Fault("ladder", Rule.RUNG_WITH_CHANNELS)),
        ({"ladder": (Rung((Channel.SMS,), 4),)}, Fault("ladder", Rule.RUNG_WAITS, (5, 3600))),
        ({"ladder": (Rung((Channel.SMS,)),) * 13}, Fault("ladder", Rule.TOO_MANY, (0, 12))),
        ({"absences": ()}, Fault("absences", Rule.ONE_AT_LEAST)),
        ({"absences": (*ABSENCES, ABSENCES[0])}, Fault("absences", Rule.ONCE_EACH)),
        ({"absences": (*ABSENCES[1:], needy(AbsenceNeed.NOTE, AbsenceNeed.NOTE))}, Fault("absences", Rule.ONCE_EACH)),
        *(
            ({"absences": without(each)}, Fault("absences", Rule.ABSENCES_OFFERED))
            for each in (AbsenceReason.URGENT, AbsenceReason.INPATIENT, AbsenceReason.SYSTEM_DOWN)
        ),
        *(
            ({"absences": (*without(each.reason), each)}, Fault("absences", Rule.ABSENCE_VALUE))
            for each in (
                AbsenceRule(AbsenceReason.URGENT, "01"),
                AbsenceRule(AbsenceReason.INPATIENT, "02"),
                AbsenceRule(AbsenceReason.NO_PHONE, "08"),
            )
        ),
        (
            {
                "absences": (
                    *without(AbsenceReason.URGENT),
                    AbsenceRule(AbsenceReason.URGENT, "02", (AbsenceNeed.NOTE,)),
                )
            },
            Fault("absences", Rule.ABSENCE_WAITS),
        ),
        ({"quiet": Quiet(24, 7)}, Fault("quiet", Rule.HOURS, (0, 23))),
        ({"quiet": Quiet(22, -1)}, Fault("quiet", Rule.HOURS, (0, 23))),
        ({"ages": ()}, Fault("ages", Rule.AGES_IN_ORDER)),
        ({"ages": (GROWN,)}, Fault("ages", Rule.AGES_IN_ORDER)),
        ({"ages": (FIRST, GROWN, GROWN)}, Fault("ages", Rule.AGES_IN_ORDER)),
        ({"ages": (FIRST, GROWN, replace(GROWN, from_years=121))}, Fault("ages", Rule.AGES_IN_ORDER)),
        ({"ages": (FIRST,)}, Fault("ages", Rule.ADULTS_ALONE)),
        ({"ages": (FIRST, replace(GROWN, guardians=Guardians.NOTICES))}, Fault("ages", Rule.ADULTS_ALONE)),
        ({"ages": AGES * 3}, Fault("ages", Rule.TOO_MANY, (1, 8))),
        ({"series": ("2010", "fisio")}, Fault("series", Rule.MALFORMED_CODES)),
        ({"series": ("12345678901",)}, Fault("series", Rule.MALFORMED_CODES)),
        ({"series": ("2010", "2010")}, Fault("series", Rule.ONCE_EACH)),
        ({"series": tuple(str(each) for each in range(21))}, Fault("series", Rule.TOO_MANY, (0, 20))),
    ],
)
def test_what_cannot_be_is_named_with_its_field_and_nothing_else_is(changes: dict[str, Any], fault: Fault):
    assert limits.faults({**GENERAL, **changes}) == (fault,)


# ---------------------------------------------------------------- provisos


@pytest.mark.parametrize(
    ("departure", "faults"),
    [
        (Departure(), [("departure", Rule.NOTHING_OTHERWISE)]),
        (Departure(tries_per_guia=11), [("tries_per_guia", Rule.ONLY_STRICTER), ("tries_per_guia", Rule.BETWEEN)]),
        (Departure(tries_per_guia=2), []),
        (Departure(tries_per_code=2, tries_per_guia=1), [("tries_per_code", Rule.CODE_WITHIN_GUIA)]),
        (Departure(valid=timedelta(minutes=10)), []),
        (Departure(valid=timedelta(hours=49)), [("valid", Rule.BETWEEN)]),
        (Departure(channels=(Channel.EMAIL,)), []),
        (Departure(channels=()), [("channels", Rule.ONE_AT_LEAST)]),
        (Departure(no_code=()), [("no_code", Rule.ONE_AT_LEAST)]),
        (Departure(ladder=(Rung((Channel.APP,)),)), [("ladder", Rule.RUNG_WITH_CHANNELS)]),
    ],
)
def test_a_proviso_keeps_to_the_limits_and_has_no_more_tries_than_the_operator(departure: Departure, faults: Any):
    found = limits.departure_faults(LATEST_CODE_WINS, departure)
    assert [(each.field, each.rule) for each in found] == faults


def test_with_fewer_tries_than_usual_none_but_fewer_yet():
    strict = replace(LATEST_CODE_WINS, tries_per_code=2, tries_per_guia=4)
    assert limits.departure_faults(strict, Departure(tries_per_code=3)) == (
        Fault("tries_per_code", Rule.ONLY_STRICTER),
    )
    assert limits.departure_faults(strict, Departure(tries_per_code=1)) == ()


@pytest.mark.parametrize(
    ("reach", "faults"),
    [
        (Reach(), [("reach", Rule.NOBODY_NAMED)]),
        (Reach("Ouro", "10001", "81000030"), []),
        (Reach(" "), [("plan", Rule.MALFORMED_REACH)]),
        (Reach("x" * 61), [("plan", Rule.MALFORMED_REACH)]),
        (Reach("a\nb", "a\tb"), [("plan", Rule.MALFORMED_REACH), ("provider", Rule.MALFORMED_REACH)]),
        (Reach(procedure="8100003 "), [("procedure", Rule.MALFORMED_REACH)]),
        (Reach(procedure="²"), [("procedure", Rule.MALFORMED_REACH)]),
        (Reach(procedure=""), [("procedure", Rule.MALFORMED_REACH)]),
        (Reach(procedure="1" * 11), [("procedure", Rule.MALFORMED_REACH)]),
    ],
)
def test_a_reach_names_somebody_in_writing_that_can_be(reach: Reach, faults: Any):
    assert [(each.field, each.rule) for each in limits.reach_faults(reach)] == faults


def test_each_proviso_has_its_own_faults_by_its_place():
    good = Proviso(Reach("Ouro"), Departure(guia_days=5))
    apart = Proviso(Reach(procedure="82"), Departure(guia_days=6))
    beside = Proviso(Reach(procedure="81"), Departure(guia_days=7))
    found = limits.proviso_faults(PUSH_PER_ATTENDANCE, (good, good, apart, beside))
    assert [(place, each.rule) for place, some in found.items() for each in some] == [
        (1, Rule.SAME_REACH),
        (3, Rule.CONTRADICTS),
    ]
    assert found[3][0].within == (("guia_days",), None)
    assert limits.proviso_faults(PUSH_PER_ATTENDANCE, (good, apart)) == {}


# ---------------------------------------------------------------- whatever is typed

channels = st.lists(st.sampled_from(list(Channel)), max_size=4).map(tuple)
ages = st.lists(st.builds(Age, st.integers(-1, 130), st.sampled_from(Own), st.sampled_from(Guardians)), max_size=9)
typed = st.fixed_dictionaries(
    {},
    optional={
        **{name: st.integers(low - 2, high + 2) for name, (low, high) in limits.NUMBERS.items()},
        **{name: st.timedeltas(low - low, high + high) for name, (low, high) in limits.LENGTHS.items()},
        "channels": channels,
        "ladder": st.lists(st.builds(Rung, channels, st.integers(0, 4000)), max_size=13).map(tuple),
        "quiet": st.builds(Quiet, st.integers(-1, 24), st.integers(-1, 24), channels),
        "absences": st.lists(
            st.builds(
                AbsenceRule,
                st.sampled_from(AbsenceReason),
                st.sampled_from(["", "01", "02", "07", "08"]),
                st.lists(st.sampled_from(AbsenceNeed), max_size=2).map(tuple),
            ),
            max_size=14,
        ).map(tuple),
        "ages": ages.map(tuple) | st.just((FIRST, GROWN)),
    },
)


@given(st.sampled_from(list(SHIPPED.values())), typed)
def test_what_has_no_fault_is_a_policy(start: Policy, some: dict[str, Any]):
    """Whatever a form can produce is refused here or makes a policy: never an error."""
    rules = {**limits.values(start), **some}
    if not limits.faults(rules):
        assert limits.values(Policy(**rules)) == rules
