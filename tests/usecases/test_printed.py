"""Printed guias: printed to be signed, come back by their slip once, of a possible day, for no other guia."""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from chancela.domain import guia as guias, printed
from chancela.domain.absence import AbsenceNeed, AbsenceReason, AbsenceReview, AbsenceRule
from chancela.domain.attachment import MOST_FILES, Attachment, MediaType
from chancela.domain.case import Case
from chancela.domain.delivery import Purpose
from chancela.domain.guia import Attendance, ItemState, Kind, RequestedProcedure, Status
from chancela.domain.outage import Outage, OutageKind
from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.printed import Claims, Recognised, Slip
from chancela.domain.profiles import LATEST_CODE_WINS
from chancela.domain.refusal import Refusal, Refused
from chancela.usecases.print_guia import PrintGuia
from chancela.usecases.register_guia import RegisterGuia
from chancela.usecases.return_printed import ReturnPrinted, number
from chancela.usecases.tell_attendances import TellAttendances
from tests.usecases.scene import (
    ANS,
    AUDITED,
    AUDITOR,
    CARD,
    CLIENT,
    DENIED,
    DESK,
    NEIGHBOUR_DESK,
    OK,
    PROVIDER,
    SYSTEM,
    Scene,
    reason,
)

SIGNED = AbsenceRule(AbsenceReason.NO_PHONE, "07", (AbsenceNeed.SIGNATURE,))
NOTED = AbsenceRule(AbsenceReason.REFUSED, "04", (AbsenceNeed.NOTE, AbsenceNeed.SIGNATURE))
POLICY = replace(LATEST_CODE_WINS, absences=(SIGNED, NOTED))


@pytest.fixture
def scene() -> Scene:
    return Scene(POLICY)


def sheet(scene: Scene, case: Case, by: Actor = DESK) -> Any:
    return scene.do(PrintGuia(by, case.guia.id))


def claims(case: Case, slip: Slip) -> Claims:
    return printed.said(case.guia, slip)


def back(
    scene: Scene,
    case: Case,
    shown: Claims | str,
    *,
    nth: int = 1,
    by: Actor = DESK,
    why: AbsenceReason | None = SIGNED.reason,
    **more: Any,
) -> Any:
    return scene.do(ReturnPrinted(by, case.guia.id, f"{nth:064x}", MediaType.JPEG, 1000, 1, shown, why, **more))


def slips(scene: Scene) -> list[Slip]:
    return sorted(scene.memory.shelf.slips.values(), key=lambda each: each.printed_at)


def told(scene: Scene) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(scene.memory.shelf.trail[-1].data)
    return data


# printing


def test_a_guia_that_awaits_its_code_is_printed_with_what_was_not_denied(scene: Scene):
    case = scene.register(OK, DENIED)
    slip = sheet(scene, case)
    assert (slip.guia_id, slip.provider, slip.printed_by, slip.sessions) == (case.guia.id, "10001", "recepcao", 1)
    assert slip.printed_at == scene.memory.now
    assert [each.code for each in slip.procedures] == [OK]
    assert slip.until == date(2026, 11, 20) + timedelta(days=POLICY.slip_days)
    last = scene.memory.shelf.trail[-1]
    assert (last.kind, last.subject, last.actor) == ("guia:slip:printed", case.guia.id, "recepcao")
    hashed = guias.procedures_hash(slip.procedures).hex()
    assert told(scene) == {"slip": str(slip.id), "until": slip.until.isoformat(), "procedures_sha256": hashed}
    assert scene.now(case) == case


def test_printing_again_ends_the_sheet_before_it_also_within_one_set(scene: Scene):
    case = scene.register()
    sheet(scene, case)
    scene.later(minutes=1)
    one, two = scene.do_all(PrintGuia(DESK, case.guia.id), PrintGuia(DESK, case.guia.id))
    assert [printed.alive(each) for each in slips(scene)].count(True) == 1
    assert scene.memory.shelf.slips[one.id].ended_at == scene.memory.now
    assert printed.alive(scene.memory.shelf.slips[two.id])
    assert reason(back(scene, case, claims(case, one))) == Refusal.SLIP_OVER
    assert not isinstance(back(scene, case, claims(case, two)), Refused)


