"""Asking for a new contact, confirming it with the code that came to it, and saying how one wishes to be reached."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from chancela.domain import change as changes
from chancela.domain.change import ContactChange, Ways
from chancela.domain.contact import ContactKind, ContactState
from chancela.domain.delivery import Channel, Delivery, Purpose
from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.profiles import LATEST_CODE_WINS, ONE_CODE_PER_GUIA
from chancela.domain.refusal import Refusal, Refused
from chancela.usecases.ask_contact import AskContact
from chancela.usecases.confirm_contact import ConfirmContact
from chancela.usecases.set_ways import SetWays
from tests.usecases.scene import ANS, DESK, EMAIL, MOBILE, NEIGHBOUR, NOWHERE, SYSTEM, Scene, reason

NEW, TYPED = "+5541900001111", "(41) 90000-1111"
OTHER = "+5541900002222"
NEW_EMAIL = "ana@example.org"
A_MOBILE, AN_EMAIL = ContactKind.MOBILE, ContactKind.EMAIL
CONFIRMED, RETIRED = ContactState.CONFIRMED, ContactState.RETIRED


@pytest.fixture
def scene() -> Scene:
    return Scene()


def actor(scene: Scene, who: UUID | None = None, *more: UUID, lately: bool = True, **about: Any) -> Actor:
    """Somebody at their own pages, who confirmed just now that it is them, and manages these people's contacts."""
    me = who or scene.ana
    about = {"operator": ANS, "manages": frozenset({me, *more}), **about}
    seen = scene.memory.now if lately else None
    return Actor(kind=ActorKind.BENEFICIARY, name=f"person:{me}", assured_at=seen, person=me, **about)


def ask(scene: Scene, kind: ContactKind = A_MOBILE, address: str = TYPED, by: Actor | None = None, **more: Any) -> Any:
    return scene.do(AskContact(by or actor(scene), more.get("whom", scene.ana), kind, address))


def code(scene: Scene, change_id: UUID) -> str:
    change: ContactChange = scene.memory.shelf.changes[change_id]
    assert change.secret is not None
    bound = changes.context(ANS, change.id, change.beneficiary_id, change.address)
    digits = scene.memory.vault.reveal(ANS, change.secret, bound)
    assert digits is not None
    return digits


def confirm(scene: Scene, change_id: UUID, typed: str | None = None, by: Actor | None = None) -> Any:
    return scene.do(ConfirmContact(by or actor(scene), change_id, typed or code(scene, change_id)))


def wrong(scene: Scene, change_id: UUID) -> str:
    return f"{(int(code(scene, change_id)) + 1) % 10**6:06d}"


def states(scene: Scene, whom: UUID | None = None) -> dict[str, ContactState]:
    return {each.address: each.state for each in scene.contacts if each.beneficiary_id == (whom or scene.ana)}


def sent(scene: Scene) -> list[Delivery]:
    return scene.memory.shelf.deliveries


@pytest.mark.parametrize(
    ("kind", "typed", "channel", "masked"),
    [
        (A_MOBILE, TYPED, Channel.SMS, "(41) *****-1111"),
        (AN_EMAIL, " Ana@Example.ORG ", Channel.EMAIL, "a***@example.org"),
    ],
)
def test_a_code_goes_to_the_new_address_and_nothing_changes_yet(
    scene: Scene, kind: ContactKind, typed: str, channel: Channel, masked: str
):
    before = states(scene)
    id_ = ask(scene, kind, typed)
    (message,) = sent(scene)
    assert (message.guia_id, message.beneficiary_id, message.contact_id) == (id_, scene.ana, None)
    assert (message.channel, message.to, message.purpose) == (channel, masked, Purpose.CONTACT_CODE)
    assert states(scene) == before and scene.trail == ["beneficiary:contact:asked"]
    assert typed.strip() not in scene.memory.shelf.trail[0].data


def test_where_nobody_carries_sms_the_code_comes_by_whatsapp(scene: Scene):
    scene.carries(Channel.WHATSAPP)
    ask(scene)
    assert [each.channel for each in sent(scene)] == [Channel.WHATSAPP]


