"""Codes past their time lose their copy and become history."""

from datetime import timedelta

import pytest

from chancela.domain.guia import Attendance
from chancela.domain.refusal import Refusal
from chancela.domain.token import TokenEnd
from chancela.usecases.expire_tokens import ExpireTokens
from tests.usecases import scene as scenes
from tests.usecases.scene import SYSTEM, Scene, reason


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_a_code_past_its_time_is_swept_once(scene: Scene):
    case = scene.awaiting()
    scene.later(hours=48)
    assert (scene.expire(), scene.expire()) == (1, 0)
    gone = scene.now(case)
    assert (gone.secret, gone.token.end, gone.guia.attendance) == (None, TokenEnd.EXPIRED, Attendance.AWAITING_TOKEN)
    assert scene.trail[-1] == "guia:token:expired"


def test_a_living_code_is_left_alone(scene: Scene):
    case = scene.awaiting()
    scene.later(hours=47, minutes=59)
    assert scene.expire() == 0
    assert scene.validate(case, scene.code(case)).validation is not None


def test_a_sweep_takes_no_more_than_its_limit(scene: Scene):
    for _ in range(3):
        scene.awaiting()
    scene.later(hours=49)
    assert scene.do_all(ExpireTokens(SYSTEM, 2), ExpireTokens(SYSTEM, 2)) == [2, 1]


def test_only_the_system_sweeps(scene: Scene):
    scene.awaiting()
    scene.later(hours=49)
    assert [scene.expire(by=actor) for actor in (scenes.DESK, scenes.AUDITOR, scenes.CLIENT)] == [0, 0, 0]


def test_a_code_that_is_alive_by_the_deeds_own_clock_is_passed_over(scene: Scene):
    """The search reads the database's clock a moment after the deed has."""
    case = scene.awaiting()
    scene.later(hours=48, seconds=-1)
    scene.memory.ahead = timedelta(seconds=2)
    assert scene.expire() == 0
    assert scene.now(case) == case


def test_after_expiry_a_new_code_may_be_asked_for(scene: Scene):
    old = scene.awaiting()
    scene.later(hours=49)
    scene.expire()
    new = scene.issue(old)
    assert new.token.generation == 2
    assert reason(scene.validate(new, scene.wrong(new))) == Refusal.CODE_REFUSED
    assert scene.validate(new, scene.code(new)).validation.generation == 2