def test_only_what_still_needs_a_signature_is_printed(scene: Scene):
    assert reason(sheet(scene, scene.register(DENIED))) == Refusal.GUIA_DENIED
    waiting = scene.register(AUDITED)
    assert reason(sheet(scene, waiting)) == Refusal.GUIA_UNDER_ANALYSIS
    assert isinstance(sheet(scene, scene.register(AUDITED, urgent=True)), Slip)
    cancelled = scene.cancel(scene.register())
    assert reason(sheet(scene, cancelled)) == Refusal.GUIA_CANCELLED
    issued = scene.awaiting()
    validated = scene.validate(issued, scene.code(issued))
    assert reason(sheet(scene, validated)) == Refusal.GUIA_VALIDATED
    old = scene.register()
    gone_on = back(scene, old, claims(old, sheet(scene, old)))
    assert reason(sheet(scene, gone_on)) == Refusal.GUIA_WITHOUT_TOKEN
    scene.later(days=400)
    assert reason(sheet(scene, waiting)) == Refusal.GUIA_EXPIRED


def test_nobody_prints_for_another_provider_and_nobody_but_a_provider(scene: Scene):
    case = scene.register()
    assert reason(sheet(scene, case, NEIGHBOUR_DESK)) == Refusal.NOT_FOUND
    assert reason(scene.do(PrintGuia(DESK, UUID(int=0)))) == Refusal.NOT_FOUND
    assert reason(sheet(scene, case, AUDITOR)) == Refusal.FORBIDDEN
    assert isinstance(sheet(scene, case, CLIENT), Slip)


# coming back


def test_a_signed_sheet_lets_the_guia_go_on_with_its_reason_and_its_signature(scene: Scene):
    case = scene.awaiting()
    slip = sheet(scene, case)
    scene.later(days=2)
    after = back(scene, case, claims(case, slip), detail="mora longe")
    assert guias.status(after.guia, date(2026, 11, 22)) is Status.WITHOUT_TOKEN
    assert scene.now(case) == after
    absence = after.absence
    assert (absence.reason, absence.tiss, absence.owes, absence.owes_until) == (SIGNED.reason, "07", (), None)
    assert (absence.detail, absence.taken_at) == ("mora longe", slip.printed_at)
    assert after.secret is None
    (used,) = slips(scene)
    (kept,) = scene.memory.shelf.attachments.values()
    assert (used.attachment_id, used.recognised, used.returned_by) == (kept.id, Recognised.QR, "recepcao")
    assert (used.returned_at, used.visit_date) == (scene.memory.now, date(2026, 11, 20))
    assert scene.trail[-3:] == ["guia:absence:recorded", "guia:absence:supplied", "guia:slip:returned"]
    assert told(scene) == {
        "slip": str(slip.id),
        "attachment": str(kept.id),
        "sha256": kept.digest,
        "recognised": "qr",
        "visit": "2026-11-20",
        "changed": False,
    }


def test_the_person_hears_once_of_an_attendance_that_was_signed_for_instead_of_its_code(scene: Scene):
    case = scene.register()
    back(scene, case, claims(case, sheet(scene, case)))
    assert [scene.do(TellAttendances(SYSTEM)) for _ in range(2)] == [1, 0]
    assert [each.purpose for each in scene.memory.shelf.deliveries] == [Purpose.RECORDED]


def test_the_number_beneath_the_qr_does_as_well_however_it_is_typed(scene: Scene):
    case = scene.register()
    text = printed.spaced(number(sheet(scene, case), ANS, scene.memory.vault))
    assert len(text) == 11
    wrong = ("0" if text[0] != "0" else "1") + text[1:]
    assert reason(back(scene, case, wrong)) == Refusal.SLIP_REFUSED
    assert reason(back(scene, case, "")) == Refusal.SLIP_REFUSED
    assert reason(back(scene, case, "ação")) == Refusal.SLIP_REFUSED
    after = back(scene, case, f" {text.lower().replace('1', 'l').replace('0', 'o').replace(' ', '-')} ")
    assert after.guia.attendance is Attendance.WITHOUT_TOKEN
    assert slips(scene)[0].recognised is Recognised.NUMBER


def test_a_signature_that_was_owed_is_owed_no_more(scene: Scene):
    case = scene.register()
    slip = sheet(scene, case)
    other = scene.register()
    first = back(scene, case, claims(case, slip))
    assert first.absence.owes == ()
    scene.later(minutes=1)
    owing = replace(first.absence, owes=(AbsenceNeed.SIGNATURE, AbsenceNeed.DOCUMENT), owes_until=date(2026, 12, 1))
    scene.memory.shelf.absences[case.guia.id] = owing
    second = back(scene, case, claims(case, sheet(scene, case)), nth=2, why=None)
    assert (second.absence.owes, second.absence.owes_until) == ((AbsenceNeed.DOCUMENT,), date(2026, 12, 1))
    assert second.absence.protocol == first.absence.protocol
    assert scene.now(other).absence is None