def test_the_code_makes_the_new_contact_ones_own_and_the_old_one_hears_of_it(scene: Scene):
    confirmed = confirm(scene, ask(scene))
    assert (confirmed.secret, confirmed.ended_at) == (None, scene.memory.now)
    assert states(scene) == {MOBILE: RETIRED, EMAIL: CONFIRMED, NEW: CONFIRMED}
    notice = sent(scene)[-1]
    old = next(each for each in scene.contacts if each.address == MOBILE)
    assert (notice.purpose, notice.contact_id, notice.channel) == (Purpose.CONTACT_CHANGED, old.id, Channel.SMS)
    assert scene.trail == ["beneficiary:contact:asked", "beneficiary:contact:confirmed"]
    assert scene.memory.shelf.trail[-1].data == '{"kind":"mobile","notices":"sms","retired":1}'


def test_a_first_contact_of_its_kind_is_told_to_every_other():
    scene = Scene(contacts=((AN_EMAIL, EMAIL, CONFIRMED), (ContactKind.LANDLINE, "+554120001234", CONFIRMED)))
    confirm(scene, ask(scene))
    assert [(each.purpose, each.channel) for each in sent(scene)[1:]] == [(Purpose.CONTACT_CHANGED, Channel.EMAIL)]
    assert RETIRED not in states(scene).values()


def test_who_had_no_contact_at_all_has_one_and_nobody_is_told():
    scene = Scene(contacts=())
    confirm(scene, ask(scene, AN_EMAIL, NEW_EMAIL))
    assert states(scene) == {NEW_EMAIL: CONFIRMED} and len(sent(scene)) == 1
    assert scene.memory.shelf.trail[-1].data == '{"kind":"email","notices":null,"retired":0}'


def test_one_may_go_back_to_a_contact_that_one_left(scene: Scene):
    confirm(scene, ask(scene))
    confirm(scene, ask(scene, address=MOBILE))
    assert states(scene) == {MOBILE: CONFIRMED, EMAIL: CONFIRMED, NEW: RETIRED}
    assert len(scene.contacts) == 3


def test_a_number_that_a_provider_typed_becomes_ones_own(scene: Scene):
    typed = scene.knows(A_MOBILE, NEW, ContactState.PROVISIONAL, typed_by=NEIGHBOUR, guia_id=NOWHERE)
    confirm(scene, ask(scene))
    now = scene.memory.shelf.contacts[typed.id]
    assert (now.state, now.typed_by, now.guia_id) == (CONFIRMED, None, None)


def test_who_proves_a_mobile_uses_one():
    scene = Scene(uses_no_mobile=True, preferred_channel=Channel.EMAIL)
    confirm(scene, ask(scene, AN_EMAIL, NEW_EMAIL))
    assert scene.memory.shelf.people[scene.ana].uses_no_mobile
    confirm(scene, ask(scene))
    person = scene.memory.shelf.people[scene.ana]
    assert (person.uses_no_mobile, person.preferred_channel) == (False, Channel.EMAIL)
    assert scene.trail[-2:] == ["beneficiary:contact:confirmed", "beneficiary:ways:changed"]


# who may, and where


def test_without_a_lately_entered_code_nothing_is_asked_for(scene: Scene):
    """A session that was stolen, or left open, is not enough to take the person's contacts."""
    signed_in = actor(scene)
    scene.later(minutes=15)
    for stolen in (signed_in, actor(scene, lately=False)):
        assert reason(ask(scene, by=stolen)) == Refusal.CONFIRM_YOURSELF
    assert (sent(scene), scene.trail) == ([], [])


def test_where_contacts_are_changed_by_call_none_is_changed_here():
    scene = Scene(ONE_CODE_PER_GUIA)
    assert reason(ask(scene)) == Refusal.CHANGED_BY_CALL


def test_a_landline_is_changed_by_call_alone(scene: Scene):
    assert reason(ask(scene, ContactKind.LANDLINE, "41 2000-1234")) == Refusal.CHANGED_BY_CALL


@pytest.mark.parametrize(("kind", "typed"), [(A_MOBILE, "41 2000-1234"), (A_MOBILE, EMAIL), (AN_EMAIL, TYPED)])
def test_what_is_no_such_address_is_refused(scene: Scene, kind: ContactKind, typed: str):
    assert reason(ask(scene, kind, typed)) == Refusal.CONTACT_INVALID


