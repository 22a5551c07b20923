"""«Não pedi este código»: the code stops at once, one report is opened a guia, and someone closes it."""

import pytest

from chancela.domain.contact import ContactKind, ContactState
from chancela.domain.guia import Attendance
from chancela.domain.profiles import ONE_CODE_PER_GUIA, PUSH_PER_ATTENDANCE
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.report import ReportOutcome, ReportWay
from chancela.domain.token import TokenEnd
from chancela.usecases.close_report import CloseReport
from chancela.usecases.report_token import ReportToken
from tests.usecases import scene as scenes
from tests.usecases.scene import AUDITOR, SYSTEM, Scene, reason

MISTAKEN, UPHELD = ReportOutcome.MISTAKEN, ReportOutcome.UPHELD
LANDLINE = ((ContactKind.LANDLINE, "+554120001234", ContactState.CONFIRMED),)
TYPED = "41 90000-5949"


@pytest.fixture
def scene() -> Scene:
    return Scene()


# one report a guia


def test_a_report_annuls_the_live_code(scene: Scene):
    case = scene.awaiting()
    code = scene.code(case)
    told = scene.report(case)
    assert (told.token.end, told.secret, told.climb, told.guia.last_end) == (TokenEnd.REPORTED, None, None, "reported")
    assert scene.memory.shelf.live == {}
    assert scene.validate(case, code) == Refused(Refusal.CODE_REPORTED)
    assert scene.now(case) == told


def test_after_it_no_code_is_issued_sent_or_validated(scene: Scene):
    case = scene.awaiting()
    scene.report(case)
    scene.later(minutes=5)
    assert reason(scene.issue(case)) == "codigo-contestado"
    assert reason(scene.send(case)) == "codigo-contestado"
    assert reason(scene.validate(case, "000000")) == "codigo-contestado"
    assert reason(scene.validate(case, "48291")) == Refusal.CODE_MALFORMED
    assert scene.now(case).guia.wrong_tries == 0


def test_a_report_has_a_protocol_of_its_operator_and_day(scene: Scene):
    first, second = scene.report(scene.awaiting()).report, scene.report(scene.awaiting()).report
    assert (first.protocol, second.protocol) == ("99900920261120000001", "99900920261120000002")
    assert (first.way, first.generation, first.opened_at) == (ReportWay.SMS, 1, scene.memory.now)
    assert (first.outcome, first.closed_at, first.provider) == (None, None, scenes.PROVIDER)


def test_the_next_day_counts_from_one(scene: Scene):
    scene.report(scene.awaiting())
    scene.later(days=1)
    assert scene.report(scene.awaiting()).report.protocol == "99900920261121000001"


@pytest.mark.parametrize("way", ReportWay)
def test_however_often_and_by_whichever_way_it_is_told_it_is_one_report(scene: Scene, way: ReportWay):
    case = scene.awaiting()
    first = scene.report(case)
    told = len(scene.trail)
    assert scene.report(case, way) == first
    assert (len(scene.trail), len(scene.memory.shelf.reports)) == (told, 1)
    assert scene.memory.shelf.protocols.total() == 1


def test_within_one_set_it_is_one_too(scene: Scene):
    case, other = scene.awaiting(), scene.awaiting()
    first, second, third = scene.do_all(
        *[ReportToken(SYSTEM, each.guia.id, ReportWay.SMS) for each in (case, case, other)]
    )
    assert first == second
    assert third.report.protocol == "99900920261120000002"
    assert scene.trail[-2:] == ["guia:token:reported"] * 2


def test_the_trail_tells_the_way_and_the_protocol(scene: Scene):
    scene.report(scene.awaiting(), ReportWay.WHATSAPP)
    assert scene.memory.shelf.trail[-1].data == (
        '{"generation":1,"protocol":"99900920261120000001","validated":false,"way":"whatsapp"}'
    )


def test_a_code_past_its_time_has_expired_before_it_was_reported(scene: Scene):
    case = scene.awaiting()
    scene.later(hours=48)
    told = scene.report(case)
    assert (told.token.end, told.report.protocol is not None) == (TokenEnd.EXPIRED, True)
    assert reason(scene.issue(case)) == Refusal.CODE_REPORTED


