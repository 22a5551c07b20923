"""The operator's people at a person's file: they uncover it for a reason, change it, and merge two of one person."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from chancela.domain import token as tokens
from chancela.domain.case import Case
from chancela.domain.contact import ContactKind, ContactState
from chancela.domain.family import Scope, Tie, TieKind
from chancela.domain.offline import Device
from chancela.domain.paper import PaperCode
from chancela.domain.passkey import Passkey
from chancela.domain.people import Relation, Standing
from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.record import Part, Record, What
from chancela.domain.refusal import Refusal
from chancela.domain.session import PersonSession
from chancela.usecases.change_record import ChangeRecord
from chancela.usecases.decide_contact import DecideContact
from chancela.usecases.merge_people import MergePeople
from chancela.usecases.see_record import SeeRecord
from tests.usecases.scene import ANS, CLIENT, CPF, DESK, EMAIL, MOBILE, NOWHERE, OK, SYSTEM, Scene, reason
from tests.usecases.test_held_contacts import propose

WHY = "A pessoa ligou e pediu ajuda."
BORN = date(1980, 12, 31)
NEW = "+5541900001111"
CONFIRMED, CONTESTED, RETIRED = ContactState.CONFIRMED, ContactState.CONTESTED, ContactState.RETIRED
A_MOBILE, AN_EMAIL = ContactKind.MOBILE, ContactKind.EMAIL


@pytest.fixture
def scene() -> Scene:
    return Scene(birth_date=BORN)


def staff(scene: Scene, kind: ActorKind = ActorKind.ANALYST, *, lately: bool = True) -> Actor:
    return Actor(ANS, kind, kind.value, assured_at=scene.memory.now if lately else None)


def see(
    scene: Scene, by: Actor | None = None, why: str = WHY, whom: UUID | None = None, part: Part = Part.IDENTITY
) -> Any:
    return scene.do(SeeRecord(by or staff(scene, ActorKind.DPO), whom or scene.ana, part, why))


def change(scene: Scene, what: What, by: Actor | None = None, why: str = WHY, **more: Any) -> Any:
    command = ChangeRecord(by or staff(scene), more.get("whom", scene.ana), what, why, more.get("contact"))
    return scene.do(command)


def twin(scene: Scene, mobile: str | None = NEW, **about: Any) -> UUID:
    """A second file of Ana's, under another card."""
    return scene.someone("00999", mobile, **{"birth_date": BORN, **about})


def merge(scene: Scene, gone: UUID, by: Actor | None = None, why: str = WHY, into: UUID | None = None) -> Any:
    return scene.do(MergePeople(by or staff(scene), gone, into or scene.ana, why))


def contacts(scene: Scene, whom: UUID) -> dict[str, ContactState]:
    return {each.address: each.state for each in scene.contacts if each.beneficiary_id == whom}


def in_everywhere(scene: Scene, whom: UUID) -> None:
    """Let somebody be signed in, with a passkey, a device and a sheet."""
    shelf, now, id_ = scene.memory.shelf, scene.memory.now, scene.memory.chance.id
    sheet = id_()
    session = PersonSession(id_(), whom, b"hash", now, now, now, now, "Firefox")
    shelf.sessions[session.id] = session
    passkey = Passkey(id_(), whom, whom.bytes, b"key", 0, "Celular", now)
    shelf.passkeys[passkey.id] = passkey
    device = Device(id_(), whom, "Celular", b"secret", now)
    shelf.devices[device.id] = device
    shelf.papers[sheet, 1] = PaperCode(sheet, 1, whom, now, b"digest")


def still_in(scene: Scene, whom: UUID) -> list[bool]:
    shelf = scene.memory.shelf
    held = (shelf.sessions, shelf.passkeys, shelf.devices, shelf.papers)
    return [each.ended_at is None for some in held for each in some.values() if each.beneficiary_id == whom]


# seeing what is masked


@pytest.mark.parametrize("part", Part)
def test_what_is_uncovered_stands_in_the_trail_with_its_reason(scene: Scene, part: Part):
    seen = see(scene, part=part)
    assert isinstance(seen, Record)
    assert (seen.person.beneficiary.name, {each.address for each in seen.person.contacts}) == (
        "Ana Souza",
        {MOBILE, EMAIL},
    )
    (told,) = scene.memory.shelf.trail
    assert (told.kind, told.subject, told.actor) == ("beneficiary:record:seen", scene.ana, "dpo")
    assert told.data == f'{{"part":"{part.value}","reason":"{WHY}"}}'


