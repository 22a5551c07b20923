"""Bringing in what was done without the system: each number once, by the rules of the day it was taken."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta, timezone
from typing import Any

import pytest

from chancela.domain.absence import AbsenceLead, AbsenceNeed, AbsenceReason, AbsenceReview, AbsenceRule
from chancela.domain.delivery import Purpose
from chancela.domain.guia import Attendance, Authorisation, ItemState, RequestedProcedure
from chancela.domain.outage import Outage, OutageKind
from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.policy_version import PolicyVersion, VersionState
from chancela.domain.reconcile import Differs, Result
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.report import ReportWay
from chancela.domain.token import Method, TokenEnd, Window
from chancela.usecases.end_block import EndBlock
from chancela.usecases.end_device import EndDevice
from chancela.usecases.tell_attendances import TellAttendances
from tests.usecases.contingency import OFFERED, Clinic
from tests.usecases.scene import (
    ANS,
    AUDITED,
    CARD,
    DENIED,
    DESK,
    NEIGHBOUR,
    NEIGHBOUR_DESK,
    NOWHERE,
    OK,
    ONCE,
    PROVIDER,
    SYSTEM,
)
from tests.usecases.test_carry import oneself

ANALYST = Actor(ANS, ActorKind.ANALYST, "analista")


@pytest.fixture
def scene() -> Clinic:
    return Clinic()


def differs(outcome: Any) -> list[Differs]:
    return [each.what for each in outcome.differences]


def told(scene: Clinic, kind: str = "guia:guia:reconciled") -> dict[str, Any]:
    entry = [each for each in scene.memory.shelf.trail if each.kind == kind][-1]
    data: dict[str, Any] = json.loads(entry.data)
    return data


def why(outcome: Any) -> Refusal | None:
    refused: Refused | None = outcome if isinstance(outcome, Refused) else outcome.refused
    return refused.reason if refused else None


def same(one: Any, other: Any) -> bool:
    """Two answers about one guia; what is read again knows its place in the trail besides."""
    told = (one.result, one.differences, one.refused, one.case.guia, one.case.absence)
    return told == (other.result, other.differences, other.refused, other.case.guia, other.case.absence)


def beside(scene: Clinic, *codes: str) -> str:
    known = {*codes, *scene.sheet}
    return next(each for each in (f"{number:06d}" for number in range(99)) if each not in known)


# with a code


def test_a_code_computed_offline_validates_a_guia_born_under_the_number(scene: Clinic):
    done = scene.bring(code=scene.computed())
    guia, proof = done.case.guia, done.case.validation
    assert (done.result, done.differences, done.refused) == (Result.VALIDATED, (), None)
    assert (guia.number, guia.created_at, guia.attendance) == (
        scene.block.numbers[0],
        scene.ago(minutes=30),
        Attendance.VALIDATED,
    )
    assert (proof.method, proof.window, proof.at) == (Method.OFFLINE, Window.VALID, scene.memory.now)
    assert proof.taken_at == scene.ago(minutes=30)
    assert scene.now(done.case).validation.taken_at == proof.taken_at
    assert scene.trail[-3:] == ["guia:guia:registered", "guia:attendance:validated", "guia:guia:reconciled"]
    assert told(scene, "guia:attendance:validated")["taken_at"] == "2026-11-20T15:30:00+00:00"
    assert told(scene) == {
        "number": scene.block.numbers[0],
        "provider": PROVIDER,
        "block": str(scene.block.id),
        "taken_at": "2026-11-20T15:30:00+00:00",
        "result": "validated",
        "refused": None,
        "differs": "",
    }


def test_the_time_of_a_visit_is_kept_in_utc_whatever_its_offset(scene: Clinic):
    at = scene.ago(minutes=30)
    done = scene.bring(at=at.astimezone(timezone(timedelta(hours=23))))
    assert (done.result, done.case.guia.created_at) == (Result.WITHOUT_TOKEN, at)
    kept = scene.memory.shelf.brought[done.case.guia.number].said.taken_at
    assert {kept.utcoffset(), done.case.guia.created_at.utcoffset(), done.case.absence.taken_at.utcoffset()} == {
        timedelta(0)
    }


def test_a_code_on_paper_is_used_by_it_and_by_no_other(scene: Clinic):
    first, second = scene.do_all(scene.record(0, code=scene.sheet[0]), scene.record(1, code=scene.sheet[0]))
    assert (first.result, first.case.validation.method) == (Result.VALIDATED, Method.PAPER)
    assert (second.result, differs(second)) == (Result.WITHOUT_TOKEN, [Differs.CODE_WRONG])


def test_a_sheet_that_was_printed_after_the_visit_confirms_nothing_of_it(scene: Clinic):
    before = scene.ago(minutes=61)
    done = scene.bring(at=before, code=scene.sheet[0])
    assert (done.result, differs(done)) == (Result.WITHOUT_TOKEN, [Differs.CODE_WRONG])


def test_a_code_of_another_day_than_the_visits_confirms_nothing(scene: Clinic):
    code = scene.computed(at=scene.ago(days=1))
    assert differs(scene.bring(code=code)) == [Differs.CODE_WRONG]


def test_days_later_the_code_of_the_visits_day_still_confirms_it(scene: Clinic):
    at, code = scene.ago(minutes=30), scene.computed()
    scene.later(days=9)
    done = scene.bring(at=at, code=code)
    assert (done.result, done.case.validation.window) == (Result.VALIDATED, Window.VALID)


def test_a_device_that_was_ended_since_confirms_nothing(scene: Clinic):
    code = scene.computed()
    scene.do(EndDevice(oneself(scene), scene.device.id))
    assert differs(scene.bring(code=code)) == [Differs.CODE_WRONG]


# about a guia that stood before


def test_the_code_that_was_sent_before_the_outage_confirms_its_guia(scene: Clinic):
    case = scene.awaiting()
    scene.later(minutes=5)
    done = scene.bring(at=scene.ago(minutes=1), guia_id=case.guia.id, code=scene.code(case))
    assert (done.result, done.case.guia.number) == (Result.VALIDATED, case.guia.number)
    assert (done.case.validation.method, done.case.validation.window) == (Method.TOKEN, Window.FRESH)
    assert (done.case.token.end, scene.memory.shelf.live) == (TokenEnd.USED, {})


def test_a_code_that_lived_when_it_was_given_counts_though_it_expired_since(scene: Clinic):
    case = scene.awaiting()
    code = scene.code(case)
    scene.later(hours=49)
    assert scene.bring(at=scene.ago(hours=2), guia_id=case.guia.id, code=code).result is Result.VALIDATED


def test_a_code_that_had_expired_when_it_was_given_does_not(scene: Clinic):
    case = scene.awaiting()
    code = scene.code(case)
    scene.later(hours=49)
    done = scene.bring(at=scene.ago(minutes=30), guia_id=case.guia.id, code=code)
    assert (done.result, differs(done)) == (Result.WITHOUT_TOKEN, [Differs.CODE_EXPIRED])
    assert done.differences[0].was == "2026-11-22T16:00:00+00:00"
    assert scene.now(case).token.end is TokenEnd.EXPIRED


def test_a_code_that_was_swept_since_is_called_gone_and_the_visit_is_reviewed(scene: Clinic):
    case = scene.awaiting()
    code = scene.code(case)
    scene.later(hours=49)
    scene.expire()
    done = scene.bring(at=scene.ago(hours=2), guia_id=case.guia.id, code=code)
    assert (done.result, differs(done)) == (Result.WITHOUT_TOKEN, [Differs.CODE_GONE])
    absence = done.case.absence
    assert (absence.reason, absence.lead, absence.review) == (
        AbsenceReason.SYSTEM_DOWN,
        AbsenceLead.REVIEWED,
        AbsenceReview.WAITING,
    )


def test_what_was_swept_and_had_expired_before_is_called_expired(scene: Clinic):
    case = scene.awaiting()
    code = scene.code(case)
    scene.later(hours=49)
    scene.expire()
    done = scene.bring(at=scene.ago(minutes=30), guia_id=case.guia.id, code=code)
    assert differs(done) == [Differs.CODE_EXPIRED]


def test_a_code_that_a_new_one_replaced_since_is_gone(scene: Clinic):
    case = scene.awaiting()
    code, at = scene.code(case), scene.memory.now
    scene.later(minutes=20)
    scene.again(case)
    done = scene.bring(at=at, guia_id=case.guia.id, code=code)
    assert differs(done) == [Differs.CODE_GONE]
    assert scene.memory.shelf.live == {}


def test_what_ended_as_it_was_disowned_confirms_nothing(scene: Clinic):
    case = scene.awaiting()
    code = scene.code(case)
    scene.report(case, ReportWay.SMS)
    done = scene.bring(at=scene.memory.now, guia_id=case.guia.id, code=code)
    assert (done.result, differs(done)) == (Result.WITHOUT_TOKEN, [Differs.CODE_WRONG])


def test_a_code_superseded_before_the_visit_is_wrong(scene: Clinic):
    case = scene.awaiting()
    old = scene.code(case)
    new = scene.again(case)
    scene.later(minutes=20)
    done = scene.bring(at=scene.ago(minutes=1), guia_id=case.guia.id, code=old)
    assert differs(done) == [Differs.CODE_WRONG]
    assert new.token.generation == 2


def test_a_guia_whose_code_is_locked_goes_on_without_one(scene: Clinic):
    case = scene.awaiting()
    for nth in range(1, 6):
        scene.validate(case, scene.wrong(case, nth)) if nth < 5 else scene.validate(case, beside(scene, "000000"))
    done = scene.bring(guia_id=case.guia.id, code="123456")
    assert (done.result, differs(done)) == (Result.WITHOUT_TOKEN, [Differs.CODE_LOCKED])


def test_a_guia_that_waits_for_an_answer_is_confirmed_all_the_same_as_care_was_given(scene: Clinic):
    case = scene.register(AUDITED)
    assert case.guia.attendance is Attendance.NONE
    done = scene.bring(guia_id=case.guia.id, code=scene.computed(number=case.guia.number))
    assert (done.result, differs(done)) == (Result.VALIDATED, [Differs.NOT_AUTHORISED])
    assert scene.now(case).guia.attendance is Attendance.VALIDATED


@pytest.mark.parametrize("end", ["validated", "cancelled"])
def test_a_guia_that_ended_meanwhile_stays_as_it_is_and_the_number_is_free(scene: Clinic, end: str):
    case = scene.awaiting()
    scene.validate(case, scene.code(case)) if end == "validated" else scene.cancel(case)
    done = scene.bring(guia_id=case.guia.id, code="123456")
    assert (done.result, differs(done)) == (Result.REFUSED, [Differs.ENDED_MEANWHILE])
    assert (why(done), done.differences[0].now) == (
        Refusal(f"guia-{'ja-validada' if end == 'validated' else 'cancelada'}"),
        end,
    )
    assert scene.now(case) == done.case
    assert scene.bring(code=scene.computed()).result is Result.VALIDATED


def test_a_guia_of_another_card_is_not_the_one_that_was_meant(scene: Clinic):
    case = scene.awaiting()
    done = scene.bring(guia_id=case.guia.id, card="999")
    assert (why(done), differs(done), done.differences[0].now) == (Refusal.CARD_UNKNOWN, [Differs.CARD], CARD)


def test_another_providers_guia_is_like_none(scene: Clinic):
    foreign = scene.register(by=NEIGHBOUR_DESK, provider=NEIGHBOUR)
    assert why(scene.bring(guia_id=foreign.guia.id)) is Refusal.NOT_FOUND
    assert why(scene.bring(guia_id=NOWHERE)) is Refusal.NOT_FOUND
    assert scene.memory.shelf.brought == {}


# without a code


def test_without_a_code_the_reason_is_that_the_system_was_down(scene: Clinic):
    done = scene.bring()
    absence = done.case.absence
    assert (done.result, done.differences) == (Result.WITHOUT_TOKEN, ())
    assert (absence.reason, absence.tiss, absence.taken_at) == (AbsenceReason.SYSTEM_DOWN, "03", scene.ago(minutes=30))
    assert (absence.lead, len(absence.protocol)) == (AbsenceLead.SAMPLED, 20)
    assert scene.now(done.case).guia.attendance is Attendance.WITHOUT_TOKEN
    assert scene.trail[-3:] == ["guia:guia:registered", "guia:absence:recorded", "guia:guia:reconciled"]


def test_the_person_hears_once_of_an_attendance_that_was_brought_in_without_a_code(scene: Clinic):
    scene.do_all(scene.record(0), scene.record(0))
    scene.bring(0)
    assert [scene.do(TellAttendances(SYSTEM)) for _ in range(2)] == [1, 0]
    assert [each.purpose for each in scene.memory.shelf.deliveries].count(Purpose.RECORDED) == 1


def test_another_reason_is_recorded_as_it_was_said(scene: Clinic):
    done = scene.bring(reason="04", detail="Não quis dar o código.")
    assert (done.case.absence.reason, done.case.absence.detail) == (AbsenceReason.REFUSED, "Não quis dar o código.")


@pytest.mark.parametrize(("said", "refusal"), [("99", Refusal.ABSENCE_UNKNOWN), ("04", Refusal.ABSENCE_NEEDS)])
def test_a_reason_that_is_none_or_lacks_its_note_waits_to_be_corrected_and_no_code_is_judged(
    scene: Clinic, said: str, refusal: Refusal
):
    done = scene.bring(reason=said, code=beside(scene, scene.computed()))
    assert (why(done), done.case, done.result) == (refusal, None, Result.REFUSED)
    assert scene.memory.shelf.guias == {}
    assert scene.bring(reason="07").result is Result.WITHOUT_TOKEN


def test_where_no_reason_of_ours_is_a_system_that_was_down_the_tables_own_is_taken():
    rules = (AbsenceRule(AbsenceReason.NO_SIGNAL, "03"),)
    scene = Clinic(replace(OFFERED, absences=rules))
    assert scene.bring().case.absence.reason is AbsenceReason.NO_SIGNAL


@pytest.mark.parametrize(("what", "proven"), [(OutageKind.DATABASE, True), (OutageKind.CARRIER, False)])
def test_an_outage_that_covers_the_visit_is_its_proof(scene: Clinic, what: OutageKind, proven: bool):
    down = Outage(scene.memory.chance.id(), what, scene.ago(minutes=50), scene.ago(minutes=10), noticed=True)
    scene.memory.shelf.outages[down.id] = down
    during, other = scene.do_all(scene.record(0), scene.record(1, reason="07"))
    after = scene.bring(2, at=scene.ago(minutes=5))
    assert during.case.absence.outage_id == (down.id if proven else None)
    assert (other.case.absence.outage_id, after.case.absence.outage_id) == (None, None)


def test_a_wrong_code_spends_a_try_and_goes_on_without_one_reviewed(scene: Clinic):
    done = scene.bring(code=beside(scene, scene.computed()))
    absence = done.case.absence
    assert (done.result, differs(done)) == (Result.WITHOUT_TOKEN, [Differs.CODE_WRONG])
    assert (absence.lead, absence.review) == (AbsenceLead.REVIEWED, AbsenceReview.WAITING)
    assert (done.case.guia.wrong_tries, scene.now(done.case).guia.wrong_tries) == (1, 1)
    assert told(scene, "guia:absence:recorded")["lead"] == "reviewed"
    day = scene.memory.shelf.days[PROVIDER, scene.memory.now.date()]
    assert (day.wrong, day.guias) == (1, 1)


def test_no_more_codes_are_judged_than_a_provider_may_get_wrong():
    scene = Clinic(replace(OFFERED, wrong_per_provider_floor=2, wrong_per_provider_percent=0))
    tried = [scene.record(nth, code=beside(scene, scene.computed(nth))) for nth in range(4)]
    done = scene.do_all(*tried)
    assert [each.result for each in done] == [Result.WITHOUT_TOKEN] * 2 + [Result.REFUSED] * 2
    assert {why(each) for each in done[2:]} == {Refusal.SECOND_FACTOR_NEEDED}
    assert scene.memory.shelf.days[PROVIDER, scene.memory.now.date()].wrong == 2
    assured = replace(DESK, assured_at=scene.memory.now)
    assert scene.bring(2, code=scene.computed(2), actor=assured).result is Result.VALIDATED


def test_one_number_is_one_guess(scene: Clinic):
    wrong = beside(scene, scene.computed())
    first = scene.bring(code=wrong)
    again = scene.bring(code=scene.computed())
    assert same(again, first)
    assert scene.now(first.case).guia.attendance is Attendance.WITHOUT_TOKEN


# the number


def test_the_same_record_again_gets_the_same_answer(scene: Clinic):
    record = scene.record(code=scene.computed())
    done = scene.do(record)
    counted = len(scene.memory.shelf.trail)
    scene.later(minutes=3)
    again = [scene.do(record), *scene.do_all(record, record)]
    assert all(same(done, each) for each in again)
    assert (len(scene.memory.shelf.trail), len(scene.memory.shelf.guias)) == (counted, 1)


def test_two_of_the_same_in_one_set_are_one(scene: Clinic):
    record = scene.record(code=scene.computed())
    first, second = scene.do_all(record, record)
    assert same(first, second)
    assert len(scene.memory.shelf.guias) == 1


def test_another_visit_under_a_used_number_is_refused_and_told_what_differs(scene: Clinic):
    scene.someone("00987654321")
    first = scene.bring()
    other = scene.record(0, OK, AUDITED, card="00987654321", at=scene.ago(minutes=20), urgent=True)
    second = scene.do(other)
    assert (why(second), second.result, second.case) == (Refusal.NUMBER_USED, Result.REFUSED, first.case)
    assert differs(second) == [Differs.TAKEN_AT, Differs.CARD, Differs.PROCEDURES, Differs.URGENT]
    assert second.differences[1].was == CARD
    assert second.differences[2].now == f"{OK}, {AUDITED}"


def test_two_numbers_of_one_set_about_one_guia_confirm_it_once(scene: Clinic):
    case = scene.awaiting()
    at, code = scene.memory.now, scene.code(case)
    first, second = scene.do_all(
        *(scene.record(nth, guia_id=case.guia.id, code=code, at=at) for nth in range(2)),
    )
    assert (first.result, why(second)) == (Result.VALIDATED, Refusal.GUIA_VALIDATED)


@pytest.mark.parametrize(
    "number", ["9000 001 01 0000", "2026000000123", "9000002010000", "x", "9" * 14, "٩000001010000"]
)
def test_an_invented_number_is_refused_and_nothing_is_kept(scene: Clinic, number: str):
    if number == scene.block.numbers[0]:  # pragma: no cover - one in ten thousand
        return
    assert why(scene.bring(number=number)) is Refusal.BLOCK_REFUSED
    assert (scene.memory.shelf.brought, scene.memory.shelf.guias) == ({}, {})


def test_a_number_may_be_typed_as_it_is_printed(scene: Clinic):
    number = scene.block.numbers[0]
    typed = f"{number[:4]} {number[4:7]}-{number[7:9]}.{number[9:]}"
    assert scene.bring(number=typed).case.guia.number == number


def test_another_providers_number_is_none(scene: Clinic):
    assert why(scene.bring(actor=NEIGHBOUR_DESK, provider=NEIGHBOUR)) is Refusal.BLOCK_REFUSED
    assert why(scene.bring(actor=NEIGHBOUR_DESK)) is Refusal.BLOCK_REFUSED
    assert why(scene.bring(actor=ANALYST)) is Refusal.BLOCK_REFUSED


def test_a_lost_list_takes_what_was_before_its_end_and_nothing_after(scene: Clinic):
    scene.do(EndBlock(ANALYST, scene.block.id, "Lista perdida"))
    scene.later(minutes=10)
    assert scene.bring(0, at=scene.ago(minutes=11)).result is Result.WITHOUT_TOKEN
    late = scene.bring(1, at=scene.ago(minutes=9))
    assert (why(late), late.case) == (Refusal.BLOCK_REFUSED, None)


@pytest.mark.parametrize("minutes", [-11, 71])
def test_a_visit_to_come_or_before_the_number_was_handed_out_is_refused(scene: Clinic, minutes: int):
    done = scene.bring(at=scene.ago(minutes=minutes))
    assert (why(done), done.result) == (Refusal.TAKEN_AT_WRONG, Result.REFUSED)
    assert scene.bring().result is Result.WITHOUT_TOKEN


@pytest.mark.parametrize("year", [1, 1999, 2200, 9999])
def test_a_time_beyond_every_calendar_is_refused_beside_others_that_stand(scene: Clinic, year: int):
    absurd = scene.record(0, at=scene.memory.now.replace(year=year))
    assert why(scene.do(absurd)) is Refusal.TAKEN_AT_WRONG
    first, second = scene.do_all(absurd, scene.record(1))
    assert (why(first), second.result) == (Refusal.TAKEN_AT_WRONG, Result.WITHOUT_TOKEN)


def test_a_long_note_is_kept_as_far_as_there_is_room(scene: Clinic):
    assert len(scene.bring(detail="x" * 900).case.absence.detail) == 500


def test_a_visit_after_the_blocks_last_day_is_refused(scene: Clinic):
    scene.later(days=91)
    assert why(scene.bring()) is Refusal.TAKEN_AT_WRONG


def test_a_desks_clock_may_be_a_little_fast(scene: Clinic):
    done = scene.bring(at=scene.ago(minutes=-9), code=scene.computed())
    assert done.case.validation.taken_at == scene.memory.now
    assert done.case.guia.created_at == scene.memory.now


# what cannot be registered is not lost


def test_what_cannot_be_registered_is_kept_and_its_number_takes_the_corrected_record(scene: Clinic):
    wrong = scene.bring(card="000", code=scene.computed())
    kept = scene.memory.shelf.brought[scene.block.numbers[0]]
    assert (why(wrong), kept.refused, kept.said.card_number) == (Refusal.CARD_UNKNOWN, Refusal.CARD_UNKNOWN, "000")
    assert (kept.guia_id, told(scene)["refused"]) == (None, "carteira-invalida")
    assert scene.memory.shelf.trail[-1].subject == scene.block.id
    assert scene.bring(code=scene.computed()).result is Result.VALIDATED
    assert scene.memory.shelf.brought[scene.block.numbers[0]].refused is None


def test_procedures_and_a_number_of_its_own_known_already_are_such(scene: Clinic):
    assert why(scene.bring(0, procedures=())) is Refusal.PROCEDURES_MISSING
    scene.register(provider_number="A-1")
    assert why(scene.bring(1, provider_number="A-1")) is Refusal.GUIA_PRESENTED
    kept = [each.refused for each in scene.memory.shelf.brought.values()]
    assert kept == [Refusal.PROCEDURES_MISSING, Refusal.GUIA_PRESENTED]


def test_what_the_rules_deny_is_recorded_as_care_that_happened(scene: Clinic):
    done = scene.bring(0, OK, DENIED)
    assert (done.result, done.case.guia.authorisation) == (Result.WITHOUT_TOKEN, Authorisation.PARTIALLY_AUTHORISED)
    assert [(each.was, each.now) for each in done.differences] == [(DENIED, "1217")]
    alone = scene.bring(1, DENIED)
    assert (alone.case.guia.authorisation, alone.result) == (Authorisation.DENIED, Result.WITHOUT_TOKEN)


# the rules of the day


def version(scene: Clinic, number: int, days: int, **rules: Any) -> None:
    """Rules that hold from so many days from today."""
    today = scene.memory.now.date()
    scene.memory.shelf.versions[number] = PolicyVersion(
        scene.memory.chance.id(),
        number,
        replace(OFFERED, **rules),
        (),
        today + timedelta(days=days),
        "analista",
        scene.memory.now,
        VersionState.APPROVED,
    )


def test_it_is_judged_by_the_rules_of_the_day_it_was_taken(scene: Clinic):
    at, code = scene.ago(minutes=30), [scene.computed(nth) for nth in range(2)]
    version(scene, 1, 1, offline_codes=False, guia_days=10, absences=(AbsenceRule(AbsenceReason.NO_PHONE, "07"),))
    scene.later(days=2)
    now = scene.memory.now
    before, before_too, today = scene.do_all(
        scene.record(0, at=at, code=code[0]),
        scene.record(1, at=at),
        scene.record(2, at=now, reason="07", code=scene.computed(2, at=now)),
    )
    assert (before.result, before_too.case.absence.reason) == (Result.VALIDATED, AbsenceReason.SYSTEM_DOWN)
    assert before.case.guia.valid_until == at.date() + timedelta(days=OFFERED.guia_days)
    assert (today.result, differs(today)) == (Result.WITHOUT_TOKEN, [Differs.CODE_WRONG])
    assert today.case.guia.valid_until == now.date() + timedelta(days=10)
    assert why(scene.bring(3)) is Refusal.ABSENCE_UNKNOWN


def test_a_need_of_that_day_is_owed_though_none_is_today(scene: Clinic):
    needy = (AbsenceRule(AbsenceReason.SYSTEM_DOWN, "03", (AbsenceNeed.SIGNATURE,)),)
    version(scene, 1, 0, absences=needy)
    version(scene, 2, 1)
    at = scene.memory.now
    scene.later(days=2)
    assert scene.bring(at=at).case.absence.owes == (AbsenceNeed.SIGNATURE,)


def test_what_was_authorised_after_the_visit_is_no_repetition_of_it(scene: Clinic):
    at = scene.ago(minutes=30)
    scene.later(days=1)
    scene.register(ONCE)
    done = scene.bring(0, ONCE, at=at)
    assert done.case.guia.procedures[0].authorisation is ItemState.AUTHORISED
    assert scene.bring(1, ONCE, at=scene.memory.now).case.guia.procedures[0].authorisation is ItemState.DENIED


def test_a_whole_list_asks_as_much_as_one_record(scene: Clinic):
    big = Clinic(replace(OFFERED, block_numbers=99))
    done = big.do_all(*(big.record(nth, code=big.computed(nth)) for nth in range(99)))
    assert {each.result for each in done} == {Result.VALIDATED}
    assert len({each.case.guia.id for each in done}) == 99


def test_what_a_provider_did_before_it_left_the_network_is_brought_in_and_the_difference_told(scene: Clinic):
    shelf = scene.memory.shelf
    shelf.providers[PROVIDER] = replace(shelf.providers[PROVIDER], active=False)
    coded, bare = scene.bring(0, code=scene.computed()), scene.bring(1)
    assert (coded.result, bare.result) == (Result.VALIDATED, Result.WITHOUT_TOKEN)
    assert differs(coded) == differs(bare) == [Differs.PROVIDER_LEFT]


def test_a_wrong_code_of_a_series_lets_its_session_take_place_without_one():
    scene = Clinic(replace(OFFERED, series=(OK,)))
    asked = (RequestedProcedure("22", OK, 3),)
    done = scene.bring(procedures=asked, code=beside(scene, scene.computed()))
    assert (done.result, differs(done)) == (Result.WITHOUT_TOKEN, [Differs.CODE_WRONG])
    (session,) = done.case.sessions
    assert (done.case.guia.sessions, session.review) == (3, AbsenceReview.WAITING)
    assert done.case.guia.attendance is Attendance.AWAITING_TOKEN


def test_a_visit_on_a_day_before_its_guia_was_there_is_none_of_it(scene: Clinic):
    """What is entered days after an outage cannot be said to have been attended in it."""
    scene.later(hours=48)
    case = scene.register()
    done = scene.bring(at=scene.ago(hours=24), guia_id=case.guia.id)
    assert done.refused == Refused(Refusal.TAKEN_AT_WRONG)
    assert scene.now(case).guia.attendance is Attendance.AWAITING_TOKEN
    assert scene.bring(at=scene.memory.now, guia_id=case.guia.id).result is Result.WITHOUT_TOKEN
