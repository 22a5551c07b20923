"""A first number or e-mail typed at the desk: for one guia, told to older contacts, looked at where many share it."""

from dataclasses import replace

import pytest

from chancela.domain.contact import Contact, ContactKind, ContactState
from chancela.domain.delivery import Channel, Purpose
from chancela.domain.profiles import LATEST_CODE_WINS, ONE_CODE_PER_GUIA
from chancela.domain.refusal import Refusal, Refused
from chancela.usecases.issue_token import IssueToken
from tests.usecases import scene as scenes
from tests.usecases.scene import CPF, DESK, EMAIL, MOBILE, NEIGHBOUR, NEIGHBOUR_DESK, PROVIDER, Scene, reason

TYPED = "41 90000-5949"
LANDLINE = (ContactKind.LANDLINE, "+554120001234", ContactState.CONFIRMED)
AN_EMAIL = (ContactKind.EMAIL, EMAIL, ContactState.CONFIRMED)
PROVISIONAL, CONFIRMED = ContactState.PROVISIONAL, ContactState.CONFIRMED
IN_REVIEW, CONTESTED = ContactState.IN_REVIEW, ContactState.CONTESTED


def first_use(*known: tuple[ContactKind, str, ContactState], has_app: bool = False, **policy: object) -> Scene:
    """Someone of whom no mobile is on file, at an operator whose ways need no rest."""
    rules = {"cool_down_s": 0, **policy}
    scene = Scene(replace(ONE_CODE_PER_GUIA, **rules), contacts=known, has_app=has_app)
    scene.carries(Channel.APP, Channel.SMS, Channel.EMAIL)
    return scene


@pytest.fixture
def scene() -> Scene:
    return first_use(LANDLINE)


def typed(scene: Scene, address: str = MOBILE) -> Contact:
    (found,) = [each for each in scene.contacts if each.address == address and each.beneficiary_id == scene.ana]
    return found


def neighbours(scene: Scene) -> object:
    return scene.register(by=scenes.CLIENT, provider=NEIGHBOUR)


def crowd(scene: Scene, families: int, address: str = MOBILE) -> None:
    """Let other families have this number."""
    for number in range(families):
        scene.someone(f"90{number}", address)


def notices(scene: Scene) -> list[tuple[str, str]]:
    return [
        (each.channel.value, each.to) for each in scene.memory.shelf.deliveries if each.purpose is Purpose.CONTACT_TYPED
    ]


# for one guia


def test_a_first_number_typed_at_the_desk_is_kept_as_provisional(scene: Scene):
    case = scene.issue(scene.register(), phone="(41) 90000-5949")
    assert [each.to for each in case.deliveries] == ["(41) *****-5949"]
    learnt = typed(scene)
    assert (learnt.state, learnt.guia_id, learnt.typed_by) == (PROVISIONAL, case.guia.id, PROVIDER)


def test_the_code_may_go_out_again_to_it_without_typing(scene: Scene):
    case = scene.issue(scene.register(), phone=TYPED)
    assert len(scene.issue(case).deliveries) == 2
    assert len(scene.send(case).deliveries) == 3


def test_another_guia_does_not_use_it(scene: Scene):
    scene.issue(scene.register(), phone=TYPED)
    assert reason(scene.issue(scene.register())) == Refusal.NO_CONTACT


def test_typed_for_another_guia_by_the_same_provider_it_serves_that_one_instead(scene: Scene):
    first, second = scene.issue(scene.register(), phone=TYPED), scene.issue(scene.register(), phone=TYPED)
    assert (typed(scene).state, typed(scene).guia_id) == (PROVISIONAL, second.guia.id)
    assert reason(scene.send(first)) == Refusal.NO_CONTACT


def test_two_first_numbers_in_one_set_stand_on_each_other(scene: Scene):
    guias = [scene.register().guia.id, scene.register().guia.id]
    scene.do_all(*[IssueToken(DESK, each, phone=TYPED) for each in guias])
    assert (typed(scene).state, typed(scene).guia_id) == (PROVISIONAL, guias[1])


