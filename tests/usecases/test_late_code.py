"""A code that follows the visit: postponed, asked for, given, and what becomes of it when it does not come."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from chancela.domain.absence import AbsenceLead, AbsenceNeed, AbsenceReason, AbsenceReview, AbsenceRule
from chancela.domain.case import Case
from chancela.domain.delivery import Purpose
from chancela.domain.guia import Attendance, Kind, RequestedProcedure
from chancela.domain.outage import Outage, OutageKind
from chancela.domain.profiles import LATEST_CODE_WINS, PUSH_PER_ATTENDANCE
from chancela.domain.refusal import Refusal
from chancela.domain.series import Session
from chancela.domain.token import Method, TokenEnd, Window
from chancela.usecases.postpone_token import PostponeToken
from chancela.usecases.register_guia import RegisterGuia
from chancela.usecases.remind_late import RemindLate
from chancela.usecases.settle_late import SettleLate
from chancela.usecases.tell_attendances import TellAttendances
from tests.usecases.scene import (
    AUDITOR,
    CARD,
    CLIENT,
    COOL_DOWN_S,
    CPF,
    DENIED,
    DESK,
    FOREIGN,
    NEIGHBOUR_DESK,
    NOWHERE,
    OK,
    PROVIDER,
    SYSTEM,
    Scene,
    reason,
)
from tests.usecases.test_carry import oneself
from tests.usecases.test_offline_codes import ADULT, beside, computed, enrol, printed

TODAY = date(2026, 11, 20)
DAY = timedelta(days=1)
LATE = replace(LATEST_CODE_WINS, late_days=5, late_reminder_days=2)


@pytest.fixture
def scene() -> Scene:
    return Scene(LATE)


def postpone(scene: Scene, case: Case, visit_date: date = TODAY, by: Any = DESK) -> Any:
    return scene.do(PostponeToken(by, case.guia.id, visit_date))


def pending(scene: Scene) -> Case:
    """A guia whose visit was today, and whose code is to follow."""
    case: Case = postpone(scene, scene.register())
    return case


def asked(scene: Scene, case: Case) -> Case:
    """A late code that is out."""
    scene.later(seconds=COOL_DOWN_S)
    found: Case = scene.issue(case, cpf=CPF)
    return found


def told(scene: Scene) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(scene.memory.shelf.trail[-1].data)
    return data


def midnight(days: int) -> datetime:
    """The midnight of Brasília with which a day begins, so many days after today."""
    return datetime(2026, 11, 20, 3, 0, tzinfo=UTC) + days * DAY


# postponing


def test_a_visit_goes_on_and_its_code_may_follow_for_five_days(scene: Scene):
    case = pending(scene)
    assert case.guia.attendance is Attendance.LATE_PENDING
    assert case.late is not None
    days = (case.late.visit_date, case.late.due_date, case.late.remind_date)
    assert days == (TODAY, TODAY + 5 * DAY, TODAY + 3 * DAY)
    assert scene.now(case).late == case.late
    assert scene.trail[-1] == "guia:token:postponed"
    assert told(scene) == {"visit_date": "2026-11-20", "due_date": "2026-11-25"}


def test_the_code_that_was_out_ends_and_is_never_taken(scene: Scene):
    case = scene.awaiting()
    code = scene.code(case)
    late = postpone(scene, case)
    assert (late.secret, late.climb, late.token.end) == (None, None, TokenEnd.SUPERSEDED)
    assert late.guia.last_end == "superseded"
    assert reason(scene.validate(case, code)) == Refusal.LATE_CODE_NEEDED
    assert scene.now(case).guia.wrong_tries == 0
    assert not scene.memory.shelf.live


def test_one_that_was_past_its_time_is_told_as_expired(scene: Scene):
    case = scene.awaiting()
    scene.later(hours=49)
    late = postpone(scene, case)
    assert (late.token.end, late.guia.last_end) == (TokenEnd.EXPIRED, "expired")
    assert reason(scene.validate(case, "123456")) == Refusal.LATE_CODE_NEEDED


def test_one_that_expired_and_was_swept_leaves_nothing_to_end(scene: Scene):
    case = scene.awaiting()
    scene.later(hours=49)
    scene.expire()
    late = postpone(scene, case)
    assert late.guia.attendance is Attendance.LATE_PENDING
    assert len(scene.memory.shelf.ended) == 1


def test_the_same_day_again_changes_nothing(scene: Scene):
    case = pending(scene)
    before = list(scene.trail)
    assert postpone(scene, case) == case
    assert scene.trail == before


def test_another_day_does_not_move_the_end(scene: Scene):
    case = scene.register()
    scene.later(days=2)
    postpone(scene, case, TODAY + DAY)
    assert reason(postpone(scene, case, TODAY + 2 * DAY)) == Refusal.LATE_CODE_NEEDED


def test_twice_in_one_set_it_is_postponed_once(scene: Scene):
    case = scene.register()
    command = PostponeToken(DESK, case.guia.id, TODAY)
    first, second = scene.do_all(command, command)
    assert first == second
    assert scene.trail.count("guia:token:postponed") == 1


@pytest.mark.parametrize("day", [TODAY - DAY, TODAY + DAY], ids=["before the guia", "to come"])
def test_the_visit_was_between_the_guias_day_and_today(scene: Scene, day: date):
    assert reason(postpone(scene, scene.register(), day)) == Refusal.VISIT_DATE_WRONG


def test_nor_was_it_after_the_guias_last_day():
    scene = Scene(replace(LATE, guia_days=1))
    case = scene.register()
    scene.later(days=2)
    assert reason(postpone(scene, case, TODAY + 2 * DAY)) == Refusal.VISIT_DATE_WRONG
    assert postpone(scene, case, TODAY + DAY).guia.attendance is Attendance.LATE_PENDING


def test_a_visit_of_six_days_ago_is_too_late(scene: Scene):
    case = scene.register()
    scene.later(days=5)
    assert postpone(scene, case).guia.attendance is Attendance.LATE_PENDING
    other = scene.do(PostponeToken(DESK, scene.register().guia.id, TODAY + 5 * DAY))
    scene.later(days=1)
    assert other.late.due_date == TODAY + 10 * DAY
    third = Scene(LATE)
    old = third.register()
    third.later(days=6)
    assert reason(postpone(third, old)) == Refusal.LATE_WINDOW_OVER


def test_a_plan_without_late_codes_offers_none():
    scene = Scene(replace(LATE, late_days=0, late_reminder_days=0))
    assert reason(postpone(scene, scene.register())) == Refusal.LATE_NOT_OFFERED


def test_only_a_guia_that_awaits_its_code_is_postponed(scene: Scene):
    done = scene.awaiting()
    scene.validate(done, scene.code(done))
    assert reason(postpone(scene, done)) == Refusal.GUIA_VALIDATED
    gone = scene.register()
    scene.cancel(gone)
    assert reason(postpone(scene, gone)) == Refusal.GUIA_CANCELLED
    assert reason(postpone(scene, scene.register(DENIED))) == Refusal.GUIA_DENIED


def test_what_the_person_disowned_is_not_postponed(scene: Scene):
    case = scene.awaiting()
    scene.report(case)
    assert reason(postpone(scene, case)) == Refusal.CODE_REPORTED


@pytest.mark.parametrize("by", [NEIGHBOUR_DESK, FOREIGN, AUDITOR, SYSTEM], ids=lambda by: by.name)
def test_whoever_may_not_gets_the_answer_for_an_unknown_guia(scene: Scene, by: Any):
    case = scene.register()
    assert postpone(scene, case, by=by) == scene.do(PostponeToken(by, NOWHERE, TODAY))
    assert postpone(scene, case, by=CLIENT).guia.attendance is Attendance.LATE_PENDING


def test_a_mistake_is_cancelled_and_its_code_with_it(scene: Scene):
    case = asked(scene, pending(scene))
    gone = scene.cancel(case)
    assert (gone.guia.attendance, gone.late, gone.token.end) == (Attendance.NONE, None, TokenEnd.CANCELLED)
    assert not scene.memory.shelf.late


# asking for the late code, and giving it


def test_the_late_code_is_a_new_one_and_its_proof_says_so(scene: Scene):
    case = pending(scene)
    scene.later(days=1)
    out = asked(scene, case)
    assert scene.trail[-1] == "guia:token:issued"
    assert told(scene)["visit_date"] == "2026-11-20"
    assert out.late == case.late
    done = scene.validate(case, scene.code(out))
    proof = done.validation
    assert done.guia.attendance is Attendance.VALIDATED
    assert (proof.window, proof.method, proof.visit_date) == (Window.LATE, Method.TOKEN, TODAY)
    assert told(scene)["visit_date"] == "2026-11-20"
    assert (done.late, scene.now(case).late, scene.memory.shelf.late) == (None, None, {})


def test_it_is_late_also_on_the_day_of_the_visit(scene: Scene):
    case = asked(scene, pending(scene))
    assert scene.validate(case, scene.code(case)).validation.window is Window.LATE


def test_a_late_code_never_lives_beside_another(scene: Scene):
    first = scene.awaiting()
    case = asked(scene, postpone(scene, first))
    assert list(scene.memory.shelf.live) == [case.guia.id]
    assert case.token is not None
    assert first.token is not None
    assert case.token.generation == first.token.generation + 1
    assert reason(scene.validate(case, scene.code(first))) == Refusal.CODE_REFUSED


def test_the_same_late_code_goes_out_again_where_the_plan_says_so():
    scene = Scene(replace(PUSH_PER_ATTENDANCE, late_days=5))
    case = asked(scene, pending(scene))
    again = asked(scene, case)
    assert scene.code(again) == scene.code(case)
    scene.later(seconds=COOL_DOWN_S)
    assert scene.send(case).token == case.token


def test_without_one_out_nothing_is_sent_again(scene: Scene):
    assert reason(scene.send(pending(scene))) == Refusal.NO_LIVE_CODE


def test_the_person_may_make_it_in_their_own_hand(scene: Scene):
    own = replace(oneself(scene), acts_for=frozenset({scene.ana}))
    case = scene.issue(pending(scene), by=own)
    assert scene.validate(case, scene.code(case)).validation.window is Window.LATE


def test_while_no_late_code_lives_one_is_asked_for_and_no_try_is_spent(scene: Scene):
    case = pending(scene)
    assert reason(scene.validate(case, "123456")) == Refusal.LATE_CODE_NEEDED
    assert scene.now(case).guia.wrong_tries == 0


def test_a_wrong_late_code_spends_a_try(scene: Scene):
    case = asked(scene, pending(scene))
    refused = scene.validate(case, scene.wrong(case))
    assert (reason(refused), refused.attempts_left) == (Refusal.CODE_REFUSED, 4)


def test_an_expired_late_code_is_refused_like_a_wrong_one(scene: Scene):
    case = asked(scene, pending(scene))
    scene.later(hours=48)
    assert reason(scene.validate(case, scene.code(case))) == Refusal.CODE_REFUSED
    assert reason(scene.validate(case, scene.code(case))) == Refusal.CODE_REFUSED
    assert scene.now(case).guia.attendance is Attendance.LATE_PENDING
    again = asked(scene, case)
    assert scene.validate(case, scene.code(again)).guia.attendance is Attendance.VALIDATED


def test_a_late_code_ends_with_the_last_day_to_the_instant(scene: Scene):
    case = pending(scene)
    scene.memory.now = midnight(5) + timedelta(hours=20)
    out = asked(scene, case)
    assert out.token is not None
    assert out.token.expires_at == midnight(6)
    code = scene.code(out)
    scene.memory.now = midnight(6)
    assert reason(scene.validate(case, code)) == Refusal.LATE_WINDOW_OVER
    assert reason(scene.issue(case, cpf=CPF)) == Refusal.LATE_WINDOW_OVER
    assert reason(scene.send(case)) == Refusal.LATE_WINDOW_OVER
    scene.memory.now = midnight(6) - timedelta(microseconds=1)
    assert scene.validate(case, code).guia.attendance is Attendance.VALIDATED


def test_a_ladder_climbs_for_a_late_code_too(scene: Scene):
    case = asked(scene, pending(scene))
    scene.later(minutes=2)
    assert scene.climb() == 1
    assert len(scene.now(case).deliveries) > len(case.deliveries)


# what people carry


def test_a_code_computed_on_the_day_of_the_visit_keeps_its_own_window():
    scene = Scene(LATE, birth_date=ADULT)
    device, case = enrol(scene).device, pending(scene)
    code = computed(scene, case, device)
    scene.later(days=1)
    proof = scene.validate(case, code).validation
    assert (proof.method, proof.window, proof.visit_date) == (Method.OFFLINE, Window.VALID, TODAY)


def test_one_computed_after_it_is_late():
    scene = Scene(LATE, birth_date=ADULT)
    device, case = enrol(scene).device, pending(scene)
    scene.later(days=1)
    proof = scene.validate(case, computed(scene, case, device)).validation
    assert (proof.method, proof.window) == (Method.OFFLINE, Window.LATE)


@pytest.mark.parametrize(("days", "window"), [(0, Window.VALID), (1, Window.LATE)])
def test_a_code_on_paper_is_late_after_the_day_of_the_visit(days: int, window: Window):
    scene = Scene(replace(LATE, paper_codes=10), birth_date=ADULT)
    codes, case = printed(scene), pending(scene)
    scene.later(days=days)
    proof = scene.validate(case, codes[0]).validation
    assert (proof.method, proof.window) == (Method.PAPER, window)


def test_guesses_at_what_people_carry_are_spent_here_too():
    scene = Scene(LATE, birth_date=ADULT)
    device, case = enrol(scene).device, pending(scene)
    refused = scene.validate(case, beside(computed(scene, case, device), computed(scene, case, device, 1)))
    assert reason(refused) == Refusal.CODE_REFUSED
    assert scene.now(case).guia.wrong_tries == 1


# «não fui eu»


def test_who_was_not_there_stops_the_late_code(scene: Scene):
    case = asked(scene, pending(scene))
    code = scene.code(case)
    stopped = scene.report(case)
    assert (stopped.token.end, stopped.secret, stopped.late) == (TokenEnd.REPORTED, None, case.late)
    assert reason(scene.validate(case, code)) == Refusal.CODE_REPORTED
    scene.later(seconds=COOL_DOWN_S)
    assert reason(scene.issue(case, cpf=CPF)) == Refusal.CODE_REPORTED


def test_and_does_so_also_before_one_was_asked_for(scene: Scene):
    case = pending(scene)
    scene.report(case)
    assert reason(scene.issue(case, cpf=CPF)) == Refusal.CODE_REPORTED


# when it does not come


def settle(scene: Scene, by: Any = SYSTEM, limit: int = 500) -> Any:
    return scene.do(SettleLate(by, limit))


def test_what_did_not_come_goes_to_an_auditor(scene: Scene):
    case = asked(scene, pending(scene))
    scene.memory.now = midnight(6) - timedelta(seconds=1)
    assert settle(scene) == 0
    scene.later(seconds=1)
    assert settle(scene) == 1
    ended = scene.now(case)
    assert ended.guia.attendance is Attendance.WITHOUT_TOKEN
    why = ended.absence
    assert why is not None
    assert (why.reason, why.tiss, why.by) == (AbsenceReason.AFTER_EXIT, "03", "sistema")
    assert why.review is AbsenceReview.WAITING
    assert why.taken_at == case.late.asked_at  # type: ignore[union-attr]
    assert (ended.secret, ended.token.end) == (None, TokenEnd.EXPIRED)  # type: ignore[union-attr]
    assert (scene.trail[-1], scene.memory.shelf.late, settle(scene)) == ("guia:absence:recorded", {}, 0)


def test_the_person_hears_once_that_it_was_recorded_without_a_code(scene: Scene):
    pending(scene)
    scene.later(days=6)
    settle(scene)
    assert [scene.do(TellAttendances(SYSTEM)) for _ in range(2)] == [1, 0]
    assert [each.purpose for each in scene.memory.shelf.deliveries] == [Purpose.RECORDED]


def test_a_visit_told_afterwards_was_some_time_on_its_day(scene: Scene):
    case = scene.register()
    scene.later(days=1)
    postpone(scene, case)
    scene.later(days=6)
    settle(scene)
    why = scene.now(case).absence
    assert why is not None
    assert why.taken_at == midnight(0)


def test_a_sweep_takes_so_many_and_the_next_one_the_rest(scene: Scene):
    for _ in range(3):
        pending(scene)
    scene.later(days=6)
    assert [settle(scene, limit=2), settle(scene, limit=2), settle(scene, limit=2)] == [2, 1, 0]
    protocols = [each.protocol for each in scene.memory.shelf.absences.values()]
    assert len(set(protocols)) == 3


def test_two_sweeps_of_one_set_settle_each_once(scene: Scene):
    pending(scene)
    scene.later(days=6)
    assert scene.do_all(SettleLate(SYSTEM), SettleLate(SYSTEM)) == [1, 0]


@pytest.mark.parametrize(
    "rules",
    [(), (AbsenceRule(AbsenceReason.AFTER_EXIT, "03", (AbsenceNeed.SECOND_PERSON,), AbsenceLead.ACCEPTED),)],
    ids=["unknown", "asks for what nobody gives"],
)
def test_a_policy_that_does_not_take_the_reason_leaves_none_waiting(rules: tuple[AbsenceRule, ...]):
    scene = Scene(replace(LATE, absences=rules))
    case = pending(scene)
    scene.later(days=6)
    assert settle(scene) == 1
    why = scene.now(case).absence
    assert why is not None
    assert (why.reason, why.review) == (AbsenceReason.AFTER_EXIT, AbsenceReview.WAITING)


def test_only_the_house_itself_settles_and_reminds(scene: Scene):
    case = pending(scene)
    scene.later(days=3)
    assert scene.do(RemindLate(DESK)) == 0
    scene.later(days=3)
    assert settle(scene, by=DESK) == 0
    assert scene.now(case).guia.attendance is Attendance.LATE_PENDING


# reminders


def test_the_provider_is_reminded_two_days_before_and_once(scene: Scene):
    case = pending(scene)
    scene.memory.now = midnight(3) - timedelta(seconds=1)
    assert scene.do(RemindLate(SYSTEM)) == 0
    scene.later(seconds=1)
    assert scene.do_all(RemindLate(SYSTEM), RemindLate(SYSTEM)) == [1, 0]
    assert scene.do(RemindLate(SYSTEM)) == 0
    assert scene.trail.count("guia:late:reminded") == 1
    assert told(scene) == {"due_date": "2026-11-25"}
    assert scene.now(case).late.reminded_at == scene.memory.now  # type: ignore[union-attr]


def test_nobody_is_reminded_of_what_is_over(scene: Scene):
    pending(scene)
    scene.later(days=6)
    assert scene.do(RemindLate(SYSTEM)) == 0


def test_what_is_proven_by_an_outage_says_which(scene: Scene):
    outage = Outage(UUID(int=7), OutageKind.DATABASE, scene.memory.now - timedelta(hours=1), None, "gestora")
    scene.memory.shelf.outages[outage.id] = outage
    case = pending(scene)
    scene.later(days=6)
    settle(scene)
    why = scene.now(case).absence
    assert why is not None
    assert why.outage_id == outage.id


# series


def series(scene: Scene) -> Case:
    """A guia of two sessions, the first of which took place today without its code."""
    asked = (RequestedProcedure("22", OK, 2),)
    begun: Case = scene.do(RegisterGuia(DESK, Kind.ODONTO, CARD, PROVIDER, asked))
    late: Case = postpone(scene, begun)
    return late


def test_a_session_may_have_its_code_later_and_the_series_goes_on():
    scene = Scene(replace(LATE, series=(OK,)))
    case = asked(scene, series(scene))
    on = scene.validate(case, scene.code(case))
    assert (on.guia.attendance, on.late) == (Attendance.AWAITING_TOKEN, None)
    assert [(each.method, each.window) for each in on.sessions] == [(Method.TOKEN, Window.LATE)]
    assert not scene.memory.shelf.late


def test_a_session_whose_code_did_not_come_goes_on_without():
    scene = Scene(replace(LATE, series=(OK,)))
    case = series(scene)
    scene.later(days=6)
    assert settle(scene) == 1
    on = scene.now(case)
    assert (on.guia.attendance, on.late) == (Attendance.AWAITING_TOKEN, None)
    assert [each.reason for each in on.sessions] == [AbsenceReason.AFTER_EXIT]


def test_a_series_that_is_done_has_none_left_to_settle():
    scene = Scene(replace(LATE, series=(OK,)))
    case, shelf = series(scene), scene.memory.shelf
    for place in (1, 2):
        shelf.series[case.guia.id, place] = Session(case.guia.id, place, scene.memory.now, "recepcao")
    scene.later(days=6)
    assert settle(scene) == 0
