"""A new contact asked for in a call: it waits for a second person or for its hours, and the old contact may say no."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from chancela.domain.call import Call, Doing
from chancela.domain.contact import ContactKind, ContactState
from chancela.domain.delivery import Channel, Delivery, Purpose
from chancela.domain.hold import LAPSE, Hold, HoldEnd
from chancela.domain.people import Relation
from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.policy import ContactCare, ContactDoor, Policy
from chancela.domain.profiles import LATEST_CODE_WINS
from chancela.domain.refusal import Refusal
from chancela.usecases.apply_contacts import ApplyContacts
from chancela.usecases.decide_contact import DecideContact
from chancela.usecases.propose_contact import ProposeContact
from tests.usecases.scene import ANS, CLIENT, DESK, EMAIL, MOBILE, NEIGHBOUR, NOWHERE, SYSTEM, Scene, reason

NEW, TYPED = "+5541900001111", "(41) 90000-1111"
OTHER = "(41) 90000-2222"
OLD = "+5541900003333"
PROTOCOL = f"{ANS}20261120000001"
A_MOBILE, AN_EMAIL, A_LANDLINE = ContactKind.MOBILE, ContactKind.EMAIL, ContactKind.LANDLINE
CONFIRMED, RETIRED = ContactState.CONFIRMED, ContactState.RETIRED
ANALYST = Actor(ANS, ActorKind.ANALYST, "analista")
MANAGER = Actor(ANS, ActorKind.MANAGER, "gestora")
EAR = Actor(ANS, ActorKind.SYSTEM, "carrier sms")
TIMED = replace(LATEST_CODE_WINS, contact_care=ContactCare.HOLD)


@pytest.fixture
def scene() -> Scene:
    return Scene()


def call(scene: Scene, caller: UUID | None = None, **about: Any) -> Call:
    """A call of the agent «central», in which it was found that it is Ana who calls."""
    now, id_ = scene.memory.now, scene.memory.chance.id()
    told = {"person_id": caller or scene.ana, "identified_at": now, **about}
    shelf = scene.memory.shelf
    for key, each in shelf.calls.items():  # an agent has one call at a time
        shelf.calls[key] = replace(each, ended_at=each.ended_at or now)
    protocol = f"{PROTOCOL[:14]}{len(shelf.calls) + 1:06d}"
    opened = Call(id_, told.pop("agent", "central"), protocol, now, **told)
    shelf.calls[id_] = opened
    return opened


def agent(during: Call | None, name: str = "central", **about: Any) -> Actor:
    return Actor(kind=ActorKind.AGENT, name=name, call=during.id if during else None, **{"operator": ANS, **about})


def propose(scene: Scene, kind: ContactKind = A_MOBILE, address: str = TYPED, **how: Any) -> Any:
    by = how.get("by") or agent(how.get("during") or call(scene))
    return scene.do(ProposeContact(by, how.get("whom", scene.ana), kind, address))


def decide(scene: Scene, hold: Hold, by: Actor = ANALYST, *, accept: bool = True) -> Any:
    return scene.do(DecideContact(by, hold.id, accept))


def settle(scene: Scene, by: Actor = SYSTEM, limit: int = 10) -> Any:
    return scene.do(ApplyContacts(by, limit))


def states(scene: Scene) -> dict[str, ContactState]:
    return {each.address: each.state for each in scene.contacts if each.beneficiary_id == scene.ana}


def sent(scene: Scene) -> list[Delivery]:
    return scene.memory.shelf.deliveries


def kept(scene: Scene, hold: Hold) -> Hold:
    return scene.memory.shelf.holds[hold.id]


# asked for in a call


def test_what_is_asked_for_waits_and_the_old_contact_hears_of_it_at_once(scene: Scene):
    during = call(scene)
    hold = propose(scene, during=during)
    assert (hold.beneficiary_id, hold.call_id, hold.protocol) == (scene.ana, during.id, PROTOCOL)
    assert (hold.kind, hold.address, hold.care, hold.end) == (A_MOBILE, NEW, ContactCare.SECOND_PERSON, None)
    assert (hold.proposed_by, hold.due_at) == ("central", scene.memory.now + LAPSE)
    assert states(scene) == {MOBILE: CONFIRMED, EMAIL: CONFIRMED}
    (notice,) = sent(scene)
    old = next(each for each in scene.contacts if each.address == MOBILE)
    assert (notice.purpose, notice.contact_id, notice.guia_id) == (Purpose.CONTACT_PROPOSED, old.id, hold.id)
    assert scene.trail == ["beneficiary:contact:proposed"]
    told = scene.memory.shelf.trail[0]
    expected = f'{{"care":"second_person","kind":"mobile","notices":"sms","protocol":"{PROTOCOL}"}}'
    assert (told.subject, told.actor, told.data) == (scene.ana, "central", expected)


def test_the_call_remembers_that_a_contact_was_changed_in_it(scene: Scene):
    during = call(scene)
    propose(scene, during=during)
    now = scene.memory.shelf.calls[during.id]
    assert now.changed_contact and [each.what for each in now.done] == [Doing.CONTACT_PROPOSED]


def test_who_read_a_code_out_changes_no_contact_in_that_call(scene: Scene):
    assert reason(propose(scene, during=call(scene, reveals=1))) == Refusal.NOT_IN_THE_SAME_CALL
    assert scene.memory.shelf.holds == {} and sent(scene) == []


@pytest.mark.parametrize(
    ("kind", "typed", "address", "by"),
    [
        (AN_EMAIL, " Nova@Example.ORG ", "nova@example.org", Channel.EMAIL),
        (A_LANDLINE, "(41) 2000-1234", "+554120001234", Channel.SMS),
    ],
)
def test_an_email_and_a_landline_are_asked_for_too(scene: Scene, kind: ContactKind, typed: str, address: str, by: Any):
    hold = propose(scene, kind, typed)
    assert (hold.kind, hold.address) == (kind, address)
    assert by in {each.channel for each in sent(scene)}


@pytest.mark.parametrize("kind", [A_MOBILE, A_LANDLINE, AN_EMAIL])
def test_what_is_no_address_is_refused(scene: Scene, kind: ContactKind):
    assert reason(propose(scene, kind, "123")) == Refusal.CONTACT_INVALID


def test_by_policy_time_alone_applies_it(scene: Scene):
    scene = Scene(TIMED)
    hold = propose(scene)
    assert (hold.care, hold.due_at) == (ContactCare.HOLD, scene.memory.now + timedelta(hours=24))


def test_where_nobody_hears_of_it_a_person_decides_whatever_the_policy():
    scene = Scene(TIMED, contacts=())
    hold = propose(scene)
    assert hold.care is ContactCare.SECOND_PERSON and sent(scene) == []
    assert '"notices":null' in scene.memory.shelf.trail[0].data


def test_a_number_of_many_families_waits_for_a_person_whatever_the_policy():
    scene = Scene(TIMED)
    for card in ("901", "902", "903"):
        scene.someone(card, NEW)
    hold = propose(scene)
    assert hold.care is ContactCare.SECOND_PERSON
    assert decide(scene, hold).end is HoldEnd.APPLIED


def test_a_contact_that_waits_for_review_is_decided_by_a_person():
    scene = Scene(TIMED)
    held = scene.knows(A_MOBILE, NEW, ContactState.IN_REVIEW, typed_by=NEIGHBOUR, guia_id=NOWHERE)
    hold = propose(scene)
    assert (hold.care, hold.contact_id) == (ContactCare.SECOND_PERSON, held.id)
    decide(scene, hold)
    assert scene.memory.shelf.contacts[held.id].state is CONFIRMED


@pytest.mark.parametrize("state", [CONFIRMED, ContactState.CONTESTED])
def test_what_is_on_file_or_was_turned_down_is_not_asked_for(scene: Scene, state: ContactState):
    scene.knows(A_MOBILE, NEW, state)
    assert reason(propose(scene)) == Refusal.CONTACT_ON_FILE


@pytest.mark.parametrize("staff", [False, True])
def test_a_providers_own_number_is_refused(scene: Scene, staff: bool):
    if staff:
        scene.memory.shelf.staff[NEIGHBOUR] = frozenset({NEW})
    address = TYPED if staff else "+5541900007777"
    assert reason(propose(scene, address=address)) == Refusal.CONTACT_OF_PROVIDER


def test_one_contact_of_a_kind_waits_at_a_time(scene: Scene):
    propose(scene)
    assert reason(propose(scene, address=OTHER)) == Refusal.CONTACT_IN_REVIEW
    assert isinstance(propose(scene, AN_EMAIL, "nova@example.org"), Hold)
    assert len(scene.memory.shelf.holds) == 2


def test_two_for_one_person_in_one_set_are_judged_one_after_the_other(scene: Scene):
    during = call(scene)
    commands = [ProposeContact(agent(during), scene.ana, A_MOBILE, each) for each in (TYPED, OTHER)]
    first, second = scene.do_all(*commands)
    assert isinstance(first, Hold) and reason(second) == Refusal.CONTACT_IN_REVIEW


def test_three_a_day_are_enough(scene: Scene):
    for _ in range(3):
        decide(scene, propose(scene), accept=False)
    refused = propose(scene)
    assert (reason(refused), refused.retry_after_s) == (Refusal.TOO_MANY_SENDS, 86400)
    scene.later(hours=24)
    assert isinstance(propose(scene), Hold)


# whose call, and for whom


def test_without_an_identified_caller_nothing_is_asked_for(scene: Scene):
    unknown = call(scene, identified_at=None)
    assert reason(propose(scene, during=unknown)) == Refusal.CALLER_NOT_IDENTIFIED
    over = call(scene, ended_at=scene.memory.now)
    assert reason(propose(scene, during=over)) == Refusal.CALL_OVER
    forgotten = call(scene)
    scene.later(hours=5)
    assert reason(propose(scene, during=forgotten)) == Refusal.CALL_OVER


def test_nobody_asks_in_another_agents_call_or_in_none(scene: Scene):
    during = call(scene)
    manager = Actor(ANS, ActorKind.MANAGER, "central", call=during.id)
    for by in (agent(during, "outra"), agent(None), manager, SYSTEM, DESK):
        assert reason(propose(scene, by=by)) == Refusal.NOT_FOUND


def test_a_mother_asks_for_her_child_and_for_nobody_elses(scene: Scene):
    born = date(2018, 1, 1)
    mother = Scene(birth_date=date(1985, 1, 1))
    about: dict[str, Any] = {"relation": Relation.CHILD, "birth_date": born}
    child = mother.someone("201", holder_id=mother.ana, **about)
    neighbour = mother.someone("301", birth_date=date(1985, 1, 1))
    theirs = mother.someone("302", holder_id=neighbour, **about)
    during = call(mother)
    assert propose(mother, during=during, whom=child).beneficiary_id == child
    for other in (theirs, neighbour, NOWHERE):
        assert reason(propose(mother, during=during, whom=other)) == Refusal.NOT_FOUND


def test_an_adults_contacts_are_asked_for_by_nobody_else(scene: Scene):
    holder = Scene(birth_date=date(1985, 1, 1))
    adult = holder.someone("201", holder_id=holder.ana, relation=Relation.CHILD, birth_date=date(2000, 1, 1))
    assert reason(propose(holder, whom=adult)) == Refusal.NOT_FOUND


def test_where_the_policy_has_no_such_door_nothing_is_asked_for():
    closed: Policy = replace(LATEST_CODE_WINS, contact_doors=(ContactDoor.APP,))
    assert reason(propose(Scene(closed))) == Refusal.FORBIDDEN


# decided by another person


def test_a_second_person_lets_it_take_its_place_and_the_old_contact_hears_of_it(scene: Scene):
    hold = propose(scene)
    done = decide(scene, hold)
    assert (done.end, done.ended_by, done.ended_at) == (HoldEnd.APPLIED, "analista", scene.memory.now)
    assert states(scene) == {MOBILE: RETIRED, EMAIL: CONFIRMED, NEW: CONFIRMED}
    old = next(each for each in scene.contacts if each.address == MOBILE)
    assert [(each.purpose, each.contact_id) for each in sent(scene)] == [
        (Purpose.CONTACT_PROPOSED, old.id),
        (Purpose.CONTACT_CHANGED, old.id),
    ]
    assert scene.trail[1:] == ["beneficiary:contact:decided", "beneficiary:contact:applied"]
    *_, decided, applied = scene.memory.shelf.trail
    assert decided.data == f'{{"accepted":true,"kind":"mobile","protocol":"{PROTOCOL}"}}'
    assert applied.data == f'{{"kind":"mobile","notices":"sms","protocol":"{PROTOCOL}","retired":1}}'


def test_the_new_contact_gets_nothing_before(scene: Scene):
    hold = propose(scene)
    assert hold.contact_id not in {each.contact_id for each in sent(scene)}
    case = scene.issue(scene.register())
    assert {each.to for each in case.deliveries} == {"(41) *****-5949", "a***@example.com"}


def test_from_then_on_codes_go_to_the_new_one(scene: Scene):
    decide(scene, propose(scene))
    case = scene.issue(scene.register())
    assert "(41) *****-1111" in {each.to for each in case.deliveries}


def test_nobody_approves_what_they_proposed_though_their_role_changed(scene: Scene):
    hold = propose(scene)
    same = Actor(ANS, ActorKind.MANAGER, "central")
    assert reason(decide(scene, hold, same)) == Refusal.ANOTHER_PERSON_DECIDES
    assert kept(scene, hold).end is None
    assert decide(scene, hold, same, accept=False).end is HoldEnd.REFUSED


def test_a_refused_one_is_nobodys_and_may_be_asked_for_again(scene: Scene):
    hold = propose(scene)
    assert decide(scene, hold, MANAGER, accept=False).end is HoldEnd.REFUSED
    assert states(scene) == {MOBILE: CONFIRMED, EMAIL: CONFIRMED} and len(sent(scene)) == 1
    assert scene.trail[-1] == "beneficiary:contact:decided"
    assert isinstance(propose(scene), Hold)


def test_the_first_decision_stands(scene: Scene):
    hold = propose(scene)
    first, second = scene.do_all(
        DecideContact(ANALYST, hold.id, accept=True), DecideContact(EAR, hold.id, accept=False)
    )
    assert first.end is HoldEnd.APPLIED and reason(second) == Refusal.NOTHING_TO_REVIEW
    assert reason(decide(scene, hold, MANAGER)) == Refusal.NOTHING_TO_REVIEW
    assert states(scene)[NEW] is CONFIRMED


def test_the_old_contacts_no_refuses_it_and_approves_nothing(scene: Scene):
    hold = propose(scene)
    assert reason(decide(scene, hold, EAR)) == Refusal.NOT_FOUND
    assert decide(scene, hold, EAR, accept=False).end is HoldEnd.REFUSED
    assert kept(scene, hold).ended_by == "carrier sms"
    assert reason(decide(scene, hold)) == Refusal.NOTHING_TO_REVIEW


@pytest.mark.parametrize("kind", sorted({ActorKind.AGENT, ActorKind.AUDITOR, ActorKind.DPO, ActorKind.ADMINISTRATOR}))
def test_for_those_who_may_not_decide_it_is_like_none(scene: Scene, kind: ActorKind):
    hold = propose(scene)
    for accept in (True, False):
        assert reason(decide(scene, hold, Actor(ANS, kind, "outra"), accept=accept)) == Refusal.NOT_FOUND
        assert reason(decide(scene, hold, CLIENT, accept=accept)) == Refusal.NOT_FOUND
    assert kept(scene, hold) == hold


def test_an_unknown_one_is_not_found(scene: Scene):
    assert reason(scene.do(DecideContact(ANALYST, NOWHERE, accept=True))) == Refusal.NOT_FOUND


def test_what_became_a_providers_number_meanwhile_is_approved_by_nobody(scene: Scene):
    hold = propose(scene)
    scene.memory.shelf.staff[NEIGHBOUR] = frozenset({NEW})
    assert reason(decide(scene, hold)) == Refusal.CONTACT_OF_PROVIDER
    assert kept(scene, hold).end is None


def test_who_gives_a_mobile_uses_one():
    scene = Scene(uses_no_mobile=True, preferred_channel=Channel.EMAIL)
    decide(scene, propose(scene))
    person = scene.memory.shelf.people[scene.ana]
    assert (person.uses_no_mobile, person.preferred_channel) == (False, Channel.EMAIL)
    assert scene.trail[-1] == "beneficiary:ways:changed"


def test_a_number_given_to_many_families_in_one_set_is_still_a_persons_word(scene: Scene):
    """Two people of two families get one number in one set: the second sees the first."""
    scene = Scene(replace(TIMED, families_per_number=1))
    other = scene.someone("301", "+5541900004444")
    holds = [propose(scene), propose(scene, during=call(scene, other), whom=other)]
    scene.later(hours=24)
    assert settle(scene) == 2
    assert [kept(scene, each).care for each in holds] == [ContactCare.HOLD, ContactCare.SECOND_PERSON]
    assert [kept(scene, each).end for each in holds] == [HoldEnd.APPLIED, None]


# applied by time


def test_what_was_held_for_its_hours_takes_its_place_once():
    scene = Scene(TIMED)
    hold = propose(scene)
    assert settle(scene) == 0
    scene.later(hours=24)
    assert settle(scene) == 1 and settle(scene) == 0
    assert (kept(scene, hold).end, kept(scene, hold).ended_by) == (HoldEnd.APPLIED, "sistema")
    assert states(scene) == {MOBILE: RETIRED, EMAIL: CONFIRMED, NEW: CONFIRMED}
    assert scene.trail[1:] == ["beneficiary:contact:applied"]


def test_meanwhile_a_second_person_refuses_it_and_hastens_nothing():
    scene = Scene(TIMED)
    hold = propose(scene)
    assert reason(decide(scene, hold)) == Refusal.FORBIDDEN
    assert decide(scene, hold, accept=False).end is HoldEnd.REFUSED
    scene.later(hours=24)
    assert settle(scene) == 0 and NEW not in states(scene)


def test_what_became_a_providers_number_is_refused_by_time():
    scene = Scene(TIMED)
    hold = propose(scene)
    scene.memory.shelf.staff[NEIGHBOUR] = frozenset({NEW})
    scene.later(hours=24)
    assert settle(scene) == 1
    assert kept(scene, hold).end is HoldEnd.REFUSED and NEW not in states(scene)


def test_what_became_many_families_number_waits_for_a_person_from_then_on():
    scene = Scene(TIMED)
    hold = propose(scene)
    for card in ("901", "902", "903"):
        scene.someone(card, NEW)
    scene.later(hours=24)
    assert settle(scene) == 1 and NEW not in states(scene)
    now = kept(scene, hold)
    assert (now.care, now.end, now.due_at) == (ContactCare.SECOND_PERSON, None, scene.memory.now + LAPSE)
    assert scene.trail[-1] == "beneficiary:contact:proposed"
    assert decide(scene, hold).end is HoldEnd.APPLIED


# asked for by somebody who answers for the person no more


def a_daughters(policy: Policy = LATEST_CODE_WINS) -> tuple[Scene, Hold]:
    """A contact that Ana asked for, whose daughter has another already."""
    mother = Scene(policy, birth_date=date(1985, 1, 1))
    daughter = mother.someone("201", OLD, holder_id=mother.ana, relation=Relation.CHILD, birth_date=date(2014, 1, 1))
    return mother, propose(mother, whom=daughter)


def protect(scene: Scene, whom: UUID) -> None:
    people = scene.memory.shelf.people
    people[whom] = replace(people[whom], protected=True)


def test_what_a_mother_asked_for_is_refused_by_time_where_her_child_was_protected_from_her():
    scene, hold = a_daughters(TIMED)
    protect(scene, hold.beneficiary_id)
    scene.later(hours=24)
    assert settle(scene) == 1
    assert kept(scene, hold).end is HoldEnd.REFUSED
    assert NEW not in {each.address for each in scene.contacts}


def test_what_a_mother_asked_for_is_approved_by_nobody_where_her_child_was_protected_from_her():
    scene, hold = a_daughters()
    protect(scene, hold.beneficiary_id)
    assert reason(decide(scene, hold)) == Refusal.FORBIDDEN and kept(scene, hold).end is None
    assert decide(scene, hold, accept=False).end is HoldEnd.REFUSED


def test_what_a_mother_asked_for_takes_its_place_where_she_answers_for_her_child_still():
    scene, hold = a_daughters()
    assert decide(scene, hold).end is HoldEnd.APPLIED


def test_a_mother_whose_file_was_merged_meanwhile_is_the_same_mother():
    scene, hold = a_daughters()
    shelf = scene.memory.shelf
    other = scene.someone("101", birth_date=date(1985, 1, 1))
    shelf.merged[scene.ana] = other
    shelf.people[hold.beneficiary_id] = replace(shelf.people[hold.beneficiary_id], holder_id=other)
    assert decide(scene, hold).end is HoldEnd.APPLIED


def test_what_nobody_is_known_to_have_asked_for_is_approved_by_nobody(scene: Scene):
    hold = propose(scene)
    scene.memory.shelf.calls.clear()
    assert reason(decide(scene, hold)) == Refusal.FORBIDDEN


# what nobody decides


def test_what_nobody_decided_in_a_week_lapses(scene: Scene):
    hold = propose(scene)
    scene.later(days=7)
    assert reason(decide(scene, hold)) == Refusal.NOTHING_TO_REVIEW
    assert settle(scene) == 1
    assert kept(scene, hold).end is HoldEnd.LAPSED and NEW not in states(scene)


def test_the_clock_alone_applies(scene: Scene):
    scene = Scene(TIMED)
    propose(scene)
    scene.later(hours=24)
    for by in (ANALYST, MANAGER, CLIENT):
        assert settle(scene, by) == 0
    assert settle(scene, limit=0) == 0
    assert settle(scene) == 1


def test_what_a_transaction_lost_is_not_applied_twice(scene: Scene):
    """Two sweeps in one set: the second finds what the first left."""
    scene = Scene(TIMED)
    propose(scene)
    scene.later(hours=24)
    assert scene.do_all(ApplyContacts(SYSTEM, 5), ApplyContacts(SYSTEM, 5)) == [1, 0]
