"""«Não fui eu» after the attendance was recorded: it is disputed, both sides are heard, it is decided in writing."""

import json
from dataclasses import replace
from datetime import date

import pytest

from chancela.domain.absence import AbsenceReason, Given
from chancela.domain.contact import ContactKind, ContactState
from chancela.domain.delivery import Channel, Purpose
from chancela.domain.guia import Attendance
from chancela.domain.permissions import ActorKind
from chancela.domain.profiles import LATEST_CODE_WINS, ONE_CODE_PER_GUIA
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.report import ReportOutcome, ReportWay
from chancela.usecases import absenting
from chancela.usecases.answer_dispute import AnswerDispute
from chancela.usecases.decide_dispute import DecideDispute
from chancela.usecases.record_absence import RecordAbsence
from chancela.usecases.report_token import ReportToken
from chancela.usecases.review_absence import ReviewAbsence
from chancela.usecases.tell_disputes import TellDisputes
from tests.fakes.swift import run
from tests.usecases import scene as scenes
from tests.usecases.scene import AUDITOR, CLIENT, DESK, FOREIGN, NEIGHBOUR_DESK, SYSTEM, Scene, reason

TEXT = "Falamos com a pessoa e com a clínica."
NO_VISIT, VISIT = False, True


@pytest.fixture
def scene() -> Scene:
    return Scene()


def validated(scene: Scene):
    case = scene.awaiting()
    return scene.validate(case, scene.code(case))


def without_token(scene: Scene):
    """A guia that went on without a code."""
    case = scene.awaiting()

    async def recorded():
        async with scene.memory.transaction() as world:
            held = (await world.cases.load({case.guia.id}))[case.guia.id]
            given = Given(AbsenceReason.NO_PHONE)
            step = absenting.recorded(held, given, "99900920261120999999", "recepcao", world)
            await world.cases.save([step])

    run(recorded())
    return scene.now(case)


def disputed(scene: Scene):
    return scene.report(validated(scene), ReportWay.APP)


def decide(scene: Scene, case, happened: bool = NO_VISIT, text: str = TEXT, by=AUDITOR):
    return scene.do(DecideDispute(by, case.guia.id, happened, text))


def answer(scene: Scene, case, text: str = TEXT, by=DESK):
    return scene.do(AnswerDispute(by, case.guia.id, text))


# it is disputed


@pytest.mark.parametrize("way", ReportWay)
def test_a_validated_attendance_is_disputed_by_whichever_way(scene: Scene, way: ReportWay):
    done = validated(scene)
    told = scene.report(done, way)
    assert told.guia.attendance is Attendance.DISPUTED
    assert (told.report.was, told.report.due_date, told.report.way) == (Attendance.VALIDATED, date(2026, 12, 5), way)
    assert told.validation.code == done.validation.code
    last = scene.memory.shelf.trail[-1]
    assert (last.kind, json.loads(last.data)) == (
        "guia:attendance:disputed",
        {"protocol": told.report.protocol, "way": way.value, "was": "validated", "until": "2026-12-05"},
    )
    assert scene.now(done) == told


def test_so_is_one_without_a_code_and_its_reason_stays(scene: Scene):
    done = without_token(scene)
    told = scene.report(done)
    assert (told.guia.attendance, told.report.was) == (Attendance.DISPUTED, Attendance.WITHOUT_TOKEN)
    assert told.absence == done.absence


def test_however_often_it_is_said_it_is_one_case(scene: Scene):
    told = disputed(scene)
    events = len(scene.trail)
    assert scene.report(told, ReportWay.PHONE) == told
    assert scene.do_all(*[ReportToken(SYSTEM, told.guia.id, ReportWay.SMS)] * 3) == [told] * 3
    assert len(scene.trail) == events
    assert scene.memory.shelf.protocols.total() == 1


def test_once_decided_another_word_changes_nothing(scene: Scene):
    told = disputed(scene)
    for happened in (VISIT, NO_VISIT):
        outcome = decide(scene, told, happened)
        assert scene.report(told) == scene.now(told)
        assert not isinstance(outcome, Refused) or happened is NO_VISIT
    assert scene.now(told).guia.attendance is Attendance.VALIDATED


