"""A series: one guia, many sessions, each confirmed for itself, and the guia validated once, with the last."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from chancela.domain import story
from chancela.domain.absence import (
    ABSENCES,
    AbsenceLead,
    AbsenceNeed,
    AbsenceReason,
    AbsenceReview,
    AbsenceRule,
    Given,
    tiss_pair,
)
from chancela.domain.case import Case
from chancela.domain.delivery import Purpose
from chancela.domain.guia import Attendance, ItemState, Kind, RequestedProcedure
from chancela.domain.policy_proviso import Departure, Proviso, Reach
from chancela.domain.profiles import LATEST_CODE_WINS, ONE_CODE_PER_GUIA
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.report import ReportOutcome
from chancela.domain.series import Session, SessionCode
from chancela.domain.story import Happened
from chancela.domain.token import Method, TokenEnd, Window
from chancela.usecases import series_steps
from chancela.usecases.close_series import CloseSeries
from chancela.usecases.confirm_session import ConfirmSession
from chancela.usecases.postpone_token import PostponeToken
from chancela.usecases.record_absence import RecordAbsence
from chancela.usecases.register_guia import RegisterGuia
from chancela.usecases.review_absence import ReviewAbsence
from chancela.usecases.settle_late import SettleLate
from chancela.usecases.tell_attendances import TellAttendances
from chancela.usecases.validate_token import ValidateToken
from tests.fakes.swift import run
from tests.usecases import scene as scenes
from tests.usecases.contingency import Clinic
from tests.usecases.scene import (
    AUDITED,
    AUDITOR,
    CARD,
    DESK,
    NEIGHBOUR_DESK,
    NOWHERE,
    OK,
    ONCE,
    PROVIDER,
    SYSTEM,
    Scene,
    reason,
)
from tests.usecases.test_carry import enrol, oneself
from tests.usecases.test_offline_codes import computed, printed

PLAIN = replace(LATEST_CODE_WINS, absences=ABSENCES, absence_sample_percent=0, paper_codes=10, cool_down_s=1)
NAMED = replace(PLAIN, series=(OK, AUDITED[:4]))
DAILY = replace(NAMED, session_code=SessionCode.PER_DAY)
NO_PHONE = Given(AbsenceReason.NO_PHONE)


@pytest.fixture
def scene() -> Scene:
    return Scene(NAMED)


@pytest.fixture
def daily() -> Scene:
    return Scene(DAILY)


def begun(scene: Scene, sessions: int = 3, code: str = OK) -> Case:
    """A guia of so many sessions."""
    asked = (RequestedProcedure("22", code, sessions), RequestedProcedure("22", ONCE, 7))
    case: Case = scene.do(RegisterGuia(DESK, Kind.ODONTO, CARD, PROVIDER, asked))
    return case


def attend(scene: Scene, case: Case) -> Any:
    """One session with a code of its own."""
    scene.later(seconds=scenes.COOL_DOWN_S)
    live = scene.issue(case)
    return scene.validate(case, scene.code(live))


def confirm(scene: Scene, case: Case, given: Given | None = None, place: int | None = None, by: Any = DESK) -> Any:
    """The next session without another code."""
    place = place or len(scene.now(case).sessions) + 1
    if given is not None:
        return scene.do(RecordAbsence(by, case.guia.id, given.reason, given.detail, session=place))
    return scene.do(ConfirmSession(by, case.guia.id, place))


def close(scene: Scene, case: Case, by: Any = DESK) -> Any:
    return scene.do(CloseSeries(by, case.guia.id, "A pessoa teve alta."))


def told(scene: Scene, kind: str) -> list[dict[str, Any]]:
    return [json.loads(entry.data) for entry in scene.memory.shelf.trail if entry.kind == kind]


def ruled(scene: Scene, **changes: Any) -> None:
    """Let the operator have other rules from now on."""
    shelf = scene.memory.shelf
    shelf.operator = replace(shelf.operator, **changes)


# which guias are a series


def test_a_named_procedure_that_is_authorised_more_than_once_makes_a_series(scene: Scene):
    assert begun(scene, 10).guia.sessions == 10
    assert begun(scene, 1).guia.sessions == 1
    assert begun(scene, 5, ONCE).guia.sessions == 1  # not named


def test_what_waits_for_an_auditor_becomes_a_series_once_it_is_authorised(scene: Scene):
    case = begun(scene, 8, AUDITED)
    assert case.guia.sessions == 1
    assert scene.review(case, (1, ItemState.AUTHORISED)).guia.sessions == 8


def test_a_review_leaves_the_length_of_a_series_that_has_begun():
    scene = Scene(replace(NAMED, series=(OK, AUDITED)))
    asked = (RequestedProcedure("22", OK, 3), RequestedProcedure("22", AUDITED, 9))
    case = scene.do(RegisterGuia(DESK, Kind.ODONTO, CARD, PROVIDER, asked))
    attend(scene, case)
    assert scene.review(case, (2, ItemState.AUTHORISED)).guia.sessions == 3


# sessions with a code


def test_each_session_takes_a_code_of_its_own_and_the_last_one_validates(scene: Scene):
    case = begun(scene)
    first, second = attend(scene, case), attend(scene, case)
    assert [each.guia.attendance for each in (first, second)] == [Attendance.AWAITING_TOKEN] * 2
    assert (second.secret, second.token.end, second.validation) == (None, TokenEnd.USED, None)
    last = attend(scene, case)
    assert last.guia.attendance is Attendance.VALIDATED and last.secret is None
    kept = scene.now(case).sessions
    assert [(each.place, each.generation, each.method, each.by) for each in kept] == [
        (place, place, Method.TOKEN, "recepcao") for place in (1, 2, 3)
    ]
    assert last.validation.code == scene.memory.vault.validation_code(scenes.ANS, case.guia.id, 3)


def test_each_session_has_its_event_and_the_validation_its_own(scene: Scene):
    case = begun(scene, 2)
    attend(scene, case)
    attend(scene, case)
    assert scene.trail.count("guia:session:confirmed") == 2
    assert scene.trail[-2:] == ["guia:session:confirmed", "guia:attendance:validated"]
    assert told(scene, "guia:session:confirmed")[-1] == {
        "session": 2,
        "of": 2,
        "generation": 2,
        "window": "fresh",
        "method": "token",
    }
    assert told(scene, "guia:attendance:validated")[0]["sessions"] == 2
    places = {each.place: each.event_seq for each in scene.now(case).sessions}
    assert scene.memory.shelf.trail[places[2] - 1].kind == "guia:session:confirmed"
    assert scene.now(case).validation.event_seq == places[2] + 1


def test_the_code_of_a_session_confirms_no_other(scene: Scene):
    scene.memory.chance.next_codes += ["111111", "222222"]
    case = begun(scene)
    attend(scene, case)
    assert scene.validate(case, "111111") == Refused(Refusal.NO_LIVE_CODE)
    scene.later(seconds=30)
    scene.issue(case)
    assert scene.validate(case, "111111") == Refused(Refusal.CODE_REFUSED, attempts_left=4)
    assert len(scene.now(case).sessions) == 1


def test_one_code_given_at_once_by_many_confirms_one_session(scene: Scene):
    case = begun(scene)
    code = scene.code(scene.issue(case))
    outcomes = scene.do_all(*[ValidateToken(DESK, case.guia.id, code)] * 4)
    assert [isinstance(each, Case) for each in outcomes] == [True, False, False, False]
    assert len(scene.now(case).sessions) == 1


def test_wrong_entries_count_over_the_whole_series_and_then_care_goes_on_without_a_code(scene: Scene):
    case = begun(scene, 4)
    for _ in range(2):
        live = scene.issue(case)
        for nth in range(1, 6):
            scene.validate(case, scene.wrong(live, nth))
        scene.later(seconds=30)
    assert scene.issue(case) == Refused(Refusal.CODE_LOCKED, attempts_left=0)
    assert scene.validate(case, "123456") == Refused(Refusal.CODE_LOCKED, attempts_left=0)
    assert len(confirm(scene, case, NO_PHONE).sessions) == 1


def test_a_series_past_its_last_session_takes_no_more(scene: Scene):
    case = begun(scene, 2)
    attend(scene, case)
    attend(scene, case)
    assert scene.issue(case) == scene.validate(case, "123456") == Refused(Refusal.GUIA_VALIDATED)
    assert confirm(scene, case, NO_PHONE) == confirm(scene, case) == Refused(Refusal.GUIA_VALIDATED)


def test_all_sessions_there_and_not_ended_yet_take_no_more(scene: Scene):
    case = begun(scene, 2)
    attend(scene, case)
    scene.memory.shelf.guias[case.guia.id] = replace(scene.now(case).guia, sessions=1 + 1)
    first = scene.now(case).sessions[0]
    scene.memory.shelf.series[case.guia.id, 2] = replace(first, place=2)
    refused = Refused(Refusal.SESSIONS_DONE)
    assert [scene.issue(case), scene.validate(case, "123456"), confirm(scene, case, NO_PHONE)] == [refused] * 3
    assert confirm(scene, case) == refused
    assert close(scene, case).guia.attendance is Attendance.VALIDATED


# codes that people carry


def test_a_devices_code_of_a_day_confirms_one_session(scene: Scene):
    device = enrol(scene).device
    case = begun(scene)
    code = computed(scene, case, device)
    done = scene.validate(case, code).sessions[0]
    assert (done.method, done.device_id, done.device_day) == (Method.OFFLINE, device.id, scene.memory.now.date())
    assert reason(scene.validate(case, code)) == Refusal.CODE_REFUSED
    scene.later(days=1)
    assert len(scene.validate(case, computed(scene, case, device)).sessions) == 2
    assert reason(scene.validate(case, code)) == Refusal.CODE_REFUSED


def test_paper_confirms_sessions_and_ends_the_live_code(scene: Scene):
    codes = printed(scene)
    case = begun(scene, 2)
    scene.issue(case)
    first = scene.validate(case, codes[0])
    assert (first.sessions[0].method, first.token.end, first.secret) == (Method.PAPER, TokenEnd.SUPERSEDED, None)
    assert reason(scene.validate(case, codes[0])) == Refusal.CODE_REFUSED
    last = scene.validate(case, codes[1])
    assert (last.validation.method, last.validation.window) == (Method.PAPER, Window.VALID)
    assert told(scene, "guia:attendance:validated")[0]["method"] == "paper"


def test_a_code_that_paper_made_needless_is_not_told_as_replaced(scene: Scene):
    codes = printed(scene)
    case = begun(scene, 3)
    scene.issue(case)
    scene.validate(case, codes[0])
    lines = story.told(scene.now(case), scene.memory.shelf.ended, ())
    assert Happened.CODE_MADE in [each.what for each in lines]
    assert Happened.CODE_REPLACED not in [each.what for each in lines]


# one code for the day


def test_one_code_for_the_day_confirms_other_sessions_of_the_day():
    daily = Scene(replace(DAILY, day_sessions=3))
    case = begun(daily, 3)
    attend(daily, case)
    second = confirm(daily, case).sessions[1]
    assert (second.upon, second.method, second.generation) == (1, Method.TOKEN, 1)
    assert told(daily, "guia:session:confirmed")[-1]["upon"] == 1
    done = confirm(daily, case)
    assert done.guia.attendance is Attendance.VALIDATED
    assert done.sessions[2].upon == 1
    assert done.validation.generation == 1


def test_another_day_asks_for_another_code(daily: Scene):
    case = begun(daily, 4)
    assert confirm(daily, case) == Refused(Refusal.NO_SESSION_CODE)
    attend(daily, case)
    confirm(daily, case)
    daily.later(days=1)
    assert confirm(daily, case) == Refused(Refusal.NO_SESSION_CODE)


def test_a_series_of_ten_is_not_confirmed_on_one_day_by_one_code(daily: Scene):
    """What confirms two sessions unless the operator says more, and is then asked for again."""
    case = begun(daily, 10)
    attend(daily, case)
    confirm(daily, case)
    trail = len(daily.trail)
    for place in (3, 4, 10):
        assert isinstance(confirm(daily, case, place=place), Refused)
    assert confirm(daily, case) == Refused(Refusal.DAY_CODE_SPENT)
    assert (len(daily.now(case).sessions), len(daily.trail)) == (2, trail)
    attend(daily, case)
    assert confirm(daily, case).sessions[-1].upon == 3
    assert confirm(daily, case) == Refused(Refusal.DAY_CODE_SPENT)


def test_a_session_without_a_code_is_none_of_those_that_the_days_code_confirms(daily: Scene):
    case = begun(daily, 10)
    attend(daily, case)
    confirm(daily, case, NO_PHONE)
    assert confirm(daily, case).sessions[-1].upon == 1
    confirm(daily, case, NO_PHONE)
    assert confirm(daily, case) == Refused(Refusal.DAY_CODE_SPENT)
    assert len(confirm(daily, case, NO_PHONE).sessions) == 5  # care goes on


def test_a_code_that_was_given_before_another_keeps_what_it_may_confirm(daily: Scene):
    case = begun(daily, 9)
    attend(daily, case)
    attend(daily, case)
    assert [confirm(daily, case).sessions[-1].upon for _ in range(2)] == [1, 2]
    assert confirm(daily, case) == Refused(Refusal.DAY_CODE_SPENT)


def test_each_code_on_paper_or_of_a_device_confirms_as_many_as_any_other(daily: Scene):
    codes, device = printed(daily), enrol(daily).device
    case = begun(daily, 9)
    for code in (codes[0], computed(daily, case, device)):
        assert isinstance(daily.validate(case, code), Case)
        assert confirm(daily, case).sessions[-1].upon is not None
        assert confirm(daily, case) == Refused(Refusal.DAY_CODE_SPENT)
        assert reason(daily.validate(case, code)) == Refusal.CODE_REFUSED


def test_where_the_rules_became_narrower_the_code_of_the_day_confirms_no_more():
    wide = Scene(replace(DAILY, day_sessions=5))
    case = begun(wide, 9)
    attend(wide, case)
    for _ in range(2):
        confirm(wide, case)
    ruled(wide, policy=DAILY)
    assert confirm(wide, case) == Refused(Refusal.DAY_CODE_SPENT)


def test_a_proviso_says_how_many_sessions_a_code_of_the_day_confirms():
    scene = Scene(DAILY)
    ruled(scene, provisos=(Proviso(Reach(procedure=OK), Departure(day_sessions=1)),))
    case = begun(scene, 9)
    attend(scene, case)
    assert confirm(scene, case) == Refused(Refusal.DAY_CODE_SPENT)


def test_of_those_who_ask_at_once_as_many_are_confirmed_as_the_code_has_left():
    daily = Scene(replace(DAILY, day_sessions=3))
    case = begun(daily, 9)
    attend(daily, case)
    outcomes = daily.do_all(*(ConfirmSession(DESK, case.guia.id, place) for place in (2, 3, 4, 5)))
    assert [isinstance(each, Case) for each in outcomes] == [True, True, False, False]
    assert outcomes[2:] == [Refused(Refusal.DAY_CODE_SPENT), Refused(Refusal.GUIA_CHANGED)]


def test_what_is_brought_in_afterwards_stands_upon_no_code_and_counts_for_the_one_it_brought():
    clinic = Clinic(replace(DAILY, block_numbers=6))
    case = begun(clinic, 9)
    clinic.later(hours=1)
    attend(clinic, case)
    confirm(clinic, case)
    bare = clinic.bring(0, guia_id=case.guia.id).case.sessions[-1]
    assert (bare.method, bare.upon) == (None, None)
    assert confirm(clinic, case) == Refused(Refusal.DAY_CODE_SPENT)
    code = clinic.computed(number=case.guia.number)
    coded = clinic.bring(1, guia_id=case.guia.id, code=code).case.sessions[-1]
    assert (coded.method, coded.upon) == (Method.OFFLINE, None)
    assert confirm(clinic, case).sessions[-1].upon == coded.place
    twice = clinic.bring(2, guia_id=case.guia.id, code=code).case.sessions[-1]
    assert twice.method is None  # a device's code of a day is one code
    assert confirm(clinic, case) == Refused(Refusal.DAY_CODE_SPENT)


def test_what_was_done_another_day_and_is_brought_in_today_is_no_code_of_today():
    clinic = Clinic(replace(DAILY, block_numbers=6))
    case = begun(clinic, 9)
    clinic.later(hours=2)
    at, code = clinic.ago(minutes=30), clinic.computed(number=case.guia.number)
    clinic.later(days=1)
    assert clinic.bring(0, guia_id=case.guia.id, at=at, code=code).case.sessions[-1].method is Method.OFFLINE
    assert confirm(clinic, case) == Refused(Refusal.NO_SESSION_CODE)


def test_where_each_session_has_its_code_no_day_has_one(scene: Scene):
    case = begun(scene)
    attend(scene, case)
    assert confirm(scene, case) == Refused(Refusal.NO_SESSION_CODE)


def test_yesterdays_code_of_a_device_is_no_code_of_today(daily: Scene):
    device = enrol(daily).device
    case = begun(daily)
    daily.later(days=1)
    assert isinstance(daily.validate(case, computed(daily, case, device, back=1)), Case)
    assert confirm(daily, case) == Refused(Refusal.NO_SESSION_CODE)
    daily.validate(case, computed(daily, case, device))
    assert confirm(daily, case).guia.attendance is Attendance.VALIDATED


def test_the_same_session_is_confirmed_once_whoever_asks(daily: Scene):
    case = begun(daily, 5)
    attend(daily, case)
    asked = [ConfirmSession(DESK, case.guia.id, 2)] * 2
    outcomes = daily.do_all(*asked)
    assert len(outcomes[0].sessions) == 2
    assert outcomes[1] == Refused(Refusal.GUIA_CHANGED)
    assert confirm(daily, case, place=4) == Refused(Refusal.GUIA_CHANGED)


def test_what_a_person_disowned_is_confirmed_by_no_code(daily: Scene):
    case = begun(daily)
    attend(daily, case)
    daily.report(case)
    assert confirm(daily, case) == Refused(Refusal.CODE_REPORTED)
    assert len(confirm(daily, case, NO_PHONE).sessions) == 2  # looked at by an auditor, whatever the reason
    assert daily.now(case).sessions[1].lead is AbsenceLead.REVIEWED
    daily.close(case, ReportOutcome.MISTAKEN)
    assert confirm(daily, case).guia.attendance is Attendance.VALIDATED


# sessions without a code


def test_a_session_without_a_code_says_why_and_the_series_goes_on(scene: Scene):
    case = begun(scene)
    live = scene.issue(case)
    done = confirm(scene, case, Given(AbsenceReason.REFUSED, detail="Não quis dar o número."))
    session = done.sessions[0]
    assert (session.reason, session.tiss, session.method) == (AbsenceReason.REFUSED, "04", None)
    assert (session.detail, session.lead, session.review) == (
        "Não quis dar o número.",
        AbsenceLead.REVIEWED,
        AbsenceReview.WAITING,
    )
    assert (done.guia.attendance, done.secret, done.token.end) == (
        Attendance.AWAITING_TOKEN,
        None,
        TokenEnd.SUPERSEDED,
    )
    data = told(scene, "guia:absence:recorded")[0]
    assert (data["session"], data["of"], data["protocol"]) == (1, 3, session.protocol)
    assert reason(scene.validate(case, scene.code(live))) == Refusal.NO_LIVE_CODE


def test_a_reason_of_a_session_is_judged_as_any_other(scene: Scene):
    case = begun(scene)
    assert confirm(scene, case, Given(AbsenceReason.REFUSED)) == Refused(Refusal.ABSENCE_NEEDS)
    assert confirm(scene, case, NO_PHONE, place=2) == Refused(Refusal.GUIA_CHANGED)
    few = Scene(replace(NAMED, absences=ABSENCES[:1]))
    assert confirm(few, begun(few), Given(AbsenceReason.NO_SIGNAL)) == Refused(Refusal.ABSENCE_UNKNOWN)


def test_one_code_is_enough_for_the_guia_to_be_validated_with_its_last_session(scene: Scene):
    case = begun(scene)
    confirm(scene, case, NO_PHONE)
    attend(scene, case)
    done = confirm(scene, case, NO_PHONE)
    assert done.guia.attendance is Attendance.VALIDATED
    assert (done.validation.generation, done.validation.method, done.absence) == (1, Method.TOKEN, None)
    assert scene.trail[-2:] == ["guia:absence:recorded", "guia:attendance:validated"]


def test_what_auditors_look_at_of_a_series_waits_for_them_though_it_is_validated(scene: Scene):
    case = begun(scene)
    attend(scene, case)
    confirm(scene, case, Given(AbsenceReason.REFUSED, detail="Não quis dar o número."))
    done = confirm(scene, case, NO_PHONE)
    why = scene.now(case).absence
    assert done.guia.attendance is Attendance.VALIDATED
    assert (why.reason, why.review, why.protocol) == (
        AbsenceReason.REFUSED,
        AbsenceReview.WAITING,
        done.sessions[1].protocol,
    )
    assert tiss_pair(done) == (None, done.validation.code)
    assert told(scene, "guia:attendance:validated")[0]["protocol"] == why.protocol
    refused = scene.do(ReviewAbsence(AUDITOR, case.guia.id, accept=False, text="Sessão sem comprovação suficiente."))
    assert refused.absence.review is AbsenceReview.REFUSED
    assert refused.guia.attendance is Attendance.VALIDATED


def test_a_series_without_any_code_ends_without_one(scene: Scene):
    needy = AbsenceRule(AbsenceReason.NO_SIGNAL, "03", (AbsenceNeed.DOCUMENT,), AbsenceLead.ACCEPTED)
    scene = Scene(replace(NAMED, absences=(*ABSENCES[:1], needy), absence_sample_percent=100))
    case = begun(scene, 2)
    confirm(scene, case, NO_PHONE)
    done = confirm(scene, case, Given(AbsenceReason.NO_SIGNAL))
    assert (done.guia.attendance, done.validation) == (Attendance.WITHOUT_TOKEN, None)
    why = scene.now(case).absence
    assert (why.reason, why.tiss, why.protocol) == (AbsenceReason.NO_SIGNAL, "03", done.sessions[1].protocol)
    assert (why.lead, why.review, why.owes) == (AbsenceLead.SAMPLED, AbsenceReview.WAITING, (AbsenceNeed.DOCUMENT,))
    assert why.owes_until is not None
    assert scene.trail[-2:] == ["guia:absence:recorded"] * 2


# codes that come later


def test_a_late_code_confirms_the_session_of_its_visit_and_the_series_goes_on(daily: Scene):
    case = begun(daily)
    day = daily.memory.now.date()
    waiting = daily.do(PostponeToken(DESK, case.guia.id, day))
    assert waiting.guia.attendance is Attendance.LATE_PENDING
    assert confirm(daily, case) == close(daily, case) == Refused(Refusal.LATE_CODE_NEEDED)
    daily.later(days=1)
    done = attend(daily, case)
    assert (done.guia.attendance, done.late) == (Attendance.AWAITING_TOKEN, None)
    session = done.sessions[0]
    assert (session.window, session.taken_at.date()) == (Window.LATE, day)
    assert confirm(daily, case) == Refused(Refusal.NO_SESSION_CODE)  # it was no code of today


def test_a_late_code_that_never_came_leaves_a_session_without_one(scene: Scene):
    case = begun(scene)
    attend(scene, case)
    scene.do(PostponeToken(DESK, case.guia.id, scene.memory.now.date()))
    scene.later(days=30)
    assert scene.do(SettleLate(SYSTEM)) == 1
    now = scene.now(case)
    assert (now.guia.attendance, now.sessions[1].reason) == (Attendance.AWAITING_TOKEN, AbsenceReason.AFTER_EXIT)
    assert now.late is None


# the end of a series


def test_a_series_that_ends_early_is_validated_by_what_took_place(scene: Scene):
    case = begun(scene, 10)
    attend(scene, case)
    live = scene.again(case)
    done = close(scene, case)
    assert (done.guia.attendance, done.secret) == (Attendance.VALIDATED, None)
    assert (live.secret is not None, done.token.end) == (True, TokenEnd.SUPERSEDED)
    assert scene.now(case).sessions[0].closed_why == "A pessoa teve alta."
    assert told(scene, "guia:series:closed") == [{"sessions": 1, "of": 10}]
    assert close(scene, case) == Refused(Refusal.GUIA_VALIDATED)


def test_one_without_codes_ends_early_without_one(scene: Scene):
    case = begun(scene, 10)
    confirm(scene, case, NO_PHONE)
    assert close(scene, case).guia.attendance is Attendance.WITHOUT_TOKEN
    assert close(scene, case) == Refused(Refusal.GUIA_WITHOUT_TOKEN)


def test_a_code_past_its_time_is_expired_by_the_end_of_its_series(scene: Scene):
    case = begun(scene, 10)
    attend(scene, case)
    scene.again(case)
    scene.later(hours=49)
    assert close(scene, case).token.end is TokenEnd.EXPIRED


def test_a_series_past_the_guias_validity_is_closed_all_the_same(scene: Scene):
    case = begun(scene, 10)
    attend(scene, case)
    scene.later(days=91)
    assert reason(scene.issue(case)) == Refusal.GUIA_EXPIRED
    assert close(scene, case).guia.attendance is Attendance.VALIDATED


def test_what_is_no_series_or_has_not_begun_is_not_closed(scene: Scene):
    case = begun(scene, 10)
    assert close(scene, case) == Refused(Refusal.SERIES_NOT_BEGUN)
    assert close(scene, begun(scene, 1)) == Refused(Refusal.NO_SESSIONS)
    scene.cancel(case)
    assert close(scene, case) == Refused(Refusal.GUIA_CANCELLED)


def test_a_series_that_has_begun_is_closed_and_not_cancelled(scene: Scene):
    case = begun(scene, 10)
    confirm(scene, case, NO_PHONE)
    assert scene.cancel(case) == Refused(Refusal.SERIES_BEGUN)


def test_a_guia_that_is_no_series_has_no_sessions_to_confirm(daily: Scene):
    case = begun(daily, 1)
    assert confirm(daily, case) == Refused(Refusal.NO_SESSIONS)
    assert daily.validate(case, daily.code(daily.issue(case))).validation is not None


def test_a_foreign_series_is_like_an_unknown_one(daily: Scene):
    case = begun(daily)
    attend(daily, case)
    for by in (NEIGHBOUR_DESK, scenes.FOREIGN, scenes.AUDITOR):
        assert confirm(daily, case, by=by) == confirm(daily, case, NO_PHONE, by=by) == Refused(Refusal.NOT_FOUND)
        assert close(daily, case, by) == Refused(Refusal.NOT_FOUND)
    assert daily.do(CloseSeries(DESK, NOWHERE, "x")) == Refused(Refusal.NOT_FOUND)
    assert daily.do(ConfirmSession(DESK, NOWHERE, 1)) == Refused(Refusal.NOT_FOUND)
    assert len(daily.now(case).sessions) == 1


def test_a_session_that_says_nothing_of_itself_ends_no_series(scene: Scene):
    case = begun(scene, 2)
    bare = Session(case.guia.id, 1, scene.memory.now, "recepcao")
    half = replace(bare, method=Method.TOKEN)

    async def ended(*sessions: Session) -> None:
        async with scene.memory.transaction() as world:
            series_steps.ended(replace(case, sessions=sessions), "recepcao", world)

    async def stood_upon() -> None:
        async with scene.memory.transaction() as world:
            series_steps.upon(case, half, "recepcao", world)

    for deed in (ended(bare), ended(half), stood_upon()):
        with pytest.raises(ValueError, match=r"session|series"):
            run(deed)


# who hears of it


def test_each_session_is_told_once_and_the_last_one_too(daily: Scene):
    case = begun(daily, 3)
    for step in (attend, confirm):
        step(daily, case)
        assert daily.do(TellAttendances(SYSTEM)) == 1
        assert daily.do(TellAttendances(SYSTEM)) == 0
    attend(daily, case)
    assert daily.do(TellAttendances(SYSTEM)) == 1
    assert oneself(daily).person == daily.ana


def heard(scene: Scene) -> list[Purpose]:
    """What is told now, and what was told of it then."""
    before = len(scene.memory.shelf.deliveries)
    scene.do(TellAttendances(SYSTEM))
    return [each.purpose for each in scene.memory.shelf.deliveries[before:]]


def test_a_session_without_a_code_is_told_as_such(scene: Scene):
    case = begun(scene, 3)
    confirm(scene, case, NO_PHONE)
    assert [heard(scene), heard(scene)] == [[Purpose.RECORDED], []]


def test_of_two_sessions_that_wait_both_are_told_each_as_it_was(scene: Scene):
    case = begun(scene, 4)
    attend(scene, case)
    confirm(scene, case, NO_PHONE)
    assert [heard(scene), heard(scene)] == [[Purpose.VALIDATED, Purpose.RECORDED], []]


@pytest.mark.parametrize("first", [attend, lambda scene, case: confirm(scene, case, NO_PHONE)], ids=["code", "none"])
def test_a_last_session_without_a_code_is_told_so_and_the_end_of_its_series_is_nothing_more(scene: Scene, first: Any):
    case = begun(scene, 2)
    first(scene, case)
    scene.do(TellAttendances(SYSTEM))
    confirm(scene, case, NO_PHONE)
    assert scene.now(case).guia.attendance in {Attendance.VALIDATED, Attendance.WITHOUT_TOKEN}
    assert [heard(scene), heard(scene)] == [[Purpose.RECORDED], []]


@pytest.mark.parametrize("given", [None, NO_PHONE], ids=["code", "none"])
def test_a_series_that_is_closed_was_told_session_by_session(daily: Scene, given: Given | None):
    case = begun(daily, 5)
    confirm(daily, case, given) if given else attend(daily, case)
    daily.do(TellAttendances(SYSTEM))
    close(daily, case)
    assert heard(daily) == []


def test_an_urgent_session_lets_no_code_out_before_the_analysis_is_over():
    """Care is not held up, and yet what waits for an auditor is not opened by it."""
    scene = Scene(replace(NAMED, code_needed=ONE_CODE_PER_GUIA.code_needed))
    asked = (RequestedProcedure("22", OK, 3), RequestedProcedure("22", AUDITED, 1))
    case = scene.do(RegisterGuia(DESK, Kind.ODONTO, CARD, PROVIDER, asked, urgent=True))
    assert (case.guia.attendance, case.guia.sessions) == (Attendance.NONE, 3)
    after = scene.do(RecordAbsence(DESK, case.guia.id, AbsenceReason.URGENT))
    assert (after.guia.attendance, len(after.sessions)) == (Attendance.NONE, 1)
    assert reason(scene.issue(case)) == Refusal.GUIA_UNDER_ANALYSIS
    for _ in range(2):
        after = scene.do(RecordAbsence(DESK, case.guia.id, AbsenceReason.URGENT))
    assert after.guia.attendance is Attendance.WITHOUT_TOKEN
