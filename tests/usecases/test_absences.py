"""Going on without a code: who may and when, what is owed, what auditors see, and that a guia ends one way alone."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chancela.domain import absence as absences
from chancela.domain.absence import (
    ABSENCES,
    AbsenceLead,
    AbsenceNeed,
    AbsenceReason,
    AbsenceReview,
    AbsenceRule,
)
from chancela.domain.attachment import MOST_FILES, MediaType
from chancela.domain.case import Case
from chancela.domain.guia import Attendance, ItemState, Kind
from chancela.domain.outage import Outage, OutageKind
from chancela.domain.profiles import LATEST_CODE_WINS, ONE_CODE_PER_GUIA, PUSH_PER_ATTENDANCE
from chancela.domain.refusal import Refusal
from chancela.domain.report import ReportOutcome
from chancela.domain.series import Session
from chancela.domain.token import TokenEnd
from chancela.usecases.add_attachment import AddAttachment
from chancela.usecases.chase_absences import ChaseAbsences, chase_absences
from chancela.usecases.record_absence import RecordAbsence
from chancela.usecases.review_absence import ReviewAbsence
from chancela.usecases.supply_absence import SupplyAbsence
from tests.fakes.swift import run
from tests.usecases import scene as scenes
from tests.usecases.scene import ANS, AUDITED, AUDITOR, CLIENT, DENIED, DESK, DOCUMENTED, OK, SYSTEM, Scene, reason

NUMBER = f"{ANS}20261120000777"
NEEDY = AbsenceRule(
    AbsenceReason.NO_PHONE,
    "07",
    (AbsenceNeed.SIGNATURE, AbsenceNeed.DOCUMENT, AbsenceNeed.CALL_CENTRE),
    AbsenceLead.ACCEPTED,
)
NOTED = AbsenceRule(AbsenceReason.CANNOT_USE, "07", (AbsenceNeed.NOTE, AbsenceNeed.SECOND_PERSON))
POLICY = replace(
    ONE_CODE_PER_GUIA, absences=(NEEDY, NOTED, *(each for each in ABSENCES if each.tiss != "07")), absence_owed_days=5
)


@pytest.fixture
def scene() -> Scene:
    return Scene(POLICY)


def absent(scene: Scene, case: Case, why: str = "no_phone", by: Any = DESK, **more: Any) -> Any:
    return scene.do(RecordAbsence(by, case.guia.id, why, **more))


def changed(scene: Scene, case: Case, **more: Any) -> Case:
    """A guia as it would be, had it been entered or moved so."""
    scene.memory.shelf.guias[case.guia.id] = replace(case.guia, **more)
    return scene.now(case)


def chase(scene: Scene, limit: int = 500, by: Any = SYSTEM) -> int:
    count: int = scene.do(ChaseAbsences(by, limit))
    return count


def review(scene: Scene, case: Case, *, accept: bool, text: str = "", by: Any = AUDITOR, seen: str = "") -> Any:
    return scene.do(ReviewAbsence(by, case.guia.id, accept, text, seen))


def test_signs_that_nobody_sees_are_no_part_of_a_refusal(scene: Scene):
    case = absent(scene, scene.register(), "refused", detail="não quis")
    done = review(scene, case, accept=False, text="Não houve\x00 \u202eatendimento\u200b neste dia.")
    assert done.absence.review_text == "Não houve atendimento neste dia."


def outage(scene: Scene, what: OutageKind = OutageKind.PORTAL, **more: Any) -> Outage:
    new = Outage(scene.memory.chance.id(), what, scene.memory.now - timedelta(hours=1), **more)
    scene.memory.shelf.outages[new.id] = new
    return new


def data(scene: Scene) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(scene.memory.shelf.trail[-1].data)
    return told


class TestRecording:
    def test_a_guia_goes_on_without_a_code_under_a_protocol_number(self, scene: Scene):
        case = absent(scene, scene.register(), "no_signal", detail=" sem sinal no subsolo ")
        assert case.guia.attendance is Attendance.WITHOUT_TOKEN
        one = case.absence
        assert (one.reason, one.tiss, one.detail) == (AbsenceReason.NO_SIGNAL, "03", "sem sinal no subsolo")
        assert (one.protocol, one.by, one.at) == (f"{ANS}20261120000001", "recepcao", scene.memory.now)
        assert absences.tiss_pair(case) == ("03", None)
        assert scene.now(case) == case
        told = {"absence": "03", "reason": "no_signal", "protocol": one.protocol, "owes": "", "lead": "sampled"}
        assert data(scene) == {**told, "outage": None}

    def test_a_value_of_table_74_names_its_first_reason(self, scene: Scene):
        assert absent(scene, scene.register(), "07").absence.reason is AbsenceReason.NO_PHONE

    def test_the_live_code_ends_with_it_and_is_never_accepted(self, scene: Scene):
        case = scene.awaiting()
        code = scene.code(case)
        gone = absent(scene, case)
        assert (gone.secret, gone.token.end, gone.climb) == (None, TokenEnd.SUPERSEDED, None)
        assert reason(scene.validate(case, code)) == Refusal.GUIA_WITHOUT_TOKEN
        assert reason(scene.issue(case)) == Refusal.GUIA_WITHOUT_TOKEN
        assert scene.now(case).validation is None

    def test_a_code_past_its_time_ended_by_itself(self, scene: Scene):
        case = scene.awaiting()
        scene.later(hours=49)
        assert absent(scene, case).token.end is TokenEnd.EXPIRED

    def test_a_guia_whose_code_is_to_come_late_may_go_on_with_a_reason(self, scene: Scene):
        case = changed(scene, scene.register(), attendance=Attendance.LATE_PENDING)
        assert absent(scene, case, "after_exit").guia.attendance is Attendance.WITHOUT_TOKEN

    def test_the_same_reason_again_is_answered_as_the_first_time(self, scene: Scene):
        case = scene.register()
        first, again, by_value = scene.do_all(
            *(RecordAbsence(DESK, case.guia.id, each) for each in (AbsenceReason.NO_PHONE, "no_phone", "07"))
        )
        assert first == again == by_value == absent(scene, case)
        assert scene.trail.count("guia:absence:recorded") == 1
        assert reason(absent(scene, case, "no_signal")) == Refusal.GUIA_WITHOUT_TOKEN

    def test_another_reason_in_the_same_set_comes_too_late(self, scene: Scene):
        case = scene.register()
        first, second = scene.do_all(*(RecordAbsence(DESK, case.guia.id, each) for each in ("no_phone", "no_signal")))
        assert first.absence.reason is AbsenceReason.NO_PHONE
        assert reason(second) == Refusal.GUIA_WITHOUT_TOKEN

    def test_two_guias_of_a_set_have_two_protocols(self, scene: Scene):
        both = [scene.register(), scene.register()]
        done = scene.do_all(*(RecordAbsence(DESK, each.guia.id, "no_phone") for each in both))
        assert len({each.absence.protocol for each in done}) == 2

    def test_a_validated_guia_needs_no_reason(self, scene: Scene):
        case = scene.awaiting()
        scene.validate(case, scene.code(case))
        assert reason(absent(scene, case)) == Refusal.GUIA_VALIDATED
        assert scene.now(case).absence is None

    def test_what_is_cancelled_denied_expired_or_disputed_goes_not_on(self, scene: Scene):
        cancelled, denied, old, disputed = (
            scene.cancel(scene.register()),
            scene.register(DENIED),
            scene.register(),
            absent(scene, scene.register()),
        )
        changed(scene, disputed, attendance=Attendance.DISPUTED)
        assert reason(absent(scene, cancelled)) == Refusal.GUIA_CANCELLED
        assert reason(absent(scene, denied, "urgent")) == Refusal.GUIA_DENIED
        assert reason(absent(scene, disputed)) == Refusal.GUIA_DISPUTED
        scene.later(days=POLICY.guia_days + 1)
        assert reason(absent(scene, old)) == Refusal.GUIA_EXPIRED

    def test_foreign_guias_are_like_unknown_ones(self, scene: Scene):
        case = scene.register()
        for stranger in (scenes.NEIGHBOUR_DESK, scenes.FOREIGN, AUDITOR):
            assert reason(absent(scene, case, by=stranger)) == Refusal.NOT_FOUND
        assert reason(scene.do(RecordAbsence(DESK, scenes.NOWHERE, "no_phone"))) == Refusal.NOT_FOUND
        assert absent(scene, case, by=CLIENT).absence.by == "nucleo"

    def test_a_refused_reason_spends_no_protocol_number(self, scene: Scene):
        case = scene.register()
        assert reason(absent(scene, case, "cannot_use")) == Refusal.ABSENCE_NEEDS
        assert reason(absent(scene, case, "nunca")) == Refusal.ABSENCE_UNKNOWN
        assert absent(scene, case).absence.protocol.endswith("000001")


class TestUrgency:
    @pytest.mark.parametrize("why", ["urgent", "inpatient"])
    @pytest.mark.parametrize("code", [AUDITED, DOCUMENTED])
    def test_an_urgent_reason_waits_for_no_analysis(self, scene: Scene, code: str, why: str):
        case = absent(scene, scene.register(code), why)
        assert case.guia.attendance is Attendance.WITHOUT_TOKEN
        done = scene.review(case, (1, ItemState.AUTHORISED))
        assert done.guia.attendance is Attendance.WITHOUT_TOKEN

    def test_other_reasons_wait_for_it(self, scene: Scene):
        assert reason(absent(scene, scene.register(AUDITED))) == Refusal.GUIA_UNDER_ANALYSIS
        assert reason(absent(scene, scene.register(AUDITED), "nunca")) == Refusal.GUIA_UNDER_ANALYSIS

    def test_an_urgent_guia_and_an_inpatients_wait_for_nothing_whatever_the_reason(self, scene: Scene):
        for case in (
            scene.register(AUDITED, urgent=True),
            changed(scene, scene.register(AUDITED), kind=Kind.INTERNACAO),
        ):
            assert absent(scene, case, "cannot_use", call_protocol="12").absence.call_protocol is None

    def test_what_an_urgent_guia_would_owe_it_still_owes(self, scene: Scene):
        """Later is no wait, and a guia that calls itself urgent is no way around a signature."""
        assert absent(scene, scene.register(urgent=True)).absence.owes == NEEDY.needs

    def test_an_urgent_reason_is_accepted_where_the_guia_is_urgent_and_sampled_where_it_is_not(self, scene: Scene):
        lead = absent(scene, scene.register(urgent=True), "urgent").absence.lead
        assert (lead, absent(scene, scene.register(), "urgent").absence.lead) == (
            AbsenceLead.ACCEPTED,
            AbsenceLead.SAMPLED,
        )


class TestNeeds:
    def test_what_may_follow_is_owed_until_its_day(self, scene: Scene):
        one = absent(scene, scene.register()).absence
        assert one.owes == NEEDY.needs
        assert one.owes_until == scene.memory.now.date() + timedelta(days=5)
        assert data(scene)["owes"] == "signature,document,call_centre"

    def test_the_call_centres_number_may_come_at_once(self, scene: Scene):
        one = absent(scene, scene.register(), call_protocol=f" {NUMBER[:6]} {NUMBER[6:]} ").absence
        assert one.call_protocol == NUMBER
        assert one.owes == (AbsenceNeed.SIGNATURE, AbsenceNeed.DOCUMENT)

    def test_a_number_that_is_none_is_told(self, scene: Scene):
        assert reason(absent(scene, scene.register(), call_protocol="123")) == Refusal.PROTOCOL_WRONG

    def test_a_note_and_a_second_person_are_given_at_once(self, scene: Scene):
        case = scene.register()
        for missing in ({"detail": "não sabe usar"}, {"second_person": "Bia"}, {"detail": " ", "second_person": " "}):
            assert reason(absent(scene, case, "cannot_use", **missing)) == Refusal.ABSENCE_NEEDS
        one = absent(scene, case, "cannot_use", detail="não sabe usar", second_person=" Bia   Reis ").absence
        assert (one.second_person, one.owes, one.owes_until) == ("Bia Reis", (), None)

    def test_the_number_of_the_call_centre_comes_later(self, scene: Scene):
        case = absent(scene, scene.register())
        after = scene.do(SupplyAbsence(DESK, case.guia.id, NUMBER))
        assert (after.absence.call_protocol, len(after.absence.owes)) == (NUMBER, 2)
        assert data(scene) == {"need": "call_centre", "left": "signature,document"}
        assert scene.now(case) == after
        assert scene.do(SupplyAbsence(DESK, case.guia.id, NUMBER)) == after
        assert scene.trail.count("guia:absence:supplied") == 1
        other = NUMBER[:-1] + "8"
        assert reason(scene.do(SupplyAbsence(DESK, case.guia.id, other))) == Refusal.NOTHING_OWED

    def test_what_is_no_number_or_not_owed_is_refused(self, scene: Scene):
        owing, other, none = absent(scene, scene.register()), absent(scene, scene.register(), "03"), scene.register()
        assert reason(scene.do(SupplyAbsence(DESK, owing.guia.id, "123"))) == Refusal.PROTOCOL_WRONG
        for case in (other, none):
            assert reason(scene.do(SupplyAbsence(DESK, case.guia.id, NUMBER))) == Refusal.NOTHING_OWED
        for stranger in (scenes.NEIGHBOUR_DESK, scenes.FOREIGN):
            assert reason(scene.do(SupplyAbsence(stranger, owing.guia.id, NUMBER))) == Refusal.NOT_FOUND
        assert reason(scene.do(SupplyAbsence(DESK, scenes.NOWHERE, NUMBER))) == Refusal.NOT_FOUND

    def test_a_document_of_the_guia_is_what_was_owed(self, scene: Scene):
        case = absent(scene, scene.register())
        command = AddAttachment(DESK, case.guia.id, "a" * 64, MediaType.PNG, 9, 1)
        after, again = scene.do_all(command, command)
        assert AbsenceNeed.DOCUMENT not in after.absence.owes
        assert after == again == scene.now(case)
        assert scene.trail[-2:] == ["guia:attachment:added", "guia:absence:supplied"]
        assert reason(scene.do(replace(command, digest="b" * 64))) == Refusal.NOTHING_TO_REVIEW

    def test_one_that_the_guia_has_already_counts_once_it_is_sent_again(self, scene: Scene):
        case = scene.register(AUDITED)
        command = AddAttachment(DESK, case.guia.id, "a" * 64, MediaType.PNG, 9, 1)
        scene.do(command)
        scene.review(case, (1, ItemState.AUTHORISED))
        absent(scene, case)
        assert AbsenceNeed.DOCUMENT not in scene.do(command).absence.owes
        assert len(scene.memory.shelf.attachments) == 1

    def test_a_document_of_one_procedure_is_another(self, scene: Scene):
        case = absent(scene, scene.register())
        command = AddAttachment(DESK, case.guia.id, "a" * 64, MediaType.PNG, 9, 1, item=1)
        assert reason(scene.do(command)) == Refusal.NOTHING_TO_REVIEW

    def test_it_comes_after_the_guias_validity_too_and_within_its_room(self, scene: Scene):
        case = absent(scene, scene.register(DOCUMENTED, urgent=True), "no_phone")
        for nth in range(MOST_FILES):
            scene.do(AddAttachment(DESK, case.guia.id, f"{nth:064x}", MediaType.PNG, 9, 1, item=1))
        command = AddAttachment(DESK, case.guia.id, "a" * 64, MediaType.PNG, 9, 1)
        assert reason(scene.do(command)) == Refusal.TOO_MANY_FILES
        other = absent(scene, scene.register())
        scene.later(days=POLICY.guia_days + 1)
        after = scene.do(replace(command, guia_id=other.guia.id))
        assert AbsenceNeed.DOCUMENT not in after.absence.owes


class TestChasing:
    def test_what_is_owed_when_its_day_has_passed_goes_to_an_auditor(self, scene: Scene):
        case = absent(scene, scene.register())
        assert case.absence.review is AbsenceReview.NONE
        scene.later(days=5)
        assert chase(scene) == 0
        scene.later(days=1)
        assert chase(scene) == 1
        one = scene.now(case).absence
        assert (one.review, one.owes, one.missed) == (AbsenceReview.WAITING, (), NEEDY.needs)
        assert data(scene) == {"review": "waiting", "missed": "signature,document,call_centre"}
        assert chase(scene) == 0

    def test_no_more_than_the_limit_at_once(self, scene: Scene):
        for _ in range(3):
            absent(scene, scene.register())
        scene.later(days=6)
        assert [chase(scene, 2) for _ in range(3)] == [2, 1, 0]

    def test_the_system_alone_chases(self, scene: Scene):
        absent(scene, scene.register())
        scene.later(days=6)
        assert chase(scene, by=AUDITOR) == 0

    def test_what_came_between_the_listing_and_the_hold_is_left_alone(self, scene: Scene):
        owing, none = absent(scene, scene.register()), scene.register()

        async def listed_before(limit: int) -> list[Any]:
            return [owing.guia.id, none.guia.id][:limit]

        async def chased() -> list[int]:
            async with scene.memory.transaction() as world:
                world.cases.owing = listed_before  # type: ignore[method-assign]
                return await chase_absences([ChaseAbsences(SYSTEM)], world)

        assert run(chased()) == [0]

    def test_the_number_may_still_come_until_somebody_decided(self, scene: Scene):
        case = absent(scene, scene.register())
        scene.later(days=6)
        chase(scene)
        after = scene.do(SupplyAbsence(DESK, case.guia.id, NUMBER))
        assert after.absence.missed == (AbsenceNeed.SIGNATURE, AbsenceNeed.DOCUMENT)
        review(scene, case, accept=True)
        command = AddAttachment(DESK, case.guia.id, "a" * 64, MediaType.PNG, 9, 1)
        assert reason(scene.do(command)) == Refusal.NOTHING_TO_REVIEW


class TestReview:
    def test_what_leads_to_review_waits_for_an_auditor(self, scene: Scene):
        case = absent(scene, scene.register(), "refused", detail="não quis dizer o código")
        assert (case.absence.tiss, case.absence.review) == ("04", AbsenceReview.WAITING)

    def test_of_what_is_sampled_some_go_to_an_auditor(self):
        scene = Scene(replace(POLICY, absence_sample_percent=50))
        seen = [absent(scene, scene.register(), "no_signal").absence.review for _ in range(40)]
        assert set(seen) == {AbsenceReview.NONE, AbsenceReview.WAITING}
        for percent, review in ((0, AbsenceReview.NONE), (100, AbsenceReview.WAITING)):
            scene = Scene(replace(POLICY, absence_sample_percent=percent))
            seen = [absent(scene, scene.register(), "no_signal").absence.review for _ in range(20)]
            assert set(seen) == {review}

    def test_a_guia_that_the_person_disowned_always_goes_to_an_auditor(self, scene: Scene):
        for why in ("no_phone", "no_signal"):
            fresh = Scene(POLICY)
            held = fresh.awaiting()
            fresh.report(held)
            outage(fresh)
            assert absent(fresh, held, why).absence.review is AbsenceReview.WAITING
        case = scene.awaiting()
        scene.report(case)
        scene.close(case, ReportOutcome.MISTAKEN)
        assert absent(scene, case).absence.review is AbsenceReview.NONE

    def test_an_auditor_accepts(self, scene: Scene):
        case = absent(scene, scene.register(), "refused", detail="não quis")
        after = review(scene, case, accept=True)
        one = after.absence
        assert (one.review, one.reviewed_by, one.reviewed_at) == (
            AbsenceReview.ACCEPTED,
            "auditora",
            scene.memory.now,
        )
        assert data(scene) == {"review": "accepted", "protocol": one.protocol}
        assert scene.now(case) == after
        assert reason(review(scene, case, accept=False, text="Outra vez: não foi aceito.")) == Refusal.NOTHING_TO_REVIEW

    def test_or_refuses_in_writing_of_which_the_trail_holds_the_seal(self, scene: Scene):
        case = absent(scene, scene.register(), "refused", detail="não quis")
        for text in ("", "não", "123456789 0", "........................"):
            assert reason(review(scene, case, accept=False, text=text)) == Refusal.REASON_NEEDED
        one = review(scene, case, accept=False, text=" A pessoa disse que\n não foi  atendida. ").absence
        assert (one.review, one.review_text) == (AbsenceReview.REFUSED, "A pessoa disse que não foi atendida.")
        assert data(scene) == {"review": "refused", "protocol": one.protocol, "words": absences.seal(one)}
        assert "pessoa" not in scene.memory.shelf.trail[-1].data

    def test_whatever_was_owed_is_asked_for_no_more(self, scene: Scene):
        scene = Scene(replace(POLICY, absences=(replace(NEEDY, leads=AbsenceLead.REVIEWED),)))
        case = absent(scene, scene.register())
        one = review(scene, case, accept=True).absence
        assert (one.owes, one.owes_until, one.missed) == ((), None, NEEDY.needs)

    def test_nothing_is_decided_over_what_was_not_shown(self, scene: Scene):
        scene = Scene(replace(POLICY, absences=(replace(NEEDY, leads=AbsenceLead.REVIEWED),)))
        case = absent(scene, scene.register())
        seen = absences.mark(case.absence, ())
        scene.do(AddAttachment(DESK, case.guia.id, "a" * 64, MediaType.PNG, 9, 1))
        refused = {"accept": False, "text": "Falta o documento pedido."}
        assert reason(review(scene, case, **refused, seen=seen)) == Refusal.GUIA_CHANGED
        now = absences.mark(scene.now(case).absence, scene.memory.shelf.attachments.values())
        assert review(scene, case, **refused, seen=now).absence.review is AbsenceReview.REFUSED

    def test_auditors_alone_decide_and_only_what_waits(self, scene: Scene):
        case, other = absent(scene, scene.register(), "refused", detail="não quis"), absent(scene, scene.register())
        assert reason(review(scene, case, accept=True, by=DESK)) == Refusal.FORBIDDEN
        for stranger in (scenes.NEIGHBOUR_DESK, scenes.FOREIGN):
            assert reason(review(scene, case, accept=True, by=stranger)) == Refusal.NOT_FOUND
        assert reason(scene.do(ReviewAbsence(AUDITOR, scenes.NOWHERE, accept=True))) == Refusal.NOT_FOUND
        for none in (other, scene.register()):
            assert reason(review(scene, none, accept=True)) == Refusal.NOTHING_TO_REVIEW


class TestOutages:
    def test_an_outage_proves_what_is_put_down_to_systems(self, scene: Scene):
        scene = Scene(replace(POLICY, absence_sample_percent=100))
        declared = outage(scene, declared_by="analista")
        one = absent(scene, scene.register(), "no_signal").absence
        assert (one.outage_id, one.lead, one.review) == (declared.id, AbsenceLead.ACCEPTED, AbsenceReview.NONE)
        assert data(scene)["outage"] == str(declared.id)
        assert absent(scene, scene.register(), "after_exit").absence.review is AbsenceReview.NONE
        other = absent(scene, scene.register(), "home_collection").absence
        assert (other.outage_id, other.review) == (None, AbsenceReview.WAITING)

    def test_one_of_the_sending_proves_it_where_the_code_was_to_come_that_way(self, scene: Scene):
        carrier = outage(scene, OutageKind.CARRIER)
        assert absent(scene, scene.register(), "not_delivered").absence.outage_id is None
        assert absent(scene, scene.awaiting(), "not_delivered").absence.outage_id == carrier.id

    def test_nothing_else_is_asked_for_then(self):
        needy = replace(NEEDY, reason=AbsenceReason.NO_SIGNAL, tiss="03", needs=(AbsenceNeed.NOTE, *NEEDY.needs))
        scene = Scene(replace(POLICY, absences=(needy,)))
        assert reason(absent(scene, scene.register(), "03")) == Refusal.ABSENCE_NEEDS
        outage(scene)
        assert absent(scene, scene.register(), "03").absence.owes == ()


class TestSeries:
    def test_of_a_series_one_session_goes_on_without_a_code(self, scene: Scene):
        case = changed(scene, scene.register(), sessions=2)
        first = absent(scene, case)
        assert (first.guia.attendance, len(first.sessions), first.absence) == (Attendance.AWAITING_TOKEN, 1, None)
        last = absent(scene, case)
        assert (last.guia.attendance, len(last.sessions)) == (Attendance.WITHOUT_TOKEN, 2)
        assert last.absence.owes == tuple(sorted(NEEDY.needs))

    def test_a_series_takes_no_more_sessions_than_it_has(self, scene: Scene):
        case = changed(scene, scene.register(), sessions=2)
        for place in (1, 2):
            scene.memory.shelf.series[case.guia.id, place] = Session(case.guia.id, place, scene.memory.now, "recepcao")
        assert reason(absent(scene, case)) == Refusal.SESSIONS_DONE


class TestManuals:
    @pytest.mark.parametrize("why", [each.value for each in AbsenceReason])
    @pytest.mark.parametrize("policy", [PUSH_PER_ATTENDANCE, LATEST_CODE_WINS, ONE_CODE_PER_GUIA])
    def test_nobody_goes_without_care_under_any_of_them(self, policy: Any, why: str):
        """security.md 12: with each reason there is a way on that ends in a recorded attendance."""
        scene = Scene(policy)
        told = {"detail": "foi dito assim", "second_person": "Bia Reis"}
        assert absent(scene, scene.register(OK), why, **told).guia.attendance is Attendance.WITHOUT_TOKEN

    def test_push_per_attendance_asks_for_the_reason_alone(self):
        """000_d77649745db31e55: «Não se preocupe! As equipes dos hospitais, laboratórios e consultórios médicos estão
        preparados para dar sequência ao seu atendimento.»
        """
        scene = Scene(PUSH_PER_ATTENDANCE)
        for why in AbsenceReason:
            assert absent(scene, scene.register(), why).absence.owes == ()

    def test_latest_code_wins_has_the_printed_guia_signed(self):
        """001_5c5e71990aef1e20: «o dentista poderá imprimir uma Guia de Tratamento e solicitar sua assinatura nos
        procedimentos após realizá-los.»
        """
        scene = Scene(LATEST_CODE_WINS)
        for why in ("no_phone", "phone_not_here", "not_delivered"):
            assert absent(scene, scene.register(), why).absence.owes == (AbsenceNeed.SIGNATURE,)
        assert absent(scene, scene.register(), "system_down").absence.owes == ()

    def test_one_code_per_guia_goes_by_the_call_centre_and_never_waits_for_it(self):
        """002_037fd997c24f6baa: «Na ausência de celular ou e-mail, o beneficiário poderá ligar na Central de
        Atendimento ao Beneficiário Dental Uni.»
        """
        scene = Scene(ONE_CODE_PER_GUIA)
        for why in ("no_phone", "no_signal", "with_another_adult"):
            assert absent(scene, scene.register(), why).absence.owes == (AbsenceNeed.CALL_CENTRE,)
        for why in ("urgent", "inpatient"):
            assert absent(scene, scene.register(), why).absence.owes == ()
