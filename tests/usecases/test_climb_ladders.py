"""When no receipt comes: the next rung goes out by itself, with the same code, for as long as it is of use."""

from dataclasses import replace
from datetime import datetime

import pytest

from chancela.domain import ladder
from chancela.domain.contact import ContactKind, ContactState
from chancela.domain.delivery import Channel, DeliveryState
from chancela.domain.ladder import CHOSEN, Climb, Standing
from chancela.domain.policy import Policy
from chancela.domain.profiles import LATEST_CODE_WINS, ONE_CODE_PER_GUIA, PUSH_PER_ATTENDANCE
from chancela.domain.report import ReportOutcome
from chancela.usecases.climb_ladders import ClimbLadders
from tests.fakes.brazil import BRAZIL
from tests.usecases import scene as scenes
from tests.usecases.scene import CPF, SYSTEM, Scene

APP, SMS, WHATSAPP, VOICE, EMAIL = Channel.APP, Channel.SMS, Channel.WHATSAPP, Channel.VOICE, Channel.EMAIL
FAILED, DELIVERED, HANDED_OVER = DeliveryState.FAILED, DeliveryState.DELIVERED, DeliveryState.HANDED_OVER
AT_HOME = ((ContactKind.LANDLINE, "+554120001234", ContactState.CONFIRMED),)


@pytest.fixture
def scene() -> Scene:
    return Scene()


def ways(case: object) -> list[Channel]:
    return [each.channel for each in case.deliveries]


def stands(scene: Scene, case: object) -> Standing:
    now = scene.now(case)
    return ladder.standing(now.deliveries, now.climb, scene.memory.now)


def climbed(scene: Scene, case: object) -> list[list[Channel]]:
    """What goes out in turn while no receipt ever comes."""
    turns = [ways(scene.now(case))]
    for _ in range(10):
        scene.later(seconds=90)
        before = len(scene.now(case).deliveries)
        if not scene.climb():
            break
        turns.append(ways(scene.now(case))[before:])
    return turns


# what follows what


def test_push_per_attendance_goes_on_from_app_sms_and_email_to_whatsapp_and_then_calls():
    scene = Scene(PUSH_PER_ATTENDANCE)
    assert climbed(scene, scene.awaiting()) == [[APP, SMS, EMAIL], [WHATSAPP], [VOICE], []]


def test_latest_code_wins_goes_on_from_sms_and_email(scene: Scene):
    assert climbed(scene, scene.awaiting()) == [[SMS, EMAIL], [WHATSAPP], [VOICE], []]


def test_one_code_per_guia_leaves_the_next_way_to_whoever_is_at_the_desk():
    scene = Scene(ONE_CODE_PER_GUIA)
    assert climbed(scene, scene.awaiting()) == [[SMS]]


@pytest.mark.parametrize("policy", [PUSH_PER_ATTENDANCE, LATEST_CODE_WINS])
def test_without_other_carriers_the_manuals_ways_are_all_there_is(policy: Policy):
    scene = Scene(policy, has_app=False)
    scene.carries(SMS, EMAIL)
    assert climbed(scene, scene.awaiting()) == [[SMS, EMAIL], []]


def test_what_only_the_operators_own_carrier_carries_is_climbed_to(scene: Scene):
    scene.carries(SMS, EMAIL)
    shelf = scene.memory.shelf
    shelf.operator = replace(shelf.operator, carried=frozenset({VOICE}))
    assert climbed(scene, scene.awaiting()) == [[SMS, EMAIL], [VOICE], []]


def test_who_uses_no_mobile_is_called_at_once():
    scene = Scene(PUSH_PER_ATTENDANCE, uses_no_mobile=True, has_app=False)
    scene.knows(ContactKind.LANDLINE, "+554120001234", ContactState.CONFIRMED)
    case = scene.awaiting()
    assert ways(case) == [VOICE, EMAIL]
    assert case.deliveries[0].to == "(41) ****-1234"


