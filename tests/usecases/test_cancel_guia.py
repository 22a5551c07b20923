"""Cancelling a guia that was not validated."""

import pytest

from chancela.domain.guia import Attendance, Authorisation
from chancela.domain.refusal import Refusal
from chancela.domain.token import TokenEnd
from chancela.usecases.cancel_guia import CancelGuia
from tests.usecases import scene as scenes
from tests.usecases.scene import AUDITED, DENIED, DESK, Scene, reason


@pytest.fixture
def scene() -> Scene:
    return Scene()


@pytest.mark.parametrize("code", [scenes.OK, AUDITED, DENIED])
def test_a_guia_without_a_visit_may_be_cancelled(scene: Scene, code: str):
    case = scene.cancel(scene.register(code))
    assert (case.guia.authorisation, case.guia.attendance) == (Authorisation.CANCELLED, Attendance.NONE)
    assert scene.now(case).guia.cancelled_why == "engano"


def test_a_live_code_dies_with_its_guia(scene: Scene):
    case = scene.awaiting()
    gone = scene.cancel(case)
    assert (gone.secret, gone.token.end, scene.memory.shelf.live) == (None, TokenEnd.CANCELLED, {})
    assert reason(scene.validate(gone, scene.code(case))) == Refusal.GUIA_CANCELLED


def test_a_code_that_had_ended_keeps_its_own_end(scene: Scene):
    case = scene.awaiting()
    scene.later(hours=49)
    scene.expire()
    gone = scene.cancel(case)
    assert (gone.token.end, gone.guia.last_end) == (TokenEnd.EXPIRED, TokenEnd.EXPIRED)
    assert len(scene.memory.shelf.ended) == 1


def test_a_validated_guia_is_not_cancelled(scene: Scene):
    case = scene.awaiting()
    done = scene.validate(case, scene.code(case))
    assert reason(scene.cancel(done)) == Refusal.GUIA_VALIDATED
    assert scene.now(done).guia.attendance is Attendance.VALIDATED


def test_a_guia_is_cancelled_once(scene: Scene):
    guia_id = scene.register().guia.id
    first, second = scene.do_all(*[CancelGuia(DESK, guia_id, "engano")] * 2)
    assert first.guia.authorisation is Authorisation.CANCELLED
    assert reason(second) == Refusal.GUIA_CANCELLED


def test_a_foreign_guia_is_like_an_unknown_one(scene: Scene):
    case = scene.register()
    for actor in (scenes.NEIGHBOUR_DESK, scenes.FOREIGN, scenes.AUDITOR):
        assert reason(scene.cancel(case, by=actor)) == Refusal.NOT_FOUND
    assert reason(scene.do(CancelGuia(DESK, scenes.NOWHERE, "engano"))) == Refusal.NOT_FOUND


def test_why_is_kept_with_the_guia_and_not_told_to_the_trail(scene: Scene):
    scene.cancel(scene.register())
    assert "engano" not in scene.memory.shelf.trail[-1].data
    assert scene.trail == ["guia:guia:registered", "guia:guia:cancelled"]
