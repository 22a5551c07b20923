"""To whom the codes of a child, a youth and a helped grandmother go, by every deed that sends."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from chancela.domain.contact import ContactKind, ContactState
from chancela.domain.delivery import Channel, Purpose
from chancela.domain.family import Scope, Tie, TieKind
from chancela.domain.people import Relation
from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.profiles import LATEST_CODE_WINS, ONE_CODE_PER_GUIA, PUSH_PER_ATTENDANCE
from chancela.domain.refusal import Refusal
from tests.usecases.scene import ANS, Scene, reason

if TYPE_CHECKING:
    from uuid import UUID

    from chancela.domain.case import Case
    from chancela.domain.delivery import Delivery
    from chancela.domain.policy import Policy

CHILD = "55"
OF = {8: date(2018, 1, 1), 14: date(2012, 1, 1), 17: date(2009, 1, 1), 80: date(1946, 1, 1)}
FATHERS, OWN, TYPED = "+5541900008888", "+5541900001717", "+5541900001212"


def home(age: int, policy: Policy = PUSH_PER_ATTENDANCE, own: str | None = OWN, **about: Any) -> tuple[Scene, UUID]:
    """Ana holds the plan, with a mobile, an e-mail and the app; another has the age, and the father is on file too."""
    scene = Scene(policy, birth_date=date(1980, 12, 31))
    father = scene.someone("66", FATHERS, birth_date=date(1980, 1, 1))
    given = {"relation": Relation.CHILD, "holder_id": scene.ana, "birth_date": OF[age], **about}
    child = scene.someone(CHILD, own, **given)
    scene.memory.shelf.guardians[child] = (father,)
    return scene, child


def ways(scene: Scene, deliveries: tuple[Delivery, ...], purpose: Purpose = Purpose.CODE) -> list[str]:
    """Whom messages of a purpose went to, and by what."""
    names = {None: "self", scene.ana: "mother"}
    return [f"{names.get(each.reader_id, 'father')} {each.channel}" for each in deliveries if each.purpose is purpose]


def asked(scene: Scene, **more: Any) -> Any:
    return scene.issue(scene.register(card=CHILD), **more)


def test_a_small_childs_code_goes_to_every_guardian_and_not_to_the_number_on_its_file():
    scene, child = home(8)
    case = asked(scene)
    assert ways(scene, case.deliveries) == ["mother app", "mother sms", "mother email", "father sms"]
    assert {each.beneficiary_id for each in case.deliveries} == {child}
    assert ways(scene, case.deliveries, Purpose.WARD_CODE) == []


def test_each_message_names_the_contact_of_whoever_reads_it():
    scene, _ = home(8)
    whose = {each.id: each.beneficiary_id for each in scene.contacts}
    for each in asked(scene).deliveries:
        assert each.contact_id is None or whose[each.contact_id] == each.reader_id


def test_from_twelve_on_a_contact_of_their_own_gets_the_code_beside_the_guardians():
    scene, _ = home(14)
    assert ways(scene, asked(scene).deliveries) == [
        "self sms",
        "mother app",
        "mother sms",
        "mother email",
        "father sms",
    ]


def test_guardians_of_a_youth_hear_of_a_new_code_without_getting_it():
    scene, _ = home(17)
    case = asked(scene)
    assert ways(scene, case.deliveries) == ["self sms"]
    assert ways(scene, case.deliveries, Purpose.WARD_CODE) == ["mother email", "father sms"]
    assert scene.memory.shelf.trail[-1].data.count("email,sms") == 1


def test_guardians_hear_of_a_code_once_however_often_it_is_sent():
    scene, _ = home(17)
    case = scene.again(asked(scene))
    scene.later(seconds=31)
    case = scene.send(case, channel=Channel.SMS)
    assert ways(scene, case.deliveries) == ["self sms"] * 3
    assert ways(scene, case.deliveries, Purpose.WARD_CODE) == ["mother email", "father sms"]


def test_each_new_code_is_told_of_again():
    scene, _ = home(17, LATEST_CODE_WINS)
    first = asked(scene)
    scene.later(minutes=2)
    second = scene.issue(first)
    assert second.guia.generation == 2
    assert ways(scene, second.deliveries, Purpose.WARD_CODE) == ["mother email", "father sms"]


def test_guardians_hear_also_of_a_code_that_a_youth_makes_in_the_app():
    scene, child = home(17)
    registered = scene.register(card=CHILD)
    youth = Actor(ANS, ActorKind.BENEFICIARY, "pessoa", person=child, acts_for=frozenset({child}))
    case = scene.issue(registered, by=youth)
    assert ways(scene, case.deliveries) == []
    assert ways(scene, case.deliveries, Purpose.WARD_CODE) == ["mother email", "father sms"]


def test_a_youth_without_a_contact_is_reached_through_the_guardians():
    scene, _ = home(17, own=None)
    case = asked(scene)
    assert ways(scene, case.deliveries) == ["mother app", "mother sms", "mother email", "father sms"]
    assert ways(scene, case.deliveries, Purpose.WARD_CODE) == []


def test_of_a_private_youth_the_holder_hears_nothing():
    scene, _ = home(17, private=True)
    case = asked(scene)
    assert ways(scene, case.deliveries) == ["self sms"]
    assert ways(scene, case.deliveries, Purpose.WARD_CODE) == ["father sms"]


def test_of_a_protected_child_without_a_named_guardian_nobody_is_reached():
    scene, _ = home(8, protected=True)
    assert reason(asked(scene)) == Refusal.NO_CONTACT.value


def test_a_helper_who_receives_gets_the_code_beside_whoever_uses_no_mobile():
    scene, granny = home(80, own=None, uses_no_mobile=True, relation=Relation.PARENT)
    scene.knows(ContactKind.LANDLINE, "+554120001234", ContactState.CONFIRMED, granny)
    now, shelf = scene.memory.now, scene.memory.shelf
    helper = next(key for key, each in shelf.people.items() if each.card_number == "66")
    until = now + timedelta(days=30)
    tie = Tie(scene.ana, TieKind.DELEGATION, granny, granny, Scope.RECEIVE, b"x" * 32, now, until, helper, now)
    shelf.ties[tie.id] = tie
    case = asked(scene)
    assert ways(scene, case.deliveries) == ["self voice", "father sms"]
    scene.later(days=31)
    assert ways(scene, asked(scene).deliveries) == ["self voice"]


# what limits and ladders see


def test_a_way_of_one_reader_does_not_cool_that_of_another():
    scene, _ = home(8)
    case = asked(scene, channel=Channel.EMAIL)
    again = scene.send(case, channel=Channel.SMS)
    assert ways(scene, again.deliveries) == ["mother email", "mother sms", "father sms"]
    assert reason(scene.send(case, channel=Channel.SMS)) == Refusal.JUST_SENT.value


def test_a_ladder_climbs_for_each_reader_by_ways_of_their_own():
    scene, _ = home(8)
    case = asked(scene)
    scene.later(minutes=2)
    scene.climb(case)
    assert ways(scene, scene.now(case).deliveries)[-2:] == ["mother whatsapp", "father whatsapp"]


def test_a_readers_number_that_is_full_gets_no_more():
    scene, _ = home(8, replace(PUSH_PER_ATTENDANCE, sends_per_number_hour=1))
    asked(scene, channel=Channel.SMS)
    assert reason(asked(scene, channel=Channel.SMS)) == Refusal.TOO_MANY_SENDS.value
    assert ways(scene, asked(scene).deliveries) == ["mother app", "mother email"]


# at the desk


def test_where_a_first_contact_may_be_typed_that_of_a_guardian_is_on_file():
    scene, _ = home(8, ONE_CODE_PER_GUIA)
    assert reason(asked(scene, phone=TYPED)) == Refusal.CONTACT_ON_FILE.value
    case: Case = asked(scene, phone=FATHERS)
    assert ways(scene, case.deliveries) == ["father sms"]


def test_the_way_remembered_is_the_one_by_which_both_guardians_were_reached():
    scene, child = home(8, ONE_CODE_PER_GUIA)
    asked(scene, channel=Channel.SMS)
    assert scene.memory.shelf.people[child].preferred_channel is Channel.SMS
