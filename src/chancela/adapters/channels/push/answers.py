"""What push services answer, and what the answers of a person's browsers mean together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum, auto
from typing import TYPE_CHECKING, Final

from chancela.adapters.channels.contract import ChannelFailure

if TYPE_CHECKING:
    from collections.abc import Sequence

WAIT_AT_MOST_S: Final = 3600.0


class Fate(Enum):
    """What became of one push."""

    TAKEN = auto()
    GONE = auto()
    NEVER = auto()
    LATER = auto()
    OURS = auto()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the push to one subscription; `reason` names no endpoint."""

    fate: Fate
    reason: str = ""
    retry_after_s: float | None = None


def outcome(status: int, retry_after: str | None) -> Outcome:
    """Return what a status says (RFC 8030, 5 and 8.4; the pages of the push services agree)."""
    match status:
        case _ if 200 <= status < 300:  # noqa: PLR2004 - the class of a status
            return Outcome(Fate.TAKEN)
        case 404 | 410:
            return Outcome(Fate.GONE, f"push {status}")
        case 401 | 403:
            return Outcome(Fate.OURS, f"push {status}")
        case 400 | 405 | 411 | 413 | 414 | 415 | 431:
            return Outcome(Fate.NEVER, f"push {status}")
        case _:
            return Outcome(Fate.LATER, f"push {status}", wait_s(retry_after))


def failure(outcomes: Sequence[Outcome]) -> ChannelFailure | None:
    """Return what a letter's outcomes mean together: one that was taken is enough, one that may pass keeps it alive."""
    by_fate = {fate: [each for each in outcomes if each.fate is fate] for fate in Fate}
    if by_fate[Fate.TAKEN]:
        return None
    if later := by_fate[Fate.LATER]:
        waits = [each.retry_after_s for each in later if each.retry_after_s is not None]
        return ChannelFailure(later[0].reason, permanent=False, retry_after_s=max(waits, default=None))
    if ours := by_fate[Fate.OURS]:
        return ChannelFailure(ours[0].reason, permanent=False, ours=True)
    if never := by_fate[Fate.NEVER]:
        return ChannelFailure(never[0].reason, permanent=True)
    return ChannelFailure("no live subscription", permanent=True)


def wait_s(header: str | None) -> float | None:
    """Read Retry-After (RFC 9110, 10.2.3), seconds or a date, as seconds of at most an hour; nonsense is None."""
    if header is None:
        return None
    if header.isascii() and header.isdigit():
        return min(float(header[:9]), WAIT_AT_MOST_S)
    try:
        then = parsedate_to_datetime(header)
    except ValueError:
        return None
    left = (then if then.tzinfo else then.replace(tzinfo=UTC)) - datetime.now(UTC)
    return min(max(left.total_seconds(), 0.0), WAIT_AT_MOST_S)
