"""The story of an attendance: what happened to a guia, in order, as its person may read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from chancela.domain.delivery import Channel, DeliveryState
from chancela.domain.guia import Authorisation
from chancela.domain.report import ReportOutcome
from chancela.domain.token import Method, Token, TokenEnd

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from chancela.domain.case import Case
    from chancela.domain.report import Report


class Happened(StrEnum):
    """What a line of the story tells."""

    REQUESTED = "requested"
    AUTHORISED = "authorised"
    PARTLY_AUTHORISED = "partly_authorised"
    WAITS_FOR_ANSWER = "waits_for_answer"
    DENIED = "denied"
    CANCELLED = "cancelled"
    CODE_MADE = "code_made"
    CODE_SENT = "code_sent"
    CODE_ARRIVED = "code_arrived"
    CODE_FAILED = "code_failed"
    CODE_REPLACED = "code_replaced"
    CODE_LOCKED = "code_locked"
    CODE_EXPIRED = "code_expired"
    VALIDATED = "validated"
    VALIDATED_OFFLINE = "validated_offline"
    VALIDATED_ON_PAPER = "validated_on_paper"
    VALIDATED_LATE = "validated_late"
    POSTPONED = "postponed"
    WITHOUT_CODE = "without_code"
    REPORTED = "reported"
    REPORT_UPHELD = "report_upheld"
    REPORT_MISTAKEN = "report_mistaken"
    DISPUTED = "disputed"
    DISPUTE_UPHELD = "dispute_upheld"
    DISPUTE_MISTAKEN = "dispute_mistaken"
    SESSIONS_DISPUTED = "sessions_disputed"
    SESSIONS_UPHELD = "sessions_upheld"
    SESSIONS_MISTAKEN = "sessions_mistaken"


@dataclass(frozen=True, slots=True)
class Sending:
    """One message that bore a code; `to` is masked."""

    generation: int
    channel: Channel
    to: str
    state: DeliveryState
    planned_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """One line; `at` is None for what has no hour of its own, `sending` is there where a message went.

    `places` are those of the sessions that it is about, none where it is about the whole.
    """

    what: Happened
    at: datetime | None = None
    sending: Sending | None = None
    places: tuple[int, ...] = ()


ANSWERS = {
    Authorisation.AUTHORISED: Happened.AUTHORISED,
    Authorisation.PARTIALLY_AUTHORISED: Happened.PARTLY_AUTHORISED,
    Authorisation.UNDER_AUDIT: Happened.WAITS_FOR_ANSWER,
    Authorisation.AWAITING_DOCUMENT: Happened.WAITS_FOR_ANSWER,
    Authorisation.DENIED: Happened.DENIED,
    Authorisation.CANCELLED: Happened.CANCELLED,
}
ENDINGS = {
    TokenEnd.SUPERSEDED: Happened.CODE_REPLACED,
    TokenEnd.LOCKED: Happened.CODE_LOCKED,
    TokenEnd.EXPIRED: Happened.CODE_EXPIRED,
}  # used, cancelled and reported have lines of their own
REPORTS = {
    (False, ReportOutcome.MISTAKEN): Happened.REPORT_MISTAKEN,
    (False, ReportOutcome.UPHELD): Happened.REPORT_UPHELD,
    (True, ReportOutcome.MISTAKEN): Happened.DISPUTE_MISTAKEN,
    (True, ReportOutcome.UPHELD): Happened.DISPUTE_UPHELD,
}
OF_SESSIONS = {
    ReportOutcome.MISTAKEN: Happened.SESSIONS_MISTAKEN,
    ReportOutcome.UPHELD: Happened.SESSIONS_UPHELD,
}
PROOFS = {
    Method.TOKEN: Happened.VALIDATED,
    Method.OFFLINE: Happened.VALIDATED_OFFLINE,
    Method.PAPER: Happened.VALIDATED_ON_PAPER,
}
ARRIVALS = {DeliveryState.DELIVERED: Happened.CODE_ARRIVED, DeliveryState.FAILED: Happened.CODE_FAILED}


def told(case: Case, ended: Iterable[Token], sent: Iterable[Sending]) -> tuple[Line, ...]:
    """Return the lines of an attendance; what has an hour stands in its order, the operator's answer after the request.

    A code that went nowhere was asked for in the person's own hand, and has a line for its birth.
    """
    gone, messages = tuple(ended), tuple(sent)
    first = (Line(Happened.REQUESTED, case.guia.created_at), Line(ANSWERS[case.guia.authorisation]))
    timed = [
        *_codes(case, gone, messages),
        *(_message(each) for each in messages),
        *_proof(case),
        *((Line(Happened.POSTPONED, case.late.asked_at),) if case.late else ()),
        *((Line(Happened.WITHOUT_CODE, case.absence.at),) if case.absence else ()),
        *_report(case.report),
        *_rulings(case),
    ]
    return (*first, *sorted(timed, key=_hour))


def _codes(case: Case, gone: tuple[Token, ...], messages: tuple[Sending, ...]) -> Iterator[Line]:
    carried = {each.generation for each in messages}
    live = (case.token,) if case.token is not None and case.token.end is None else ()
    for token in (*gone, *live):
        if token.generation not in carried:
            yield Line(Happened.CODE_MADE, token.issued_at)
        if token.end in ENDINGS and token.ended_at is not None and not _outlived(token, case):
            yield Line(ENDINGS[token.end], min(token.ended_at, token.expires_at))


def _outlived(token: Token, case: Case) -> bool:
    """Tell whether a code ended as something else confirmed the visit, or it was postponed: none was asked for anew."""
    ends = {case.validation.at if case.validation else None, case.late.asked_at if case.late else None}
    ends |= {each.at for each in case.sessions} | ({case.absence.at} if case.absence else set())
    return token.end is TokenEnd.SUPERSEDED and token.ended_at in ends


def _message(sending: Sending) -> Line:
    return Line(ARRIVALS.get(sending.state, Happened.CODE_SENT), sending.planned_at, sending)


def _proof(case: Case) -> Iterator[Line]:
    if case.validation is not None:
        late = case.validation.method is Method.TOKEN and case.validation.visit_date is not None
        yield Line(Happened.VALIDATED_LATE if late else PROOFS[case.validation.method], case.validation.at)


def _report(report: Report | None) -> Iterator[Line]:
    if report is None:
        return
    if report.sessions:  # what was decided of them stands with each
        yield Line(Happened.SESSIONS_DISPUTED, report.opened_at, places=report.sessions)
        return
    about = report.was is not None  # the attendance itself, not its code alone
    yield Line(Happened.DISPUTED if about else Happened.REPORTED, report.opened_at)
    if report.outcome is not None:
        yield Line(REPORTS[about, report.outcome], report.closed_at)


def _rulings(case: Case) -> Iterator[Line]:
    """Tell of each decision about sessions that were named; one about the whole is the report's own."""
    whole = None if case.report is None or case.report.sessions else case.report.closed_at
    rulings: dict[tuple[datetime, ReportOutcome], list[int]] = {}
    for each in case.sessions:
        if each.outcome is not None and each.judged_at is not None and each.judged_at != whole:
            rulings.setdefault((each.judged_at, each.outcome), []).append(each.place)
    for (at, outcome), places in rulings.items():
        yield Line(OF_SESSIONS[outcome], at, places=tuple(places))


def _hour(line: Line) -> datetime:
    if line.at is None:
        raise ValueError("only lines with an hour are put in order")
    return line.at