def test_a_first_email_is_kept_in_small_letters(scene: Scene):
    """So that one house's inbox is one address, however often it is typed."""
    scene.issue(scene.register(), email="Ana.Souza@Example.com", cpf=CPF)
    assert typed(scene, EMAIL).state is PROVISIONAL


# a second, unrelated provider


def test_told_to_another_provider_it_is_confirmed_and_serves_any_guia(scene: Scene):
    scene.issue(scene.register(), phone=TYPED)
    assert scene.issue(neighbours(scene), NEIGHBOUR_DESK, phone="41900005949").token is not None
    assert (typed(scene).state, typed(scene).typed_by) == (CONFIRMED, PROVIDER)
    assert scene.issue(scene.register()).token is not None


def test_once_confirmed_no_desk_types_another(scene: Scene):
    scene.issue(scene.register(), phone=TYPED)
    scene.issue(neighbours(scene), NEIGHBOUR_DESK, phone=TYPED)
    assert reason(scene.issue(scene.register(), phone="41 90000-1111")) == Refusal.CONTACT_ON_FILE


# notices


def test_older_contacts_hear_of_a_typed_number_and_get_no_code_by_it():
    scene = first_use(LANDLINE, AN_EMAIL, has_app=True)
    case = scene.issue(scene.register(), phone=TYPED)
    assert notices(scene) == [("email", "a***@example.com"), ("app", "app")]
    assert [each.channel for each in case.deliveries if each.purpose is Purpose.CODE] == [Channel.SMS]
    assert scene.memory.shelf.trail[-1].data == '{"channels":"sms","generation":1,"notices":"email,app"}'


def test_an_older_mobile_hears_of_a_typed_email():
    scene = first_use((ContactKind.MOBILE, MOBILE, CONFIRMED))
    scene.issue(scene.register(), email="outra@example.com", cpf=CPF)
    assert notices(scene) == [("sms", "(41) *****-5949")]


def test_they_hear_of_it_once():
    scene = first_use(AN_EMAIL)
    case = scene.issue(scene.register(), phone=TYPED)
    scene.issue(case, phone=TYPED), scene.issue(scene.register(), phone=TYPED)
    assert len(notices(scene)) == 1


def test_a_second_unrelated_provider_that_confirms_tells_nobody():
    scene = first_use(AN_EMAIL)
    scene.issue(scene.register(), phone=TYPED)
    scene.issue(neighbours(scene), NEIGHBOUR_DESK, phone=TYPED)
    assert len(notices(scene)) == 1


def test_notices_count_like_messages():
    scene = first_use(AN_EMAIL, has_app=True, sends_per_guia_hour=2)
    assert reason(scene.issue(scene.register(), phone=TYPED)) == Refusal.TOO_MANY_SENDS
    assert notices(scene) == []
    assert [each.address for each in scene.contacts] == [EMAIL]


# whose number it is


def test_the_providers_own_numbers_and_addresses_are_refused(scene: Scene):
    for wish in ({"phone": "41 90000-7777"}, {"email": "Clinica@example.com", "cpf": CPF}):
        assert reason(scene.issue(scene.register(), **wish)) == Refusal.CONTACT_OF_PROVIDER
    assert len(scene.contacts) == 1


def test_so_are_those_of_whoever_works_there(scene: Scene):
    scene.memory.shelf.staff[PROVIDER] = frozenset({MOBILE})
    assert reason(scene.issue(scene.register(), phone=TYPED)) == Refusal.CONTACT_OF_PROVIDER
    assert len(scene.contacts) == 1


def held(scene: Scene, case: object) -> bool:
    """Whether a typed number waits for review: kept, while nothing goes out and no code is made."""
    outcome = scene.issue(case, phone=TYPED)
    if outcome != Refused(Refusal.CONTACT_IN_REVIEW):
        return False
    now = scene.now(case)
    assert (now.token, now.deliveries, typed(scene).state) == (None, (), IN_REVIEW)
    assert [each for each in scene.memory.shelf.deliveries if each.guia_id == case.guia.id] == []
    return True