def test_a_reason_keeps_no_digit_and_no_more_than_two_hundred_characters(scene: Scene):
    see(scene, why=f"CPF {CPF} confere " + "muito " * 60)
    data = scene.memory.shelf.trail[0].data
    assert CPF not in data and not any(each.isdigit() for each in data) and len(data) < 260


@pytest.mark.parametrize("why", ["", "porque sim", "1234567890123", "   a b c   "])
def test_without_a_reason_nothing_is_uncovered(scene: Scene, why: str):
    assert reason(see(scene, why=why)) == Refusal.REASON_NEEDED
    assert scene.trail == []


def test_to_those_who_may_not_see_it_a_file_is_like_none(scene: Scene):
    others = [staff(scene, each) for each in (ActorKind.AGENT, ActorKind.ADMINISTRATOR)]
    for by in (*others, SYSTEM, CLIENT, DESK):
        assert reason(see(scene, by)) == Refusal.NOT_FOUND
        assert reason(change(scene, What.END, by)) == Refusal.NOT_FOUND
        assert reason(merge(scene, twin(scene), by)) == Refusal.NOT_FOUND
    assert reason(see(scene, whom=NOWHERE)) == Refusal.NOT_FOUND
    assert scene.trail == []


# how the plan stands


@pytest.mark.parametrize(("what", "standing"), [(What.SUSPEND, Standing.SUSPENDED), (What.END, Standing.ENDED)])
def test_who_is_deactivated_gets_no_new_guia_and_comes_back(scene: Scene, what: What, standing: Standing):
    done = change(scene, what)
    assert done.person.beneficiary.standing is standing
    assert scene.memory.shelf.people[scene.ana].ended_date == (scene.memory.now.date() if what is What.END else None)
    assert scene.register().guia.authorisation.value == "denied"
    change(scene, What.ACTIVATE)
    person = scene.memory.shelf.people[scene.ana]
    assert (person.standing, person.ended_date) == (Standing.ACTIVE, None)
    assert scene.register().guia.authorisation.value == "authorised"


def test_a_live_code_outlives_the_plan(scene: Scene):
    """Care that was promised goes on: who is at the clinic is not sent home."""
    case: Case = scene.awaiting()
    change(scene, What.END)
    now = scene.now(case)
    assert tokens.alive(now.token, scene.memory.now)
    assert scene.validate(case, scene.code(now)).validation is not None


def test_what_stands_so_already_is_changed_by_nobody(scene: Scene):
    assert reason(change(scene, What.ACTIVATE)) == Refusal.NOTHING_TO_REVIEW
    assert reason(change(scene, What.UNPROTECT)) == Refusal.NOTHING_TO_REVIEW
    first, second = scene.do_all(*[ChangeRecord(staff(scene), scene.ana, What.END, WHY) for _ in range(2)])
    assert isinstance(first, Record) and reason(second) == Refusal.NOTHING_TO_REVIEW
    assert len(scene.trail) == 1


def test_a_change_asks_for_a_reason_and_tells_it(scene: Scene):
    assert reason(change(scene, What.END, why="sim")) == Refusal.REASON_NEEDED
    change(scene, What.END)
    assert scene.memory.shelf.trail[0].data == f'{{"reason":"{WHY}","what":"end"}}'


def test_an_unknown_file_is_changed_by_nobody(scene: Scene):
    assert reason(change(scene, What.END, whom=NOWHERE)) == Refusal.NOT_FOUND


# protection and secrecy


def test_who_becomes_protected_comes_in_anew_everywhere(scene: Scene):
    other = scene.someone("901")
    for whom in (scene.ana, other):
        in_everywhere(scene, whom)
    assert change(scene, What.PROTECT).person.beneficiary.protected
    assert scene.memory.shelf.people[scene.ana].protected
    assert still_in(scene, scene.ana) == [False] * 4 and still_in(scene, other) == [True] * 4


def test_secrecy_ends_nothing_and_both_marks_are_taken_back(scene: Scene):
    in_everywhere(scene, scene.ana)
    change(scene, What.HIDE)
    assert scene.memory.shelf.people[scene.ana].private and still_in(scene, scene.ana) == [True] * 4
    for what in (What.UNHIDE, What.PROTECT, What.UNPROTECT):
        change(scene, what)
    person = scene.memory.shelf.people[scene.ana]
    assert (person.private, person.protected) == (False, False)


