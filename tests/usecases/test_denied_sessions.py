"""«Não fui eu» of single sessions of a series: each is decided for itself, and the others are paid."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chancela.domain import denied_session, story
from chancela.domain.case import Case
from chancela.domain.contact import ContactKind, ContactState
from chancela.domain.guia import Attendance, Kind, RequestedProcedure
from chancela.domain.profiles import LATEST_CODE_WINS
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.report import ReportOutcome, ReportWay, Side
from chancela.domain.story import Happened
from chancela.usecases.answer_dispute import AnswerDispute
from chancela.usecases.close_series import CloseSeries
from chancela.usecases.decide_dispute import DecideDispute
from chancela.usecases.record_absence import RecordAbsence
from chancela.usecases.register_guia import RegisterGuia
from chancela.usecases.report_token import ReportToken
from chancela.usecases.tell_disputes import TellDisputes
from tests.usecases.scene import AUDITOR, CARD, DESK, OK, PROVIDER, SYSTEM, Scene, reason

TEXT = "Falamos com a pessoa e com a clínica."
OTHER = "A ficha assinada confirma esta visita."
OF = 4
UPHELD, MISTAKEN = ReportOutcome.UPHELD, ReportOutcome.MISTAKEN


@pytest.fixture
def scene() -> Scene:
    return Scene(replace(LATEST_CODE_WINS, series=(OK,), cool_down_s=0))


def begun(scene: Scene, of: int = OF) -> Case:
    asked = (RequestedProcedure("22", OK, of),)
    return scene.do(RegisterGuia(DESK, Kind.ODONTO, CARD, PROVIDER, asked))  # type: ignore[no-any-return]


def attended(scene: Scene, case: Case) -> Case:
    """One session more, by a code."""
    case = scene.issue(case)
    return scene.validate(case, scene.code(case))  # type: ignore[no-any-return]


def recorded(scene: Scene, of: int = OF) -> Case:
    """A series that ended by the code of its last session."""
    case = begun(scene, of)
    for _ in range(of):
        case = attended(scene, case)
    return case


def says(scene: Scene, case: Case, *places: int, way: ReportWay = ReportWay.APP) -> Any:
    return scene.do(ReportToken(SYSTEM, case.guia.id, way, None, places))


def decide(scene: Scene, case: Case, *, happened: bool, text: str = TEXT) -> Any:
    return scene.do(DecideDispute(AUDITOR, case.guia.id, happened, text))


def last(scene: Scene) -> tuple[str, dict[str, Any]]:
    entry = scene.memory.shelf.trail[-1]
    return entry.kind, json.loads(entry.data)


def denied(case: Case) -> list[int]:
    return [each.place for each in case.sessions if denied_session.denied(case, each)]


def disowned(case: Case) -> list[int]:
    return [each.place for each in case.sessions if denied_session.disowned(case, each)]


# it is disputed


def test_sessions_are_named_once_each_and_in_order(scene: Scene):
    done = recorded(scene)
    told = says(scene, done, 3, 1, 3)
    assert (told.guia.attendance, told.report.was) == (Attendance.DISPUTED, Attendance.VALIDATED)
    assert (told.report.sessions, disowned(told), denied(told)) == ((1, 3), [1, 3], [])
    assert last(scene)[0] == "guia:attendance:disputed"
    assert last(scene)[1]["places"] == "1,3"
    assert scene.now(done) == told


def test_who_names_none_means_all_of_them(scene: Scene):
    told = says(scene, recorded(scene), way=ReportWay.SMS)
    assert (told.report.sessions, disowned(told)) == ((), [1, 2, 3, 4])
    assert "places" not in last(scene)[1]


@pytest.mark.parametrize("place", [0, 5, 99])
def test_a_session_that_did_not_take_place_is_refused_and_takes_no_protocol(scene: Scene, place: int):
    done = scene.now(recorded(scene))
    assert reason(says(scene, done, 2, place)) == Refusal.GUIA_CHANGED
    assert scene.now(done) == done
    assert scene.memory.shelf.protocols.total() == 0
    assert reason(says(scene, scene.awaiting(), 1)) == Refusal.GUIA_CHANGED


def test_a_series_closed_early_has_the_sessions_that_took_place(scene: Scene):
    done = attended(scene, attended(scene, begun(scene)))
    done = scene.do(CloseSeries(DESK, done.guia.id, "Alta."))
    assert reason(says(scene, done, 3)) == Refusal.GUIA_CHANGED
    told = decide(scene, says(scene, done, 2), happened=False)
    assert (denied(told), told.guia.attendance, told.sessions[1].closed_why) == ([2], Attendance.VALIDATED, "Alta.")
    assert scene.now(done) == told


def test_while_a_series_goes_on_a_word_stops_its_codes_as_ever(scene: Scene):
    told = says(scene, attended(scene, begun(scene)), 1)
    assert (told.guia.attendance, told.report.was) == (Attendance.AWAITING_TOKEN, None)
    assert told.report.sessions == ()
    assert reason(scene.issue(told)) == Refusal.CODE_REPORTED
    assert disowned(told) == [] and denied_session.left(told) == ()


# it is said again


def test_another_session_joins_the_open_case_under_its_protocol_and_day(scene: Scene):
    first = says(scene, recorded(scene), 3)
    told = says(scene, first, 2, way=ReportWay.EMAIL)
    assert replace(told.report, sessions=(3,)) == first.report
    assert told.report.sessions == (2, 3)
    assert last(scene) == (
        *("guia:dispute:widened", {"protocol": first.report.protocol, "way": "email", "places": "2,3"}),
    )
    assert scene.memory.shelf.protocols.total() == 1
    assert denied_session.left(told) == (1, 4)


def test_a_no_by_sms_widens_it_to_the_whole(scene: Scene):
    told = says(scene, says(scene, recorded(scene), 3), way=ReportWay.SMS)
    assert (told.report.sessions, disowned(told)) == ((), [1, 2, 3, 4])
    assert last(scene)[0] == "guia:dispute:widened"
    assert decide(scene, told, happened=False).guia.attendance is Attendance.DISPUTED


@pytest.mark.parametrize("again", [(3,), (3, 3), (2, 3)])
def test_what_is_in_question_already_is_said_in_vain(scene: Scene, again: tuple[int, ...]):
    told = says(scene, recorded(scene), 2, 3)
    events = len(scene.trail)
    assert says(scene, told, *again) == told
    whole = says(scene, told)
    assert says(scene, whole, *again) == says(scene, whole) == whole
    assert len(scene.trail) == events + 1


def test_several_words_at_once_come_to_one_case(scene: Scene):
    done = recorded(scene)
    words = [ReportToken(SYSTEM, done.guia.id, ReportWay.APP, None, places) for places in ((2,), (9,), (1,), (2,))]
    told, refused, *later = scene.do_all(*words)
    assert refused == Refused(Refusal.GUIA_CHANGED)
    assert [each.report.sessions for each in (told, *later)] == [(2,), (1, 2), (1, 2)]
    assert scene.now(done) == later[-1]


def test_a_number_that_a_provider_typed_is_contested_by_a_word_that_widens(scene: Scene):
    told = says(scene, recorded(scene), 1)
    typed = scene.knows(
        *(ContactKind.MOBILE, "+5541900001234", ContactState.PROVISIONAL),
        typed_by=PROVIDER,
        guia_id=told.guia.id,
    )
    scene.do(ReportToken(SYSTEM, told.guia.id, ReportWay.SMS, typed.id))
    assert scene.memory.shelf.contacts[typed.id].state is ContactState.CONTESTED
    assert scene.now(told).report.sessions == ()


def answer(scene: Scene, case: Case, text: str = OTHER, seen: tuple[int, ...] | None = None) -> Any:
    return scene.do(AnswerDispute(DESK, case.guia.id, text, seen))


def test_the_provider_is_heard_again_about_what_came_later_and_its_former_answer_stays(scene: Scene):
    first = answer(scene, says(scene, recorded(scene), 3))
    assert reason(answer(scene, first)) == Refusal.DISPUTE_ANSWERED
    told = says(scene, first, 2)
    said = Side(OTHER, first.report.side_at, (3,))
    assert (told.report.side, told.report.side_at, told.report.former) == (None, None, (said,))
    assert (told.report.due_date, told.report.protocol) == (first.report.due_date, first.report.protocol)
    scene.memory.now += timedelta(hours=1)
    again = answer(scene, told, TEXT)
    assert (again.report.side, again.report.side_at) == (TEXT, scene.memory.now)
    assert again.report.former == (said,)
    assert reason(answer(scene, again)) == Refusal.DISPUTE_ANSWERED
    whole = says(scene, again, way=ReportWay.SMS)
    assert whole.report.former == (said, Side(TEXT, scene.memory.now, (2, 3)))
    assert scene.now(whole) == whole
    assert scene.trail.count("guia:dispute:answered") == 2


def test_a_word_that_says_nothing_new_asks_the_provider_nothing_again(scene: Scene):
    told = answer(scene, says(scene, recorded(scene), 2, 3))
    assert says(scene, told, 3) == told


def test_an_answer_to_less_than_is_in_question_by_now_is_refused(scene: Scene):
    told = says(scene, says(scene, recorded(scene), 3), 2)
    assert reason(answer(scene, told, seen=(3,))) == Refusal.GUIA_CHANGED
    assert scene.now(told) == told
    assert answer(scene, told, seen=(3, 2)).report.side == OTHER


def test_what_the_provider_said_of_what_was_decided_stays_in_the_next_case(scene: Scene):
    first = answer(scene, says(scene, recorded(scene), 3))
    told = says(scene, decide(scene, first, happened=False), 2)
    assert (told.report.side, told.report.former) == (None, (Side(OTHER, first.report.side_at, (3,)),))


# it is decided


def test_the_named_ones_are_denied_and_the_others_stand_to_be_paid(scene: Scene):
    told = says(scene, recorded(scene), 2, 3)
    done = decide(scene, told, happened=False)
    assert (done.guia.attendance, denied(done), disowned(done)) == (Attendance.VALIDATED, [2, 3], [])
    assert [each.ruling for each in done.sessions] == [None, TEXT, TEXT, None]
    assert done.sessions[1].judged_at == done.report.closed_at
    assert (done.report.outcome, done.validation) == (UPHELD, told.validation)
    assert not denied_session.refuted(done)
    assert last(scene) == (
        *("guia:dispute:decided", {"outcome": "upheld", "protocol": told.report.protocol, "places": "2,3"}),
    )
    assert scene.now(told) == done
    assert scene.do(TellDisputes(SYSTEM)) == 1


def test_what_stood_without_a_code_stands_so_again(scene: Scene):
    case = begun(scene, 2)
    for _ in range(2):
        case = scene.do(RecordAbsence(DESK, case.guia.id, "refused", "não quis"))
    done = decide(scene, says(scene, case, 1), happened=False)
    assert (done.guia.attendance, denied(done)) == (Attendance.WITHOUT_TOKEN, [1])
    assert done.absence == case.absence


@pytest.mark.parametrize("named", [(), (1, 2, 3, 4)])
def test_where_every_session_is_denied_the_guia_stays_disputed_for_good(scene: Scene, named: tuple[int, ...]):
    done = decide(scene, says(scene, recorded(scene), *named), happened=False)
    assert (done.guia.attendance, denied(done)) == (Attendance.DISPUTED, [1, 2, 3, 4])
    assert denied_session.refuted(done)
    assert denied_session.left(done) == ()
    assert says(scene, done, 1) == done


def test_a_decision_is_about_the_sessions_that_were_shown(scene: Scene):
    told = says(scene, recorded(scene), 2)
    says(scene, told, 3)
    assert reason(scene.do(DecideDispute(AUDITOR, told.guia.id, False, TEXT, (2,)))) == Refusal.GUIA_CHANGED
    assert reason(scene.do(DecideDispute(AUDITOR, told.guia.id, False, TEXT, ()))) == Refusal.GUIA_CHANGED
    done = scene.do(DecideDispute(AUDITOR, told.guia.id, False, TEXT, (3, 2)))
    assert denied(done) == [2, 3]


@pytest.mark.parametrize("named", [(), (2,)])
def test_what_happened_stands_and_is_not_denied(scene: Scene, named: tuple[int, ...]):
    done = decide(scene, says(scene, recorded(scene), *named), happened=True)
    assert (done.guia.attendance, denied(done)) == (Attendance.VALIDATED, [])
    assert done.sessions[1].outcome is MISTAKEN
    assert says(scene, done, 2) == done


# and said once more


def test_another_session_is_disowned_after_a_decision_and_the_first_one_stays(scene: Scene):
    first = decide(scene, says(scene, recorded(scene), 2), happened=False)
    scene.memory.now += timedelta(days=2)
    told = says(scene, first, 2, 3)
    assert (told.guia.attendance, told.report.sessions) == (Attendance.DISPUTED, (3,))
    assert (told.report.protocol, told.report.text, told.report.side) == (first.report.protocol, None, None)
    assert told.report.due_date == first.report.due_date + timedelta(days=2)
    assert (denied(told), disowned(told)) == ([2], [3])
    assert last(scene)[0] == "guia:attendance:disputed"
    assert not isinstance(scene.do(AnswerDispute(DESK, told.guia.id, TEXT)), Refused)
    done = decide(scene, told, happened=True, text=OTHER)
    assert (done.guia.attendance, denied(done)) == (Attendance.VALIDATED, [2])
    assert [each.ruling for each in done.sessions] == [None, TEXT, OTHER, None]
    assert denied_session.left(done) == (1, 4)
    assert scene.memory.shelf.protocols.total() == 1


def test_once_the_last_of_them_is_denied_nothing_of_the_guia_is_paid(scene: Scene):
    case = recorded(scene, 2)
    for place in (1, 2):
        case = decide(scene, says(scene, case, place), happened=False)
    assert (case.guia.attendance, denied(case)) == (Attendance.DISPUTED, [1, 2])


def test_a_bare_word_after_a_decision_is_the_same_word_again(scene: Scene):
    done = decide(scene, says(scene, recorded(scene), 2), happened=False)
    events = len(scene.trail)
    assert says(scene, done, way=ReportWay.SMS) == done
    assert len(scene.trail) == events


def test_a_no_by_sms_widens_a_later_case_to_what_nobody_decided(scene: Scene):
    first = decide(scene, says(scene, recorded(scene), 2), happened=True)
    told = says(scene, says(scene, first, 3), way=ReportWay.SMS)
    assert (told.report.sessions, disowned(told)) == ((1, 3, 4), [1, 3, 4])
    done = decide(scene, told, happened=False)
    assert (done.guia.attendance, denied(done)) == (Attendance.VALIDATED, [1, 3, 4])


def test_one_guia_is_one_case_of_those_that_pause_codes(scene: Scene):
    case = decide(scene, says(scene, recorded(scene), 1), happened=False)
    says(scene, case, 2)
    assert not isinstance(scene.issue(scene.register()), Refused)
    says(scene, recorded(scene), 1)
    assert reason(scene.issue(scene.register())) == Refusal.PAIR_PAUSED


# and told to the person


def lines(case: Case) -> list[tuple[Happened, tuple[int, ...]]]:
    return [(each.what, each.places) for each in story.told(case, (), ()) if "dispute" in each.what or each.places]


def test_the_story_names_the_sessions_of_each_decision(scene: Scene):
    first = decide(scene, says(scene, recorded(scene), 2), happened=False)
    assert lines(first) == [(Happened.SESSIONS_DISPUTED, (2,)), (Happened.SESSIONS_UPHELD, (2,))]
    scene.memory.now += timedelta(hours=1)
    done = decide(scene, says(scene, first, 1, 3), happened=True)
    assert lines(done) == [
        (Happened.SESSIONS_UPHELD, (2,)),
        (Happened.SESSIONS_DISPUTED, (1, 3)),
        (Happened.SESSIONS_MISTAKEN, (1, 3)),
    ]


def test_the_story_of_the_whole_is_as_ever(scene: Scene):
    done = decide(scene, says(scene, recorded(scene)), happened=False)
    assert lines(done) == [(Happened.DISPUTED, ()), (Happened.DISPUTE_UPHELD, ())]
