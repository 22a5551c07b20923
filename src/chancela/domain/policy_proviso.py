"""Provisos: where a plan, a provider or a procedure has rules of its own, and which rules hold for a guia."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from chancela.domain.absence import AbsenceRule
from chancela.domain.delivery import Channel
from chancela.domain.policy import Asker, CodeNeeded, NoCode, Quiet, Reissue, Rung
from chancela.domain.series import SessionCode

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from chancela.domain.guia import Guia
    from chancela.domain.people import Operator
    from chancela.domain.policy import Policy


@dataclass(frozen=True, slots=True)
class Reach:
    """For whom a proviso is: all that is named must be so; `procedure` is a TUSS code or the beginning of one."""

    plan: str | None = None
    provider: str | None = None
    procedure: str | None = None


@dataclass(frozen=True, slots=True)
class Departure:
    """What is otherwise there; None is as the operator's policy says.

    These are the fields that are asked of a guia, one by one: what is counted over many guias (messages of a person, a
    number or a provider, wrong entries of a day) or belongs to no guia (ages, contacts, the call centre, what people
    carry and see) is the operator's alone, as it would not be known which guia's rule it is that holds.
    """

    code_needed: CodeNeeded | None = None  # when the guia waits for its code
    reissue: Reissue | None = None  # what a second request for this guia does
    channels: tuple[Channel, ...] | None = None  # which may be chosen for it
    ladder: tuple[Rung, ...] | None = None  # and how it goes out by itself
    quiet: Quiet | None = None
    askers: tuple[Asker, ...] | None = None  # who may ask for it
    no_code: tuple[NoCode, ...] | None = None  # how its care goes on without one
    provider_types_first_contact: bool | None = None  # typed for this guia
    email_asks_cpf: bool | None = None
    fresh: timedelta | None = None  # how long its code lives
    valid: timedelta | None = None
    tries_per_code: int | None = None  # its wrong entries: fewer than elsewhere, never more
    tries_per_guia: int | None = None
    guia_days: int | None = None  # until when the guia is good
    sends_per_guia_hour: int | None = None  # its messages
    cool_down_s: int | None = None
    tells_validation: bool | None = None  # whether its validation is told
    offline_codes: bool | None = None  # whether what devices compute is taken for it
    offline_late_days: int | None = None
    absences: tuple[AbsenceRule, ...] | None = None  # how its care goes on without one, reason by reason
    absence_sample_percent: int | None = None
    absence_owed_days: int | None = None
    late_days: int | None = None  # until when its code may follow the visit
    late_reminder_days: int | None = None
    slip_days: int | None = None
    session_code: SessionCode | None = None  # how the sessions of its series are confirmed
    day_sessions: int | None = None  # and how many of them the code of a day confirms
    dispute_days: int | None = None


@dataclass(frozen=True, slots=True)
class Proviso:
    """An exception to the operator's policy."""

    reach: Reach
    departure: Departure


NAMES: Final = tuple(each.name for each in fields(Departure))
STRICTER: Final = ("tries_per_code", "tries_per_guia")
MOST_MERGED: Final = 1024


def said(departure: Departure) -> dict[str, Any]:
    """Return what is otherwise, by the name of the policy's field."""
    return {name: value for name in NAMES if (value := getattr(departure, name)) is not None}


def holds(reach: Reach, plan: str, provider: str, procedures: Iterable[str]) -> bool:
    """Tell whether a proviso is for a guia: of this plan and provider, with at least one such procedure."""
    return (
        reach.plan in {None, plan}
        and reach.provider in {None, provider}
        and (reach.procedure is None or any(each.startswith(reach.procedure) for each in procedures))
    )


def rank(reach: Reach) -> tuple[int, bool, bool, int]:
    """Return how particular a reach is: what names more wins; then a provider, a procedure, and its longer code."""
    named = sum(each is not None for each in (reach.plan, reach.provider, reach.procedure))
    return named, reach.provider is not None, reach.procedure is not None, len(reach.procedure or "")


def in_force(
    policy: Policy, provisos: Iterable[Proviso], plan: str, provider: str, procedures: Collection[str]
) -> Policy:
    """Return the rules of a guia: the most particular proviso decides each field, and tries only ever become fewer."""
    holding = [each for each in provisos if holds(each.reach, plan, provider, procedures)]
    return _merged(policy, holding) if holding else policy


def _merged(policy: Policy, holding: Sequence[Proviso]) -> Policy:
    own: dict[str, Any] = {}
    for each in sorted(holding, key=lambda one: rank(one.reach)):
        own |= said(each.departure)
    for name in STRICTER:
        limits = [getattr(policy, name), *(getattr(each.departure, name) for each in holding)]
        own[name] = min(each for each in limits if each is not None)
    own["tries_per_code"] = min(own["tries_per_code"], own["tries_per_guia"])
    own["fresh"] = min(own.get("fresh", policy.fresh), own.get("valid", policy.valid))
    return replace(policy, **own)


def of_guia(operator: Operator, guia: Guia) -> Policy:
    """Return the rules that hold for a guia today; they are made once for the same provisos, as every deed asks."""
    if not operator.provisos:
        return operator.policy
    plan, provider, codes = guia.plan, guia.provider, [each.code for each in guia.procedures]
    some = operator.provisos
    places = tuple(place for place, each in enumerate(some) if holds(each.reach, plan, provider, codes))
    if not places:
        return operator.policy
    if places not in operator.merged:
        if len(operator.merged) >= MOST_MERGED:
            operator.merged.clear()
        operator.merged[places] = _merged(operator.policy, [some[each] for each in places])
    return operator.merged[places]


def contradictions(provisos: Sequence[Proviso]) -> Mapping[int, tuple[str, ...]]:
    """Return, by its place, each proviso that another one before it contradicts, with the fields.

    Two that name the same contradict each other as such (then no field is named); so do two for procedures of equally
    long codes where a guia may have both and they differ in a field, as neither is the more particular one.
    """
    found: dict[int, tuple[str, ...]] = {}
    for place, one in enumerate(provisos):
        for other in provisos[:place]:
            if one.reach == other.reach:
                found[place] = ()
            elif rank(one.reach) == rank(other.reach) and _beside(one.reach, other.reach):
                first, second = said(one.departure), said(other.departure)
                if fields_apart := tuple(each for each in first if each in second and first[each] != second[each]):
                    found.setdefault(place, fields_apart)
    return found


def _beside(one: Reach, other: Reach) -> bool:
    return (one.plan, one.provider) == (other.plan, other.provider)
