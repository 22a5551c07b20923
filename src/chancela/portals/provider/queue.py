"""The queue at the left of the desk: what awaits something, most urgent first."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.functional import Promise

from chancela.domain import guia as guias, report, token as tokens
from chancela.domain.case import Case
from chancela.domain.guia import Status
from chancela.portals.design.words import Said
from chancela.portals.provider import words


@dataclass(frozen=True, slots=True)
class Row:
    """One guia that awaits something; `live` says that a code is on its way or in the person's hand."""

    case: Case
    said: Said
    kind: str | Promise
    icon: str
    live: bool


def row(case: Case, now: dt.datetime) -> Row:
    """A guia as lists show it."""
    status = guias.status(case.guia, timezone.localdate(now))
    kind = case.guia.kind
    said = words.STOPPED if status is Status.AWAITING_TOKEN and report.stops(case.report) else words.STATUS[status]
    return Row(case, said, words.KIND_SHORT[kind], words.KIND_ICON[kind], tokens.alive(case.token, now))


def rows(cases: Iterable[Case], now: dt.datetime) -> list[Row]:
    """Those whose code is out come first, since a person is waiting; the rest keep the order in which they came."""
    return sorted((row(case, now) for case in cases), key=lambda each: not each.live)
