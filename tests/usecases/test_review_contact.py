"""Someone of the operator looks at a number that many share: it serves its guia, or is contested for good."""

import pytest

from chancela.domain.contact import Contact, ContactKind, ContactState
from chancela.domain.profiles import ONE_CODE_PER_GUIA
from chancela.domain.refusal import Refusal, Refused
from chancela.usecases.review_contact import ReviewContact
from tests.usecases import scene as scenes
from tests.usecases.scene import AUDITOR, MOBILE, Scene, reason

TYPED = "41 90000-5949"
LANDLINE = ((ContactKind.LANDLINE, "+554120001234", ContactState.CONFIRMED),)


@pytest.fixture
def scene() -> Scene:
    """Ana's first number is one that three other families have."""
    scene = Scene(ONE_CODE_PER_GUIA, contacts=LANDLINE, has_app=False)
    for card in ("900", "901", "902"):
        scene.someone(card, MOBILE)
    return scene


def held(scene: Scene) -> tuple[object, Contact]:
    """A guia and the contact that waits for it."""
    case = scene.register()
    assert reason(scene.issue(case, phone=TYPED)) == Refusal.CONTACT_IN_REVIEW
    return case, scene.contacts[-1]


def state(scene: Scene) -> ContactState:
    return scene.contacts[-1].state


def test_accepted_it_receives_the_code_of_its_guia_and_of_no_other(scene: Scene):
    case, contact = held(scene)
    assert scene.judge(contact, accept=True).guia == case.guia
    assert state(scene) is ContactState.PROVISIONAL
    assert [each.to for each in scene.issue(case, phone=TYPED).deliveries] == ["(41) *****-5949"]
    assert reason(scene.issue(scene.register(), phone=TYPED)) == Refusal.CONTACT_IN_REVIEW


def test_refused_it_is_contested_and_no_desk_brings_it_back(scene: Scene):
    case, contact = held(scene)
    scene.judge(contact, accept=False)
    assert state(scene) is ContactState.CONTESTED
    assert reason(scene.issue(case, phone=TYPED)) == Refusal.CONTACT_ON_FILE
    neighbours = scene.register(by=scenes.CLIENT, provider=scenes.NEIGHBOUR)
    assert reason(scene.issue(neighbours, scenes.NEIGHBOUR_DESK, phone=TYPED)) == Refusal.CONTACT_ON_FILE


@pytest.mark.parametrize("accept", [True, False])
def test_the_trail_tells_what_was_decided_and_no_address(scene: Scene, accept: bool):
    _, contact = held(scene)
    scene.judge(contact, accept=accept)
    entry = scene.memory.shelf.trail[-1]
    told = f'{{"accepted":{str(accept).lower()},"kind":"mobile"}}'
    assert (entry.kind, entry.actor, entry.data) == ("beneficiary:contact:reviewed", "auditora", told)


@pytest.mark.parametrize("accept", [True, False])
def test_it_is_judged_once(scene: Scene, accept: bool):
    _, contact = held(scene)
    scene.judge(contact, accept=accept)
    assert scene.judge(contact, accept=not accept) == Refused(Refusal.NOTHING_TO_REVIEW)


def test_it_is_judged_once_within_one_set(scene: Scene):
    _, contact = held(scene)
    first, second = scene.do_all(*[ReviewContact(AUDITOR, contact.id, accept) for accept in (True, False)])
    assert not isinstance(first, Refused)
    assert second == Refused(Refusal.NOTHING_TO_REVIEW)
    assert state(scene) is ContactState.PROVISIONAL


def test_a_contact_on_file_or_unknown_is_not_there_to_be_judged(scene: Scene):
    landline = scene.contacts[0]
    assert scene.judge(landline, accept=True) == Refused(Refusal.NOT_FOUND)
    assert scene.do(ReviewContact(AUDITOR, scenes.NOWHERE, accept=True)) == Refused(Refusal.NOT_FOUND)


def test_only_the_operators_own_people_judge(scene: Scene):
    _, contact = held(scene)
    for actor in (scenes.DESK, scenes.NEIGHBOUR_DESK, scenes.FOREIGN, scenes.SYSTEM):
        assert scene.judge(contact, by=actor, accept=True) == Refused(Refusal.NOT_FOUND)
    assert state(scene) is ContactState.IN_REVIEW