def test_an_urgent_guia_goes_out_by_every_written_way_and_waits_half_as_long():
    scene = Scene(PUSH_PER_ATTENDANCE)
    case = scene.issue(scene.register(urgent=True))
    assert ways(case) == [APP, SMS, WHATSAPP, EMAIL]
    scene.later(seconds=30)
    assert scene.climb() == 1
    assert ways(scene.now(case))[4:] == [VOICE]


def test_at_night_the_phone_is_left_alone_unless_the_guia_is_urgent(scene: Scene):
    scene.memory.now = datetime(2026, 11, 20, 22, 30, tzinfo=BRAZIL)
    calm, urgent = scene.awaiting(), scene.issue(scene.register(urgent=True))
    assert climbed(scene, calm)[-2:] == [[WHATSAPP], []]
    assert VOICE in ways(scene.now(urgent))


def test_a_call_that_the_desk_asks_for_rings_at_night(scene: Scene):
    scene.memory.now = datetime(2026, 11, 20, 23, 30, tzinfo=BRAZIL)
    case = scene.awaiting()
    assert ways(scene.send(case, channel=VOICE))[2:] == [VOICE]


def test_whom_only_a_landline_reaches_is_not_called_at_night_without_being_asked():
    scene = Scene(contacts=AT_HOME)
    scene.memory.now = datetime(2026, 11, 20, 23, 30, tzinfo=BRAZIL)
    case = scene.register()
    assert scenes.reason(scene.issue(case)) == "sem-contato"
    assert ways(scene.issue(case, channel=VOICE)) == [VOICE]


def test_a_way_that_was_chosen_is_not_climbed_to_again(scene: Scene):
    case = scene.issue(scene.register(), channel=WHATSAPP)
    assert climbed(scene, case) == [[WHATSAPP], [SMS, EMAIL], [VOICE], []]


def test_after_a_chosen_way_the_rest_of_the_ladder_follows(scene: Scene):
    case = scene.awaiting()
    scene.later(seconds=45)
    scene.send(case, channel=WHATSAPP)
    scene.later(seconds=30)
    assert scene.climb() == 0
    scene.later(seconds=30)
    assert scene.climb() == 1
    assert ways(scene.now(case)) == [SMS, EMAIL, WHATSAPP, VOICE]


# the same code


def test_every_rung_carries_the_same_code(scene: Scene):
    case = scene.awaiting()
    code = scene.code(case)
    climbed(scene, case)
    now = scene.now(case)
    assert (now.token, now.secret) == (case.token, case.secret)
    assert {each.generation for each in now.deliveries} == {1}
    assert scene.validate(now, code).validation.generation == 1


def test_climbing_is_told_to_the_trail_without_digits_or_addresses(scene: Scene):
    case = scene.awaiting()
    scene.later(seconds=60)
    scene.climb()
    entry = scene.memory.shelf.trail[-1]
    assert (entry.kind, entry.data) == ("guia:token:climbed", '{"channels":"whatsapp","generation":1,"rung":4}')
    assert scene.code(case) not in entry.data


def test_a_message_of_a_rung_names_it(scene: Scene):
    case = scene.awaiting()
    scene.later(seconds=60)
    scene.climb()
    assert [(each.channel, each.rung) for each in scene.now(case).deliveries] == [(SMS, 3), (EMAIL, 3), (WHATSAPP, 4)]


# when


def test_nothing_follows_before_the_wait_is_over(scene: Scene):
    case = scene.awaiting()
    scene.later(seconds=59)
    assert (scene.climb(), scene.climb(case)) == (0, 0)
    scene.later(seconds=1)
    assert scene.climb() == 1


def test_when_all_messages_failed_the_next_rung_follows_at_once(scene: Scene):
    case = scene.awaiting()
    scene.carrier_tells(case, FAILED, SMS)
    assert scene.climb(case) == 0
    scene.carrier_tells(case, FAILED, EMAIL)
    assert scene.climb(case) == 1
    assert ways(scene.now(case))[2:] == [WHATSAPP]


