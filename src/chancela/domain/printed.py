"""Printed guias: a guia on paper to be signed, and the slip on it, which says which guia, for whom and when."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from uuid import UUID

from chancela.domain import absence as absences, guia as guias
from chancela.domain.absence import AbsenceNeed
from chancela.domain.guia import ItemState, Procedure, Status
from chancela.domain.offline import BRAZIL
from chancela.domain.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chancela.domain.case import Case
    from chancela.domain.guia import Guia


class Recognised(StrEnum):
    """How a sheet that came back was known again: its QR was read, or its number typed."""

    QR = "qr"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Slip:
    """One printing of a guia; `id` is the nonce in what is signed, `until` the last day on which it may come back.

    `procedures` are those on the sheet, as they stood. It ends by another printing (`ended_at`) or by coming back
    signed (`returned_at`, with the document that was kept and the day of the visit).
    """

    id: UUID
    guia_id: UUID
    provider: str
    printed_at: datetime
    printed_by: str
    procedures: tuple[Procedure, ...]
    until: date
    sessions: int = 1
    ended_at: datetime | None = None
    returned_at: datetime | None = None
    returned_by: str | None = None
    attachment_id: UUID | None = None
    recognised: Recognised | None = None
    visit_date: date | None = None


@dataclass(frozen=True, slots=True)
class Claims:
    """What the QR of a sheet says, once its signature was found to be ours; `at` is in seconds since 1970."""

    operator: str
    number: str
    provider: str
    at: int
    id: UUID


_UNPRINTABLE: Final = {
    Status.VALIDATED: Refusal.GUIA_VALIDATED,
    Status.DENIED: Refusal.GUIA_DENIED,
    Status.CANCELLED: Refusal.GUIA_CANCELLED,
    Status.EXPIRED: Refusal.GUIA_EXPIRED,
    Status.DISPUTED: Refusal.GUIA_DISPUTED,
}
_UNRETURNABLE: Final = {
    Status.VALIDATED: Refusal.GUIA_VALIDATED,
    Status.CANCELLED: Refusal.GUIA_CANCELLED,
    Status.DISPUTED: Refusal.GUIA_DISPUTED,
}
_MISREAD: Final = str.maketrans("ILO", "110")  # Crockford's base 32 has none of these letters


def unprintable(case: Case, today: date) -> Refusal | None:
    """Tell why a guia is not printed to be signed: it is over, is being analysed without urgency, or owes nothing."""
    status = guias.status(case.guia, today)
    if status is Status.UNDER_ANALYSIS and not case.guia.urgent:
        return Refusal.GUIA_UNDER_ANALYSIS
    if status is Status.WITHOUT_TOKEN and not owed(case):
        return Refusal.GUIA_WITHOUT_TOKEN
    return _UNPRINTABLE.get(status)


def unreturnable(case: Case, today: date) -> Refusal | None:
    """Tell why no signed sheet is taken; one that was printed in its time is taken though the guia expired since."""
    return _UNRETURNABLE.get(guias.status(case.guia, today))


def owed(case: Case) -> bool:
    """Tell whether the guia went on without a code and its signature is still to come."""
    return absences.awaits(case.absence, AbsenceNeed.SIGNATURE)


def made(case: Case, id_: UUID, now: datetime, by: str, days: int) -> Slip:
    """Return a new slip of a guia, good for so many days; what was denied is not printed, nor sessions that were."""
    guia = case.guia
    left = max(1, guia.sessions - len(case.sessions))
    shown = tuple(each for each in guia.procedures if each.authorisation is not ItemState.DENIED)
    until = day(now) + timedelta(days=days)
    return Slip(id_, guia.id, guia.provider, now, by, shown, until, left)


def alive(slip: Slip) -> bool:
    """Tell whether a slip neither came back nor was printed over."""
    return slip.ended_at is None and slip.returned_at is None


def ended(slips: Iterable[Slip], now: datetime) -> tuple[Slip, ...]:
    """Return the slips that another printing ends."""
    return tuple(replace(each, ended_at=now) for each in slips if alive(each))


def over(slip: Slip, today: date) -> bool:
    """Tell whether a slip may not come back any more."""
    return not alive(slip) or slip.until < today


def day(at: datetime) -> date:
    """Return the day of an instant where the people are."""
    return at.astimezone(BRAZIL).date()


def possible(slip: Slip, visit: date, today: date) -> bool:
    """Tell whether a visit by this sheet may have been on a day: from its printing until it came back."""
    return day(slip.printed_at) <= visit <= today


def said(guia: Guia, slip: Slip) -> Claims:
    """Return what is signed in the QR of a slip."""
    return Claims(guia.operator, guia.number, slip.provider, int(slip.printed_at.timestamp()), slip.id)


def by_claims(guia: Guia, slips: Iterable[Slip], claims: Claims) -> Slip | None:
    """Return the slip of this guia of which a QR speaks in every word, else None."""
    return next((each for each in slips if said(guia, each) == claims), None)


def by_number(numbers: Iterable[tuple[Slip, str]], typed: str) -> Slip | None:
    """Return the slip whose number was typed; all are compared, each in constant time."""
    text = plain(typed).encode()
    found = [slip for slip, number in numbers if hmac.compare_digest(number.encode(), text)]
    return found[0] if found else None


def context(slip_id: UUID) -> bytes:
    """Return the bytes whose MAC becomes the number beneath the QR."""
    return b"printed|" + slip_id.bytes


def plain(typed: str) -> str:
    """Return a number as it is kept: capitals without spaces and hyphens, letters that it never has mended."""
    return "".join(each for each in typed.upper() if each.isalnum()).translate(_MISREAD)


def spaced(number: str) -> str:
    """Return a number as it is printed: two groups of five."""
    return f"{number[:5]} {number[5:]}"


def changed(slip: Slip, guia: Guia) -> bool:
    """Tell whether what stands now differs from what was printed, in what was asked or in how it was answered."""
    return slip.procedures != tuple(each for each in guia.procedures if each.authorisation is not ItemState.DENIED)
