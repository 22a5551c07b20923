"""How often a code may go out: a moment's rest for each way, and limits by guia, number, person and provider."""

from dataclasses import replace

import pytest

from chancela.domain.contact import ContactKind, ContactState
from chancela.domain.delivery import Channel, DeliveryState
from chancela.domain.profiles import LATEST_CODE_WINS, PUSH_PER_ATTENDANCE
from chancela.domain.refusal import Refusal, Refused
from chancela.usecases.issue_token import IssueToken
from chancela.usecases.send_token import SendToken
from tests.usecases.scene import DESK, MOBILE, Scene, reason

SMS, BY_EMAIL, VOICE, APP = Channel.SMS, Channel.EMAIL, Channel.VOICE, Channel.APP
FAILED = DeliveryState.FAILED


@pytest.fixture
def scene() -> Scene:
    return Scene()


def sent(outcome: object) -> object:
    """How many messages the code has by now, or why there is none."""
    return outcome.reason if isinstance(outcome, Refused) else len(outcome.deliveries)


def restless(**limits: int) -> Scene:
    """A desk whose ways need no rest."""
    return Scene(replace(LATEST_CODE_WINS, cool_down_s=0, **limits))


# a moment's rest


def test_the_same_way_to_the_same_address_rests_for_half_a_minute(scene: Scene):
    case = scene.awaiting()
    scene.later(seconds=10)
    assert scene.send(case) == Refused(Refusal.JUST_SENT, retry_after_s=20)
    scene.later(seconds=19.5)
    assert scene.send(case) == Refused(Refusal.JUST_SENT, retry_after_s=1)
    scene.later(seconds=0.5)
    assert sent(scene.send(case)) == 4


def test_another_way_needs_no_rest(scene: Scene):
    assert sent(scene.send(scene.awaiting(), channel=VOICE)) == 3


def test_another_guia_needs_no_rest(scene: Scene):
    assert [sent(scene.awaiting()) for _ in range(2)] == [2, 2]


def test_a_way_that_failed_may_be_tried_again_at_once(scene: Scene):
    case = scene.awaiting()
    scene.carrier_tells(case, FAILED, SMS)
    again = scene.send(case)
    assert [each.channel for each in again.deliveries[2:]] == [SMS]
    assert reason(scene.send(case, channel=SMS)) == Refusal.JUST_SENT


def test_of_several_ways_only_the_rested_go_out_with_the_same_code():
    scene = Scene(PUSH_PER_ATTENDANCE)
    case = scene.issue(scene.register(), channel=SMS)
    again = scene.issue(case)
    assert [each.channel for each in again.deliveries] == [SMS, APP, BY_EMAIL]
    assert again.secret == case.secret


def test_what_comes_by_another_address_needs_no_rest(scene: Scene):
    case = scene.issue(scene.register(), channel=VOICE)
    scene.knows(ContactKind.LANDLINE, "+554120001234", ContactState.CONFIRMED)
    assert sent(scene.send(case, channel=VOICE)) == 2


def test_no_new_code_annuls_one_that_was_just_sent(scene: Scene):
    case = scene.awaiting()
    scene.later(seconds=29)
    assert scene.issue(case) == Refused(Refusal.JUST_SENT, retry_after_s=1)
    assert scene.code(scene.now(case)) == scene.code(case)


def test_nor_where_only_one_of_its_ways_would_rest(scene: Scene):
    """The failed e-mail would carry a new code, and the SMS in the person's hand would be worth nothing."""
    case = scene.awaiting()
    scene.carrier_tells(case, FAILED, BY_EMAIL)
    scene.later(seconds=12)
    assert scene.issue(case) == Refused(Refusal.JUST_SENT, retry_after_s=18)
    assert scene.now(case).token.generation == 1


def test_where_all_failed_a_new_code_goes_out_at_once(scene: Scene):
    case = scene.awaiting()
    scene.carrier_tells(case, FAILED)
    assert scene.issue(case).token.generation == 2


def test_rest_holds_within_one_set(scene: Scene):
    guia_id = scene.register().guia.id
    outcomes = scene.do_all(*[IssueToken(DESK, guia_id)] * 3)
    assert [sent(each) for each in outcomes] == [2, Refusal.JUST_SENT, Refusal.JUST_SENT]
    case = outcomes[0]
    scene.later(seconds=30)
    resent = scene.do_all(*[SendToken(DESK, case.guia.id)] * 2)
    assert [sent(each) for each in resent] == [4, Refusal.JUST_SENT]


def test_the_push_rests_too():
    scene = Scene(PUSH_PER_ATTENDANCE)
    case = scene.issue(scene.register(), channel=APP)
    assert reason(scene.send(case, channel=APP)) == Refusal.JUST_SENT


# by guia


def test_a_guia_causes_at_most_twelve_messages_an_hour():
    scene = restless()
    case = scene.register()
    assert [sent(scene.issue(case)) for _ in range(7)] == [2] * 6 + [Refusal.TOO_MANY_SENDS]
    scene.later(hours=1)
    assert sent(scene.issue(case)) == 2


def test_the_refusal_says_how_long_to_wait():
    scene = restless(sends_per_guia_hour=2)
    case = scene.awaiting()
    assert scene.issue(case) == Refused(Refusal.TOO_MANY_SENDS, retry_after_s=3600)