def test_a_later_rung_that_failed_is_followed_at_once_although_an_earlier_message_is_still_out(scene: Scene):
    case = scene.awaiting()
    scene.carrier_tells(case, HANDED_OVER)
    scene.later(seconds=60)
    scene.climb()
    scene.carrier_tells(case, FAILED, WHATSAPP)
    assert scene.climb(case) == 1
    assert ways(scene.now(case))[-1] is VOICE


def test_once_moved_a_ladder_waits_again(scene: Scene):
    case = scene.awaiting()
    scene.later(seconds=60)
    assert (scene.climb(), scene.climb(), scene.climb(case)) == (1, 0, 0)
    assert scene.now(case).climb.at == scene.memory.now.replace(minute=2)


def test_the_longest_waiting_climb_first_and_no_more_than_the_limit(scene: Scene):
    cases = []
    for _ in range(3):
        cases.append(scene.awaiting())
        scene.later(seconds=1)
    scene.later(seconds=60)
    assert scene.climb(limit=2) == 2
    assert [len(scene.now(case).deliveries) for case in cases] == [3, 3, 2]


def test_two_looks_in_one_set_share_what_is_due(scene: Scene):
    for _ in range(3):
        scene.awaiting()
    scene.later(seconds=60)
    assert scene.do_all(ClimbLadders(SYSTEM, limit=2), ClimbLadders(SYSTEM, limit=2)) == [2, 1]


def test_a_guia_named_twice_climbs_once(scene: Scene):
    case = scene.awaiting()
    scene.carrier_tells(case, FAILED)
    twice = ClimbLadders(SYSTEM, (case.guia.id, case.guia.id))
    assert scene.do_all(twice, twice) == [1, 0]


# when not


def test_never_after_a_message_arrived(scene: Scene):
    case = scene.awaiting()
    scene.carrier_tells(case, DELIVERED, EMAIL)
    scene.later(minutes=5)
    assert (scene.climb(), scene.climb(case)) == (0, 0)
    assert stands(scene, case) is Standing.ARRIVED


def test_a_ladder_that_was_not_told_of_the_arrival_finds_it_and_ends(scene: Scene):
    case = scene.awaiting()
    scene.carrier_tells(case, DELIVERED, EMAIL)
    scene.memory.shelf.climbs[case.guia.id] = case.climb
    scene.later(minutes=5)
    assert scene.climb() == 1
    assert (len(scene.now(case).deliveries), scene.now(case).climb.at) == (2, None)
    assert '"arrived":true' in scene.memory.shelf.trail[-1].data


def test_never_after_the_attendance_is_validated(scene: Scene):
    case = scene.awaiting()
    scene.validate(case, scene.code(case))
    scene.later(minutes=5)
    assert (scene.climb(), scene.climb(case)) == (0, 0)
    assert scene.now(case).climb is None


def test_never_after_the_person_reported_the_code(scene: Scene):
    case = scene.awaiting()
    scene.report(case)
    scene.later(minutes=5)
    assert (scene.climb(), scene.climb(case)) == (0, 0)


def test_never_after_cancelling_locking_or_expiry(scene: Scene):
    cancelled, locked = scene.awaiting(), scene.awaiting()
    scene.cancel(cancelled)
    for nth in range(1, 6):
        scene.validate(locked, scene.wrong(locked, nth))
    scene.later(minutes=5)
    assert (scene.climb(), scene.climb(cancelled, locked)) == (0, 0)
    expired = scene.awaiting()
    scene.later(hours=48)
    scene.climb(expired)
    assert len(scene.now(expired).deliveries) == 2
    scene.expire()
    assert scene.climb(expired) == 0


