"""Disputes: when «não fui eu» is about the attendance itself, until when it is decided, and what is in writing."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from chancela.domain import dispute as disputes, guia as guias
from chancela.domain.absence import Absence, AbsenceReason
from chancela.domain.guia import Attendance
from chancela.domain.permissions import STAFF, Actor, ActorKind
from chancela.domain.report import Report, ReportOutcome, ReportWay, Side
from tests.domain import made

TODAY = date(2026, 11, 20)
VALIDATED = replace(made.guia(), attendance=Attendance.VALIDATED)
ABOUT_A_CODE = Report(VALIDATED.id, made.ANA, "10001", ReportWay.SMS, "99900920261120000001", 1, made.NOW)
OPEN = disputes.opened(ABOUT_A_CODE, VALIDATED, 15, TODAY)
UPHELD = disputes.decided(OPEN, happened=False, text="Não houve visita.", by="auditora", at=made.NOW)
MISTAKEN = disputes.decided(OPEN, happened=True, text="A visita aconteceu.", by="auditora", at=made.NOW)


@pytest.mark.parametrize("attendance", Attendance)
def test_only_an_attendance_that_was_recorded_is_disputed(attendance: Attendance):
    recorded = attendance in {Attendance.VALIDATED, Attendance.WITHOUT_TOKEN}
    assert disputes.opens(replace(VALIDATED, attendance=attendance), None) is recorded
    assert (Attendance.DISPUTED in guias.ATTENDANCE_MOVES[attendance]) is recorded


def test_it_is_disputed_once_whatever_was_said_of_its_code():
    closed = replace(ABOUT_A_CODE, outcome=ReportOutcome.UPHELD, closed_at=made.NOW, closed_by="auditora")
    assert disputes.opens(VALIDATED, ABOUT_A_CODE)
    assert disputes.opens(VALIDATED, closed)
    assert not any(disputes.opens(VALIDATED, each) for each in (OPEN, UPHELD, MISTAKEN))


def test_what_was_said_stands_until_another_word_would_be_heard():
    waiting = replace(VALIDATED, attendance=Attendance.AWAITING_TOKEN)
    mistaken = replace(ABOUT_A_CODE, outcome=ReportOutcome.MISTAKEN)
    assert disputes.standing(waiting, None) is None
    assert disputes.standing(waiting, ABOUT_A_CODE) == ABOUT_A_CODE
    assert disputes.standing(replace(waiting, generation=2), mistaken) is None
    assert disputes.standing(VALIDATED, ABOUT_A_CODE) is None
    assert disputes.standing(VALIDATED, MISTAKEN) == MISTAKEN


def test_it_has_its_days_and_is_overdue_after_the_last():
    assert (OPEN.was, OPEN.due_date) == (Attendance.VALIDATED, date(2026, 12, 5))
    assert not disputes.overdue(OPEN, date(2026, 12, 5))
    assert disputes.overdue(OPEN, date(2026, 12, 6))
    assert not any(disputes.overdue(each, TODAY + timedelta(days=99)) for each in (UPHELD, ABOUT_A_CODE))


@pytest.mark.parametrize("kind", ActorKind)
def test_whoever_of_the_operators_people_reviewed_an_attendance_has_said_their_word_on_it(kind: ActorKind):
    waits = Absence(VALIDATED.id, AbsenceReason.NO_PHONE, "07", "99900920261120000001", made.NOW, "recepcao")
    ana = Actor("999009", kind, "ana")
    assert disputes.reviewed(replace(waits, reviewed_by="ana"), ana) is (kind in STAFF)
    assert not any(disputes.reviewed(each, ana) for each in (None, waits, replace(waits, reviewed_by="bia")))


def test_it_is_open_until_it_is_decided():
    assert [disputes.is_open(each) for each in (None, ABOUT_A_CODE, OPEN, MISTAKEN, UPHELD)] == [
        *(False, False, True, False, False)
    ]


def test_what_the_provider_said_stays_when_more_comes_into_question_and_it_may_speak_again():
    named = replace(OPEN, sessions=(2,))
    assert disputes.sides(None) == disputes.sides(named) == ()
    assert disputes.widened(named, (2, 3)) == replace(named, sessions=(2, 3))
    heard = replace(named, side="A pessoa assinou.", side_at=made.NOW)
    first = Side("A pessoa assinou.", made.NOW, (2,))
    assert disputes.sides(heard) == (first,)
    wider = disputes.widened(heard, (2, 3))
    assert (wider.sessions, wider.side, wider.side_at, wider.former) == ((2, 3), None, None, (first,))
    later = made.NOW + timedelta(hours=1)
    again = replace(wider, side="Também assinou a terceira.", side_at=later)
    second = Side("Também assinou a terceira.", later, (2, 3))
    assert disputes.sides(again) == disputes.widened(again, ()).former == (first, second)
    assert disputes.widened(wider, ()).former == (first,)


@pytest.mark.parametrize("text", ["", "  ", "não", "1234567890", "nao  foi"])
def test_fewer_than_ten_letters_say_nothing(text: str):
    assert disputes.written(text) is None


def test_what_is_written_keeps_its_lines_and_loses_what_is_beyond_the_measure():
    assert (
        disputes.written("  A visita\t aconteceu. \r\n Há ficha assinada.") == "A visita aconteceu.\nHá ficha assinada."
    )
    assert len(disputes.written("a" * 5000) or "") == disputes.LONGEST


def test_signs_that_nobody_sees_are_not_written():
    assert disputes.written("A visita\x00 \u202eaconteceu\u200b.\nSim\ud800.") == "A visita aconteceu.\nSim."
    assert disputes.written("\x00" * 20) is None


@given(st.text(max_size=1200))
def test_whatever_is_written_fits(text: str):
    said = disputes.written(text)
    assert said is None or 10 <= len(said) <= disputes.LONGEST