@pytest.mark.parametrize(
    "harm",
    [
        {"operator": "999001"},
        {"number": "2026999999999"},
        {"provider": "10002"},
        {"at": 1},
        {"id": UUID(int=7)},
    ],
)
def test_a_slip_of_another_operator_guia_provider_time_or_nonce_is_refused(scene: Scene, harm: dict[str, Any]):
    case = scene.register()
    altered = replace(claims(case, sheet(scene, case)), **harm)
    assert reason(back(scene, case, altered)) == Refusal.SLIP_REFUSED
    assert scene.now(case).guia.attendance is not Attendance.WITHOUT_TOKEN
    assert scene.memory.shelf.attachments == {}


def test_a_sheet_of_one_guia_is_not_one_of_another(scene: Scene):
    case, other = scene.register(), scene.register()
    slip = sheet(scene, case)
    sheet(scene, other)
    assert reason(back(scene, other, claims(case, slip))) == Refusal.SLIP_REFUSED
    assert reason(back(scene, other, number(slip, ANS, scene.memory.vault))) == Refusal.SLIP_REFUSED


def test_a_sheet_comes_back_once(scene: Scene):
    case = scene.register()
    slip = sheet(scene, case)
    after = back(scene, case, claims(case, slip))
    assert back(scene, case, claims(case, slip)) == after, "the same picture again is no other"
    assert len(scene.memory.shelf.attachments) == 1
    assert reason(back(scene, case, claims(case, slip), nth=2)) == Refusal.SLIP_OVER


def test_of_two_pictures_in_one_set_the_first_wins(scene: Scene):
    case = scene.register()
    shown = claims(case, sheet(scene, case))
    one, two = (
        ReturnPrinted(DESK, case.guia.id, f"{nth:064x}", MediaType.JPEG, 9, 1, shown, SIGNED.reason) for nth in (1, 2)
    )
    first, second = scene.do_all(one, two)
    assert first.guia.attendance is Attendance.WITHOUT_TOKEN
    assert reason(second) == Refusal.SLIP_OVER


def test_a_sheet_comes_back_until_its_last_day(scene: Scene):
    one, two = scene.register(), scene.register()
    first, second = sheet(scene, one), sheet(scene, two)
    scene.later(days=POLICY.slip_days)
    assert not isinstance(back(scene, one, claims(one, first)), Refused)
    scene.later(days=1)
    assert reason(back(scene, two, claims(two, second))) == Refusal.SLIP_OVER


@pytest.mark.parametrize(("day", "taken"), [(19, False), (20, True), (22, True), (23, True), (24, False)])
def test_the_visit_was_on_a_day_from_the_printing_to_the_return(scene: Scene, day: int, taken: bool):
    case = scene.register()
    slip = sheet(scene, case)
    scene.later(days=3)
    outcome = back(scene, case, claims(case, slip), visit_date=date(2026, 11, day))
    if not taken:
        assert reason(outcome) == Refusal.VISIT_DATE_WRONG
        return
    assert printed.day(outcome.absence.taken_at) == date(2026, 11, day)


def test_without_a_reason_or_what_it_needs_at_once_nothing_is_kept(scene: Scene):
    case = scene.register()
    shown = claims(case, sheet(scene, case))
    assert reason(back(scene, case, shown, why=None)) == Refusal.ABSENCE_UNKNOWN
    assert reason(back(scene, case, shown, why=AbsenceReason.NO_SIGNAL)) == Refusal.ABSENCE_UNKNOWN
    assert reason(back(scene, case, shown, why=NOTED.reason)) == Refusal.ABSENCE_NEEDS
    assert scene.memory.shelf.attachments == {}
    after = back(scene, case, shown, why=NOTED.reason, detail="não quis dizer")
    assert after.absence.owes == ()


def test_what_was_settled_otherwise_since_takes_no_sheet(scene: Scene):
    case = scene.awaiting()
    slip = sheet(scene, case)
    scene.validate(case, scene.code(case))
    assert reason(back(scene, case, claims(case, slip))) == Refusal.GUIA_VALIDATED
    cancelled = scene.register()
    shown = claims(cancelled, sheet(scene, cancelled))
    scene.cancel(cancelled)
    assert reason(back(scene, cancelled, shown)) == Refusal.GUIA_CANCELLED


