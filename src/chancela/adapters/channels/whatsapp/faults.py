"""What Meta's error codes mean for a letter: never, later, or that we ourselves are refused."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, Final

import msgspec

from chancela.adapters.channels.contract import ChannelFailure

if TYPE_CHECKING:
    from collections.abc import Mapping


class Verdict(Enum):
    """Who is at fault: this letter, the moment, or our standing at Meta."""

    NEVER = auto()
    LATER = auto()
    OURS = auto()


# Meta, Cloud API error codes. A pair of numbers may talk once in 6 seconds, a number of ours 80 times in one.
CODES: Final[Mapping[int, tuple[Verdict, str]]] = {
    0: (Verdict.OURS, "token"),
    1: (Verdict.LATER, "unknown"),
    2: (Verdict.LATER, "down"),
    3: (Verdict.OURS, "permission"),
    4: (Verdict.LATER, "throttled"),
    10: (Verdict.OURS, "permission"),
    33: (Verdict.OURS, "number deleted"),
    100: (Verdict.NEVER, "invalid parameter"),
    190: (Verdict.OURS, "token"),
    368: (Verdict.OURS, "blocked by policy"),
    80007: (Verdict.LATER, "throttled"),
    130429: (Verdict.LATER, "throttled"),
    130472: (Verdict.NEVER, "in an experiment"),
    130497: (Verdict.OURS, "country not allowed"),
    131000: (Verdict.LATER, "unknown"),
    131005: (Verdict.OURS, "permission"),
    131008: (Verdict.NEVER, "parameter missing"),
    131009: (Verdict.NEVER, "invalid parameter"),
    131016: (Verdict.LATER, "down"),
    131021: (Verdict.NEVER, "recipient is the sender"),
    131026: (Verdict.NEVER, "undeliverable"),
    131030: (Verdict.NEVER, "recipient not allowed"),
    131031: (Verdict.OURS, "account locked"),
    131037: (Verdict.OURS, "display name"),
    131042: (Verdict.OURS, "payment"),
    131045: (Verdict.OURS, "certificate"),
    131047: (Verdict.NEVER, "conversation closed"),
    131048: (Verdict.OURS, "spam limit"),
    131049: (Verdict.NEVER, "held back"),
    131050: (Verdict.NEVER, "not wanted"),
    131051: (Verdict.NEVER, "unsupported"),
    131056: (Verdict.LATER, "pair throttled"),
    131057: (Verdict.LATER, "maintenance"),
    133004: (Verdict.LATER, "down"),
    133010: (Verdict.OURS, "number not registered"),
}
RANGES: Final = (
    (range(200, 300), (Verdict.OURS, "permission")),
    (range(132000, 133000), (Verdict.OURS, "template")),
    (range(133000, 134000), (Verdict.OURS, "registration")),
)
WAITS_S: Final = {130429: 1.0, 131056: 6.0}
NO_SUCH_OBJECT: Final = 33  # the subcode of 100 for a phone number id that is not ours
WAIT_AT_MOST_S: Final = 3600


class _Error(msgspec.Struct):
    code: int
    error_subcode: int | None = None
    is_transient: bool = False


class _Refusal(msgspec.Struct):
    error: _Error


_REFUSAL: Final = msgspec.json.Decoder(_Refusal)


def failure(status: int, body: bytes, retry_after: str | None) -> ChannelFailure:
    """Return what a refusal means, by its code where it has one; `retry_after` is the header (RFC 9110, 10.2.3)."""
    try:
        error = _REFUSAL.decode(body).error
    except (msgspec.DecodeError, RecursionError):
        return _failure(_by_status(status), f"whatsapp http {status}", _seconds(retry_after))
    known = _known(error)
    verdict = known[0] if known else _by_status(status)
    if error.is_transient and verdict is Verdict.NEVER:
        verdict = Verdict.LATER
    return _failure(verdict, reason(error.code, error.error_subcode), _seconds(retry_after) or WAITS_S.get(error.code))


def reason(code: int, subcode: int | None = None) -> str:
    """Name a code in few words of ours; Meta's own may repeat the number."""
    known = _known(_Error(code, subcode))
    return f"whatsapp {code} {known[1]}" if known else f"whatsapp {code}"


def _known(error: _Error) -> tuple[Verdict, str] | None:
    if error.code == 100 and error.error_subcode == NO_SUCH_OBJECT:  # noqa: PLR2004 - the code itself
        return Verdict.OURS, "no such number of ours"
    found = CODES.get(error.code)
    return found or next((verdict for codes, verdict in RANGES if error.code in codes), None)


def _by_status(status: int) -> Verdict:
    match status:
        case 401 | 403:
            return Verdict.OURS
        case 408 | 425 | 429:
            return Verdict.LATER
        case _:
            return Verdict.NEVER if status // 100 == 4 else Verdict.LATER  # noqa: PLR2004 - the class of a status


def _failure(verdict: Verdict, why: str, retry_after_s: float | None) -> ChannelFailure:
    return ChannelFailure(
        why,
        permanent=verdict is Verdict.NEVER,
        retry_after_s=retry_after_s if verdict is Verdict.LATER else None,
        ours=verdict is Verdict.OURS,
    )


def _seconds(header: str | None) -> float | None:
    if header is None or not (header.isascii() and header.isdigit() and len(header) < 8):  # noqa: PLR2004 - days
        return None
    return float(min(int(header), WAIT_AT_MOST_S))