def test_after_the_attendance_it_is_the_attendance_that_is_disputed_and_the_proof_stays(scene: Scene):
    case = scene.awaiting()
    done = scene.validate(case, scene.code(case))
    told = scene.report(done)
    assert (told.guia.attendance, told.report.was) == (Attendance.DISPUTED, Attendance.VALIDATED)
    assert told.validation.code == done.validation.code
    assert scene.trail[-1] == "guia:attendance:disputed"


def test_before_any_code_it_stops_the_first(scene: Scene):
    case = scene.register()
    assert scene.report(case).report.generation == 0
    assert reason(scene.issue(case)) == Refusal.CODE_REPORTED


def test_only_the_system_reports_in_a_persons_name(scene: Scene):
    case = scene.awaiting()
    for actor in (scenes.DESK, scenes.NEIGHBOUR_DESK, scenes.FOREIGN, scenes.AUDITOR, scenes.CLIENT):
        assert scene.report(case, by=actor) == Refused(Refusal.NOT_FOUND)
    assert scene.do(ReportToken(SYSTEM, scenes.NOWHERE, ReportWay.SMS)) == Refused(Refusal.NOT_FOUND)
    assert scene.now(case) == case
    assert scene.memory.shelf.protocols.total() == 0


# two in seven days


def test_two_reports_in_seven_days_pause_the_pair(scene: Scene):
    for _ in range(2):
        scene.report(scene.awaiting())
    assert reason(scene.issue(scene.register())) == "envios-em-pausa"


def test_one_report_pauses_nothing_but_its_guia(scene: Scene):
    scene.report(scene.awaiting())
    assert scene.issue(scene.register()).token is not None


def test_a_paused_pair_sends_no_live_code_again(scene: Scene):
    live = scene.awaiting()
    for _ in range(2):
        scene.report(scene.awaiting())
    scene.later(minutes=1)
    assert reason(scene.send(live)) == Refusal.PAIR_PAUSED
    assert scene.validate(live, scene.code(live)).validation is not None


def test_another_provider_and_another_person_go_on(scene: Scene):
    for _ in range(2):
        scene.report(scene.awaiting())
    neighbours = scene.register(by=scenes.CLIENT, provider=scenes.NEIGHBOUR)
    assert scene.issue(neighbours, scenes.NEIGHBOUR_DESK).token is not None
    scene.someone("2", "+5541900002222")
    assert scene.issue(scene.register(card="2")).token is not None


def test_after_seven_days_the_pair_goes_on(scene: Scene):
    for _ in range(2):
        scene.report(scene.awaiting())
    scene.later(days=7, seconds=-1)
    assert reason(scene.issue(scene.register())) == Refusal.PAIR_PAUSED
    scene.later(seconds=1)
    assert scene.issue(scene.register()).token is not None


def test_a_mistaken_report_does_not_count_and_an_upheld_one_does(scene: Scene):
    reported = [scene.report(scene.awaiting()) for _ in range(2)]
    scene.close(reported[0], MISTAKEN)
    assert scene.issue(scene.register()).token is not None
    scene.close(reported[1], UPHELD)
    scene.report(scene.awaiting())
    assert reason(scene.issue(scene.register())) == Refusal.PAIR_PAUSED


def test_repeating_one_report_is_not_a_second(scene: Scene):
    case = scene.awaiting()
    scene.report(case), scene.report(case)
    assert scene.issue(scene.register()).token is not None


# a number that says it is not the person's


def at_first_use(**about: object) -> tuple[Scene, object]:
    """A guia whose code went to a number that a provider typed."""
    scene = Scene(ONE_CODE_PER_GUIA, contacts=LANDLINE, **{"has_app": False, **about})
    return scene, scene.issue(scene.register(), phone=TYPED)


def test_nao_from_a_number_that_a_provider_typed_contests_it():
    scene, case = at_first_use()
    typed = scene.contacts[-1]
    scene.report(case, contact_id=typed.id)
    assert scene.contacts[-1].state is ContactState.CONTESTED
    assert reason(scene.issue(scene.register(), phone=TYPED)) == Refusal.CONTACT_ON_FILE


def test_it_is_contested_even_where_the_report_was_opened_before():
    scene, case = at_first_use()
    first = scene.report(case, ReportWay.EMAIL)
    again = [ReportToken(SYSTEM, case.guia.id, ReportWay.SMS, scene.contacts[-1].id)] * 2
    assert scene.do_all(*again) == [first, first]
    assert scene.contacts[-1].state is ContactState.CONTESTED
    assert scene.trail.count("guia:token:reported") == 2
    assert len(scene.memory.shelf.reports) == 1