@pytest.mark.parametrize("outcome", ReportOutcome)
def test_what_was_said_of_the_code_before_keeps_its_protocol(scene: Scene, outcome: ReportOutcome):
    case = scene.awaiting()
    first = scene.report(case).report
    scene.close(case, outcome)
    done = without_token_of(scene, case)
    told = scene.report(done, ReportWay.APP).report
    assert (told.protocol, told.was, told.outcome) == (first.protocol, Attendance.WITHOUT_TOKEN, None)
    assert scene.now(case).report == told


def without_token_of(scene: Scene, case):
    async def recorded():
        async with scene.memory.transaction() as world:
            held = (await world.cases.load({case.guia.id}))[case.guia.id]
            step = absenting.recorded(held, Given(AbsenceReason.NO_PHONE), "99900920261120999998", "recepcao", world)
            await world.cases.save([step])

    run(recorded())
    return scene.now(case)


def test_an_answer_from_a_number_that_a_provider_typed_disputes_and_contests_it():
    bare = Scene(ONE_CODE_PER_GUIA, contacts=(), has_app=False)
    case = bare.issue(bare.register(), channel=Channel.SMS, phone="41 90000-5949", cpf=scenes.CPF)
    done = bare.validate(case, bare.code(case))
    (contact,) = bare.memory.shelf.contacts.values()
    told = bare.report(done, ReportWay.SMS, contact.id)
    assert told.guia.attendance is Attendance.DISPUTED
    assert bare.memory.shelf.contacts[contact.id].state is ContactState.CONTESTED


def test_the_policy_says_in_how_many_days_it_is_decided():
    scene = Scene(replace(LATEST_CODE_WINS, dispute_days=3))
    assert disputed(scene).report.due_date == date(2026, 11, 23)


def test_two_of_one_provider_pause_its_codes_for_that_person(scene: Scene):
    disputed(scene)
    disputed(scene)
    assert reason(scene.issue(scene.register())) == Refusal.PAIR_PAUSED


def test_while_disputed_nothing_else_moves_it(scene: Scene):
    told = disputed(scene)
    assert reason(scene.validate(told, "123456")) == Refusal.GUIA_DISPUTED
    assert reason(scene.issue(told)) == Refusal.GUIA_DISPUTED
    assert reason(scene.cancel(told)) in {Refusal.GUIA_VALIDATED, Refusal.GUIA_DISPUTED}
    assert reason(scene.close(told, ReportOutcome.MISTAKEN)) == Refusal.GUIA_DISPUTED
    assert scene.now(told) == told


# both sides


def test_the_provider_says_its_side_once(scene: Scene):
    told = disputed(scene)
    heard = answer(scene, told, "  A pessoa assinou\n a ficha. ")
    assert (heard.report.side, heard.report.side_at) == ("A pessoa assinou\na ficha.", scene.memory.now)
    assert scene.trail[-1] == "guia:dispute:answered"
    assert reason(answer(scene, told)) == Refusal.DISPUTE_ANSWERED
    assert scene.now(told).report.side == heard.report.side


def test_a_side_that_says_nothing_or_comes_too_late_is_refused(scene: Scene):
    told = disputed(scene)
    assert reason(answer(scene, told, "sim")) == Refusal.REASON_NEEDED
    decide(scene, told)
    assert reason(answer(scene, told)) == Refusal.DISPUTE_CLOSED
    assert reason(answer(scene, scene.awaiting())) == Refusal.NOTHING_TO_REVIEW


@pytest.mark.parametrize("by", [NEIGHBOUR_DESK, FOREIGN, SYSTEM, AUDITOR])
def test_nobody_else_answers_for_a_provider(scene: Scene, by):
    assert answer(scene, disputed(scene), by=by) == Refused(Refusal.NOT_FOUND)


# it is decided in writing


@pytest.mark.parametrize("record", [validated, without_token])
def test_what_happened_stands_again_as_it_stood(scene: Scene, record):
    told = scene.report(record(scene))
    done = decide(scene, told, VISIT)
    assert done.guia.attendance is told.report.was
    assert (done.report.outcome, done.report.text) == (ReportOutcome.MISTAKEN, TEXT)
    assert (done.report.closed_at, done.report.closed_by) == (scene.memory.now, "auditora")
    assert json.loads(scene.memory.shelf.trail[-1].data) == {"outcome": "mistaken", "protocol": told.report.protocol}