def test_where_nobody_brings_a_message_to_the_address_it_is_not_asked_for(scene: Scene):
    scene.carries(Channel.APP, Channel.VOICE, Channel.EMAIL)
    assert reason(ask(scene)) == Refusal.CHANNEL_UNAVAILABLE


def test_a_guardian_changes_a_childs_contacts_and_nobody_else_does(scene: Scene):
    child = scene.someone("77", holder_id=scene.ana)
    stranger = scene.someone("78")
    for by in (actor(scene, child, manages=frozenset()), actor(scene, stranger), SYSTEM, DESK):
        assert reason(ask(scene, by=by, whom=child)) == Refusal.NOT_FOUND
    guardian = actor(scene, None, child)
    id_ = ask(scene, by=guardian, whom=child)
    assert scene.memory.shelf.changes[id_].asked_by == scene.ana
    assert reason(confirm(scene, id_, by=actor(scene, child))) == Refusal.NOT_FOUND
    assert reason(confirm(scene, id_, by=actor(scene))) == Refusal.NOT_FOUND
    confirm(scene, id_, by=guardian)
    assert states(scene, child) == {NEW: CONFIRMED} and MOBILE in states(scene)


def test_nobodys_contacts_are_not_found(scene: Scene):
    assert reason(ask(scene, by=actor(scene, None, NOWHERE), whom=NOWHERE)) == Refusal.NOT_FOUND
    assert reason(scene.do(ConfirmContact(actor(scene), NOWHERE, "123456"))) == Refusal.NOT_FOUND


# whose the address is


@pytest.mark.parametrize("state", [CONFIRMED, ContactState.CONTESTED])
def test_an_address_that_is_on_file_or_was_contested_is_not_taken(scene: Scene, state: ContactState):
    scene.knows(A_MOBILE, NEW, state)
    assert reason(ask(scene)) == Refusal.CONTACT_ON_FILE


def test_a_number_of_those_who_give_care_is_nobodys_own(scene: Scene):
    assert reason(ask(scene, address="+5541900007777")) == Refusal.CONTACT_OF_PROVIDER
    scene.memory.shelf.staff[NEIGHBOUR] = frozenset({NEW})
    assert reason(ask(scene)) == Refusal.CONTACT_OF_PROVIDER


def test_a_number_of_many_families_must_be_looked_at_first(scene: Scene):
    scene.someone("71", NEW)
    scene.someone("72", NEW)
    first = ask(scene)
    scene.someone("73", NEW)
    assert reason(ask(scene)) == Refusal.CONTACT_IN_REVIEW
    assert reason(confirm(scene, first)) == Refusal.CONTACT_IN_REVIEW
    assert states(scene) == {MOBILE: CONFIRMED, EMAIL: CONFIRMED}
    assert reason(confirm(scene, first, "123456")) == Refusal.NO_LIVE_CODE


def test_within_one_set_a_number_fills_up_too():
    scene = Scene(replace(LATEST_CODE_WINS, families_per_number=1))
    other = scene.someone("71")
    asked = [ask(scene), ask(scene, by=actor(scene, other), whom=other)]
    entries = [
        ConfirmContact(by, id_, code(scene, id_))
        for by, id_ in zip((actor(scene), actor(scene, other)), asked, strict=True)
    ]
    first, second = scene.do_all(*entries)
    assert isinstance(first, ContactChange) and reason(second) == Refusal.CONTACT_IN_REVIEW


# guessing, haste, and two at once


def test_five_wrong_entries_are_judged_and_then_none(scene: Scene):
    id_ = ask(scene)
    beside = wrong(scene, id_)
    outcomes = [confirm(scene, id_, beside) for _ in range(6)]
    assert outcomes == [
        *(Refused(Refusal.CODE_REFUSED, attempts_left=left) for left in (4, 3, 2, 1)),
        Refused(Refusal.CODE_LOCKED, attempts_left=0),
        Refused(Refusal.NO_LIVE_CODE),
    ]
    assert states(scene) == {MOBILE: CONFIRMED, EMAIL: CONFIRMED}


