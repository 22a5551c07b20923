"""A carrier as it is found at work: when it rests, how much it is given, what it may spend, and what looks wrong.

Times are seconds of any one clock, money is in thousandths of a real.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

Found = TypeVar("Found")

FAULTS_IN_A_ROW = 5
FIRST_REST_S = 5.0
LONGEST_REST_S = 60.0
HALF_LIFE_S = 120.0
FEW = 5.0
LEAST_SHARE = 0.05
HALF = 0.5
ERRORS_FINE, ERRORS_BAD = 0.1, 0.5
LATE_FINE, LATE_BAD = 0.3, 0.8
ALARMING_FROM = 40
ALARMING_PERCENT = 10


class BreakerState(StrEnum):
    """Closed: letters go out. Open: the carrier rests. Trying: one letter is out to see whether it works again."""

    CLOSED = "closed"
    OPEN = "open"
    TRYING = "trying"


@dataclass(frozen=True, slots=True)
class Breaker:
    """Whether letters go to a carrier now.

    `faults` came in a row and `rests` followed one another; before `until` nothing goes out, as it rests or asked us to
    wait; `ill_since` is when it ceased to work.
    """

    state: BreakerState = BreakerState.CLOSED
    faults: int = 0
    rests: int = 0
    until: float = 0.0
    ill_since: float | None = None


def lets_through(breaker: Breaker, now: float) -> bool:
    """Tell whether a letter may go out: while trying none does beside the one that is out."""
    return breaker.state is not BreakerState.TRYING and now >= breaker.until


def tried(breaker: Breaker) -> Breaker:
    """Return the breaker once a letter goes out: after a rest it is the one on trial."""
    return replace(breaker, state=BreakerState.TRYING) if breaker.state is BreakerState.OPEN else breaker


def untried(breaker: Breaker) -> Breaker:
    """Return the breaker when the letter on trial did not go out after all."""
    return replace(breaker, state=BreakerState.OPEN) if breaker.state is BreakerState.TRYING else breaker


def worked(breaker: Breaker) -> Breaker:
    """Return the breaker after an answer that shows the carrier at work, also where it refused the letter itself."""
    return Breaker(until=breaker.until if breaker.state is BreakerState.CLOSED else 0.0)


def failed(
    breaker: Breaker, now: float, luck: float, *, ours: bool = False, first_rest_s: float = FIRST_REST_S
) -> Breaker:
    """Return the breaker after a fault: five in a row open it, a refusal of ourselves or of a letter on trial at once.

    Rests double up to a minute, each within ±25 % by luck (0 to 1). What was under way when it opened changes nothing.
    """
    faults = breaker.faults + 1
    known = replace(breaker, faults=faults, ill_since=now if breaker.ill_since is None else breaker.ill_since)
    on_trial = breaker.state is BreakerState.TRYING
    if breaker.state is BreakerState.OPEN or not (ours or on_trial or faults >= FAULTS_IN_A_ROW):
        return known
    rest_s = min(LONGEST_REST_S, first_rest_s * 2 ** min(breaker.rests, 32)) * (0.75 + luck / 2)
    return replace(known, state=BreakerState.OPEN, rests=breaker.rests + 1, until=now + rest_s)


def asked_to_wait(breaker: Breaker, now: float, wait_s: float) -> Breaker:
    """Return the breaker after the carrier said when to come again: it works, but is left alone for so long."""
    return replace(worked(breaker), until=max(breaker.until, now + min(wait_s, LONGEST_REST_S)))


@dataclass(frozen=True, slots=True)
class Health:
    """What the last minutes told, each count halved every two minutes.

    `errors` of `attempts` failed; of `awaited` receipts `late` did not come in time.
    """

    attempts: float = 0.0
    errors: float = 0.0
    awaited: float = 0.0
    late: float = 0.0
    at: float = 0.0


def attempted(health: Health, now: float, *, error: bool) -> Health:
    """Return the health after one more attempt."""
    then = _aged(health, now)
    return replace(then, attempts=then.attempts + 1, errors=then.errors + error)


def looked_for(health: Health, now: float, awaited: int, late: int) -> Health:
    """Return the health after so many receipts were looked for."""
    then = _aged(health, now)
    return replace(then, awaited=then.awaited + awaited, late=then.late + late)


def _aged(health: Health, now: float) -> Health:
    kept = 0.5 ** (max(0.0, now - health.at) / HALF_LIFE_S)
    return Health(health.attempts * kept, health.errors * kept, health.awaited * kept, health.late * kept, now)


def judge(health: Health) -> float:
    """Return the part of its weight that a carrier keeps, 0.05 to 1: it is never left without letters to be seen by.

    A tenth of errors and three tenths of late receipts are usual (wrong numbers, phones that are off); at half and at
    eight tenths the least is reached. A handful of letters proves nothing.
    """
    kept = _kept(health.errors, health.attempts, ERRORS_FINE, ERRORS_BAD)
    return max(LEAST_SHARE, kept * _kept(health.late, health.awaited, LATE_FINE, LATE_BAD))


def _kept(bad: float, all_of_them: float, fine: float, worst: float) -> float:
    if all_of_them < FEW:
        return 1.0
    return min(1.0, max(0.0, (worst - bad / all_of_them) / (worst - fine)))


def pick(shares: Sequence[tuple[Found, float]], luck: float) -> Found | None:
    """Return one by its share of the whole and luck (0 to 1); None where there is nothing to share."""
    mark = luck * sum(share for _, share in shares)
    chosen: Found | None = None
    for found, share in shares:
        if share > 0:
            chosen = found
            mark -= share
            if mark < 0:
                break
    return chosen


def affordable(cap_millis: int | None, spent_millis: int, cost_millis: int) -> int | None:
    """Return how many more messages the cap of the day allows, None where nothing limits them."""
    if cap_millis is None or cost_millis <= 0:
        return None
    return max(0, cap_millis - spent_millis) // cost_millis


class CarrierStanding(StrEnum):
    """How a carrier stands: as its breaker does or, while that is closed, by what else keeps letters from it."""

    CLOSED = "closed"
    OPEN = "open"
    TRYING = "trying"
    SLOW = "slow"
    CAPPED = "capped"


def standing(breaker: Breaker, kept: float, *, capped: bool) -> CarrierStanding:
    """Return how a carrier stands that keeps this part of its weight (see `judge`)."""
    if breaker.state is not BreakerState.CLOSED:
        return CarrierStanding(breaker.state.value)
    if capped:
        return CarrierStanding.CAPPED
    return CarrierStanding.SLOW if kept < HALF else CarrierStanding.CLOSED


def alarming(sent: int, validated: int) -> bool:
    """Tell whether so few of these messages led to a validation that somebody must look.

    Codes that nobody types in are common to SMS pumping and to a broken carrier: below a tenth of at least forty.
    """
    return sent >= ALARMING_FROM and validated * 100 < sent * ALARMING_PERCENT