def test_what_did_not_happen_stays_disputed_for_good(scene: Scene):
    told = disputed(scene)
    done = decide(scene, told, by=CLIENT)
    assert (done.guia.attendance, done.report.outcome) == (Attendance.DISPUTED, ReportOutcome.UPHELD)
    assert done.validation == told.validation
    assert reason(decide(scene, told, VISIT)) == Refusal.DISPUTE_CLOSED
    assert scene.now(told) == done


def test_nothing_is_decided_without_words_or_without_a_dispute(scene: Scene):
    told = disputed(scene)
    assert reason(decide(scene, told, text="ok")) == Refusal.REASON_NEEDED
    assert scene.now(told) == told
    assert reason(decide(scene, scene.awaiting())) == Refusal.NOTHING_TO_REVIEW
    reported = scene.awaiting()
    scene.report(reported)
    assert reason(decide(scene, reported)) == Refusal.NOTHING_TO_REVIEW


def reviewed(scene: Scene, by=AUDITOR):
    """A disputed attendance without a code, which somebody looked at before."""
    case = scene.awaiting()
    scene.do(RecordAbsence(DESK, case.guia.id, "refused", "não quis"))
    assert not isinstance(scene.do(ReviewAbsence(by, case.guia.id, accept=True)), Refused)
    return scene.report(scene.now(case))


@pytest.mark.parametrize("happened", [VISIT, NO_VISIT])
def test_whoever_reviewed_the_attendance_does_not_decide_whether_it_was(scene: Scene, happened: bool):
    told = reviewed(scene)
    assert decide(scene, told, happened) == Refused(Refusal.DISPUTE_REVIEWED)
    assert decide(scene, told, happened, text="ok") == Refused(Refusal.DISPUTE_REVIEWED)
    assert scene.now(told) == told


@pytest.mark.parametrize("kind", [ActorKind.AUDITOR, ActorKind.ANALYST, ActorKind.MANAGER])
def test_any_colleague_who_decides_disputes_decides_that_one(scene: Scene, kind: ActorKind):
    told = reviewed(scene)
    done = decide(scene, told, VISIT, by=replace(AUDITOR, kind=kind, name="colega"))
    assert (done.guia.attendance, done.report.closed_by) == (Attendance.WITHOUT_TOKEN, "colega")
    assert reason(decide(scene, told)) == Refusal.DISPUTE_CLOSED


def test_the_operators_own_system_decides_what_it_reviewed(scene: Scene):
    assert decide(scene, reviewed(scene, CLIENT), by=CLIENT).report.closed_by == CLIENT.name


@pytest.mark.parametrize("by", [DESK, FOREIGN, SYSTEM])
def test_those_whom_it_concerns_do_not_decide_it(scene: Scene, by):
    assert decide(scene, disputed(scene), by=by) == Refused(Refusal.NOT_FOUND)


# the person is told


def notices(scene: Scene) -> list[Channel]:
    return [each.channel for each in scene.memory.shelf.deliveries if each.purpose is Purpose.DISPUTE]


def test_the_person_is_told_once_and_only_when_it_is_decided(scene: Scene):
    told = disputed(scene)
    assert scene.do(TellDisputes(SYSTEM)) == 0
    decide(scene, told)
    assert [scene.do(TellDisputes(SYSTEM)) for _ in range(2)] == [1, 0]
    assert notices(scene) == [Channel.EMAIL]
    last = scene.memory.shelf.trail[-1]
    assert (last.kind, json.loads(last.data)) == ("guia:dispute:told", {"channels": "email"})


def test_who_cannot_be_reached_is_not_looked_for_again():
    scene = Scene(contacts=((ContactKind.LANDLINE, "+554120001234", ContactState.CONFIRMED),), has_app=False)
    decide(scene, scene.report(without_token_of(scene, scene.register())))
    assert [scene.do(TellDisputes(SYSTEM)) for _ in range(2)] == [1, 0]
    assert notices(scene) == []
    assert json.loads(scene.memory.shelf.trail[-1].data) == {"channels": ""}


def test_only_the_system_tells(scene: Scene):
    decide(scene, disputed(scene))
    assert scene.do(TellDisputes(AUDITOR)) == 0
    assert scene.do(TellDisputes(SYSTEM)) == 1