def test_a_guia_that_expired_since_it_was_printed_still_takes_its_sheet(scene: Scene):
    case = scene.register()
    slip = sheet(scene, case)
    scene.memory.shelf.guias[case.guia.id] = replace(case.guia, valid_until=date(2026, 11, 20))
    scene.later(days=2)
    assert guias.status(scene.now(case).guia, date(2026, 11, 22)) is Status.EXPIRED
    assert back(scene, case, claims(case, slip)).guia.attendance is Attendance.WITHOUT_TOKEN


def test_the_trail_says_when_the_sheet_differs_from_what_stands_now(scene: Scene):
    case = scene.register(AUDITED, OK, urgent=True)
    slip = sheet(scene, case)
    scene.review(case, (1, ItemState.DENIED))
    after = back(scene, case, claims(case, slip))
    assert told(scene)["changed"] is True
    assert printed.changed(slip, after.guia)


def test_a_guia_takes_no_more_documents_than_any_other(scene: Scene):
    case = scene.register()
    slip = sheet(scene, case)
    for nth in range(2, MOST_FILES + 2):
        key = UUID(int=nth)
        scene.memory.shelf.attachments[key] = Attachment(
            key, case.guia.id, None, f"{nth:064x}", MediaType.PNG, 1, 1, "recepcao", scene.memory.now
        )
    assert reason(back(scene, case, claims(case, slip))) == Refusal.TOO_MANY_FILES


def test_nobody_else_brings_a_sheet_back(scene: Scene):
    case = scene.register()
    shown = claims(case, sheet(scene, case))
    assert reason(back(scene, case, shown, by=NEIGHBOUR_DESK)) == Refusal.NOT_FOUND
    assert reason(back(scene, case, shown, by=AUDITOR)) == Refusal.FORBIDDEN
    assert reason(scene.do(ReturnPrinted(DESK, UUID(int=0), "0" * 64, MediaType.PNG, 1, 1, shown))) == Refusal.NOT_FOUND
    person = Actor(ANS, ActorKind.BENEFICIARY, "pessoa", person=scene.ana)
    assert isinstance(back(scene, case, shown, by=person), Refused)


def test_whoever_is_told_on_by_the_person_is_reviewed_whatever_the_reason(scene: Scene):
    case = scene.awaiting()
    slip = sheet(scene, case)
    scene.report(case)
    after = back(scene, case, claims(case, slip))
    assert after.absence.review is AbsenceReview.WAITING


def test_an_outage_of_that_hour_is_proof_for_what_is_put_down_to_systems(scene: Scene):
    down = AbsenceRule(AbsenceReason.SYSTEM_DOWN, "03", (AbsenceNeed.SIGNATURE,))
    scene.memory.shelf.operator = replace(scene.memory.shelf.operator, policy=replace(POLICY, absences=(down,)))
    one, two = scene.awaiting(), scene.register()
    first, second = sheet(scene, one), sheet(scene, two)
    assert back(scene, two, claims(two, second), why=down.reason).absence.outage_id is None
    outage = Outage(UUID(int=9), OutageKind.PORTAL, scene.memory.now - timedelta(hours=1))
    scene.memory.shelf.outages[outage.id] = outage
    assert back(scene, one, claims(one, first), why=down.reason, nth=2).absence.outage_id == outage.id


# series


@pytest.fixture
def series() -> Scene:
    return Scene(replace(POLICY, series=(OK,)))


def begun(scene: Scene, sessions: int) -> Case:
    asked = (RequestedProcedure("22", OK, sessions),)
    case: Case = scene.do(RegisterGuia(DESK, Kind.ODONTO, CARD, PROVIDER, asked))
    return case


def test_of_a_series_as_many_sessions_take_place_as_were_signed(series: Scene):
    case = begun(series, 5)
    slip = sheet(series, case)
    assert slip.sessions == 5
    after = back(series, case, claims(case, slip), sessions=2)
    assert [(each.place, each.reason, each.owes) for each in after.sessions] == [
        (1, SIGNED.reason, ()),
        (2, SIGNED.reason, ()),
    ]
    assert after.guia.attendance is Attendance.AWAITING_TOKEN
    assert len({each.protocol for each in after.sessions}) == 2
    series.later(minutes=1)
    again = sheet(series, case)
    assert again.sessions == 3
    ended = back(series, case, claims(case, again), nth=2, sessions=99)
    assert len(ended.sessions) == 5
    assert ended.guia.attendance is Attendance.WITHOUT_TOKEN
    assert ended.absence.owes == ()
    assert series.trail[-1] == "guia:slip:returned"


def test_a_sheet_of_a_series_is_of_one_session_at_least(series: Scene):
    case = begun(series, 3)
    after = back(series, case, claims(case, sheet(series, case)), sessions=0)
    assert len(after.sessions) == 1
