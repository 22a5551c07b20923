"""A person hears once that their plan answered; a document is asked of the provider alone."""

import json
from dataclasses import replace

import pytest

from chancela.domain.contact import ContactKind, ContactState
from chancela.domain.delivery import Channel, Purpose
from chancela.domain.guia import ItemState
from chancela.domain.profiles import LATEST_CODE_WINS
from chancela.usecases.tell_decisions import TellDecisions
from tests.usecases.scene import AUDITED, AUDITOR, DESK, EMAIL, SYSTEM, Scene

GRANT, DENY, ASK = ItemState.AUTHORISED, ItemState.DENIED, ItemState.AWAITING_DOCUMENT


def notices(scene: Scene) -> list[Channel]:
    return [each.channel for each in scene.memory.shelf.deliveries if each.purpose is Purpose.DECISION]


@pytest.mark.parametrize("state", [GRANT, DENY])
def test_an_answer_is_told_once_in_writing(scene: Scene, state: ItemState):
    case = scene.review(scene.register(AUDITED), (1, state))
    assert [scene.do(TellDecisions(SYSTEM)) for _ in range(2)] == [1, 0]
    assert notices(scene) == [Channel.EMAIL]
    last = scene.memory.shelf.trail[-1]
    assert (last.kind, last.subject) == ("guia:decision:told", case.guia.id)
    assert json.loads(last.data) == {"channels": "email"}


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_a_document_that_is_asked_for_is_not_told_to_the_person(scene: Scene):
    scene.review(scene.register(AUDITED), (1, ASK))
    assert scene.do(TellDecisions(SYSTEM)) == 0


def test_two_answers_before_the_first_is_told_are_told_as_one(scene: Scene):
    case = scene.register(AUDITED, AUDITED)
    scene.review(case, (1, GRANT))
    scene.review(case, (2, DENY))
    assert scene.do(TellDecisions(SYSTEM)) == 1
    assert len(notices(scene)) == 1


def test_who_has_no_written_way_is_not_looked_at_again():
    scene = Scene(contacts=(), has_app=False)
    scene.review(scene.register(AUDITED), (1, DENY))
    assert [scene.do(TellDecisions(SYSTEM)) for _ in range(2)] == [1, 0]
    assert notices(scene) == []
    assert json.loads(scene.memory.shelf.trail[-1].data) == {"channels": ""}


def test_no_limit_and_no_wish_of_the_operator_holds_it_back():
    strict = replace(LATEST_CODE_WINS, sends_per_person_hour=1, sends_per_guia_hour=1, tells_validation=False)
    scene = Scene(strict, contacts=((ContactKind.EMAIL, EMAIL, ContactState.CONFIRMED),))
    for _ in range(2):
        scene.review(scene.register(AUDITED), (1, DENY))
    assert scene.do(TellDecisions(SYSTEM)) == 2
    assert notices(scene) == [Channel.EMAIL, Channel.EMAIL]


def test_a_limit_leaves_the_rest_for_later_and_only_the_house_tells(scene: Scene):
    for _ in range(3):
        scene.review(scene.register(AUDITED), (1, GRANT))
    assert [scene.do(TellDecisions(each)) for each in (DESK, AUDITOR)] == [0, 0]
    assert scene.do_all(TellDecisions(SYSTEM, 1), TellDecisions(DESK), TellDecisions(SYSTEM, 1)) == [1, 0, 1]
    assert scene.do(TellDecisions(SYSTEM)) == 1