@pytest.mark.parametrize("what", [What.PROTECT, What.UNPROTECT, What.HIDE, What.UNHIDE])
def test_a_mark_asks_for_a_second_factor_shown_lately(scene: Scene, what: What):
    assert reason(change(scene, what, staff(scene, lately=False))) == Refusal.SECOND_FACTOR_NEEDED
    early = staff(scene)
    scene.later(minutes=15)
    assert reason(change(scene, what, early)) == Refusal.SECOND_FACTOR_NEEDED


# contacts that are not theirs


def test_a_contested_contact_receives_nothing_more(scene: Scene):
    held = next(each for each in scene.contacts if each.address == MOBILE)
    done = change(scene, What.CONTEST, contact=held.id)
    assert CONTESTED in {each.state for each in done.person.contacts}
    assert contacts(scene, scene.ana) == {MOBILE: CONTESTED, EMAIL: CONFIRMED}
    assert {each.to for each in scene.issue(scene.register()).deliveries} == {"a***@example.com"}
    assert scene.memory.shelf.trail[0].data == f'{{"kind":"mobile","reason":"{WHY}","what":"contest"}}'


def test_anothers_contact_or_one_turned_down_is_not_contested(scene: Scene):
    theirs = scene.knows(A_MOBILE, NEW, CONFIRMED, scene.someone("901"))
    for contact in (theirs.id, NOWHERE, None):
        assert reason(change(scene, What.CONTEST, contact=contact)) == Refusal.NOT_FOUND
    left = scene.knows(A_MOBILE, NEW, RETIRED)
    assert reason(change(scene, What.CONTEST, contact=left.id)) == Refusal.NOTHING_TO_REVIEW


# two files of one person


def test_the_file_that_goes_on_has_contacts_and_guias_of_both(scene: Scene):
    gone = twin(scene)
    scene.knows(AN_EMAIL, EMAIL.upper(), CONFIRMED, gone)
    landline = scene.knows(ContactKind.LANDLINE, "+554120001234", CONFIRMED, gone)
    case = scene.register(card="00999")
    kept = merge(scene, gone)
    assert isinstance(kept, Record) and kept.person.beneficiary.id == scene.ana
    assert contacts(scene, scene.ana) == {
        MOBILE: CONFIRMED,
        EMAIL: CONFIRMED,
        NEW: RETIRED,
        landline.address: CONFIRMED,
    }
    assert contacts(scene, gone) == {EMAIL.upper(): RETIRED}
    assert scene.now(case).guia.beneficiary_id == scene.ana
    person = scene.memory.shelf.people[gone]
    assert (person.standing, scene.memory.shelf.merged[gone]) == (Standing.ENDED, scene.ana)


def test_the_trail_tells_it_of_both_files(scene: Scene):
    gone = twin(scene)
    merge(scene, gone)
    told = [(each.kind, each.subject, each.data) for each in scene.memory.shelf.trail]
    assert told == [
        ("beneficiary:person:merged", scene.ana, f'{{"gone":"{gone}","likeness":"same","reason":"{WHY}"}}'),
        ("beneficiary:person:merged", gone, f'{{"into":"{scene.ana}"}}'),
    ]


def test_the_card_of_the_file_that_ended_leads_to_the_one_that_goes_on(scene: Scene):
    merge(scene, twin(scene))
    case = scene.register(OK, card="00999")
    assert (case.guia.beneficiary_id, case.guia.card_number) == (scene.ana, "00999")
    assert case.guia.authorisation.value == "authorised"
    assert "(41) *****-5949" in {each.to for each in scene.issue(case).deliveries}


def test_whoever_leaned_on_the_file_that_ended_leans_on_the_other(scene: Scene):
    gone = twin(scene)
    child = scene.someone("201", holder_id=gone, relation=Relation.CHILD)
    named = scene.someone("202", named_guardian_id=gone)
    scene.memory.shelf.guardians[child] = (gone,)
    now, id_ = scene.memory.now, scene.memory.chance.id()
    tie = Tie(id_, TieKind.DELEGATION, gone, gone, Scope.SEE, b"x", now, now.replace(year=2027), child, now)
    scene.memory.shelf.ties[id_] = tie
    in_everywhere(scene, gone)
    merge(scene, gone)
    people = scene.memory.shelf.people
    assert (people[child].holder_id, people[named].named_guardian_id) == (scene.ana, scene.ana)
    assert scene.memory.shelf.guardians[child] == (scene.ana,)
    assert scene.memory.shelf.ties[id_].ended_at == now
    assert still_in(scene, gone) == [False] * 4


