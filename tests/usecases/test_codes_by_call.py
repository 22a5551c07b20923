"""A code by telephone: made for, read out to and disowned by whoever rings, once it is known who that is."""

from dataclasses import replace
from typing import Any

import pytest

from chancela.domain.call import Doing
from chancela.domain.contact import ContactKind, ContactState
from chancela.domain.delivery import Channel
from chancela.domain.permissions import Actor
from chancela.domain.policy import Asker
from chancela.domain.profiles import LATEST_CODE_WINS, ONE_CODE_PER_GUIA, PUSH_PER_ATTENDANCE
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.report import ReportWay
from chancela.usecases.issue_token import IssueToken
from chancela.usecases.report_token import ReportToken
from chancela.usecases.reveal_token import RevealToken
from chancela.usecases.send_token import SendToken
from tests.usecases.desk import BIA, RITA, WHY, Desk, on
from tests.usecases.scene import ANS, CPF, EMAIL, MOBILE, NOWHERE

GONE = Refused(Refusal.NOT_FOUND)


@pytest.fixture
def scene() -> Desk:
    return Desk()


def deeds(scene: Desk, case: Any, by: Actor) -> list[Any]:
    """What becomes of each thing that a call may do to a guia."""
    commands = (
        *(RevealToken(by, case.guia.id, WHY), IssueToken(by, case.guia.id), SendToken(by, case.guia.id)),
        ReportToken(by, case.guia.id, ReportWay.PHONE),
    )
    return [scene.do(each) for each in commands]


# whose call


def test_without_a_call_an_agent_can_do_nothing(scene: Desk):
    case = scene.awaiting()
    mine = frozenset({scene.ana})
    before = len(scene.trail)
    assert deeds(scene, case, RITA) == [GONE] * 4
    assert deeds(scene, case, replace(RITA, acts_for=mine, sees=mine)) == [GONE] * 4
    assert len(scene.trail) == before


def test_in_a_call_that_is_anothers_or_unknown_an_agent_can_do_nothing(scene: Desk):
    case, call = scene.awaiting(), scene.identified()
    before = len(scene.trail)
    assert deeds(scene, case, on(call, scene.ana, agent=BIA)) == [GONE] * 4
    assert deeds(scene, case, replace(on(call, scene.ana), call=NOWHERE)) == [GONE] * 4
    assert len(scene.trail) == before


def test_in_a_call_of_somebody_else_nothing_is_done_for_a_person(scene: Desk):
    case, call = scene.awaiting(), scene.identified()
    other = scene.someone("55")
    assert deeds(scene, case, on(call, other)) == [GONE] * 4
    assert deeds(scene, case, on(call, scene.ana, person=other)) == [GONE] * 4


def test_before_the_caller_is_identified_and_after_the_call_nothing_is_done(scene: Desk):
    case, call = scene.awaiting(), scene.names(scene.opens())
    assert deeds(scene, case, on(call, scene.ana)) == [Refused(Refusal.CALLER_NOT_IDENTIFIED)] * 4
    for place in range(3):
        call = scene.says(call, place)
    scene.ends(call)
    before = len(scene.trail)
    assert deeds(scene, case, on(call, scene.ana)) == [Refused(Refusal.CALL_OVER)] * 4
    assert len(scene.trail) == before


def test_a_guia_that_is_not_there_is_like_one_of_somebody_else(scene: Desk):
    call = scene.identified()
    by = on(call, scene.ana)
    assert scene.do(ReportToken(by, NOWHERE, ReportWay.PHONE)) == GONE
    assert scene.do(RevealToken(by, NOWHERE, WHY)) == GONE


# reading out


def test_a_live_code_is_read_out_and_the_trail_says_in_which_call_and_why(scene: Desk):
    case, call = scene.awaiting(), scene.identified()
    shown = scene.reveals(case, on(call, scene.ana))
    assert scene.code(shown) == scene.code(case)
    event = scene.memory.shelf.trail[-1]
    assert (event.kind, event.actor) == ("guia:token:revealed", "rita")
    assert event.data == f'{{"generation":1,"protocol":"{call.protocol}","reason":"{WHY}"}}'
    kept = scene.kept(call)
    assert kept.reveals == 1
    assert [(each.what, each.about) for each in kept.done] == [(Doing.REVEALED, case.guia.number)]


