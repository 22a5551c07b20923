"""A disputed attendance in writing, as the auditor, the provider and the person read and print it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chancela.domain import dispute as disputes
from chancela.domain.guia import Attendance
from chancela.domain.report import ReportOutcome

if TYPE_CHECKING:
    from chancela.bootstrap.app import App
    from chancela.domain.case import Case

WAS = {
    Attendance.VALIDATED: _("confirmado com código"),
    Attendance.WITHOUT_TOKEN: _("registrado sem código"),
}


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
        "overdue": disputes.overdue(report, timezone.localdate()),
        "longest": disputes.LONGEST,
        "provider_name": provider.name if provider else case.guia.provider,
    }