def test_limits_hold_within_one_set():
    scene = restless()
    guia_id = scene.register().guia.id
    outcomes = scene.do_all(*[IssueToken(DESK, guia_id)] * 7)
    assert reason(outcomes[-1]) == Refusal.TOO_MANY_SENDS
    assert len(scene.memory.shelf.deliveries) == 12


# by number


def test_a_number_receives_only_so_much_an_hour_however_many_people_share_it():
    scene = restless(sends_per_number_hour=2)
    cards = ["2", "3", "4"]
    for card in cards:
        scene.someone(card, MOBILE)
    outcomes = [scene.issue(scene.register(card=card)) for card in cards]
    assert [sent(each) for each in outcomes] == [1, 1, Refusal.TOO_MANY_SENDS]
    assert outcomes[2].retry_after_s == 3600
    scene.later(hours=1)
    assert sent(scene.issue(scene.register(card="4"))) == 1


def test_neither_does_it_within_one_set():
    scene = restless(sends_per_number_hour=2)
    for card in ("2", "3", "4"):
        scene.someone(card, MOBILE)
    guias = [scene.register(card=card).guia.id for card in ("2", "3", "4")]
    outcomes = scene.do_all(*[IssueToken(DESK, each) for each in guias])
    assert [sent(each) for each in outcomes] == [1, 1, Refusal.TOO_MANY_SENDS]


def test_one_inbox_is_one_however_its_letters_are_cased():
    scene = restless(sends_per_number_hour=2)
    for card, address in (("2", "casa@example.com"), ("3", "Casa@example.com"), ("4", "CASA@example.com")):
        scene.knows(ContactKind.EMAIL, address, ContactState.CONFIRMED, scene.someone(card))
    guias = [scene.register(card=card).guia.id for card in ("2", "3", "4")]
    outcomes = scene.do_all(*[IssueToken(DESK, each) for each in guias])
    assert [sent(each) for each in outcomes] == [1, 1, Refusal.TOO_MANY_SENDS]
    scene.later(minutes=59)
    assert reason(scene.issue(scene.register(card="4"))) == Refusal.TOO_MANY_SENDS


def test_a_number_that_is_full_leaves_the_other_ways_open():
    scene = restless(sends_per_number_hour=1)
    scene.someone("2", MOBILE)
    scene.issue(scene.register(card="2"))
    assert [each.to for each in scene.awaiting().deliveries] == ["a***@example.com"]


def test_the_app_is_no_number():
    scene = Scene(replace(PUSH_PER_ATTENDANCE, cool_down_s=0, sends_per_number_hour=1))
    scene.awaiting()
    assert [each.channel for each in scene.awaiting().deliveries] == [APP]


def test_one_persons_number_is_filled_once_within_one_set():
    scene = restless(sends_per_number_hour=2)
    guias = [scene.register().guia.id for _ in range(3)]
    outcomes = scene.do_all(*[IssueToken(DESK, each, channel=SMS) for each in guias])
    assert [sent(each) for each in outcomes] == [1, 1, Refusal.TOO_MANY_SENDS]


# by person and by provider


def test_a_person_is_not_flooded_by_many_guias():
    scene = restless(sends_per_person_hour=4)
    cases = [scene.register() for _ in range(3)]
    assert [sent(scene.issue(case)) for case in cases] == [2, 2, Refusal.TOO_MANY_SENDS]


def test_nor_within_one_set():
    scene = restless(sends_per_person_hour=4)
    guias = [scene.register().guia.id for _ in range(3)]
    outcomes = scene.do_all(*[IssueToken(DESK, each) for each in guias])
    assert [sent(each) for each in outcomes] == [2, 2, Refusal.TOO_MANY_SENDS]


def test_a_provider_causes_as_many_messages_as_its_guias_allow():
    scene = restless(sends_per_provider_floor=3, sends_per_provider_guia=1)
    case = scene.register()
    assert sent(scene.issue(case)) == 2
    assert scene.issue(case) == Refused(Refusal.TOO_MANY_SENDS, retry_after_s=24 * 3600)
    scene.register(), scene.register(), scene.register()
    assert sent(scene.issue(case)) == 2


def test_neither_does_it_cause_more_within_one_set():
    scene = restless(sends_per_provider_floor=5, sends_per_provider_guia=1)
    guias = [scene.register().guia.id for _ in range(3)]
    outcomes = scene.do_all(*[IssueToken(DESK, each) for each in guias])
    assert [sent(each) for each in outcomes] == [2, 2, Refusal.TOO_MANY_SENDS]


def test_limits_hold_for_an_address_that_was_just_typed():
    landline = ((ContactKind.LANDLINE, "+554120001234", ContactState.CONFIRMED),)
    policy = replace(LATEST_CODE_WINS, provider_types_first_contact=True, sends_per_number_hour=2)
    scene = Scene(policy, contacts=landline)
    for card in ("2", "3"):
        scene.someone(card, MOBILE)
        scene.issue(scene.register(card=card))
    assert reason(scene.issue(scene.register(), phone=MOBILE)) == Refusal.TOO_MANY_SENDS
