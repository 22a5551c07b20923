"""Each recorded attendance is told once: of a code to another contact than the one that got it, or of none."""

import json
from dataclasses import replace
from typing import Any

from chancela.domain.absence import ABSENCES, AbsenceReason, AbsenceReview
from chancela.domain.case import Case
from chancela.domain.contact import ContactKind, ContactState
from chancela.domain.delivery import Channel, DeliveryState, Purpose
from chancela.domain.guia import Attendance
from chancela.domain.profiles import LATEST_CODE_WINS
from chancela.domain.report import ReportWay
from chancela.usecases.record_absence import RecordAbsence
from chancela.usecases.review_absence import ReviewAbsence
from chancela.usecases.tell_attendances import TellAttendances
from tests.usecases.scene import AUDITOR, DESK, MOBILE, SYSTEM, Scene

FREE = replace(LATEST_CODE_WINS, absences=ABSENCES, absence_sample_percent=0)
BY_SMS = ((ContactKind.MOBILE, MOBILE, ContactState.CONFIRMED),)


def validated(scene: Scene, channel: Channel | None = Channel.SMS):
    case = scene.issue(scene.register(), channel=channel)
    scene.carrier_tells(case, DeliveryState.DELIVERED)
    return scene.validate(case, scene.code(case))


def notices(scene: Scene) -> list[Channel]:
    return [each.channel for each in scene.memory.shelf.deliveries if each.purpose is Purpose.VALIDATED]


def test_a_validation_is_told_once_and_the_trail_says_by_what():
    scene = Scene()
    case = validated(scene)
    assert scene.do(TellAttendances(SYSTEM)) == 1
    assert scene.do(TellAttendances(SYSTEM)) == 0
    assert notices(scene) == [Channel.EMAIL]
    assert scene.trail[-1] == "guia:attendance:told"
    assert '"channels":"email"' in scene.memory.shelf.trail[-1].data
    told = scene.now(case).deliveries[-1]
    assert (told.purpose, told.generation, told.contact_id) == (
        Purpose.VALIDATED,
        1,
        next(each.id for each in scene.contacts if each.kind is ContactKind.EMAIL),
    )


def test_where_nobody_else_can_be_told_the_trail_says_so_and_it_is_not_looked_at_again():
    scene = Scene(contacts=BY_SMS)
    validated(scene)
    assert [scene.do(TellAttendances(SYSTEM)) for _ in range(2)] == [1, 0]
    assert notices(scene) == []
    assert '"channels":""' in scene.memory.shelf.trail[-1].data


def test_an_operator_may_wish_to_tell_nothing():
    scene = Scene(replace(LATEST_CODE_WINS, tells_validation=False))
    validated(scene)
    assert scene.do(TellAttendances(SYSTEM)) == 1
    assert notices(scene) == []


def test_no_limit_of_sending_holds_the_notice_back():
    scene = Scene(replace(LATEST_CODE_WINS, sends_per_person_hour=1, sends_per_guia_hour=1))
    validated(scene)
    scene.do(TellAttendances(SYSTEM))
    assert notices(scene) == [Channel.EMAIL]


def test_a_limit_leaves_the_rest_for_later_and_two_askers_share_what_waits():
    scene = Scene()
    for _ in range(3):
        validated(scene)
    assert scene.do_all(TellAttendances(SYSTEM, 1), TellAttendances(SYSTEM, 1)) == [1, 1]
    assert scene.do_all(TellAttendances(SYSTEM, 5), TellAttendances(SYSTEM, 5)) == [1, 0]
    assert len(notices(scene)) == 3


def test_only_the_house_itself_tells():
    scene = Scene()
    validated(scene)
    assert [scene.do(TellAttendances(each)) for each in (DESK, AUDITOR)] == [0, 0]
    assert scene.do_all(TellAttendances(DESK), TellAttendances(SYSTEM)) == [0, 1]


def absent(scene: Scene, case: Case | None = None, why: AbsenceReason = AbsenceReason.NO_PHONE) -> Case:
    done: Case = scene.do(RecordAbsence(DESK, (case or scene.register()).guia.id, why, "não quis dizer o código"))
    return done


