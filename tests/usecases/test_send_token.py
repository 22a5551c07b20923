"""The live code again, or by another way; never a new one."""

import pytest

from chancela.domain.delivery import Channel
from chancela.domain.profiles import ONE_CODE_PER_GUIA
from chancela.domain.refusal import Refusal, Refused
from chancela.usecases.send_token import SendToken
from tests.usecases import scene as scenes
from tests.usecases.scene import CPF, DESK, Scene, reason


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_sending_again_makes_no_new_code_even_where_a_request_would(scene: Scene):
    case = scene.awaiting()
    scene.later(seconds=30)
    again = scene.send(case)
    assert (again.token, again.secret) == (case.token, case.secret)
    assert len(scene.now(case).deliveries) == 4
    assert scene.trail[-1] == "guia:token:sent"


def test_another_way_may_be_chosen(scene: Scene):
    again = scene.send(scene.awaiting(), channel=Channel.VOICE)
    assert [each.channel for each in again.deliveries[2:]] == [Channel.VOICE]


def test_the_email_way_asks_the_cpf_where_the_policy_does():
    scene = Scene(ONE_CODE_PER_GUIA)
    case = scene.awaiting()
    assert reason(scene.send(case, channel=Channel.EMAIL)) == Refusal.CPF_MISMATCH
    assert len(scene.send(case, channel=Channel.EMAIL, cpf=CPF).deliveries) == 2


def test_where_no_code_lives_none_is_sent(scene: Scene):
    assert reason(scene.send(scene.register())) == Refusal.NO_LIVE_CODE
    case = scene.awaiting()
    scene.later(hours=48)
    assert reason(scene.send(case)) == Refusal.NO_LIVE_CODE
    scene.expire()
    assert reason(scene.send(case)) == Refusal.NO_LIVE_CODE


def test_a_guia_that_awaits_no_code_says_so(scene: Scene):
    case = scene.awaiting()
    assert reason(scene.send(scene.validate(case, scene.code(case)))) == Refusal.GUIA_VALIDATED
    assert reason(scene.send(scene.cancel(scene.register()))) == Refusal.GUIA_CANCELLED


def test_a_guia_past_its_validity_has_no_use_for_its_code(scene: Scene):
    case = scene.register()
    scene.later(days=90)
    scene.issue(case)
    scene.later(days=1)
    assert reason(scene.send(case)) == Refusal.GUIA_EXPIRED


def test_sending_counts_like_issuing(scene: Scene):
    case = scene.awaiting()
    for _ in range(5):
        scene.later(seconds=30)
        scene.send(case)
    scene.later(seconds=30)
    assert scene.send(case) == Refused(Refusal.TOO_MANY_SENDS, retry_after_s=3600)


def test_a_foreign_guia_is_like_an_unknown_one(scene: Scene):
    case = scene.awaiting()
    for actor in (scenes.NEIGHBOUR_DESK, scenes.FOREIGN, scenes.AUDITOR):
        assert scene.send(case, actor) == Refused(Refusal.NOT_FOUND)
    assert scene.do(SendToken(DESK, scenes.NOWHERE)) == Refused(Refusal.NOT_FOUND)