@pytest.mark.parametrize("reason", ["", "   ", "porque sim", "12345678901234567890"])
def test_who_gives_no_reason_reads_nothing(scene: Desk, reason: str):
    case, call = scene.awaiting(), scene.identified()
    assert scene.reveals(case, on(call, scene.ana), reason) == Refused(Refusal.REASON_NEEDED)
    assert scene.kept(call).reveals == 0 and "guia:token:revealed" not in scene.trail


def test_a_reason_tells_no_digit(scene: Desk):
    case, call = scene.awaiting(), scene.identified()
    scene.reveals(case, on(call, scene.ana), f"a pessoa repetiu {scene.code(case)}")
    assert scene.code(case) not in scene.memory.shelf.trail[-1].data


def test_no_code_is_read_out_where_none_lives(scene: Desk):
    case, call = scene.register(), scene.identified()
    assert scene.reveals(case, on(call, scene.ana)) == Refused(Refusal.NO_LIVE_CODE)
    assert scene.kept(call).reveals == 0


def test_an_agent_reads_out_so_many_codes_a_day_over_all_calls(scene: Desk):
    scene = Desk(replace(LATEST_CODE_WINS, reveals_per_agent_day=3))
    case, call = scene.awaiting(), scene.identified()
    for _ in range(2):
        scene.reveals(case, on(call, scene.ana))
    scene.ends(call)
    call = scene.identified()
    by = on(call, scene.ana)
    many = Refused(Refusal.TOO_MANY_REVEALS)
    first, *others = scene.do_all(*[RevealToken(by, case.guia.id, WHY)] * 3)
    assert scene.code(first) == scene.code(case) and others == [many, many]
    other = scene.identified(BIA)
    assert scene.reveals(case, on(other, scene.ana, agent=BIA)) != many
    scene.ends(call)
    scene.later(days=1)
    fresh = scene.identified()
    assert scene.reveals(case, on(fresh, scene.ana)) != many


def test_where_a_contact_was_changed_no_code_is_read_out_in_the_same_call(scene: Desk):
    case, call = scene.awaiting(), scene.identified()
    scene.memory.shelf.calls[call.id] = replace(call, changed_contact=True)
    assert scene.reveals(case, on(call, scene.ana)) == Refused(Refusal.NOT_IN_THE_SAME_CALL)


def test_agents_and_people_of_one_set_are_judged_each_by_their_own(scene: Desk):
    case, call = scene.awaiting(), scene.identified()
    own = replace(on(call, scene.ana), kind=RITA.kind.BENEFICIARY, name=f"person:{scene.ana}", call=None)
    both = scene.do_all(RevealToken(own, case.guia.id), RevealToken(on(call, scene.ana), case.guia.id))
    assert both == [scene.now(case), Refused(Refusal.REASON_NEEDED)]


# issuing


def test_a_code_is_made_and_read_out_where_no_message_reaches_the_person():
    scene = Desk(contacts=(), has_app=False, cpf=CPF)
    case = scene.register()
    assert scene.issue(case) == Refused(Refusal.NO_CONTACT)
    scene.someone("1")
    call = scene.opens()
    scene.memory.shelf.calls[call.id] = replace(call, person_id=scene.ana, identified_at=scene.memory.now)
    issued = scene.issue(case, on(call, scene.ana))
    assert issued.deliveries == () and issued.climb.at is None
    assert scene.memory.shelf.trail[-1].data == f'{{"channels":"","generation":1,"protocol":"{call.protocol}"}}'
    assert scene.validate(case, scene.code(scene.reveals(case, on(call, scene.ana)))).validation is not None
    assert [each.what for each in scene.kept(call).done] == [Doing.ISSUED, Doing.REVEALED]


def test_whoever_rings_may_have_it_sent_by_a_way_that_they_choose(scene: Desk):
    case, call = scene.register(), scene.identified()
    issued = scene.issue(case, on(call, scene.ana), channel=Channel.SMS)
    assert [each.channel for each in issued.deliveries] == [Channel.SMS]