@pytest.mark.parametrize("about", [{"protected": True}, {"private": True}])
def test_the_file_that_goes_on_hides_what_either_hid(scene: Scene, about: dict[str, bool]):
    in_everywhere(scene, scene.ana)
    merge(scene, twin(scene, **about))
    person = scene.memory.shelf.people[scene.ana]
    assert (person.protected, person.private) == ("protected" in about, "private" in about)
    assert still_in(scene, scene.ana) == ["private" in about] * 4


@pytest.mark.parametrize("about", [{"cpf": None}, {"birth_date": date(1981, 1, 1)}])
def test_a_doubtful_pair_is_merged_by_a_manager_alone(scene: Scene, about: dict[str, Any]):
    gone = twin(scene, **about)
    assert reason(merge(scene, gone)) == Refusal.NOT_THE_SAME_PERSON
    assert isinstance(merge(scene, gone, staff(scene, ActorKind.MANAGER)), Record)
    assert '"likeness":"doubtful"' in scene.memory.shelf.trail[0].data


def test_two_people_are_merged_by_nobody(scene: Scene):
    manager = staff(scene, ActorKind.MANAGER)
    stranger = twin(scene, cpf="11144477735", birth_date=date(1990, 1, 1))
    child = twin(scene, holder_id=scene.ana)
    for gone, into in ((stranger, None), (child, None), (scene.ana, child), (scene.ana, None)):
        assert reason(merge(scene, gone, manager, into=into)) == Refusal.NOT_THE_SAME_PERSON


def test_a_file_is_merged_once(scene: Scene):
    gone = twin(scene)
    merge(scene, gone)
    third = scene.someone("00998", birth_date=BORN)
    for one, into in ((gone, scene.ana), (gone, third), (third, gone)):
        assert reason(merge(scene, one, into=into)) == Refusal.NOT_THE_SAME_PERSON
    assert reason(change(scene, What.ACTIVATE, whom=gone)) == Refusal.NOTHING_TO_REVIEW
    assert isinstance(merge(scene, scene.ana, into=third), Record)
    assert scene.memory.shelf.merged == {gone: third, scene.ana: third}


@pytest.mark.parametrize("whose", ["gone", "kept"])
def test_while_a_code_lives_nothing_is_merged(scene: Scene, whose: str):
    gone = twin(scene)
    scene.issue(scene.register(card="00999" if whose == "gone" else "00123456789"))
    assert reason(merge(scene, gone)) == Refusal.CODE_ALIVE
    scene.later(hours=49)
    scene.expire()
    assert isinstance(merge(scene, gone, staff(scene)), Record)


def test_while_a_contact_waits_nothing_is_merged(scene: Scene):
    gone, hold = twin(scene), propose(scene, address="(41) 90000-2222")
    assert reason(merge(scene, gone)) == Refusal.CONTACT_IN_REVIEW
    scene.do(DecideContact(staff(scene), hold.id, accept=False))
    assert isinstance(merge(scene, gone), Record)


def test_a_merge_asks_for_a_reason_and_a_second_factor(scene: Scene):
    gone = twin(scene)
    assert reason(merge(scene, gone, why="sim")) == Refusal.REASON_NEEDED
    assert reason(merge(scene, gone, staff(scene, lately=False))) == Refusal.SECOND_FACTOR_NEEDED
    assert reason(merge(scene, NOWHERE)) == Refusal.NOT_FOUND
    assert reason(merge(scene, gone, into=NOWHERE)) == Refusal.NOT_FOUND
    assert scene.trail == []


def test_a_named_guardian_of_either_stays_one(scene: Scene):
    guardian = scene.someone("901")
    merge(scene, twin(scene, named_guardian_id=guardian))
    assert scene.memory.shelf.people[scene.ana].named_guardian_id == guardian
    other = Scene(birth_date=BORN)
    merge(other, twin(other, named_guardian_id=other.ana))
    assert other.memory.shelf.people[other.ana].named_guardian_id is None


def test_a_typed_contact_goes_along_with_its_guia(scene: Scene):
    gone = twin(scene, None)
    case = scene.register(card="00999")
    typed = scene.knows(A_MOBILE, NEW, ContactState.PROVISIONAL, gone, typed_by="10001", guia_id=case.guia.id)
    merge(scene, gone)
    now = scene.memory.shelf.contacts[typed.id]
    assert now == replace(typed, beneficiary_id=scene.ana)
