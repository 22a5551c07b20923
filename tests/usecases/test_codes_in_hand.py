"""A code asked for in the person's own hand: it appears there alone, by the rules that hold for every code."""

from dataclasses import replace

import pytest

from chancela.domain.delivery import Channel
from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.policy import Asker
from chancela.domain.profiles import LATEST_CODE_WINS, PUSH_PER_ATTENDANCE
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.report import ReportWay
from chancela.domain.token import TokenEnd
from chancela.usecases.issue_token import IssueToken
from chancela.usecases.report_token import ReportToken
from tests.usecases.scene import ANS, NOWHERE, Scene, reason


@pytest.fixture
def scene() -> Scene:
    return Scene()


def hand(scene: Scene) -> Actor:
    own = frozenset({scene.ana})
    return Actor(ANS, ActorKind.BENEFICIARY, f"person:{scene.ana}", person=scene.ana, sees=own, acts_for=own)


def test_it_lives_is_valid_and_nothing_is_sent(scene: Scene):
    case = scene.issue(scene.register(), by=hand(scene))
    assert (case.guia.generation, case.deliveries) == (1, ())
    assert scene.memory.shelf.deliveries == []
    assert scene.validate(case, scene.code(case)).validation is not None


def test_no_ladder_climbs_from_it(scene: Scene):
    case = scene.issue(scene.register(), by=hand(scene))
    scene.later(hours=1)
    scene.climb()
    assert scene.memory.shelf.deliveries == []
    assert scene.now(case).climb == case.climb


def test_the_desk_may_still_send_it(scene: Scene):
    case = scene.issue(scene.register(), by=hand(scene))
    sent = scene.send(case, channel=Channel.SMS)
    assert [each.channel for each in sent.deliveries] == [Channel.SMS]
    assert scene.code(sent) == scene.code(case)


def test_the_trail_says_who_asked_and_that_no_channel_was_used(scene: Scene):
    scene.issue(scene.register(), by=hand(scene))
    told = scene.memory.shelf.trail[-1]
    assert (told.kind, told.actor) == ("guia:token:issued", f"person:{scene.ana}")
    assert told.data == '{"channels":"","generation":1}'


def test_where_the_policy_says_the_same_code_asking_again_changes_nothing():
    scene = Scene(PUSH_PER_ATTENDANCE)
    case = scene.awaiting()
    before = len(scene.trail)
    assert scene.issue(case, by=hand(scene)) == scene.now(case)
    assert (scene.now(case).guia.generation, len(scene.trail)) == (1, before)


def test_where_the_latest_wins_a_new_one_annuls_the_old_after_its_time(scene: Scene):
    case = scene.awaiting()
    assert scene.issue(case, by=hand(scene)) == Refused(Refusal.JUST_SENT, retry_after_s=30)
    scene.later(seconds=29.5)
    assert scene.issue(case, by=hand(scene)) == Refused(Refusal.JUST_SENT, retry_after_s=1)
    scene.later(seconds=0.5)
    old = scene.code(case)
    new = scene.issue(case, by=hand(scene))
    assert new.guia.generation == 2
    assert [each.end for each in scene.memory.shelf.ended] == [TokenEnd.SUPERSEDED]
    assert scene.code(new) == old or isinstance(scene.validate(new, old), Refused)


def test_after_an_expired_code_a_new_one_is_made_at_once(scene: Scene):
    case = scene.issue(scene.register(), by=hand(scene))
    scene.later(hours=48)
    assert scene.issue(case, by=hand(scene)).guia.generation == 2


def test_asking_resets_no_tries(scene: Scene):
    case = scene.issue(scene.register(), by=hand(scene))
    scene.validate(case, scene.wrong(case))
    scene.later(minutes=1)
    assert scene.issue(case, by=hand(scene)).guia.wrong_tries == 1


@pytest.mark.parametrize(
    ("askers", "person", "desk"),
    [((Asker.BENEFICIARY,), True, False), ((Asker.PROVIDER,), False, True), (tuple(Asker), True, True)],
)
def test_the_policy_says_who_may_ask(askers: tuple[Asker, ...], person: bool, desk: bool):
    scene = Scene(replace(LATEST_CODE_WINS, askers=askers))
    assert (scene.issue(scene.register(), by=hand(scene)) != Refused(Refusal.FORBIDDEN)) is person
    assert (scene.issue(scene.register()) != Refused(Refusal.ASKED_IN_APP)) is desk


def test_another_persons_guia_is_like_an_unknown_one(scene: Scene):
    scene.someone("00123456790")
    case = scene.register(card="00123456790")
    assert scene.issue(case, by=hand(scene)) == scene.do(IssueToken(hand(scene), NOWHERE))
    assert reason(scene.issue(case, by=hand(scene))) == "nao-encontrado"


def test_what_the_person_disowned_gives_no_code(scene: Scene):
    case = scene.awaiting()
    told = scene.do(ReportToken(hand(scene), case.guia.id, ReportWay.APP))
    assert (told.report.way, told.token.end) == (ReportWay.APP, TokenEnd.REPORTED)
    assert reason(scene.issue(case, by=hand(scene))) == "codigo-contestado"


def test_a_guia_that_awaits_none_gives_none(scene: Scene):
    case = scene.awaiting()
    scene.validate(case, scene.code(case))
    assert reason(scene.issue(case, by=hand(scene))) == "guia-ja-validada"