def test_never_for_a_guia_past_its_validity(scene: Scene):
    case = scene.register()
    scene.later(days=90)
    case = scene.issue(case)
    scene.later(days=1)
    assert scene.climb() == 1
    assert len(scene.now(case).deliveries) == 2


def test_never_while_the_pair_is_paused(scene: Scene):
    waiting = scene.awaiting()
    for _ in range(2):
        scene.report(scene.awaiting())
    scene.later(seconds=60)
    assert scene.climb() == 1
    assert (len(scene.now(waiting).deliveries), scene.now(waiting).climb.at) == (2, None)


def test_after_a_mistaken_report_a_new_code_has_its_ladder_again(scene: Scene):
    case = scene.awaiting()
    scene.report(case)
    scene.close(case, ReportOutcome.MISTAKEN)
    assert climbed(scene, scene.again(case)) == [[SMS, EMAIL], [WHATSAPP], [VOICE], []]


def test_only_the_system_climbs(scene: Scene):
    case = scene.awaiting()
    scene.later(seconds=60)
    actors = (scenes.DESK, scenes.AUDITOR, scenes.CLIENT, replace(SYSTEM, operator="999001"))
    assert [scene.climb(case, by=actor) for actor in actors] == [0] * 4


def test_a_guia_that_does_not_exist_has_no_ladder(scene: Scene):
    assert scene.do(ClimbLadders(SYSTEM, (scenes.NOWHERE,))) == 0
    assert scene.climb(scene.register()) == 0


# where it ends


def test_a_ladder_without_a_receipt_ends_in_use_another_way(scene: Scene):
    case = scene.awaiting()
    assert stands(scene, case) is Standing.UNDER_WAY
    climbed(scene, case)
    assert scene.now(case).climb == Climb(5, None)
    assert stands(scene, case) is Standing.USE_ANOTHER_WAY
    assert (scene.climb(), scene.climb(case)) == (0, 0)


def test_a_ladder_whose_messages_all_fail_ends_in_use_another_way_within_no_time(scene: Scene):
    case = scene.awaiting()
    for _ in range(3):
        scene.carrier_tells(case, FAILED)
        assert scene.climb(case) == 1
    assert stands(scene, case) is Standing.USE_ANOTHER_WAY
    assert scene.trail[-3:] == ["guia:token:climbed"] * 3


def test_a_late_receipt_after_the_ladders_end_still_counts(scene: Scene):
    case = scene.awaiting()
    climbed(scene, case)
    scene.carrier_tells(case, DELIVERED, SMS)
    assert stands(scene, case) is Standing.ARRIVED


def test_sending_again_after_the_end_begins_to_wait_anew(scene: Scene):
    case = scene.awaiting()
    climbed(scene, case)
    again = scene.send(case, channel=SMS)
    assert again.climb.rung == CHOSEN
    assert stands(scene, case) is Standing.UNDER_WAY


# limits


def test_a_ladder_stays_within_the_limits_of_its_guia():
    scene = Scene(replace(LATEST_CODE_WINS, sends_per_guia_hour=3))
    assert climbed(scene, scene.awaiting()) == [[SMS, EMAIL], [WHATSAPP], []]


def test_a_number_that_received_too_much_is_passed_over_by_the_ladder():
    scene = Scene(replace(LATEST_CODE_WINS, sends_per_number_hour=1))
    scene.knows(ContactKind.LANDLINE, "+554120001234", ContactState.CONFIRMED)
    assert climbed(scene, scene.awaiting()) == [[SMS, EMAIL], [VOICE], []]


def test_within_one_set_a_shared_number_is_filled_once():
    scene = Scene(replace(LATEST_CODE_WINS, sends_per_number_hour=3))
    scene.someone("2", scenes.MOBILE)
    cases = [scene.awaiting(), scene.issue(scene.register(card="2"), cpf=CPF)]
    scene.later(seconds=60)
    assert scene.climb() == 2
    assert sorted(len(scene.now(case).deliveries) for case in cases) == [1, 3]
