"""Denied sessions: a person says of some sessions of a series that they were not theirs; each is decided for itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chancela.domain import dispute as disputes
from chancela.domain.guia import Attendance
from chancela.domain.report import ReportOutcome

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chancela.domain.case import Case
    from chancela.domain.report import Report
    from chancela.domain.series import Session


def took_place(case: Case, named: Iterable[int]) -> bool:
    """Tell whether a series has a session at each of these places."""
    return set(named) <= {each.place for each in case.sessions}


def left(case: Case) -> tuple[int, ...]:
    """Return the places of the sessions that a person may name now: none was decided of, nor is in question."""
    report = case.report
    if disputes.opens(case.guia, report):
        return tuple(each.place for each in case.sessions)
    if report is None or report.was is None or not report.sessions:
        return ()
    asked = report.sessions if disputes.is_open(report) else ()
    return tuple(each for each in _undecided(case) if each not in asked)


def in_question(case: Case, named: Iterable[int]) -> tuple[int, ...] | None:
    """Return what a dispute is about once a word of the person is heard; None where the word says nothing new.

    Who names no session means the whole attendance, and that is an empty answer; where some of its sessions were
    decided before, it is all the others. Once a dispute was decided, only a word that names sessions opens another.
    """
    places, report, free = set(named), case.report, set(left(case))
    if report is None or disputes.opens(case.guia, report):
        return tuple(sorted(places)) if disputes.opens(case.guia, report) else None
    new = places & free if places else free
    if not new or not (places or disputes.is_open(report)):
        return None
    if not places and len(_undecided(case)) == len(case.sessions):
        return ()
    return tuple(sorted({*new, *report.sessions} if disputes.is_open(report) else new))


def disowned(case: Case, session: Session) -> bool:
    """Tell whether a session is in question: the person says that it was not theirs, and nobody decided yet."""
    report = case.report
    if report is None or not disputes.is_open(report) or session.outcome is not None:
        return False
    return not report.sessions or session.place in report.sessions


def refuted(case: Case) -> bool:
    """Tell whether it was decided that the attendance never was, or none of its sessions: nobody pays it."""
    report = case.report
    upheld = report is not None and report.was is not None and report.outcome is ReportOutcome.UPHELD
    return upheld and case.guia.attendance is Attendance.DISPUTED


def denied(case: Case, session: Session) -> bool:
    """Tell whether it was decided that a session never was, for itself or with the whole of its guia."""
    return session.outcome is ReportOutcome.UPHELD or refuted(case)


def judged(case: Case, report: Report) -> tuple[Session, ...]:
    """Return the sessions that a decided dispute was about, each with what was decided of it, for good."""
    return tuple(
        replace(each, outcome=report.outcome, judged_at=report.closed_at, ruling=report.text)
        for each in case.sessions
        if each.outcome is None and (not report.sessions or each.place in report.sessions)
    )


def stands(case: Case, report: Report) -> bool:
    """Tell whether an attendance stands again once a dispute is decided and its sessions are `judged`.

    So it does where it happened; and where sessions were named, unless every one of the series was denied.
    """
    if report.outcome is ReportOutcome.MISTAKEN:
        return True
    return bool(report.sessions) and any(each.outcome is not ReportOutcome.UPHELD for each in case.sessions)


def places(report: Report) -> dict[str, str]:
    """Return what the trail tells of the sessions that were named, «2,5»; nothing where it is the whole attendance."""
    return {"places": ",".join(map(str, report.sessions))} if report.sessions else {}


def _undecided(case: Case) -> tuple[int, ...]:
    return tuple(each.place for each in case.sessions if each.outcome is None)
