"""What is counted against guessing and flooding, and when it is too much (security.md, guessing)."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chancela.domain import policy as policies
from chancela.domain.permissions import ActorKind
from chancela.domain.refusal import Refusal, Refused

if TYPE_CHECKING:
    from chancela.domain.permissions import Actor
    from chancela.domain.policy import Policy

ASSURANCE = timedelta(minutes=15)
WAIT_S = 60
FLEET_FLOOR = 200
FLEET_TIMES = 4
FREE_IN_ALARM = 5


@dataclass(frozen=True, slots=True)
class Day:
    """A provider's day: guias registered, messages caused, wrong entries."""

    guias: int = 0
    sends: int = 0
    wrong: int = 0
    wrong_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Fleet:
    """Entries over all providers of an operator: this hour's, and those of the week before it."""

    judged: int = 0
    wrong: int = 0
    usual_judged: int = 0
    usual_wrong: int = 0


def after_wrong(day: Day, now: datetime) -> Day:
    """Return the day with one more wrong entry."""
    return replace(day, wrong=day.wrong + 1, wrong_at=now)


def after_sends(day: Day, count: int) -> Day:
    """Return the day with more messages."""
    return replace(day, sends=day.sends + count)


def judge_entry(policy: Policy, day: Day, fleet: Fleet, who: Actor, now: datetime) -> Refused | None:
    """Tell whether an entry may be judged: after too many wrong ones people show a second factor, then all wait.

    While the fleet is alarmed only the first few wrong entries of a provider are free.
    """
    allowed = policies.wrong_entries_allowed(policy, day.guias)
    if alarmed(fleet):
        allowed = min(allowed, FREE_IN_ALARM)
    excess = day.wrong - allowed
    if excess < 0 or (excess < allowed and assured(who, now)):
        return None
    left = _seconds_left(day, excess, now)
    if left <= 0:
        return None
    person = who.kind is ActorKind.PROVIDER and excess < allowed
    return Refused(Refusal.SECOND_FACTOR_NEEDED if person else Refusal.TOO_MANY_WRONG, retry_after_s=left)


def assured(who: Actor, now: datetime) -> bool:
    """Tell whether the actor showed a second factor lately."""
    return who.assured_at is not None and now - who.assured_at <= ASSURANCE


def _seconds_left(day: Day, excess: int, now: datetime) -> int:
    if day.wrong_at is None:
        return 0
    wait = timedelta(seconds=WAIT_S * min(60, 1 + excess))
    return math.ceil((day.wrong_at + wait - now).total_seconds())


def alarmed(fleet: Fleet) -> bool:
    """Tell whether the operator's providers together fail far more often than usual: the fleet's breaker."""
    if fleet.wrong < FLEET_FLOOR:
        return False
    usual = max(0.05, fleet.usual_wrong / fleet.usual_judged if fleet.usual_judged else 0.05)
    return fleet.wrong / fleet.judged > FLEET_TIMES * usual
