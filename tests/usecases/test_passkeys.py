"""Enrolling a passkey, coming in with it, and taking it away."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from chancela.domain.delivery import Channel, Purpose
from chancela.domain.passkey import Ceremony, Passkey
from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.refusal import Refusal, Refused
from chancela.usecases.ask_passkey import AskPasskey, Challenged
from chancela.usecases.end_passkey import EndPasskey
from chancela.usecases.enrol_passkey import EnrolPasskey
from chancela.usecases.enter import Opened
from chancela.usecases.enter_by_passkey import EnterByPasskey
from tests.usecases.scene import ANS, DESK, NOWHERE, SYSTEM, Scene, reason

PLACE, DEVICE = b"here", "Chrome · Android"
ENROL, ENTER = Ceremony.ENROL, Ceremony.ENTER


@pytest.fixture
def scene() -> Scene:
    return Scene()


def person(scene: Scene, whom: UUID | None = None) -> Actor:
    """Somebody signed in who has just shown a code."""
    whose = whom or scene.ana
    return Actor(ANS, ActorKind.BENEFICIARY, f"person:{whose}", assured_at=scene.memory.now, person=whose)


def ask(scene: Scene, by: Actor, ceremony: Ceremony = ENTER, origin: bytes = PLACE) -> Any:
    return scene.do(AskPasskey(by, ceremony, origin))


def enrolment(scene: Scene, by: Actor | None = None, credential: bytes = b"one", **more: Any) -> EnrolPasskey:
    who = by or person(scene)
    asked: Challenged = ask(scene, who, ENROL)
    said = {"actor": who, "challenge_id": asked.id, "secret": asked.secret, "credential_id": credential}
    return EnrolPasskey(**{**said, "public_key": b"key", "sign_count": 4, "name": DEVICE, **more})


def enrolled(scene: Scene, by: Actor | None = None, credential: bytes = b"one", **more: Any) -> Passkey:
    outcome: Passkey = scene.do(enrolment(scene, by, credential, **more))
    return outcome


def entry(scene: Scene, by: Actor = SYSTEM, credential: bytes = b"one", count: int = 5, **more: Any) -> EnterByPasskey:
    asked: Challenged = ask(scene, by)
    said = {"actor": by, "challenge_id": asked.id, "secret": asked.secret, "credential_id": credential}
    return EnterByPasskey(**{**said, "sign_count": count, "device": DEVICE, **more})


def test_a_person_enrols_a_passkey_and_the_trail_tells_of_it(scene: Scene):
    made = enrolled(scene)
    assert scene.memory.shelf.passkeys == {made.id: made}
    assert (made.beneficiary_id, made.name, made.used_at) == (scene.ana, DEVICE, None)
    (told,) = scene.memory.shelf.trail
    assert (told.kind, told.subject, told.actor) == ("person:passkey:enrolled", made.id, f"person:{scene.ana}")
    assert scene.memory.shelf.challenges == {}


def test_a_new_passkey_is_told_by_every_contact_so_that_no_thief_of_one_is_told_alone():
    scene = Scene()
    made = enrolled(scene)
    notices = scene.memory.shelf.deliveries
    assert [each.channel for each in notices] == [Channel.EMAIL, Channel.SMS]
    assert {(each.guia_id, each.purpose) for each in notices} == {(made.id, Purpose.ACCESS_ADDED)}
    alone = Scene(contacts=())
    enrolled(alone)
    assert alone.memory.shelf.deliveries == []


def test_a_name_is_cut_to_sixty_characters(scene: Scene):
    assert len(enrolled(scene, name="x" * 99).name) == 60


@pytest.mark.parametrize("stranger", [SYSTEM, DESK, Actor(ANS, ActorKind.BENEFICIARY, "nobody")])
def test_nobody_enrols_but_a_person_for_themselves(scene: Scene, stranger: Actor):
    assert reason(ask(scene, stranger, ENROL)) == Refusal.NOT_FOUND
    assert reason(scene.do(enrolment(scene, actor=stranger))) == Refusal.NOT_FOUND


def test_an_old_proof_enrols_nothing(scene: Scene):
    ready = enrolment(scene)
    scene.later(minutes=4)
    old = replace(ready.actor, assured_at=scene.memory.now.replace(hour=0))
    assert reason(ask(scene, old, ENROL)) == Refusal.CONFIRM_YOURSELF
    assert reason(scene.do(replace(ready, actor=old))) == Refusal.CONFIRM_YOURSELF
    assert isinstance(ask(scene, old), Challenged), "to come in needs no proof: it is one"


def test_five_passkeys_are_enough_also_in_one_set(scene: Scene):
    ready = [enrolment(scene, credential=bytes([nth])) for nth in range(6)]
    outcomes = scene.do_all(*ready)
    assert [type(each) for each in outcomes] == [Passkey] * 5 + [Refused]
    assert reason(outcomes[-1]) == Refusal.TOO_MANY_DEVICES
    assert reason(ask(scene, person(scene), ENROL)) == Refusal.TOO_MANY_DEVICES
    scene.do(EndPasskey(person(scene), outcomes[0].id))
    assert isinstance(enrolled(scene, credential=b"new"), Passkey)


def test_who_asks_is_told_which_passkeys_they_have(scene: Scene):
    made = enrolled(scene)
    assert ask(scene, person(scene), ENROL).held == (made,)
    assert ask(scene, SYSTEM).held == ()


@pytest.mark.parametrize("more", [{"secret": "another"}, {"challenge_id": NOWHERE}, {"credential_id": b"x" * 1024}])
def test_what_answers_another_challenge_or_is_no_credential_is_refused(scene: Scene, more: dict[str, Any]):
    assert reason(scene.do(enrolment(scene, **more))) == Refusal.PASSKEY_REFUSED
    assert reason(scene.do(enrolment(scene, credential=b""))) == Refusal.PASSKEY_REFUSED


def test_a_challenge_is_taken_once_by_whatever_comes_of_it(scene: Scene):
    ready = enrolment(scene)
    assert reason(scene.do(replace(ready, secret="another"))) == Refusal.PASSKEY_REFUSED
    assert reason(scene.do(ready)) == Refusal.PASSKEY_REFUSED
    both = scene.do_all(*[entry_ for entry_ in [enrolment(scene)] for _ in range(2)])
    assert isinstance(both[0], Passkey) and reason(both[1]) == Refusal.PASSKEY_REFUSED


def test_a_challenge_is_of_one_person_and_one_ceremony(scene: Scene):
    other = person(scene, scene.someone("77"))
    assert reason(scene.do(enrolment(scene, actor=other))) == Refusal.PASSKEY_REFUSED
    enrolled(scene)
    asked = ask(scene, person(scene), ENTER)
    taken = enrolment(scene, challenge_id=asked.id, secret=asked.secret, credential_id=b"two")
    assert reason(scene.do(taken)) == Refusal.PASSKEY_REFUSED


def test_a_credential_is_enrolled_once_whoever_brings_it(scene: Scene):
    first, second = scene.do_all(enrolment(scene), enrolment(scene))
    assert isinstance(first, Passkey) and reason(second) == Refusal.PASSKEY_REFUSED
    other = person(scene, scene.someone("77"))
    assert reason(scene.do(enrolment(scene, other))) == Refusal.PASSKEY_REFUSED
    scene.do(EndPasskey(person(scene), first.id))
    assert reason(scene.do(enrolment(scene, other))) == Refusal.PASSKEY_REFUSED


def test_a_place_that_asks_too_often_waits(scene: Scene):
    outcomes = scene.do_all(*[AskPasskey(SYSTEM, ENTER, PLACE)] * 61)
    assert [type(each) for each in outcomes] == [Challenged] * 60 + [Refused]
    assert outcomes[-1] == Refused(Refusal.TOO_MANY_SENDS, retry_after_s=300)
    assert isinstance(ask(scene, SYSTEM, origin=b"elsewhere"), Challenged)
    scene.later(minutes=5)
    assert isinstance(ask(scene, SYSTEM), Challenged)


def test_a_desk_asks_and_enters_for_nobody(scene: Scene):
    enrolled(scene)
    assert reason(ask(scene, DESK)) == Refusal.NOT_FOUND
    assert reason(scene.do(replace(entry(scene), actor=DESK))) == Refusal.NOT_FOUND


def test_a_passkey_opens_a_session_as_a_code_does(scene: Scene):
    made = enrolled(scene)
    outcome: Opened = scene.do(entry(scene, stays=True))
    session = outcome.session
    assert (session.beneficiary_id, session.device) == (scene.ana, DEVICE)
    assert scene.memory.shelf.sessions == {session.id: session}
    kept = scene.memory.shelf.passkeys[made.id]
    assert (kept.sign_count, kept.used_at) == (5, scene.memory.now)
    last = scene.memory.shelf.trail[-1]
    assert last.kind == "person:session:opened" and '"way":"passkey"' in last.data and '"stays":true' in last.data


def test_a_replayed_answer_opens_nothing(scene: Scene):
    enrolled(scene)
    ready = entry(scene)
    assert isinstance(scene.do(ready), Opened)
    assert reason(scene.do(replace(ready, sign_count=6))) == Refusal.PASSKEY_REFUSED
    again = entry(scene, count=6)
    first, second = scene.do_all(again, replace(again, sign_count=7))
    assert isinstance(first, Opened) and reason(second) == Refusal.PASSKEY_REFUSED


def test_a_counter_that_did_not_grow_opens_nothing_also_in_one_set(scene: Scene):
    enrolled(scene)
    assert reason(scene.do(entry(scene, count=4))) == Refusal.PASSKEY_REFUSED
    first, second = scene.do_all(entry(scene, count=9), entry(scene, count=9))
    assert isinstance(first, Opened) and reason(second) == Refusal.PASSKEY_REFUSED


def test_a_challenge_is_over_after_five_minutes(scene: Scene):
    enrolled(scene)
    ready = entry(scene)
    scene.later(minutes=5)
    assert reason(scene.do(ready)) == Refusal.PASSKEY_REFUSED


@pytest.mark.parametrize("more", [{"credential": b"unknown"}, {"secret": "another"}, {"challenge_id": NOWHERE}])
def test_what_is_unknown_opens_nothing(scene: Scene, more: dict[str, Any]):
    enrolled(scene)
    assert reason(scene.do(entry(scene, **more))) == Refusal.PASSKEY_REFUSED
    assert scene.memory.shelf.sessions == {}


def test_a_removed_passkey_opens_nothing(scene: Scene):
    made = enrolled(scene)
    scene.do(EndPasskey(person(scene), made.id))
    assert reason(scene.do(entry(scene))) == Refusal.PASSKEY_REFUSED


def test_who_has_no_door_of_their_own_has_none_by_a_passkey(scene: Scene):
    enrolled(scene)
    shelf, today = scene.memory.shelf, scene.memory.now.date()
    shelf.people[scene.ana] = replace(shelf.people[scene.ana], birth_date=today.replace(year=today.year - 11))
    assert reason(scene.do(entry(scene))) == Refusal.PASSKEY_REFUSED


def test_a_passkey_renews_ones_own_session(scene: Scene):
    enrolled(scene)
    old = scene.do(entry(scene, stays=True)).session
    scene.later(hours=1)
    new = scene.do(entry(scene, person(scene), count=6, replaces=old.id, stays=True)).session
    assert scene.memory.shelf.sessions[old.id].ended_at == scene.memory.now
    assert new.assured_at == scene.memory.now
    assert scene.trail[-2:] == ["person:session:ended", "person:session:opened"]


def test_nobody_renews_their_session_by_the_passkey_of_another(scene: Scene):
    enrolled(scene)
    other = person(scene, scene.someone("77"))
    assert reason(scene.do(entry(scene, other))) == Refusal.PASSKEY_REFUSED


def test_a_person_removes_their_own_passkeys_and_nobody_elses(scene: Scene):
    made = enrolled(scene)
    for stranger in (person(scene, scene.someone("77")), SYSTEM, DESK):
        assert reason(scene.do(EndPasskey(stranger, made.id))) == Refusal.NOT_FOUND
    assert reason(scene.do(EndPasskey(person(scene), NOWHERE))) == Refusal.NOT_FOUND
    first, again = scene.do_all(*[EndPasskey(person(scene), made.id)] * 2)
    assert first == again and first.ended_at == scene.memory.now
    assert scene.trail == ["person:passkey:enrolled", "person:passkey:ended"]


def test_no_secret_shows_in_a_command_or_an_outcome(scene: Scene):
    ready = enrolment(scene)
    told = repr([ready, entry(scene), ask(scene, SYSTEM)])
    assert ready.secret not in told and "b'one'" not in told and "b'key'" not in told