def test_anothers_number_is_kept_for_review_while_nothing_goes_out_and_no_code_is_made(scene: Scene):
    scene.memory.shelf.staff[NEIGHBOUR] = frozenset({MOBILE})
    assert held(scene, scene.register())
    entry = scene.memory.shelf.trail[-1]
    assert (entry.kind, entry.data) == ("beneficiary:contact:held", '{"kind":"mobile","provider":"10001"}')


@pytest.mark.parametrize(("families", "expected"), [(2, False), (3, True)])
def test_a_number_that_three_other_families_have_is_kept_for_review(scene: Scene, families: int, expected: bool):
    crowd(scene, families)
    assert held(scene, scene.register()) is expected


def test_one_family_is_one_however_many_of_it_share_the_number(scene: Scene):
    holder = scene.someone("900", MOBILE)
    for card in ("901", "902", "903"):
        scene.someone(card, MOBILE, holder_id=holder)
    assert not held(scene, scene.register())


def test_the_persons_own_family_is_no_stranger():
    scene = first_use(LANDLINE, families_per_number=1)
    scene.someone("900", MOBILE, holder_id=scene.ana)
    assert not held(scene, scene.register())


def test_a_contested_number_of_others_says_nothing(scene: Scene):
    for number in range(3):
        scene.knows(ContactKind.MOBILE, MOBILE, CONTESTED, scene.someone(f"90{number}"))
    assert not held(scene, scene.register())


def test_numbers_that_others_only_wait_with_count_as_theirs(scene: Scene):
    for number in range(3):
        scene.knows(ContactKind.MOBILE, MOBILE, IN_REVIEW, scene.someone(f"90{number}"))
    assert held(scene, scene.register())


def test_one_number_typed_for_many_families_goes_to_review_from_the_fourth_on(scene: Scene):
    cards = ["2", "3", "4", "5", "6"]
    for card in cards:
        scene.someone(card)
    outcomes = [scene.issue(scene.register(card=card), phone=TYPED) for card in cards]
    assert [isinstance(each, Refused) for each in outcomes] == [False, False, False, True, True]


def test_nor_does_it_get_further_within_one_set(scene: Scene):
    cards = ["2", "3", "4", "5", "6"]
    for card in cards:
        scene.someone(card)
    guias = [scene.register(card=card).guia.id for card in cards]
    outcomes = scene.do_all(*[IssueToken(DESK, each, phone=TYPED) for each in guias])
    assert [isinstance(each, Refused) for each in outcomes] == [False, False, False, True, True]


def test_two_numbers_for_one_guia_in_one_set_are_both_looked_at(scene: Scene):
    crowd(scene, 3)
    guia_id = scene.register().guia.id
    wishes = [IssueToken(DESK, guia_id, phone=phone) for phone in (TYPED, "41 90000-1111")]
    assert [isinstance(each, Refused) for each in scene.do_all(*wishes)] == [True, False]


def test_a_number_that_waits_says_so_when_it_is_typed_again(scene: Scene):
    crowd(scene, 3)
    case = scene.register()
    assert held(scene, case)
    told = len(scene.trail)
    assert [reason(scene.issue(each, phone=TYPED)) for each in (case, scene.register())] == ["contato-em-revisao"] * 2
    assert scene.trail[told:] == ["guia:guia:registered"]


def test_while_one_waits_another_may_be_typed(scene: Scene):
    crowd(scene, 3)
    case = scene.register()
    assert held(scene, case)
    assert scene.issue(case, phone="41 90000-1111").token is not None


def test_where_only_registered_data_count_nobody_types_a_first_contact():
    scene = Scene(LATEST_CODE_WINS, contacts=(LANDLINE,))
    assert reason(scene.issue(scene.register(), phone=TYPED)) == Refusal.CONTACT_ON_FILE


def test_a_held_number_leaves_a_live_code_as_it_is():
    scene = first_use(LANDLINE, has_app=True)
    case = scene.issue(scene.register(), channel=Channel.APP)
    crowd(scene, 3)
    assert reason(scene.issue(case, phone=TYPED)) == Refusal.CONTACT_IN_REVIEW
    assert scene.now(case) == case
    assert scene.validate(case, scene.code(case)).validation is not None
