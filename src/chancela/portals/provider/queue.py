"""The queue at the left of the desk: what awaits something, most urgent first."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone
from django.utils.functional import Promise

from chancela.domain import guia as guias, report, token as tokens
from chancela.domain.case import Case
from chancela.domain.guia import Authorisation, Status
from chancela.portals.design import series as sessions, words as shared
from chancela.portals.design.words import Said
from chancela.portals.provider import absence_screens, dispute_shown, words


@dataclass(frozen=True, slots=True)
class Row:
    """One guia that awaits something; `live` says that a code is on its way or in the person's hand.

    `answered` says that an auditor answered it lately, `standing` how a dispute of it stands, or what it left unpaid.
    """

    case: Case
    said: Said
    kind: str | Promise
    icon: str
    live: bool
    answered: bool = False
    standing: str = ""


def row(case: Case, now: dt.datetime, answered: Collection[UUID] = ()) -> Row:
    """A guia as lists show it."""
    status = guias.status(case.guia, timezone.localdate(now))
    kind = case.guia.kind
    stopped = status in {Status.AWAITING_TOKEN, Status.LATE_PENDING} and report.stops(case.report)
    said = words.STOPPED if stopped else shared.STATUS[status]
    lacks = case.guia.authorisation is Authorisation.AWAITING_DOCUMENT
    said = words.LACKING if status is Status.UNDER_ANALYSIS and lacks else said
    said = _session(case, said) if status is Status.AWAITING_TOKEN else said
    said = absence_screens.owing(case.absence) or said if status is Status.WITHOUT_TOKEN else said
    told = case.guia.id in answered and status is not Status.UNDER_ANALYSIS
    standing, series = dispute_shown.standing(case.report, timezone.localdate(now)), sessions.shown(case)
    standing = standing or (series.unpaid if series else "")
    live = tokens.alive(case.token, now)
    return Row(case, said, words.KIND_SHORT[kind], words.KIND_ICON[kind], live, told, standing)


def _session(case: Case, said: Said) -> Said:
    """Which session of a series is the next."""
    series = sessions.shown(case)
    return Said("wait", series.title, "ring") if series and series.next and said is not words.STOPPED else said


def rows(cases: Iterable[Case], now: dt.datetime, answered: Collection[UUID] = ()) -> list[Row]:
    """Those whose code is out come first, as a person is waiting, then what was answered; the rest keep their order."""
    found = (row(case, now, answered) for case in cases)
    return sorted(found, key=lambda each: (not each.live, not each.answered))