def told(scene: Scene) -> list[tuple[Purpose, Channel]]:
    return [(each.purpose, each.channel) for each in scene.memory.shelf.deliveries if each.purpose is not Purpose.CODE]


def data(scene: Scene) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(scene.memory.shelf.trail[-1].data)
    return found


def test_an_attendance_without_a_code_is_told_once_and_the_trail_says_that_it_had_none():
    scene = Scene(FREE)
    absent(scene)
    assert [scene.do(TellAttendances(SYSTEM)) for _ in range(2)] == [1, 0]
    assert told(scene) == [(Purpose.RECORDED, Channel.EMAIL)]
    assert scene.trail[-1] == "guia:attendance:told"
    assert data(scene) == {"generation": 0, "channels": "email", "without_code": True}


def test_that_a_code_was_asked_for_before_keeps_nobody_from_hearing():
    """Nor where it went to the only contact: to ask for a code is no way to go on without one unheard."""
    scene = Scene(FREE, contacts=BY_SMS)
    case = scene.issue(scene.register(), channel=Channel.SMS)
    scene.carrier_tells(case, DeliveryState.DELIVERED)
    absent(scene, case)
    assert scene.do(TellAttendances(SYSTEM)) == 1
    assert told(scene) == [(Purpose.RECORDED, Channel.SMS)]


def test_where_nothing_reaches_the_person_the_trail_says_so_of_it_too():
    scene = Scene(FREE, contacts=())
    absent(scene)
    assert [scene.do(TellAttendances(SYSTEM)) for _ in range(2)] == [1, 0]
    assert told(scene) == [] and data(scene) == {"generation": 0, "channels": "", "without_code": True}


def test_an_operator_that_tells_no_attendance_tells_none_without_a_code():
    scene = Scene(replace(FREE, tells_validation=False))
    absent(scene)
    assert [scene.do(TellAttendances(SYSTEM)) for _ in range(2)] == [1, 0]
    assert told(scene) == []


def test_what_an_auditor_is_to_see_is_told_when_it_is_recorded_and_not_again_when_it_is_accepted():
    scene = Scene(FREE)
    case = absent(scene, why=AbsenceReason.REFUSED)
    assert case.absence is not None and case.absence.review is AbsenceReview.WAITING
    assert scene.do(TellAttendances(SYSTEM)) == 1
    scene.do(ReviewAbsence(AUDITOR, case.guia.id, accept=True))
    assert scene.do(TellAttendances(SYSTEM)) == 0
    assert len(told(scene)) == 1


def test_the_same_reason_said_again_is_told_no_second_time():
    scene = Scene(FREE)
    case = absent(scene)
    scene.do(TellAttendances(SYSTEM))
    absent(scene, case)
    assert scene.do(TellAttendances(SYSTEM)) == 0


def test_nothing_is_told_of_what_was_cancelled():
    scene = Scene(FREE)
    scene.cancel(scene.issue(scene.register()))
    assert scene.do(TellAttendances(SYSTEM)) == 0


def test_who_says_that_it_was_not_them_disputes_the_attendance_without_a_code():
    scene = Scene(FREE)
    case = absent(scene)
    scene.do(TellAttendances(SYSTEM))
    disputed = scene.report(case, ReportWay.EMAIL)
    assert disputed.guia.attendance is Attendance.DISPUTED
    assert disputed.report.was is Attendance.WITHOUT_TOKEN
    assert scene.do(TellAttendances(SYSTEM)) == 0


def test_with_a_code_and_without_one_wait_in_one_line():
    scene = Scene(FREE)
    absent(scene)
    validated(scene)
    absent(scene)
    assert [scene.do(TellAttendances(SYSTEM, 2)) for _ in range(3)] == [2, 1, 0]
    assert [purpose for purpose, _ in told(scene)] == [Purpose.RECORDED, Purpose.VALIDATED, Purpose.RECORDED]
