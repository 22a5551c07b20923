"""Asking for a code to sign in, entering it, and ending what it opened."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from chancela.domain import sign_in as sign_ins
from chancela.domain.contact import ContactKind, ContactState
from chancela.domain.delivery import Channel, Purpose
from chancela.domain.people import Standing
from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.session import PersonSession
from chancela.domain.sign_in import Claim, SignIn
from chancela.usecases.ask_sign_in import AskSignIn
from chancela.usecases.end_session import EndSession
from chancela.usecases.enter import Enter, Opened
from tests.usecases.scene import ANS, CARD, CPF, DESK, NOWHERE, PROVIDER, SYSTEM, Scene, reason

BORN = date(1980, 12, 31)
OWN = Claim(CARD, None, BORN)
PLACE, ELSEWHERE = b"here", b"elsewhere"
DEVICE = "Firefox · Linux"


@pytest.fixture
def scene() -> Scene:
    return Scene(birth_date=BORN)


def ask(scene: Scene, claim: Claim = OWN, by: Actor = SYSTEM, origin: bytes = PLACE) -> Any:
    return scene.do(AskSignIn(by, claim, origin))


def kept(scene: Scene, sign_in_id: UUID) -> SignIn:
    found: SignIn = scene.memory.shelf.sign_ins[sign_in_id]
    return found


def code(scene: Scene, sign_in_id: UUID) -> str:
    made = kept(scene, sign_in_id)
    assert made.secret is not None
    bound = sign_ins.context(ANS, made.id, made.beneficiary_id)
    digits = scene.memory.vault.reveal(ANS, made.secret, bound)
    assert digits is not None
    return digits


def wrong(scene: Scene, sign_in_id: UUID) -> str:
    return f"{(int(code(scene, sign_in_id)) + 1) % 10**6:06d}"


def enter(scene: Scene, sign_in_id: UUID, typed: str | None = None, by: Actor = SYSTEM, **more: Any) -> Any:
    digits = code(scene, sign_in_id) if typed is None else typed
    return scene.do(Enter(by, sign_in_id, digits, DEVICE, **more))


def opened(scene: Scene, **more: Any) -> PersonSession:
    outcome: Opened = enter(scene, ask(scene), **more)
    return outcome.session


def person(scene: Scene, whom: UUID | None = None) -> Actor:
    return Actor(ANS, ActorKind.BENEFICIARY, "pessoa", person=whom or scene.ana)


@pytest.mark.parametrize("claim", [OWN, Claim(CPF, CPF, BORN), Claim("52998224725", "52998224725", BORN)])
def test_a_card_or_a_cpf_with_the_birth_date_gets_a_code(scene: Scene, claim: Claim):
    id_ = ask(scene, claim)
    (message,) = scene.memory.shelf.deliveries
    assert (message.guia_id, message.beneficiary_id, message.purpose) == (id_, scene.ana, Purpose.SIGN_IN)
    assert message.contact_id == scene.memory.shelf.sign_ins[id_].contact_id
    assert message.channel is Channel.SMS and scene.trail == []


@pytest.mark.parametrize("claim", [Claim("1", None, BORN), Claim(CARD, CPF, BORN + timedelta(days=1))])
def test_who_is_not_known_gets_a_decoy_and_nothing_goes_out(scene: Scene, claim: Claim):
    decoy = kept(scene, ask(scene, claim))
    assert (decoy.beneficiary_id, decoy.contact_id, scene.memory.shelf.deliveries) == (None, None, [])
    assert decoy.secret is not None


def test_whom_nobody_can_reach_gets_a_decoy():
    scene = Scene(birth_date=BORN, contacts=())
    assert kept(scene, ask(scene)).beneficiary_id is None


def test_a_card_number_goes_before_a_cpf_and_who_is_covered_before_who_is_no_more(scene: Scene):
    shelf = scene.memory.shelf
    shelf.people[scene.ana] = replace(shelf.people[scene.ana], standing=Standing.ENDED)
    again = scene.someone("77", "+5541900001111", birth_date=BORN)
    assert kept(scene, ask(scene, Claim(CPF, CPF, BORN))).beneficiary_id == again
    assert kept(scene, ask(scene, Claim(CARD, CPF, BORN))).beneficiary_id == scene.ana


def test_a_desk_asks_and_enters_for_nobody(scene: Scene):
    assert reason(ask(scene, by=DESK)) == Refusal.NOT_FOUND
    assert reason(enter(scene, ask(scene), by=DESK)) == Refusal.NOT_FOUND


def test_three_codes_go_out_in_fifteen_minutes_each_another_way(scene: Scene):
    outcomes = scene.do_all(*[AskSignIn(SYSTEM, OWN, PLACE)] * 4)
    assert all(isinstance(each, UUID) for each in outcomes)
    assert [each.channel for each in scene.memory.shelf.deliveries] == [Channel.SMS, Channel.EMAIL, Channel.WHATSAPP]
    scene.later(minutes=15)
    ask(scene)
    assert len(scene.memory.shelf.deliveries) == 4


def test_strangers_who_spend_the_codes_of_a_day_leave_the_owner_those_of_a_browser_of_theirs(scene: Scene):
    for _ in range(4):
        scene.do_all(*[AskSignIn(SYSTEM, OWN, PLACE)] * 3)
        scene.later(minutes=16)
    assert kept(scene, ask(scene)).beneficiary_id is None
    other = scene.someone("77", "+5541900001111", birth_date=BORN)
    assert kept(scene, scene.do(AskSignIn(SYSTEM, OWN, PLACE, other))).beneficiary_id is None
    own = [kept(scene, scene.do(AskSignIn(SYSTEM, OWN, PLACE, scene.ana))).beneficiary_id for _ in range(4)]
    assert own == [*[scene.ana] * 3, None]


def test_a_place_that_asks_too_often_is_told_so_before_anybody_is_looked_at(scene: Scene):
    outcomes = scene.do_all(*[AskSignIn(SYSTEM, Claim("1", None, BORN), PLACE)] * 31)
    assert [type(each) for each in outcomes] == [UUID] * 30 + [Refused]
    assert outcomes[-1] == Refused(Refusal.TOO_MANY_SENDS, retry_after_s=900)
    assert isinstance(ask(scene, origin=ELSEWHERE), UUID)


def test_the_right_code_opens_a_session_and_is_told_in_the_trail(scene: Scene):
    id_ = ask(scene)
    outcome = enter(scene, id_)
    session = outcome.session
    assert (session.beneficiary_id, session.device) == (scene.ana, DEVICE)
    assert scene.memory.shelf.sessions == {session.id: session}
    assert outcome.secret not in repr(outcome) and scene.trail == ["person:session:opened"]
    assert scene.memory.shelf.sign_ins[id_].secret is None


def test_two_right_entries_in_one_set_open_one_session(scene: Scene):
    id_ = ask(scene)
    both = scene.do_all(*[Enter(SYSTEM, id_, code(scene, id_), DEVICE)] * 2)
    assert isinstance(both[0], Opened) and reason(both[1]) == Refusal.NO_LIVE_CODE
    assert len(scene.memory.shelf.sessions) == 1


@pytest.mark.parametrize("claim", [OWN, Claim("1", None, BORN)])
def test_five_wrong_entries_are_judged_and_then_none_whoever_it_is(scene: Scene, claim: Claim):
    id_ = ask(scene, claim)
    beside = wrong(scene, id_)
    outcomes = [enter(scene, id_, beside) for _ in range(6)]
    assert outcomes == [
        *(Refused(Refusal.CODE_REFUSED, attempts_left=left) for left in (4, 3, 2, 1)),
        Refused(Refusal.CODE_LOCKED, attempts_left=0),
        Refused(Refusal.NO_LIVE_CODE),
    ]


def test_a_decoys_own_digits_are_wrong(scene: Scene):
    assert reason(enter(scene, ask(scene, Claim("1", None, BORN)))) == Refusal.CODE_REFUSED


def test_what_is_no_code_spends_nothing_and_what_is_unknown_is_over(scene: Scene):
    id_ = ask(scene)
    assert reason(enter(scene, id_, "12 34")) == Refusal.CODE_MALFORMED
    assert scene.memory.shelf.sign_ins[id_].wrong_tries == 0
    assert reason(enter(scene, NOWHERE, "123456")) == Refusal.NO_LIVE_CODE


def test_a_code_is_over_after_ten_minutes(scene: Scene):
    id_ = ask(scene)
    digits = code(scene, id_)
    scene.later(minutes=10)
    assert reason(enter(scene, id_, digits)) == Refusal.NO_LIVE_CODE


def test_a_code_whose_day_key_is_gone_is_wrong(scene: Scene):
    id_ = ask(scene)
    digits = code(scene, id_)
    scene.memory.vault.destroy(scene.memory.now.date())
    assert reason(enter(scene, id_, digits)) == Refusal.CODE_REFUSED


def test_a_new_code_renews_ones_own_session(scene: Scene):
    old = opened(scene, stays=True)
    scene.later(hours=1)
    id_ = ask(scene, by=person(scene))
    outcome = enter(scene, id_, by=person(scene), stays=True, replaces=old.id)
    assert scene.memory.shelf.sessions[old.id].ended_at == scene.memory.now
    assert scene.memory.shelf.sessions[outcome.session.id].ended_at is None
    assert scene.trail == ["person:session:opened", "person:session:ended", "person:session:opened"]


def test_a_session_that_is_over_or_of_another_is_not_ended_by_a_new_one(scene: Scene):
    neighbour = scene.someone("77", "+5541900001111", birth_date=BORN)
    theirs = enter(scene, ask(scene, Claim("77", None, BORN))).session
    assert theirs.beneficiary_id == neighbour
    for replaces in (theirs.id, NOWHERE):
        assert isinstance(enter(scene, ask(scene), replaces=replaces), Opened)
    assert scene.memory.shelf.sessions[theirs.id].ended_at is None


def test_who_is_signed_in_learns_by_no_code_whether_another_is_known(scene: Scene):
    neighbour = person(scene, scene.someone("77", "+5541900001111", birth_date=BORN))
    right = [(each, code(scene, each)) for each in (ask(scene), ask(scene, Claim("1", None, BORN)))]
    answers = [[enter(scene, each, digits, by=neighbour) for _ in range(6)] for each, digits in right]
    assert answers[0] == answers[1]
    assert [reason(each) for each in answers[0]] == [
        *[Refusal.CODE_REFUSED] * 4,
        Refusal.CODE_LOCKED,
        Refusal.NO_LIVE_CODE,
    ]
    assert scene.memory.shelf.sessions == {}


def test_a_person_ends_their_own_sessions_and_nobody_elses(scene: Scene):
    mine = opened(scene)
    other = scene.someone("77")
    for stranger in (person(scene, other), SYSTEM, DESK):
        assert reason(scene.do(EndSession(stranger, mine.id))) == Refusal.NOT_FOUND
    assert reason(scene.do(EndSession(person(scene), NOWHERE))) == Refusal.NOT_FOUND
    first, again = scene.do_all(*[EndSession(person(scene), mine.id)] * 2)
    assert first == again and first.ended_at == scene.memory.now
    assert scene.trail == ["person:session:opened", "person:session:ended"]


def test_a_number_that_only_desks_typed_opens_no_door_though_it_is_confirmed():
    scene = Scene(birth_date=BORN, contacts=())
    typed = scene.knows(ContactKind.MOBILE, "+5541900001111", ContactState.CONFIRMED, typed_by=PROVIDER)
    assert kept(scene, ask(scene)).beneficiary_id is None and scene.memory.shelf.deliveries == []
    scene.memory.shelf.contacts[typed.id] = replace(typed, typed_by=None)
    assert kept(scene, ask(scene)).beneficiary_id == scene.ana
