"""A person sees their live code in their own hand: theirs alone, while it lives, and never without its event."""

from uuid import UUID

import pytest

from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.refusal import Refusal, Refused
from chancela.usecases.reveal_token import RevealToken
from tests.usecases.scene import ANS, AUDITOR, CLIENT, DESK, NOWHERE, SYSTEM, Scene


@pytest.fixture
def scene() -> Scene:
    return Scene()


def hand(*people: UUID, operator: str = ANS) -> Actor:
    own = frozenset(people)
    name = f"person:{people[0]}" if people else "person:none"
    return Actor(operator, ActorKind.BENEFICIARY, name, sees=own, acts_for=own)


def test_the_owner_is_given_the_sealed_code(scene: Scene):
    case = scene.awaiting()
    shown = scene.do(RevealToken(hand(scene.ana), case.guia.id))
    assert scene.code(shown) == scene.code(case)
    assert scene.now(case) == shown


def test_each_look_is_an_event_that_says_who_and_holds_no_digit(scene: Scene):
    case = scene.awaiting()
    scene.do_all(*[RevealToken(hand(scene.ana), case.guia.id)] * 2)
    looks = [each for each in scene.memory.shelf.trail if each.kind == "guia:token:revealed"]
    assert [each.actor for each in looks] == [f"person:{scene.ana}"] * 2
    assert {each.data for each in looks} == {'{"generation":1}'}


def test_whoever_acts_for_the_person_sees_it_and_who_only_reads_the_guia_does_not(scene: Scene):
    case = scene.awaiting()
    other = scene.someone("00123456790")
    assert scene.do(RevealToken(hand(other, scene.ana), case.guia.id)) == scene.now(case)
    reader = Actor(ANS, ActorKind.BENEFICIARY, "person:x", sees=frozenset({scene.ana}))
    assert scene.do(RevealToken(reader, case.guia.id)) == Refused(Refusal.NOT_FOUND)


@pytest.mark.parametrize("who", ["another person", "another operator's", "provider", "client", "auditor", "system"])
def test_to_anyone_else_a_code_is_like_none(scene: Scene, who: str):
    case = scene.awaiting()
    actors = {
        "another person": hand(scene.someone("00123456790")),
        "another operator's": hand(scene.ana, operator="999001"),
        "provider": DESK,
        "client": CLIENT,
        "auditor": AUDITOR,
        "system": SYSTEM,
    }
    before = len(scene.trail)
    assert scene.do(RevealToken(actors[who], case.guia.id)) == Refused(Refusal.NOT_FOUND)
    assert scene.do(RevealToken(actors[who], NOWHERE)) == Refused(Refusal.NOT_FOUND)
    assert len(scene.trail) == before


def test_no_code_is_shown_before_after_or_beyond_its_life(scene: Scene):
    gone = Refused(Refusal.NO_LIVE_CODE)
    registered, used, old = scene.register(), scene.awaiting(), scene.awaiting()
    scene.validate(used, scene.code(used))
    scene.later(hours=48)
    looks = [RevealToken(hand(scene.ana), each.guia.id) for each in (registered, used, old)]
    assert scene.do_all(*looks) == [gone] * 3
    assert "guia:token:revealed" not in scene.trail