def test_told_by_another_way_the_number_stays_provisional():
    scene, case = at_first_use()
    scene.report(case, ReportWay.PHONE)
    assert scene.contacts[-1].state is ContactState.PROVISIONAL


def test_nao_from_a_number_on_file_leaves_it_on_file(scene: Scene):
    case = scene.awaiting()
    scene.report(case, contact_id=case.deliveries[0].contact_id)
    assert {each.state for each in scene.contacts} == {ContactState.CONFIRMED}


# closing


def test_closing_as_mistaken_lets_codes_go_out_again(scene: Scene):
    case = scene.awaiting()
    scene.report(case)
    closed = scene.close(case, MISTAKEN).report
    assert (closed.outcome, closed.closed_at, closed.closed_by) == (MISTAKEN, scene.memory.now, "auditora")
    again = scene.again(case)
    assert again.token.generation == 2
    assert scene.validate(again, scene.code(again)).validation is not None


def test_the_annulled_code_stays_annulled_after_a_mistake():
    scene = Scene(PUSH_PER_ATTENDANCE)
    case = scene.awaiting()
    code = scene.code(case)
    scene.report(case)
    scene.close(case, MISTAKEN)
    assert reason(scene.validate(case, code)) == Refusal.NO_LIVE_CODE


def test_closing_as_upheld_keeps_the_guia_stopped(scene: Scene):
    case = scene.awaiting()
    scene.report(case)
    scene.close(case, UPHELD)
    assert [reason(scene.again(case)), reason(scene.validate(case, "000000"))] == ["codigo-contestado"] * 2


@pytest.mark.parametrize("outcome", ReportOutcome)
def test_a_report_is_closed_once(scene: Scene, outcome: ReportOutcome):
    case = scene.awaiting()
    scene.report(case)
    first, second = scene.do_all(*[CloseReport(AUDITOR, case.guia.id, outcome)] * 2)
    assert first.report.outcome is outcome
    assert second == scene.close(case, outcome) == Refused(Refusal.NOTHING_TO_REVIEW)
    entry = scene.memory.shelf.trail[-1]
    told = f'{{"outcome":"{outcome.value}","protocol":"99900920261120000001"}}'
    assert (entry.kind, entry.data) == ("guia:report:closed", told)


def test_where_nobody_reported_there_is_nothing_to_close(scene: Scene):
    assert scene.close(scene.awaiting(), MISTAKEN) == Refused(Refusal.NOTHING_TO_REVIEW)


def test_only_the_operators_own_people_close(scene: Scene):
    case = scene.awaiting()
    told = scene.report(case)
    for actor in (scenes.DESK, scenes.NEIGHBOUR_DESK, scenes.FOREIGN, SYSTEM):
        assert scene.close(case, MISTAKEN, by=actor) == Refused(Refusal.NOT_FOUND)
    assert scene.do(CloseReport(AUDITOR, scenes.NOWHERE, UPHELD)) == Refused(Refusal.NOT_FOUND)
    assert scene.now(case) == told


def test_after_a_mistake_a_word_about_the_next_code_is_heard_under_the_same_protocol(scene: Scene):
    case = scene.awaiting()
    first = scene.report(case).report
    scene.close(case, MISTAKEN)
    again = scene.again(case)
    told = scene.report(again, ReportWay.EMAIL)
    assert (told.token.end, told.token.generation) == (TokenEnd.REPORTED, 2)
    assert (told.report.protocol, told.report.generation, told.report.outcome) == (first.protocol, 2, None)
    assert told.report.opened_at == scene.memory.now
    assert scene.now(case) == told
    assert scene.memory.shelf.protocols.total() == 1
    assert reason(scene.again(case)) == Refusal.CODE_REPORTED
    assert scene.close(case, UPHELD).report.outcome is UPHELD


def test_after_a_mistake_the_same_old_word_changes_nothing(scene: Scene):
    case = scene.awaiting()
    scene.report(case)
    closed = scene.close(case, MISTAKEN)
    assert scene.report(case) == closed
    assert scene.again(case).token.generation == 2
