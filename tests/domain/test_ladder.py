"""The ladder: which rung goes out, what follows when no receipt comes, and where the sending stands."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chancela.domain import ladder
from chancela.domain.contact import ContactState
from chancela.domain.delivery import Channel, DeliveryState, Purpose
from chancela.domain.ladder import CHOSEN, Climb, Standing
from chancela.domain.people import Person
from chancela.domain.policy import Need, Policy, Quiet, Rung
from chancela.domain.profiles import LATEST_CODE_WINS, ONE_CODE_PER_GUIA, PUSH_PER_ATTENDANCE
from tests.domain import made

ALL = frozenset(Channel)
APP, SMS, WHATSAPP, VOICE, EMAIL = Channel.APP, Channel.SMS, Channel.WHATSAPP, Channel.VOICE, Channel.EMAIL
REACHED = made.person(made.contact(), made.email(), has_app=True)
EVERYWHERE = made.person(made.contact(), made.email(), made.landline(), has_app=True)
AT_HOME = made.person(made.landline(), made.email())
NIGHT, LATE = 23, timedelta(seconds=61)
QUEUED, HANDED_OVER = DeliveryState.QUEUED, DeliveryState.HANDED_OVER
FAILED, DELIVERED = DeliveryState.FAILED, DeliveryState.DELIVERED


def rungs(policy: Policy, person: Person, used: tuple[Channel, ...] = (), **scene: object) -> list[list[str]]:
    """The channels of each rung in turn, when no receipt ever comes."""
    seen, rung, climbed = made.scene(person, **scene), CHOSEN, []
    while found := ladder.above(policy, seen, rung, {(None, each) for each in used}):
        rung, recipients = found
        climbed.append([each.channel.value for each in recipients])
        used = (*used, *(each.channel for each in recipients))
    return climbed


def only(*steps: Rung, **more: object) -> Policy:
    return replace(PUSH_PER_ATTENDANCE, ladder=steps, **more)


# the ladders of the manuals


def test_push_per_attendance_begins_with_app_sms_and_email_together():
    assert rungs(PUSH_PER_ATTENDANCE, REACHED) == [["app", "sms", "email"], ["whatsapp"], ["voice"]]


def test_latest_code_wins_begins_with_sms_and_email_together_and_never_uses_the_app():
    assert rungs(LATEST_CODE_WINS, REACHED) == [["sms", "email"], ["whatsapp"], ["voice"]]


def test_one_code_per_guia_sends_nothing_by_itself():
    assert rungs(ONE_CODE_PER_GUIA, EVERYWHERE) == []
    assert ladder.first(ONE_CODE_PER_GUIA, made.scene(EVERYWHERE)) is None


@pytest.mark.parametrize("policy", [PUSH_PER_ATTENDANCE, LATEST_CODE_WINS])
def test_what_no_carrier_carries_is_no_rung(policy: Policy):
    assert rungs(policy, REACHED, carried=frozenset({SMS, EMAIL})) == [["sms", "email"]]
    assert rungs(policy, REACHED, carried=frozenset()) == []


def test_a_rung_whose_channels_were_used_is_skipped():
    assert rungs(PUSH_PER_ATTENDANCE, REACHED, used=(WHATSAPP,)) == [["app", "sms", "email"], ["voice"]]
    assert rungs(PUSH_PER_ATTENDANCE, REACHED, used=(APP, SMS, EMAIL)) == [["whatsapp"], ["voice"]]


def test_of_a_rung_only_what_was_not_used_goes_out():
    assert rungs(PUSH_PER_ATTENDANCE, REACHED, used=(SMS,)) == [["app", "email"], ["whatsapp"], ["voice"]]


def test_a_rung_that_a_policy_has_no_channel_for_is_skipped():
    policy = only(Rung((APP,)), Rung((SMS,)), channels=(SMS,))
    assert rungs(policy, REACHED) == [["sms"]]


# what must be so


@pytest.mark.parametrize("policy", [PUSH_PER_ATTENDANCE, LATEST_CODE_WINS])
def test_who_uses_no_mobile_is_called_at_once_and_gets_no_message_on_a_phone(policy: Policy):
    person = made.person(made.contact(), made.landline(), made.email(), uses_no_mobile=True)
    assert rungs(policy, person) == [["voice", "email"]]


@pytest.mark.parametrize("policy", [PUSH_PER_ATTENDANCE, LATEST_CODE_WINS])
def test_who_has_a_landline_only_is_called_at_once(policy: Policy):
    assert rungs(policy, AT_HOME) == [["voice", "email"]]


def test_who_has_a_landline_beside_a_mobile_gets_messages_first_and_is_called_at_home():
    assert rungs(PUSH_PER_ATTENDANCE, EVERYWHERE) == [["app", "sms", "email"], ["whatsapp"], ["voice"]]
    used = {(None, each) for each in (APP, SMS, EMAIL, WHATSAPP)}
    _, (call,) = ladder.above(PUSH_PER_ATTENDANCE, made.scene(EVERYWHERE), CHOSEN, used)
    assert call.contact == made.landline()


@pytest.mark.parametrize(
    ("policy", "together"),
    [(PUSH_PER_ATTENDANCE, ["app", "sms", "whatsapp", "email"]), (LATEST_CODE_WINS, ["sms", "whatsapp", "email"])],
)
def test_for_an_urgent_guia_every_written_way_goes_out_together(policy: Policy, together: list[str]):
    assert rungs(policy, REACHED, urgent=True) == [together, ["voice"]]


NEEDS = {
    Need.HAS_MOBILE: (
        made.person(made.email(), made.contact()),
        made.person(made.email(), made.contact(), uses_no_mobile=True),
    ),
    Need.HAS_APP: (made.person(made.email(), has_app=True), made.person(made.email())),
    Need.LANDLINE_ONLY: (
        made.person(made.email(), made.landline()),
        made.person(made.email(), made.landline(), made.contact()),
    ),
    Need.USES_NO_MOBILE: (made.person(made.email(), uses_no_mobile=True), made.person(made.email())),
}


@pytest.mark.parametrize("need", NEEDS)
def test_a_rung_is_used_only_where_what_it_needs_is_so(need: Need):
    so, otherwise = NEEDS[need]
    policy = only(Rung((EMAIL,), needs=(need,)))
    assert rungs(policy, so) == [["email"]]
    assert rungs(policy, otherwise) == []


def test_a_rung_for_urgent_guias_is_used_for_them_alone():
    policy = only(Rung((SMS,), needs=(Need.URGENT,)))
    assert rungs(policy, REACHED, urgent=True) == [["sms"]]
    assert rungs(policy, REACHED) == []


def test_all_that_a_rung_needs_must_be_so():
    policy = only(Rung((EMAIL,), needs=(Need.HAS_APP, Need.HAS_MOBILE)))
    assert rungs(policy, REACHED) == [["email"]]
    assert rungs(policy, made.person(made.email(), has_app=True)) == []


def test_a_contested_mobile_is_none():
    person = made.person(replace(made.contact(), state=ContactState.CONTESTED), made.landline())
    assert rungs(only(Rung((VOICE,), needs=(Need.LANDLINE_ONLY,))), person) == [["voice"]]


def test_a_number_typed_for_another_guia_is_none():
    person = made.person(made.provisional(guia_id=made.OTHER_GUIA))
    assert rungs(only(Rung((SMS,), needs=(Need.HAS_MOBILE,))), person) == []


# quiet hours


@pytest.mark.parametrize(("hour", "rings"), [(21, True), (22, False), (23, False), (0, False), (6, False), (7, True)])
def test_nobody_is_called_by_itself_between_22_and_7(hour: int, rings: bool):
    assert (["voice"] in rungs(PUSH_PER_ATTENDANCE, REACHED, hour=hour)) is rings


def test_for_an_urgent_guia_the_phone_rings_at_night():
    assert rungs(PUSH_PER_ATTENDANCE, REACHED, hour=NIGHT, urgent=True)[-1] == ["voice"]


def test_at_night_who_is_reached_by_landline_alone_gets_the_email_first():
    assert rungs(PUSH_PER_ATTENDANCE, AT_HOME, hour=NIGHT) == [["email"]]


def test_messages_are_never_quiet_unless_the_operator_says_so():
    assert rungs(PUSH_PER_ATTENDANCE, REACHED, hour=NIGHT) == [["app", "sms", "email"], ["whatsapp"]]
    silent = replace(PUSH_PER_ATTENDANCE, quiet=Quiet(12, 14, (SMS, WHATSAPP, VOICE)))
    assert rungs(silent, REACHED, hour=13) == [["app", "email"]]
    assert rungs(silent, REACHED, hour=14) == [["app", "sms", "email"], ["whatsapp"], ["voice"]]


def test_hours_that_begin_when_they_end_are_none():
    assert not any(Quiet(9, 9).covers(VOICE, hour) for hour in range(24))


# waiting


def test_after_a_rung_its_own_wait_is_kept():
    policy = only(Rung((SMS,), wait_s=45), Rung((EMAIL,), wait_s=90))
    assert ladder.started(policy, 0, made.NOW) == Climb(0, made.NOW + timedelta(seconds=45))
    assert ladder.started(policy, 1, made.NOW) == Climb(1, made.NOW + timedelta(seconds=90))


def test_after_a_chosen_way_a_minute_is_waited_and_then_the_ladder_begins():
    assert ladder.started(PUSH_PER_ATTENDANCE, CHOSEN, made.NOW) == Climb(CHOSEN, made.NOW + timedelta(seconds=60))


def test_without_a_ladder_nothing_follows_by_itself():
    assert ladder.started(ONE_CODE_PER_GUIA, CHOSEN, made.NOW) == Climb(CHOSEN, None)


@pytest.mark.parametrize(
    ("states", "lost"),
    [((), False), ((QUEUED,), False), ((FAILED,), True), ((FAILED, HANDED_OVER), False), ((FAILED, FAILED), True)],
)
def test_all_is_lost_when_every_message_that_went_out_together_failed(states: tuple[DeliveryState, ...], lost: bool):
    assert ladder.lost([made.delivery(each) for each in states]) is lost


def test_what_went_out_before_had_its_time():
    earlier = made.delivery(HANDED_OVER, planned_at=made.NOW - LATE)
    assert ladder.lost([earlier, made.delivery(FAILED, WHATSAPP)])
    assert not ladder.lost([replace(earlier, state=FAILED), made.delivery(QUEUED, WHATSAPP)])


def test_a_notice_neither_arrives_for_the_code_nor_keeps_it_from_being_lost():
    notice = made.delivery(DELIVERED, EMAIL, purpose=Purpose.CONTACT_TYPED)
    assert not ladder.arrived([notice])
    assert ladder.lost([notice, made.delivery(FAILED)])
    assert not ladder.lost([replace(notice, state=FAILED)])


# where it stands


def standing(*deliveries: object, climb: Climb | None = None, after: timedelta = timedelta()) -> Standing:
    return ladder.standing(deliveries, climb, made.NOW + after)


FOLLOWS, ENDED = Climb(0, made.NOW + timedelta(seconds=60)), Climb(0, None)


def test_before_anything_went_out_it_stands_nowhere():
    assert standing(climb=FOLLOWS) is Standing.NONE
    assert standing(made.delivery(purpose=Purpose.CONTACT_TYPED)) is Standing.NONE


def test_what_arrived_once_has_arrived():
    assert standing(made.delivery(DELIVERED), made.delivery(FAILED), climb=ENDED, after=LATE) is Standing.ARRIVED


def test_while_a_rung_follows_by_itself_it_is_under_way():
    assert standing(made.delivery(FAILED), climb=FOLLOWS) is Standing.UNDER_WAY
    assert standing(made.delivery(HANDED_OVER), climb=FOLLOWS, after=timedelta(hours=1)) is Standing.UNDER_WAY


def test_when_nothing_follows_and_all_failed_another_way_is_offered_at_once():
    assert standing(made.delivery(FAILED), climb=ENDED) is Standing.USE_ANOTHER_WAY
    assert standing(made.delivery(FAILED)) is Standing.USE_ANOTHER_WAY


def test_when_nothing_follows_a_message_without_a_receipt_has_its_minute():
    assert standing(made.delivery(HANDED_OVER), climb=ENDED) is Standing.UNDER_WAY
    assert standing(made.delivery(HANDED_OVER), climb=ENDED, after=LATE) is Standing.USE_ANOTHER_WAY


def test_the_last_rungs_failure_offers_another_way_although_an_earlier_message_is_still_out():
    earlier = made.delivery(HANDED_OVER, planned_at=made.NOW - LATE)
    assert standing(earlier, made.delivery(FAILED, WHATSAPP), climb=ENDED) is Standing.USE_ANOTHER_WAY


# ways to choose from


def test_every_way_that_reaches_is_told_in_the_policys_order():
    shown = [(each.channel.value, each.to) for each in ladder.ways(ONE_CODE_PER_GUIA, REACHED, ALL)]
    number = "(41) *****-5949"
    assert shown == [
        ("sms", number),
        ("email", "a***@example.com"),
        ("app", "app"),
        ("whatsapp", number),
        ("voice", number),
    ]


def test_a_remembered_way_that_no_longer_reaches_is_passed_over():
    person = made.person(made.contact(), preferred_channel=EMAIL)
    assert ladder.default_channel(ONE_CODE_PER_GUIA, person, ALL) is SMS


def test_a_remembered_way_that_nobody_carries_any_more_is_passed_over():
    person = made.person(made.contact(), made.email(), preferred_channel=EMAIL)
    assert ladder.default_channel(ONE_CODE_PER_GUIA, person, frozenset({SMS})) is SMS


def test_a_remembered_app_is_offered_while_the_person_has_it():
    for has_app, offered in ((True, APP), (False, SMS)):
        person = made.person(made.contact(), has_app=has_app, preferred_channel=APP)
        assert ladder.default_channel(ONE_CODE_PER_GUIA, person, ALL) is offered


def test_a_way_that_the_person_prefers_is_offered_first_also_where_the_policy_remembers_nothing():
    person = made.person(made.contact(), made.email(), preferred_channel=EMAIL)
    assert ladder.default_channel(LATEST_CODE_WINS, person, ALL) is EMAIL


def test_whom_nothing_reaches_is_offered_nothing():
    assert ladder.default_channel(ONE_CODE_PER_GUIA, made.person(), ALL) is None


def test_a_number_typed_for_this_guia_is_its_default_from_then_on():
    person = made.person(made.provisional())
    assert ladder.default_channel(ONE_CODE_PER_GUIA, person, ALL, made.GUIA) is SMS
    assert ladder.default_channel(ONE_CODE_PER_GUIA, person, ALL) is None


def test_at_night_what_may_go_out_by_itself_is_what_makes_no_noise():
    assert ladder.awake(PUSH_PER_ATTENDANCE, made.scene(REACHED, hour=NIGHT)) == ALL - {VOICE}
    assert ladder.awake(PUSH_PER_ATTENDANCE, made.scene(REACHED, hour=NIGHT, urgent=True)) == ALL


def test_who_uses_no_mobile_is_never_called_on_one():
    person = made.person(made.contact(), uses_no_mobile=True)
    assert ladder.recipient(person, Channel.VOICE, None) is None
    assert ladder.recipient(made.person(made.contact()), Channel.VOICE, None) is not None
