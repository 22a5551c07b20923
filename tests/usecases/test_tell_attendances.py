"""Each validation is told once, to a contact other than the one that got the code."""

from dataclasses import replace

from chancela.domain.contact import ContactKind, ContactState
from chancela.domain.delivery import Channel, DeliveryState, Purpose
from chancela.domain.profiles import LATEST_CODE_WINS
from chancela.usecases.tell_attendances import TellAttendances
from tests.usecases.scene import AUDITOR, DESK, MOBILE, SYSTEM, Scene

BY_SMS = ((ContactKind.MOBILE, MOBILE, ContactState.CONFIRMED),)


def validated(scene: Scene, channel: Channel | None = Channel.SMS):
    case = scene.issue(scene.register(), channel=channel)
    scene.carrier_tells(case, DeliveryState.DELIVERED)
    return scene.validate(case, scene.code(case))


def notices(scene: Scene) -> list[Channel]:
    return [each.channel for each in scene.memory.shelf.deliveries if each.purpose is Purpose.VALIDATED]


def test_a_validation_is_told_once_and_the_trail_says_by_what():
    scene = Scene()
    case = validated(scene)
    assert scene.do(TellAttendances(SYSTEM)) == 1
    assert scene.do(TellAttendances(SYSTEM)) == 0
    assert notices(scene) == [Channel.EMAIL]
    assert scene.trail[-1] == "guia:attendance:told"
    assert '"channels":"email"' in scene.memory.shelf.trail[-1].data
    told = scene.now(case).deliveries[-1]
    assert (told.purpose, told.generation, told.contact_id) == (
        Purpose.VALIDATED,
        1,
        next(each.id for each in scene.contacts if each.kind is ContactKind.EMAIL),
    )


def test_where_nobody_else_can_be_told_the_trail_says_so_and_it_is_not_looked_at_again():
    scene = Scene(contacts=BY_SMS)
    validated(scene)
    assert [scene.do(TellAttendances(SYSTEM)) for _ in range(2)] == [1, 0]
    assert notices(scene) == []
    assert '"channels":""' in scene.memory.shelf.trail[-1].data


def test_an_operator_may_wish_to_tell_nothing():
    scene = Scene(replace(LATEST_CODE_WINS, tells_validation=False))
    validated(scene)
    assert scene.do(TellAttendances(SYSTEM)) == 1
    assert notices(scene) == []


def test_no_limit_of_sending_holds_the_notice_back():
    scene = Scene(replace(LATEST_CODE_WINS, sends_per_person_hour=1, sends_per_guia_hour=1))
    validated(scene)
    scene.do(TellAttendances(SYSTEM))
    assert notices(scene) == [Channel.EMAIL]


def test_a_limit_leaves_the_rest_for_later_and_two_askers_share_what_waits():
    scene = Scene()
    for _ in range(3):
        validated(scene)
    assert scene.do_all(TellAttendances(SYSTEM, 1), TellAttendances(SYSTEM, 1)) == [1, 1]
    assert scene.do_all(TellAttendances(SYSTEM, 5), TellAttendances(SYSTEM, 5)) == [1, 0]
    assert len(notices(scene)) == 3


def test_only_the_house_itself_tells():
    scene = Scene()
    validated(scene)
    assert [scene.do(TellAttendances(each)) for each in (DESK, AUDITOR)] == [0, 0]
    assert scene.do_all(TellAttendances(DESK), TellAttendances(SYSTEM)) == [0, 1]
