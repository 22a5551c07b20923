"""A disputed attendance in writing, as the auditor, the provider and the person read and print it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chancela.domain import denied_session, dispute as disputes
from chancela.domain.guia import Attendance
from chancela.domain.report import ReportOutcome
from chancela.portals.design import series

if TYPE_CHECKING:
    import datetime as dt

    from chancela.bootstrap.app import App
    from chancela.domain.case import Case
    from chancela.domain.report import Report

WAS = {
    Attendance.VALIDATED: _("confirmado com código"),
    Attendance.WITHOUT_TOKEN: _("registrado sem código"),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What was decided of sessions before the dispute that stands, in writing; `named` as people say them."""

    named: str
    happened: bool
    text: str
    at: dt.datetime


def earlier(case: Case) -> tuple[Answer, ...]:
    """Return the decisions about sessions that came before the dispute that stands, the first one on top."""
    now = case.report.closed_at if case.report else None
    places: dict[tuple[dt.datetime, bool, str], list[int]] = {}
    for each in case.sessions:
        if each.judged_at is not None and each.judged_at != now:
            found = (each.judged_at, each.outcome is ReportOutcome.MISTAKEN, each.ruling or "")
            places.setdefault(found, []).append(each.place)
    return tuple(Answer(series.named(places[key]), key[1], key[2], key[0]) for key in sorted(places))


@dataclass(frozen=True, slots=True)
class Heard:
    """What the provider answered before more came into question; `named` are the sessions that it was about."""

    named: str
    text: str
    at: dt.datetime


def former(report: Report) -> tuple[Heard, ...]:
    """Return the provider's answers of before, the first one on top."""
    return tuple(Heard(series.named(each.sessions), each.text, each.at) for each in report.former)


async def context(app: App, case: Case) -> dict[str, object]:
    """Return what `design/dispute.html` says beside whose guia it is; without a dispute there is no such page."""
    report = case.report
    if report is None or report.was is None:
        raise Http404
    provider = await app.reads.provider(case.guia.operator, case.guia.provider)
    return {
        "case": case,
        "guia": case.guia,
        "dispute": report,
        "dispute_was": WAS[report.was],
        "happened": report.outcome is ReportOutcome.MISTAKEN,
        "refuted": denied_session.refuted(case),
        "named": series.named(report.sessions) if report.sessions else "",
        "earlier": earlier(case),
        "former": former(report),
        "series": series.shown(case),
        "overdue": disputes.overdue(report, timezone.localdate()),
        "longest": disputes.LONGEST,
        "provider_name": provider.name if provider else case.guia.provider,
    }