def test_no_new_contact_comes_in_by_the_way_of_a_code(scene: Desk):
    scene = Desk(ONE_CODE_PER_GUIA, contacts=())
    call = scene.opens()
    scene.memory.shelf.calls[call.id] = replace(call, person_id=scene.ana, identified_at=scene.memory.now)
    case, by = scene.register(), on(call, scene.ana)
    for typed in ({"phone": MOBILE}, {"email": EMAIL}):
        assert scene.issue(case, by, channel=Channel.SMS, **typed) == Refused(Refusal.FORBIDDEN)
    assert scene.contacts == []


def test_an_agent_asks_as_the_person_does(scene: Desk):
    for askers, expected in (((Asker.PROVIDER,), Refused(Refusal.FORBIDDEN)), ((Asker.BENEFICIARY,), None)):
        scene = Desk(replace(PUSH_PER_ATTENDANCE, askers=askers))
        case, call = scene.register(), scene.identified()
        outcome = scene.issue(case, on(call, scene.ana))
        assert outcome == expected if expected else outcome.guia.generation == 1


def test_the_same_code_stays_the_same_where_the_policy_says_so():
    scene = Desk(PUSH_PER_ATTENDANCE)
    case, call = scene.awaiting(), scene.identified()
    assert scene.issue(case, on(call, scene.ana)) == scene.now(case)
    assert scene.kept(call).done == ()


def test_a_new_code_waits_until_the_one_before_had_its_time(scene: Desk):
    case, call = scene.awaiting(), scene.identified()
    assert scene.issue(case, on(call, scene.ana)).reason is Refusal.JUST_SENT


# sending, and disowning


def test_the_live_code_goes_out_again_by_another_way(scene: Desk):
    case, call = scene.awaiting(), scene.identified()
    scene.later(seconds=30)
    sent = scene.send(case, on(call, scene.ana), channel=Channel.EMAIL)
    assert sent.deliveries[-1].channel is Channel.EMAIL
    assert scene.code(sent) == scene.code(case)
    assert f'"protocol":"{call.protocol}"' in scene.memory.shelf.trail[-1].data
    assert [each.what for each in scene.kept(call).done] == [Doing.SENT]


def test_an_e_mail_needs_no_cpf_of_whoever_was_identified():
    scene = Desk(ONE_CODE_PER_GUIA)
    case, call = scene.register(), scene.identified()
    assert scene.issue(case, channel=Channel.EMAIL) == Refused(Refusal.CPF_MISMATCH)
    by = on(call, scene.ana)
    assert [each.channel for each in scene.issue(case, by, channel=Channel.EMAIL).deliveries] == [Channel.EMAIL]
    scene.later(seconds=30)
    assert scene.send(case, by, channel=Channel.EMAIL).deliveries[-1].channel is Channel.EMAIL


def test_a_way_that_is_not_there_is_refused_and_nothing_is_noted(scene: Desk):
    scene.carries(Channel.SMS)
    case, call = scene.awaiting(), scene.identified()
    scene.later(seconds=30)
    assert scene.send(case, on(call, scene.ana), channel=Channel.VOICE) == Refused(Refusal.CHANNEL_UNAVAILABLE)
    assert scene.kept(call).done == ()


def test_a_code_that_nobody_asked_for_is_stopped_by_telephone(scene: Desk):
    case, call = scene.awaiting(), scene.identified()
    told = scene.report(case, ReportWay.PHONE, by=on(call, scene.ana))
    assert told.report.way is ReportWay.PHONE and told.token.end is not None
    again = scene.report(case, ReportWay.PHONE, by=on(call, scene.ana))
    assert again.report == told.report
    assert [each.what for each in scene.kept(call).done] == [Doing.REPORTED]
    data = scene.memory.shelf.trail[-1].data
    assert f'"protocol":"{told.report.protocol}"' in data and f'"call":"{call.protocol}"' in data


def test_people_who_ring_have_their_contacts_untouched_by_it(scene: Desk):
    case, call = scene.awaiting(), scene.identified()
    before = scene.contacts
    scene.reveals(case, on(call, scene.ana))
    assert scene.contacts == before
    assert {each.kind for each in before} == {ContactKind.MOBILE, ContactKind.EMAIL}
    assert {each.state for each in before} == {ContactState.CONFIRMED}
    assert call.protocol[:6] == ANS
