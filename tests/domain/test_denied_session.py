"""Denied sessions: which may be named, what a word adds, and what a decision leaves standing."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, strategies as st

from chancela.domain import denied_session as denials, dispute as disputes
from chancela.domain.case import Case
from chancela.domain.guia import Attendance
from chancela.domain.report import Report, ReportOutcome, ReportWay
from chancela.domain.series import Session
from chancela.domain.token import Method, Window
from tests.domain import made

OF = 4
GUIA = replace(made.guia(), attendance=Attendance.VALIDATED, sessions=OF)
DONE = tuple(
    Session(GUIA.id, place, made.NOW, "recepcao", place, Method.TOKEN, Window.FRESH) for place in range(1, OF + 1)
)
CASE = Case(GUIA, sessions=DONE)
WORD = Report(GUIA.id, made.ANA, "10001", ReportWay.APP, "99900920261120000001", 1, made.NOW)
PLACES = st.sets(st.integers(1, OF))


def disputed(case: Case, *named: int) -> Case:
    """The case once a person named these sessions."""
    report = disputes.opened(replace(WORD, sessions=named), case.guia, 15, date(2026, 11, 20))
    return replace(case, guia=replace(case.guia, attendance=Attendance.DISPUTED), report=report)


def decided(case: Case, *, happened: bool) -> Case:
    assert case.report is not None and case.report.was is not None
    report = disputes.decided(case.report, happened=happened, text="Ouvimos os dois lados.", by="ana", at=made.NOW)
    now = {each.place: each for each in denials.judged(case, report)}
    after = replace(case, report=report, sessions=tuple(now.get(each.place, each) for each in case.sessions))
    if denials.stands(after, report):
        after = replace(after, guia=replace(case.guia, attendance=case.report.was))
    return after


def test_of_a_guia_that_is_no_series_there_is_nothing_to_name():
    lone = Case(replace(GUIA, sessions=1))
    assert denials.left(lone) == ()
    assert denials.took_place(lone, ()) and not denials.took_place(lone, (1,))
    assert denials.in_question(lone, ()) == ()
    assert denials.in_question(disputed(lone), ()) is None
    for happened in (True, False):
        done = decided(disputed(lone), happened=happened)
        assert (done.guia.attendance is Attendance.VALIDATED, denials.refuted(done)) == (happened, not happened)


@pytest.mark.parametrize("attendance", [Attendance.NONE, Attendance.AWAITING_TOKEN, Attendance.LATE_PENDING])
@pytest.mark.parametrize("report", [None, WORD])
def test_what_is_not_recorded_is_not_disputed(attendance: Attendance, report: Report | None):
    going_on = replace(CASE, guia=replace(GUIA, attendance=attendance), report=report)
    assert denials.in_question(going_on, (1,)) is None
    assert denials.left(going_on) == ()
    assert not denials.disowned(going_on, DONE[0])
    assert not denials.refuted(going_on)


def test_a_word_about_the_code_leaves_every_session_to_be_named():
    said = replace(CASE, report=WORD)
    assert denials.left(said) == (1, 2, 3, 4)
    assert denials.in_question(said, (4, 2)) == (2, 4)
    upheld = replace(said, report=replace(WORD, outcome=ReportOutcome.UPHELD, closed_at=made.NOW))
    assert not denials.refuted(upheld)
    assert not any(denials.denied(upheld, each) for each in DONE)


def test_the_whole_that_was_decided_leaves_nothing_to_name():
    for happened in (True, False):
        done = decided(disputed(CASE), happened=happened)
        assert denials.left(done) == ()
        assert denials.in_question(done, (1,)) is None
        assert all(denials.denied(done, each) is not happened for each in done.sessions)


def test_a_whole_that_was_decided_before_sessions_were_kept_denies_them_all():
    done = replace(decided(disputed(CASE), happened=False), sessions=DONE)
    assert all(denials.denied(done, each) for each in done.sessions)


@pytest.mark.parametrize("named", [(), (1, 2, 3)])
def test_what_was_decided_is_not_in_question_again_whatever_a_dispute_names(named: tuple[int, ...]):
    first = decided(disputed(CASE, 2), happened=False)
    again = disputed(first, *named)
    assert 2 not in [each.place for each in again.sessions if denials.disowned(again, each)]
    assert decided(again, happened=True).sessions[1] == first.sessions[1]


def test_the_trail_tells_the_places():
    assert denials.places(replace(WORD, sessions=(2, 5, 12))) == {"places": "2,5,12"}
    assert denials.places(WORD) == {}


@given(st.lists(st.tuples(PLACES, st.booleans()), max_size=6))
def test_a_session_is_decided_once_and_a_guia_stands_while_one_of_them_does(rounds: list[tuple[set[int], bool]]):
    case, verdicts = CASE, dict[int, bool]()
    for named, happened in rounds:
        asked = denials.in_question(case, named)
        if asked is None:
            assert case.report is not None and not named - set(verdicts)
            continue
        case = decided(disputed(case, *asked), happened=happened)
        verdicts |= dict.fromkeys(asked or range(1, OF + 1), happened)
        assert {
            each.place: each.outcome is ReportOutcome.MISTAKEN for each in case.sessions if each.outcome
        } == verdicts
        stands = len(verdicts) < OF or any(verdicts.values())
        assert case.guia.attendance is (Attendance.VALIDATED if stands else Attendance.DISPUTED)
        assert [denials.denied(case, each) for each in case.sessions] == [
            not verdicts.get(each.place, True) for each in case.sessions
        ]
