"""What a person carries: enrolling and ending devices, printing and ending sheets."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from chancela.domain.delivery import Channel, Purpose
from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.profiles import LATEST_CODE_WINS
from chancela.domain.refusal import Refusal, Refused
from chancela.usecases.end_device import EndDevice
from chancela.usecases.end_sheet import EndSheet
from chancela.usecases.enrol_device import EnrolDevice, Enrolled
from chancela.usecases.print_sheet import Printed, PrintSheet
from tests.usecases.scene import ANS, DESK, NOWHERE, Scene, reason

POINT = b"\x04".ljust(65, b"p")
OFFERED = replace(LATEST_CODE_WINS, paper_codes=10)


@pytest.fixture
def scene() -> Scene:
    return Scene(OFFERED)


def oneself(scene: Scene, whom: UUID | None = None) -> Actor:
    key = whom or scene.ana
    return Actor(ANS, ActorKind.BENEFICIARY, f"person:{key}", assured_at=scene.memory.now, person=key)


def enrol(scene: Scene, actor: Actor | None = None, point: bytes = POINT) -> Any:
    return scene.do(EnrolDevice(actor or oneself(scene), point, " Celular\nda Ana "))


def end(scene: Scene, device_id: UUID, actor: Actor | None = None) -> Any:
    return scene.do(EndDevice(actor or oneself(scene), device_id))


def stranded(scene: Scene) -> list[Actor]:
    """Who has no pocket here."""
    return [DESK, Actor(ANS, ActorKind.BENEFICIARY, "nobody"), replace(oneself(scene), visit=uuid4())]


def test_a_device_gets_our_point_and_leaves_a_sealed_key(scene: Scene):
    done: Enrolled = enrol(scene)
    assert (done.device.name, done.device.beneficiary_id) == ("Celular da Ana", scene.ana)
    assert len(done.public) == 65 and done.device.enrolled_at == scene.memory.now
    assert scene.memory.shelf.devices == {done.device.id: done.device}
    (entry,) = scene.memory.shelf.trail
    assert (entry.kind, entry.subject) == ("person:device:enrolled", done.device.id)
    assert "Celular" not in entry.data


def test_a_new_device_is_told_to_its_person(scene: Scene):
    done: Enrolled = enrol(scene)
    notices = scene.memory.shelf.deliveries
    assert [each.channel for each in notices] == [Channel.EMAIL, Channel.SMS]
    told = {(each.guia_id, each.beneficiary_id, each.purpose) for each in notices}
    assert told == {(done.device.id, scene.ana, Purpose.ACCESS_ADDED)}


def test_a_person_has_three_devices_at_most_also_within_one_set(scene: Scene):
    outcomes = scene.do_all(*[EnrolDevice(oneself(scene), POINT, "x")] * 5)
    assert [isinstance(each, Enrolled) for each in outcomes] == [True] * 3 + [False] * 2
    assert outcomes[3] == Refused(Refusal.TOO_MANY_DEVICES)
    assert reason(enrol(scene)) == Refusal.TOO_MANY_DEVICES
    end(scene, outcomes[0].device.id)
    assert isinstance(enrol(scene), Enrolled)
    neighbour = scene.someone("77")
    assert isinstance(enrol(scene, oneself(scene, neighbour)), Enrolled)


def test_a_device_is_enrolled_by_its_owner_lately_sure_with_a_point_where_it_is_offered(scene: Scene):
    assert {reason(enrol(scene, each)) for each in stranded(scene)} == {Refusal.NOT_FOUND}
    late = replace(oneself(scene), assured_at=scene.memory.now - timedelta(minutes=15))
    assert reason(enrol(scene, late)) == Refusal.CONFIRM_YOURSELF
    assert reason(enrol(scene, point=b"no point")) == Refusal.FORBIDDEN
    closed = Scene(replace(OFFERED, offline_codes=False))
    assert reason(enrol(closed)) == Refusal.FORBIDDEN
    assert scene.trail == closed.trail == []


def test_an_ended_device_forgets_its_key_and_stays_ended(scene: Scene):
    id_ = enrol(scene).device.id
    scene.later(minutes=1)
    first, again = scene.do_all(*[EndDevice(oneself(scene), id_)] * 2)
    assert first == again == end(scene, id_)
    assert (first.secret, first.ended_at) == (None, scene.memory.now)
    assert scene.trail == ["person:device:enrolled", "person:device:ended"]


def test_to_end_a_device_asks_for_no_new_code(scene: Scene):
    id_ = enrol(scene).device.id
    assert end(scene, id_, replace(oneself(scene), assured_at=None)).secret is None


def test_anothers_device_is_like_none(scene: Scene):
    id_ = enrol(scene).device.id
    others = [oneself(scene, scene.someone("77")), *stranded(scene)]
    assert {reason(end(scene, id_, each)) for each in others} == {Refusal.NOT_FOUND}
    assert reason(end(scene, NOWHERE)) == Refusal.NOT_FOUND
    assert scene.memory.shelf.devices[id_].secret is not None


def test_a_sheet_is_told_once_and_kept_as_digests(scene: Scene):
    scene.memory.chance.next_codes = ["000001", "000002", "000001"]
    done: Printed = scene.do(PrintSheet(oneself(scene)))
    assert done.codes[:2] == ("000001", "000002") and len(set(done.codes)) == len(done.codes) == 10
    assert "000001" not in repr(done)
    kept = list(scene.memory.shelf.papers.values())
    assert [(each.place, each.sheet_id) for each in kept] == [(place, done.sheet_id) for place in range(1, 11)]
    assert len({each.digest for each in kept}) == 10
    (entry,) = scene.memory.shelf.trail
    assert (entry.kind, entry.subject) == ("person:sheet:printed", done.sheet_id)
    assert not any(code in entry.data for code in done.codes)


def test_a_new_sheet_ends_the_former_also_within_one_set(scene: Scene):
    first, second = scene.do_all(*[PrintSheet(oneself(scene))] * 2)
    standing = {each.sheet_id for each in scene.memory.shelf.papers.values() if each.ended_at is None}
    assert standing == {second.sheet_id} != {first.sheet_id}
    assert all(each.digest is None for each in scene.memory.shelf.papers.values() if each.sheet_id == first.sheet_id)
    assert scene.trail == ["person:sheet:printed", "person:sheet:ended", "person:sheet:printed"]


def test_a_sheet_is_printed_where_it_is_offered_for_whoever_is_lately_sure(scene: Scene):
    assert {reason(scene.do(PrintSheet(each))) for each in stranded(scene)} == {Refusal.NOT_FOUND}
    assert reason(scene.do(PrintSheet(replace(oneself(scene), assured_at=None)))) == Refusal.CONFIRM_YOURSELF
    closed = Scene()
    assert reason(closed.do(PrintSheet(oneself(closed)))) == Refusal.PAPER_NOT_OFFERED
    assert scene.trail == closed.trail == []


def test_a_lost_sheet_is_ended_once(scene: Scene):
    scene.do(PrintSheet(oneself(scene)))
    assert scene.do_all(*[EndSheet(oneself(scene))] * 2) == [10, 0]
    assert scene.do(EndSheet(oneself(scene))) == 0
    assert {reason(scene.do(EndSheet(each))) for each in stranded(scene)} == {Refusal.NOT_FOUND}
    assert scene.trail == ["person:sheet:printed", "person:sheet:ended"]
