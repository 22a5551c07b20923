"""What rules must keep to: the limits of each field, and what is wrong with values that are not yet a policy."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from chancela.domain import absence as absences, policy as policies, series
from chancela.domain.policy import ADULT, Age, Guardians, Policy, Quiet, Rung
from chancela.domain.policy_proviso import STRICTER, contradictions, said

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chancela.domain.absence import AbsenceRule
    from chancela.domain.delivery import Channel
    from chancela.domain.policy_proviso import Departure, Proviso, Reach

# The least and the most of each number: security.md's where it says one; elsewhere what still makes sense at a desk.
NUMBERS: Final[Mapping[str, tuple[int, int]]] = {
    "tries_per_code": (1, policies.MOST_TRIES_PER_CODE),
    "tries_per_guia": (1, policies.MOST_TRIES_PER_GUIA),
    "guia_days": (1, 366),
    "sends_per_guia_hour": (2, 60),
    "sends_per_person_hour": (2, 1000),
    "sends_per_number_hour": (2, 1000),
    "sends_per_provider_floor": (1, 100_000),
    "sends_per_provider_guia": (1, 100),
    "cool_down_s": (1, 3600),
    "families_per_number": (1, 100),
    "wrong_per_provider_floor": (1, 20),  # security.md, guessing: max(20, 15 %) at most
    "wrong_per_provider_percent": (0, 15),
    "offline_late_days": (0, policies.LATEST_DAYS),
    "paper_codes": (0, policies.MOST_PAPER_CODES),
    "history_days": (policies.KEPT_DAYS[0], policies.KEPT_DAYS[-1]),
    "contact_hold_hours": (policies.LEAST_HOLD_HOURS, 720),
    "caller_questions": (policies.CALLER_QUESTIONS[0], policies.CALLER_QUESTIONS[-1]),
    "reveals_per_agent_day": (0, 1000),
    "absence_sample_percent": (0, 100),
    "absence_owed_days": (1, 60),
    "late_days": (0, policies.LATEST_DAYS),
    "late_reminder_days": (0, policies.LATEST_DAYS),
    "slip_days": (1, 180),
    "block_numbers": (1, 99),
    "block_days": (1, 366),
    "outage_minutes": (1, 120),
    "day_sessions": (1, 10),
    "dispute_days": (1, 60),
}
LENGTHS: Final[Mapping[str, tuple[timedelta, timedelta]]] = {
    "fresh": (timedelta(minutes=1), policies.LONGEST_LIFE),
    "valid": (timedelta(minutes=10), policies.LONGEST_LIFE),
}
NEEDED: Final = ("channels", "contact_doors", "no_code", "askers")  # care is never blocked: one of each at least
WAIT_S: Final = (5, 3600)
MOST_RUNGS: Final = 12
MOST_AGES: Final = 8
OLDEST: Final = 120
LAST_HOUR: Final = 23
LONGEST_CODE: Final = 10
LONGEST_NAME: Final = 60


class Rule(StrEnum):
    """What was not kept."""

    BETWEEN = "between"
    ONE_AT_LEAST = "one_at_least"
    ONCE_EACH = "once_each"
    CODE_WITHIN_GUIA = "code_within_guia"
    FRESH_WITHIN_VALID = "fresh_within_valid"
    RUNG_WITH_CHANNELS = "rung_with_channels"
    RUNG_WAITS = "rung_waits"
    TOO_MANY = "too_many"
    HOURS = "hours"
    AGES_IN_ORDER = "ages_in_order"
    ADULTS_ALONE = "adults_alone"
    ABSENCES_OFFERED = "absences_offered"
    ABSENCE_VALUE = "absence_value"
    ABSENCE_WAITS = "absence_waits"
    ONLY_STRICTER = "only_stricter"
    NOBODY_NAMED = "nobody_named"
    MALFORMED_REACH = "malformed_reach"
    MALFORMED_CODES = "malformed_codes"
    NOTHING_OTHERWISE = "nothing_otherwise"
    SAME_REACH = "same_reach"
    CONTRADICTS = "contradicts"


@dataclass(frozen=True, slots=True)
class Fault:
    """A field with the rule that it breaks; `within` are the least and the most where there are such."""

    field: str
    rule: Rule
    within: tuple[Any, Any] | None = None


def values(policy: Policy) -> dict[str, Any]:
    """Return a policy's values by their names."""
    return {each.name: getattr(policy, each.name) for each in fields(Policy)}


def faults(found: Mapping[str, Any]) -> tuple[Fault, ...]:
    """Return what is wrong with the values of a whole policy; where nothing is, they are one."""
    bad = [
        Fault(name, Rule.BETWEEN, bounds)
        for name, bounds in (*NUMBERS.items(), *LENGTHS.items())
        if not bounds[0] <= found[name] <= bounds[1]
    ]
    bad += [Fault(name, Rule.ONE_AT_LEAST) for name in NEEDED if not found[name]]
    bad += [Fault(name, Rule.ONCE_EACH) for name in NEEDED if len(set(found[name])) != len(found[name])]
    if found["tries_per_code"] > found["tries_per_guia"]:
        bad.append(Fault("tries_per_code", Rule.CODE_WITHIN_GUIA))
    if found["fresh"] > found["valid"]:
        bad.append(Fault("fresh", Rule.FRESH_WITHIN_VALID))
    bad += _ladder(found["ladder"], found["channels"])
    bad += _quiet(found["quiet"])
    bad += _ages(found["ages"])
    bad += _absences(found["absences"])
    bad += _series(found["series"])
    return tuple(bad)


