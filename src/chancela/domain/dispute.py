"""Disputes: a person says of an attendance that was recorded that it was not theirs; one a guia, decided in writing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from chancela.domain import report as reports
from chancela.domain.guia import Attendance
from chancela.domain.permissions import STAFF
from chancela.domain.report import Report, ReportOutcome, Side

if TYPE_CHECKING:
    from datetime import date, datetime

    from chancela.domain.absence import Absence
    from chancela.domain.guia import Guia
    from chancela.domain.permissions import Actor

FEWEST_LETTERS: Final = 10
LONGEST: Final = 1000
RECORDED: Final = frozenset({Attendance.VALIDATED, Attendance.WITHOUT_TOKEN})


def opens(guia: Guia, report: Report | None) -> bool:
    """Tell whether «não fui eu» disputes the attendance of a guia: it is recorded, and was not disputed before."""
    return guia.attendance in RECORDED and (report is None or report.was is None)


def opened(report: Report, guia: Guia, days: int, today: date) -> Report:
    """Return the report as one about the attendance itself, to be decided within so many days."""
    return replace(report, was=guia.attendance, due_date=today + timedelta(days=days))


def standing(guia: Guia, report: Report | None) -> Report | None:
    """Return what a person said of a guia as it stands; None where another word of theirs would be heard as new."""
    if report is None or opens(guia, report) or reports.reopens(report, guia.generation):
        return None
    return report


def is_open(report: Report | None) -> bool:
    """Tell whether there is a dispute that nobody has decided."""
    return report is not None and report.was is not None and report.closed_at is None


def sides(report: Report | None) -> tuple[Side, ...]:
    """Return all that the provider said of a guia so far, the first answer on top."""
    if report is None or report.side is None or report.side_at is None:
        return report.former if report else ()
    return (*report.former, Side(report.side, report.side_at, report.sessions))


def widened(report: Report, sessions: tuple[int, ...]) -> Report:
    """Return the dispute about more sessions, or all of them: of those the provider is to be heard, too."""
    return replace(report, sessions=sessions, side=None, side_at=None, former=sides(report))


def overdue(report: Report, today: date) -> bool:
    """Tell whether the last day to decide a dispute has passed."""
    return is_open(report) and report.due_date is not None and report.due_date < today


def reviewed(absence: Absence | None, actor: Actor) -> bool:
    """Tell whether somebody would decide upon their own word, as they reviewed this attendance without a code.

    The operator's own system is nobody: behind it stand people whom we do not know.
    """
    return absence is not None and actor.kind in STAFF and absence.reviewed_by == actor.name


def written(text: str) -> str | None:
    """Return what somebody wrote, at most 1,000 characters of it; None under ten letters, which say nothing.

    Signs that nobody sees are left out: no database takes NUL, and others turn a line around.
    """
    seen = "".join(each for each in text if each.isprintable() or each.isspace())
    said = "\n".join(" ".join(line.split()) for line in seen.strip().splitlines())[:LONGEST].strip()
    return said if sum(each.isalpha() for each in said) >= FEWEST_LETTERS else None


def decided(report: Report, *, happened: bool, text: str, by: str, at: datetime) -> Report:
    """Return the dispute with its outcome in writing."""
    outcome = ReportOutcome.MISTAKEN if happened else ReportOutcome.UPHELD
    return replace(report, outcome=outcome, text=text, closed_at=at, closed_by=by)