def test_what_is_no_code_spends_nothing_and_after_ten_minutes_it_is_over(scene: Scene):
    id_ = ask(scene)
    digits = code(scene, id_)
    assert reason(confirm(scene, id_, "12 34")) == Refusal.CODE_MALFORMED
    assert scene.memory.shelf.changes[id_].wrong_tries == 0
    scene.later(minutes=10)
    assert reason(confirm(scene, id_, digits)) == Refusal.NO_LIVE_CODE


def test_a_code_whose_day_key_is_gone_is_wrong(scene: Scene):
    id_ = ask(scene)
    digits = code(scene, id_)
    scene.memory.vault.destroy(scene.memory.now.date())
    assert reason(confirm(scene, id_, digits)) == Refusal.CODE_REFUSED


def test_three_codes_go_out_in_fifteen_minutes_and_six_a_day_for_one_person(scene: Scene):
    asked = AskContact(actor(scene), scene.ana, A_MOBILE, TYPED)
    outcomes = scene.do_all(*[asked] * 4)
    assert [type(each) for each in outcomes] == [UUID] * 3 + [Refused]
    assert outcomes[-1] == Refused(Refusal.TOO_MANY_SENDS, retry_after_s=900)
    assert reason(ask(scene, AN_EMAIL, NEW_EMAIL)) == Refusal.TOO_MANY_SENDS
    scene.later(minutes=15)
    assert [type(ask(scene)) for _ in range(3)] == [UUID] * 3
    scene.later(hours=1)
    assert reason(ask(scene)) == Refusal.TOO_MANY_SENDS


def test_of_two_changes_at_once_the_last_one_stands_alone(scene: Scene):
    first, second = ask(scene), ask(scene, address=OTHER)
    entries = [ConfirmContact(actor(scene), each, code(scene, each)) for each in (first, second, first)]
    outcomes = scene.do_all(*entries)
    assert reason(outcomes[2]) == Refusal.NO_LIVE_CODE
    assert states(scene) == {MOBILE: RETIRED, EMAIL: CONFIRMED, NEW: RETIRED, OTHER: CONFIRMED}
    heard = [each.to for each in sent(scene) if each.purpose is Purpose.CONTACT_CHANGED]
    assert heard == ["(41) *****-5949", "(41) *****-1111"]


# ways


def test_one_says_how_one_wishes_to_be_reached_and_the_trail_tells_it_once(scene: Scene):
    ways = Ways(uses_no_mobile=True, preferred=Channel.EMAIL)
    outcomes = scene.do_all(*[SetWays(actor(scene), scene.ana, ways)] * 2)
    assert outcomes == [ways, ways]
    person = scene.memory.shelf.people[scene.ana]
    assert (person.uses_no_mobile, person.preferred_channel) == (True, Channel.EMAIL)
    assert scene.trail == ["beneficiary:ways:changed"]
    assert scene.do(SetWays(actor(scene), scene.ana, Ways())) == Ways()
    assert scene.memory.shelf.trail[-1].data == '{"preferred":null,"uses_no_mobile":false}'


def test_whoever_finds_a_phone_signed_in_silences_no_message(scene: Scene):
    silent = SetWays(actor(scene, lately=False), scene.ana, Ways(uses_no_mobile=True))
    assert reason(scene.do(silent)) == Refusal.CONFIRM_YOURSELF
    assert not scene.memory.shelf.people[scene.ana].uses_no_mobile and scene.trail == []


def test_a_way_that_the_policy_does_not_have_is_not_preferred():
    scene = Scene(replace(LATEST_CODE_WINS, channels=(Channel.SMS, Channel.EMAIL)))
    asked = SetWays(actor(scene), scene.ana, Ways(preferred=Channel.VOICE))
    assert reason(scene.do(asked)) == Refusal.CHANNEL_UNAVAILABLE
    assert scene.trail == []


def test_nobody_says_it_for_another(scene: Scene):
    other = scene.someone("77")
    for by in (actor(scene), SYSTEM, DESK):
        assert reason(scene.do(SetWays(by, other, Ways(uses_no_mobile=True)))) == Refusal.NOT_FOUND
    assert reason(scene.do(SetWays(actor(scene, None, NOWHERE), NOWHERE, Ways()))) == Refusal.NOT_FOUND
    both = [SetWays(actor(scene, who), other, Ways(uses_no_mobile=True)) for who in (other, scene.ana)]
    assert [type(each) for each in scene.do_all(*both)] == [Ways, Refused]