def _ladder(ladder: Sequence[Rung], channels: Sequence[Channel]) -> list[Fault]:
    if len(ladder) > MOST_RUNGS:
        return [Fault("ladder", Rule.TOO_MANY, (0, MOST_RUNGS))]
    if any(not set(each.channels) & set(channels) for each in ladder):  # others of a rung are passed over
        return [Fault("ladder", Rule.RUNG_WITH_CHANNELS)]
    if any(not WAIT_S[0] <= each.wait_s <= WAIT_S[1] for each in ladder):
        return [Fault("ladder", Rule.RUNG_WAITS, WAIT_S)]
    return []


def _quiet(quiet: Quiet) -> list[Fault]:
    hours = all(0 <= each <= LAST_HOUR for each in (quiet.from_hour, quiet.until_hour))
    return [] if hours else [Fault("quiet", Rule.HOURS, (0, LAST_HOUR))]


def _ages(ages: Sequence[Age]) -> list[Fault]:
    begins = [each.from_years for each in ages]
    if len(begins) > MOST_AGES:
        return [Fault("ages", Rule.TOO_MANY, (1, MOST_AGES))]
    if not begins or begins[0] != 0 or begins != sorted(set(begins)) or begins[-1] > OLDEST:
        return [Fault("ages", Rule.AGES_IN_ORDER)]
    grown = [each for each in ages if each.from_years >= ADULT]
    if ADULT not in begins or any(each.guardians is not Guardians.NOTHING for each in grown):
        return [Fault("ages", Rule.ADULTS_ALONE)]
    return []


def _series(codes: Sequence[str]) -> list[Fault]:
    if len(codes) > series.MOST_CODES:
        return [Fault("series", Rule.TOO_MANY, (0, series.MOST_CODES))]
    if not series.well_formed(codes):
        return [Fault("series", Rule.MALFORMED_CODES)]
    return [Fault("series", Rule.ONCE_EACH)] if len(set(codes)) != len(codes) else []


def _absences(rules: Sequence[AbsenceRule]) -> list[Fault]:
    """What is wrong with reasons without a code: nobody is to be left without one, and urgency waits for nothing."""
    if not rules:
        return [Fault("absences", Rule.ONE_AT_LEAST)]
    reasons = [each.reason for each in rules]
    if len(set(reasons)) < len(reasons) or any(len(set(each.needs)) < len(each.needs) for each in rules):
        return [Fault("absences", Rule.ONCE_EACH)]
    if not set(reasons) >= absences.ALWAYS_OFFERED:
        return [Fault("absences", Rule.ABSENCES_OFFERED)]
    if any(each.tiss not in absences.TISS_ABSENCES or not _own(each) for each in rules):
        return [Fault("absences", Rule.ABSENCE_VALUE)]
    if any(each.needs for each in rules if each.reason in absences.NEVER_WAITS):
        return [Fault("absences", Rule.ABSENCE_WAITS)]
    return []


def _own(rule: AbsenceRule) -> bool:
    return absences.OWN.get(rule.reason, rule.tiss) == rule.tiss


def departure_faults(policy: Policy, departure: Departure) -> tuple[Fault, ...]:
    """Return what is wrong with a proviso's own rules over a policy that keeps to its limits."""
    own, rules = said(departure), values(policy)
    if not own:
        return (Fault("departure", Rule.NOTHING_OTHERWISE),)
    looser = [Fault(each, Rule.ONLY_STRICTER) for each in STRICTER if own.get(each, 0) > rules[each]]
    merged = {**rules, **own}
    if "tries_per_code" not in own:  # where the guia has fewer, so has its code
        merged["tries_per_code"] = min(merged["tries_per_code"], merged["tries_per_guia"])
    if "fresh" not in own:
        merged["fresh"] = min(merged["fresh"], merged["valid"])
    if "ladder" not in own:  # what leaves a channel out leaves it out of each rung
        merged["ladder"] = ()
    broken = [each for each in faults(merged) if each.field in own]
    return (*looser, *broken)


def reach_faults(reach: Reach) -> tuple[Fault, ...]:
    """Return what is wrong with whom a proviso is for."""
    if reach.plan is None and reach.provider is None and reach.procedure is None:
        return (Fault("reach", Rule.NOBODY_NAMED),)
    code = reach.procedure
    bad = [
        Fault(name, Rule.MALFORMED_REACH)
        for name, text in (("plan", reach.plan), ("provider", reach.provider))
        if text is not None and (not text.strip() or len(text) > LONGEST_NAME or not text.isprintable())
    ]
    if code is not None and not (code.isascii() and code.isdigit() and len(code) <= LONGEST_CODE):
        bad.append(Fault("procedure", Rule.MALFORMED_REACH))
    return tuple(bad)


def proviso_faults(policy: Policy, provisos: Sequence[Proviso]) -> Mapping[int, tuple[Fault, ...]]:
    """Return what is wrong with each of the provisos of a policy, by its place."""
    apart = contradictions(provisos)
    found: dict[int, tuple[Fault, ...]] = {}
    for place, each in enumerate(provisos):
        bad = (*reach_faults(each.reach), *departure_faults(policy, each.departure))
        if place in apart:
            rule = Rule.CONTRADICTS if apart[place] else Rule.SAME_REACH
            bad += (Fault("reach", rule, (apart[place], None)),)
        if bad:
            found[place] = bad
    return found
