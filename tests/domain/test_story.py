"""The story of an attendance: every line in its order, and nothing that is not the person's to read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from chancela.domain import story
from chancela.domain.absence import Absence, AbsenceReason
from chancela.domain.case import Case
from chancela.domain.delivery import Channel, DeliveryState
from chancela.domain.guia import Attendance, Authorisation, Guia, Kind
from chancela.domain.late import LateVisit
from chancela.domain.report import Report, ReportOutcome, ReportWay
from chancela.domain.story import Happened, Line, Sending
from chancela.domain.token import Method, Token, TokenEnd, Validation, Window
from tests.fakes.memory import NOON

ID = UUID(int=1)
MINUTE = timedelta(minutes=1)
GUIA = Guia(
    operator="999009",
    id=ID,
    number="2026000000001",
    kind=Kind.ODONTO,
    beneficiary_id=UUID(int=2),
    card_number="00123456789",
    provider="10001",
    created_at=NOON,
    valid_until=date(2027, 2, 18),
    procedures=(),
    authorisation=Authorisation.AUTHORISED,
    attendance=Attendance.AWAITING_TOKEN,
)


def token(generation: int = 1, end: TokenEnd | None = None, minute: int = 1) -> Token:
    issued = NOON + minute * MINUTE
    return Token(ID, generation, issued, issued + timedelta(hours=48), 0, issued + 5 * MINUTE if end else None, end)


def sending(generation: int = 1, state: DeliveryState = DeliveryState.HANDED_OVER, minute: int = 1) -> Sending:
    at = NOON + minute * MINUTE
    return Sending(generation, Channel.SMS, "(41) *****-5949", state, at, at)


def kinds(case: Case, ended: tuple[Token, ...] = (), sent: tuple[Sending, ...] = ()) -> list[Happened]:
    return [each.what for each in story.told(case, ended, sent)]


@pytest.mark.parametrize("state", Authorisation)
def test_it_begins_with_the_request_and_what_the_operator_answered(state: Authorisation):
    lines = story.told(Case(replace(GUIA, authorisation=state)), (), ())
    assert lines == (Line(Happened.REQUESTED, NOON), Line(story.ANSWERS[state]))


def test_a_code_that_was_sent_is_told_by_its_messages():
    messages = tuple(sending(state=each, minute=nth) for nth, each in enumerate(DeliveryState, 1))
    lines = story.told(Case(GUIA, token()), (), messages)[2:]
    assert [each.sending for each in lines] == list(messages)
    fates = {"delivered": Happened.CODE_ARRIVED, "failed": Happened.CODE_FAILED}
    assert [each.what for each in lines] == [fates.get(each, Happened.CODE_SENT) for each in DeliveryState]


def test_a_code_that_went_nowhere_was_made_in_the_hand():
    assert kinds(Case(GUIA, token()))[2:] == [Happened.CODE_MADE]


@pytest.mark.parametrize("end", TokenEnd)
def test_how_a_code_ended_is_told_where_nothing_else_tells_it(end: TokenEnd):
    lines = kinds(Case(GUIA, token(end=end)), (token(end=end),), (sending(),))[2:]
    assert lines == [Happened.CODE_SENT, *([story.ENDINGS[end]] if end in story.ENDINGS else [])]


def test_a_code_that_was_found_expired_late_ended_at_its_time():
    late = replace(token(end=TokenEnd.EXPIRED), ended_at=NOON + timedelta(hours=60))
    assert story.told(Case(GUIA), (late,), (sending(),))[-1].at == late.expires_at


def test_everything_stands_in_the_order_in_which_it_happened():
    proof = Validation(ID, NOON + 20 * MINUTE, Window.FRESH, Method.TOKEN, "ABC", 2, "recepcao")
    case = Case(GUIA, token(2, TokenEnd.USED, 10), validation=proof)
    past = (token(1, TokenEnd.SUPERSEDED), token(2, TokenEnd.USED, 10))
    found = kinds(case, past, (sending(2, minute=10), sending(1, minute=1)))[2:]
    assert found == [Happened.CODE_SENT, Happened.CODE_REPLACED, Happened.CODE_SENT, Happened.VALIDATED]


@pytest.mark.parametrize(
    ("outcome", "more"),
    [
        (None, []),
        (ReportOutcome.MISTAKEN, [Happened.REPORT_MISTAKEN]),
        (ReportOutcome.UPHELD, [Happened.REPORT_UPHELD]),
    ],
)
def test_what_the_person_said_and_what_came_of_it(outcome: ReportOutcome | None, more: list[Happened]):
    said = Report(ID, GUIA.beneficiary_id, GUIA.provider, ReportWay.APP, "1" * 20, 1, NOON + MINUTE)
    closed = replace(said, outcome=outcome, closed_at=NOON + 9 * MINUTE if outcome else None)
    assert kinds(Case(GUIA, report=closed))[2:] == [Happened.REPORTED, *more]


@pytest.mark.parametrize(
    ("method", "line"), [(Method.OFFLINE, Happened.VALIDATED_OFFLINE), (Method.PAPER, Happened.VALIDATED_ON_PAPER)]
)
def test_a_code_that_another_way_outlived_was_not_replaced_by_a_new_one(method: Method, line: Happened):
    beside = token(end=TokenEnd.SUPERSEDED)
    assert beside.ended_at is not None
    proof = Validation(ID, beside.ended_at, Window.VALID, method, "0123456789", 1, "recepcao")
    case = Case(GUIA, validation=proof)
    assert kinds(case, (beside,)) == [Happened.REQUESTED, Happened.AUTHORISED, Happened.CODE_MADE, line]
    earlier = replace(beside, ended_at=beside.ended_at - MINUTE)
    assert Happened.CODE_REPLACED in kinds(case, (earlier,))


def test_what_has_no_hour_is_never_put_in_order():
    with pytest.raises(ValueError, match="hour"):
        story._hour(Line(Happened.AUTHORISED))


def test_a_code_left_for_later_is_told_so_and_no_new_one_was_asked_for():
    late = LateVisit(ID, NOON.date(), NOON.date(), NOON.date(), NOON + 5 * MINUTE, "recepcao")
    ended = replace(token(end=TokenEnd.SUPERSEDED), ended_at=late.asked_at)
    assert kinds(Case(GUIA, late=late), (ended,))[2:] == [Happened.CODE_MADE, Happened.POSTPONED]


def test_a_late_codes_proof_is_told_as_one():
    proof = Validation(ID, NOON, Window.LATE, Method.TOKEN, "ABC", 2, "recepcao", visit_date=NOON.date())
    assert kinds(Case(GUIA, validation=proof))[-1] is Happened.VALIDATED_LATE


def test_a_visit_that_went_on_without_a_code_is_told_and_the_code_that_it_ended_was_not_replaced():
    at = NOON + 5 * MINUTE
    absence = Absence(ID, AbsenceReason.NO_PHONE, "07", "99900920261120000001", at, "recepcao")
    ended = replace(token(end=TokenEnd.SUPERSEDED), ended_at=at)
    assert kinds(Case(GUIA, absence=absence), (ended,))[2:] == [Happened.CODE_MADE, Happened.WITHOUT_CODE]
