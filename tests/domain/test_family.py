"""The family: who sees, acts, manages, receives and is told, by age, by law, by flags and by what people gave."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from chancela.domain import family
from chancela.domain.contact import Contact, ContactKind, ContactState
from chancela.domain.family import Circle, Scope, Tie, TieKind
from chancela.domain.people import Beneficiary, Person, Relation
from chancela.domain.policy import ADULT, AGES, Age, Guardians, Own
from chancela.domain.profiles import LATEST_CODE_WINS as POLICY
from tests.domain.made import GUIA, NOW, TODAY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chancela.domain.family import Powers

WARD, HOLDER, OTHER, NAMED, AUNT, STRANGER = (UUID(int=number) for number in range(11, 17))
WHO = {"self": WARD, "holder": HOLDER, "other": OTHER, "named": NAMED, "aunt": AUNT, "stranger": STRANGER}
NAMES = {known: name for name, known in WHO.items()}
LETTERS = {"s": "sees", "a": "acts", "m": "manages", "r": "receives", "t": "told"}


def born(age: int) -> date:
    """The birth date of somebody who had a birthday yesterday."""
    return date(TODAY.year - age, TODAY.month, TODAY.day - 1)


def address(whom: UUID) -> str:
    return f"+55419000{whom.int:05d}"


def known(whom: UUID, *, reached: bool = True, **about: Any) -> Person:
    """Somebody, with a confirmed mobile of their own where they can be reached."""
    mobile = Contact(UUID(int=whom.int + 100), whom, ContactKind.MOBILE, address(whom))
    given = {"birth_date": born(40), **about}
    return Person(Beneficiary(whom, f"card {whom.int}", NAMES[whom], **given), (mobile,) if reached else ())


def tie(scope: Scope = Scope.RECEIVE, giver: UUID = WARD, **more: Any) -> Tie:
    """What lets the aunt do something from yesterday until tomorrow."""
    day = timedelta(days=1)
    about = {"taker_id": AUNT, "accepted_at": NOW - day, **more}
    times = {"created_at": NOW - day, "until": NOW + day}
    return Tie(UUID(int=1), TieKind.DELEGATION, giver, WARD, scope, b"", **{**times, **about})


def circle(age: int | None, around: str, *ties: Tie, unreached: str = "", **about: Any) -> Circle:
    """A person of an age with those who are around: the store brings the holder as a guardian while the law says so."""
    names = set(around.split())
    of_age = None if age is None else born(age)
    here = {"relation": Relation.CHILD, "holder_id": HOLDER if "holder" in names else None, "birth_date": of_age}
    ward = known(WARD, reached="self" not in unreached, **{**here, **about})
    people = {name: known(WHO[name], reached=name not in unreached) for name in names}
    holder, one = people.get("holder"), ward.beneficiary
    by_law = holder is not None and family.guardian_by_law(one, holder.beneficiary, TODAY)
    return Circle(
        ward,
        guardians=tuple(people[name] for name in ("holder", "other") if name in people and (name == "other" or by_law)),
        named=people.get("named"),
        ties=ties,
        takers=(known(AUNT),) if ties else (),
        holder=holder if one.private or one.protected else None,
    )


def can(powers: Powers) -> str:
    """What somebody may do as letters: sees, acts, manages, receives, told; a dash for nothing."""
    return "".join(letter for letter, name in LETTERS.items() if getattr(powers, name)) or "-"


def names(people: Iterable[Person]) -> str:
    return " ".join(each.beneficiary.name for each in people) or "-"


def goes_to(person: Person) -> str:
    """Who gets a code, the person where a contact of their own is used."""
    return (
        " ".join([*(["self"] if person.contacts else []), *(each.beneficiary.name for each in person.readers)]) or "-"
    )


PRIVATE: dict[str, Any] = {"private": True}
PROTECTED: dict[str, Any] = {"protected": True}
SEES, ACTS, RECEIVES = tie(Scope.SEE), tie(Scope.ACT), tie(Scope.RECEIVE)
OF_THE_HOLDER = tie(Scope.RECEIVE, HOLDER)
SPOUSE, PARENT = {"relation": Relation.SPOUSE}, {"relation": Relation.PARENT}

# years | around | flags | ties | what each may do | to whom a code goes | who is told
TABLE = [
    # children: the guardians, whatever numbers stand on the child's file
    (0, "holder", {}, (), "self:sa holder:samr", "holder", "-"),
    (11, "holder other", {}, (), "self:sa holder:samr other:samr stranger:-", "holder other", "-"),
    (11, "other", {}, (), "other:samr", "other", "-"),
    (11, "holder named", {}, (), "holder:samr named:samr", "named holder", "-"),
    (11, "", {}, (), "self:sa", "self", "-"),
    (11, "holder", {}, (OF_THE_HOLDER,), "aunt:sar", "holder aunt", "-"),
    # from twelve on: beside them a contact of their own, where there is one
    (12, "holder other", {}, (), "self:samr holder:samr other:samr", "self holder other", "-"),
    (15, "holder", {}, (), "self:samr holder:samr", "self holder", "-"),
    (15, "holder", {"unreached": "self"}, (), "holder:samr", "holder", "-"),
    (15, "holder", {"unreached": "holder"}, (), "holder:samr", "self", "-"),
    # from sixteen on: their own contact; guardians hear of a code without getting it, and change nothing
    (16, "holder other", {}, (), "self:samr holder:st other:st", "self", "holder other"),
    (17, "holder named", {}, (), "self:samr holder:st named:st", "self", "named holder"),
    (17, "holder", {"unreached": "self"}, (), "holder:st", "holder", "-"),
    (17, "holder other", {"unreached": "self other"}, (), "holder:st other:st", "holder", "-"),
    (17, "holder", {}, (RECEIVES,), "aunt:sar holder:st", "self aunt", "holder"),
    (17, "holder", {"unreached": "self"}, (RECEIVES,), "aunt:sar holder:st", "aunt", "holder"),
    (17, "holder", SPOUSE, (), "self:samr holder:-", "self", "-"),
    # adults: only themselves, but for what they give, and for a guardian whom a court names
    (18, "holder other", {}, (), "self:samr holder:- other:-", "self", "-"),
    (70, "holder", PARENT, (), "self:samr holder:-", "self", "-"),
    (None, "holder other", {}, (), "self:samr holder:- other:-", "self", "-"),
    (40, "named", {}, (), "self:samr named:samr", "self named", "-"),
    (40, "", {"unreached": "self"}, (), "self:samr", "-", "-"),
    (40, "", {}, (SEES,), "self:samr aunt:s stranger:-", "self", "-"),
    (40, "", {}, (ACTS,), "aunt:sa", "self", "-"),
    (40, "", {}, (RECEIVES,), "aunt:sar", "self aunt", "-"),
    (40, "", {}, (SEES, RECEIVES), "aunt:sar", "self aunt", "-"),
    (40, "", {"unreached": "self"}, (RECEIVES,), "aunt:sar", "aunt", "-"),
    # what was given ends: by its day, by its giver, or because its giver may give it no more
    (40, "", {}, (tie(until=NOW),), "aunt:-", "self", "-"),
    (40, "", {}, (tie(ended_at=NOW),), "aunt:-", "self", "-"),
    (40, "", {}, (tie(taker_id=None, accepted_at=None),), "aunt:-", "self", "-"),
    (40, "", {}, (replace(RECEIVES, kind=TieKind.VISIT),), "aunt:-", "self", "-"),
    (15, "holder", {}, (OF_THE_HOLDER,), "aunt:sar", "self holder aunt", "-"),
    (16, "holder", {}, (OF_THE_HOLDER,), "aunt:-", "self", "holder"),
    (18, "holder", {}, (OF_THE_HOLDER,), "aunt:-", "self", "-"),
    (11, "holder", {}, (tie(giver=STRANGER),), "aunt:-", "holder", "-"),
    # private: nothing of it is the holder's any more, nor of whom the holder let in
    (11, "holder", PRIVATE, (), "holder:- self:sa", "-", "-"),
    (11, "holder other", PRIVATE, (), "holder:- other:samr", "other", "-"),
    (11, "holder", PRIVATE, (OF_THE_HOLDER,), "holder:- aunt:-", "-", "-"),
    (15, "holder", PRIVATE, (), "holder:- self:samr", "self", "-"),
    (17, "holder other", PRIVATE, (), "holder:- other:st", "self", "other"),
    (17, "holder", {**PRIVATE, "unreached": "self"}, (), "holder:-", "-", "-"),
    (40, "holder", {**PRIVATE, **SPOUSE}, (RECEIVES,), "holder:- aunt:sar", "self aunt", "-"),
    (40, "holder", PRIVATE, (tie(taker_id=HOLDER),), "holder:-", "self", "-"),
    # protected: the named guardian alone
    (11, "holder other named", PROTECTED, (OF_THE_HOLDER,), "holder:- other:- aunt:- named:samr", "named", "-"),
    (11, "holder other", PROTECTED, (), "holder:- other:-", "-", "-"),
    (11, "holder named", {**PROTECTED, "unreached": "named"}, (), "holder:- named:samr", "-", "-"),
    (15, "holder", PROTECTED, (), "self:samr holder:-", "self", "-"),
    (15, "holder named", PROTECTED, (), "holder:- named:samr", "self named", "-"),
    (17, "holder named", PROTECTED, (RECEIVES,), "holder:- aunt:- named:st", "self", "named"),
    (17, "holder named", {**PROTECTED, "unreached": "self"}, (), "named:st", "named", "-"),
    (40, "holder named", PROTECTED, (RECEIVES,), "self:samr holder:- aunt:- named:samr", "self named", "-"),
    (40, "holder", PROTECTED, (RECEIVES,), "self:samr aunt:-", "self", "-"),
]


@pytest.mark.parametrize(("age", "around", "flags", "ties", "may", "to", "told"), TABLE)
def test_the_family_table(
    age: int | None, around: str, flags: dict[str, Any], ties: tuple[Tie, ...], may: str, to: str, told: str
) -> None:
    here = circle(age, around, *ties, **flags)
    said = dict(each.split(":") for each in may.split())
    found = {name: can(family.powers(POLICY, here, WHO[name], TODAY, NOW)) for name in said}
    person = family.reached(POLICY, here, TODAY, NOW)
    assert (found, goes_to(person), names(person.told)) == (said, to, told)


@pytest.mark.parametrize(("age", "around", "flags", "ties", "may", "to", "told"), TABLE)
def test_whoever_reads_codes_could_see_the_person_and_whoever_acts_is_known(
    age: int | None, around: str, flags: dict[str, Any], ties: tuple[Tie, ...], may: str, to: str, told: str
) -> None:
    del may, to, told
    here = circle(age, around, *ties, **flags)
    person = family.reached(POLICY, here, TODAY, NOW)
    for each in (*person.readers, *person.told):
        assert family.powers(POLICY, here, each.beneficiary.id, TODAY, NOW).sees
    acting = {each for each in WHO.values() if family.powers(POLICY, here, each, TODAY, NOW).acts}
    assert family.those_who_act(POLICY, here, TODAY, NOW) == acting


@pytest.mark.parametrize(
    ("birth_date", "today", "expected"),
    [
        (date(2008, 11, 20), date(2026, 11, 19), 17),
        (date(2008, 11, 20), date(2026, 11, 20), 18),
        (date(2008, 12, 1), date(2026, 11, 20), 17),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2008, 2, 29), date(2024, 2, 28), 15),
        (date(2008, 2, 29), date(2024, 2, 29), 16),
        (date(2026, 11, 20), date(2026, 11, 20), 0),
        (date(2026, 12, 24), date(2026, 11, 20), 0),
        (None, date(2026, 11, 20), ADULT),
    ],
)
def test_a_year_is_full_on_the_birthday_or_on_the_first_of_march(
    birth_date: date | None, today: date, expected: int
) -> None:
    assert family.years(birth_date, today) == expected


@pytest.mark.parametrize(
    ("years", "day_before", "day_itself"),
    [(12, "sa", "samr"), (16, "samr", "samr"), (18, "samr", "samr")],
)
def test_powers_change_on_the_birthday_itself(years: int, day_before: str, day_itself: str) -> None:
    birthday = date(TODAY.year - years, TODAY.month, TODAY.day)
    here = circle(5, "holder")
    grown = replace(here, person=known(WARD, birth_date=birthday, relation=Relation.CHILD, holder_id=HOLDER))
    eve = TODAY - timedelta(days=1)
    guardian = {12: ("samr", "samr"), 16: ("samr", "st"), 18: ("st", "-")}[years]
    assert can(family.powers(POLICY, grown, WARD, eve, NOW)) == day_before
    assert can(family.powers(POLICY, grown, WARD, TODAY, NOW)) == day_itself
    found = tuple(can(family.powers(POLICY, grown, HOLDER, day, NOW)) for day in (eve, TODAY))
    assert found == guardian


def test_an_operator_may_set_other_ages() -> None:
    ages = (Age(0, Own.NONE, Guardians.NOTICES), Age(14, Own.FIRST, Guardians.NOTHING), *AGES[-1:])
    policy = replace(POLICY, ages=ages)
    assert can(family.powers(policy, circle(14, "holder"), HOLDER, TODAY, NOW)) == "-"
    small = family.reached(policy, circle(5, "holder"), TODAY, NOW)
    assert (goes_to(small), names(small.told)) == ("holder", "-")  # rather a guardian than nobody knows whose number


@pytest.mark.parametrize(
    ("about", "guards"),
    [
        ({}, True),
        ({"relation": Relation.STEPCHILD}, True),
        ({"relation": Relation.OTHER}, True),
        ({"relation": Relation.HOLDER}, False),
        ({"relation": Relation.SPOUSE}, False),
        ({"holder_id": OTHER}, False),
        ({"birth_date": born(18)}, False),
        ({"birth_date": None}, False),
    ],
)
def test_the_holder_stands_in_for_children_of_the_plan(about: dict[str, Any], guards: bool) -> None:
    given = {"relation": Relation.CHILD, "holder_id": HOLDER, "birth_date": born(17), **about}
    ward, holder = known(WARD, **given).beneficiary, known(HOLDER).beneficiary
    assert family.guardian_by_law(ward, holder, TODAY) is guards
    young = replace(holder, birth_date=born(17))
    assert not family.guardian_by_law(ward, young, TODAY)


def test_everybody_around_is_named_once_the_named_guardian_first() -> None:
    here = circle(8, "holder other", RECEIVES)
    twice = replace(here, named=here.guardians[1], takers=(*here.takers, here.guardians[0]))
    assert names(family.around(twice)) == "other holder aunt"


def test_a_small_child_has_no_door_and_no_app_of_its_own() -> None:
    child, youth = (circle(age, "holder").person.beneficiary for age in (11, 12))
    assert not family.signs_in(POLICY, child, TODAY)
    assert family.signs_in(POLICY, youth, TODAY)
    for age, has in ((11, False), (12, True)):
        here = circle(age, "", has_app=True, unreached="self")
        assert family.reached(POLICY, here, TODAY, NOW).beneficiary.has_app is has


def test_the_app_alone_makes_a_guardian_reachable() -> None:
    here = circle(8, "holder", unreached="holder")
    mother = here.guardians[0]
    with_app = replace(mother, beneficiary=replace(mother.beneficiary, has_app=True))
    assert goes_to(family.reached(POLICY, replace(here, guardians=(with_app,)), TODAY, NOW)) == "holder"


def test_a_number_typed_for_a_guia_reaches_a_child_beside_the_guardians_and_the_others_do_not() -> None:
    here = circle(8, "holder")
    typed = Contact(UUID(int=7), WARD, ContactKind.MOBILE, "+5541900001212", ContactState.PROVISIONAL, "10001", GUIA)
    file = (*here.person.contacts, typed)
    found = family.reached(POLICY, replace(here, person=replace(here.person, contacts=file)), TODAY, NOW)
    assert found.contacts == (typed,)
    assert found.unused == here.person.contacts


@pytest.mark.parametrize("flag", [PRIVATE, PROTECTED])
@pytest.mark.parametrize("age", [15, 40])
def test_a_number_that_is_also_the_holders_is_none_of_a_hidden_person(age: int, flag: dict[str, Any]) -> None:
    here = circle(age, "holder", **flag)
    shared = replace(here.person.contacts[0], address=address(HOLDER).upper())
    hidden = replace(here, person=replace(here.person, contacts=(shared,)))
    found = family.reached(POLICY, hidden, TODAY, NOW)
    assert goes_to(found) == "-"
    assert {each.address for each in found.unused} == {address(HOLDER)}
    assert family.own(POLICY, hidden, TODAY).contacts == ()
    assert family.own(POLICY, circle(age, "holder"), TODAY).contacts != ()


def test_the_named_guardian_is_not_reached_by_a_number_of_those_whom_the_child_is_protected_from() -> None:
    here = circle(8, "holder other named", **PROTECTED)
    assert here.named is not None
    shared = replace(here.named.contacts[0], address=address(OTHER))
    named = replace(here.named, contacts=(shared, *here.named.contacts))
    found = family.reached(POLICY, replace(here, named=named), TODAY, NOW)
    assert [each.contacts for each in found.readers] == [here.named.contacts]


def test_a_holder_who_is_the_named_guardian_is_hidden_from_nothing() -> None:
    here = circle(8, "holder", **PROTECTED)
    named = replace(here, named=here.holder)
    assert can(family.powers(POLICY, named, HOLDER, TODAY, NOW)) == "samr"
    found = family.reached(POLICY, named, TODAY, NOW)
    assert goes_to(found) == "holder"
    assert found.unused == here.person.contacts


def test_who_holds_the_plan_is_not_hidden_from_themselves() -> None:
    holder = circle(40, "", private=True, relation=Relation.HOLDER)
    assert goes_to(family.reached(POLICY, replace(holder, holder=holder.person), TODAY, NOW)) == "self"


def test_a_tie_that_is_over_is_history() -> None:
    assert family.alive(RECEIVES, NOW)
    assert not family.alive(family.ended(RECEIVES, NOW), NOW)
    assert not family.alive(RECEIVES, RECEIVES.until)


def test_a_visit_stands_while_who_gave_it_decides_for_the_child() -> None:
    visit = replace(OF_THE_HOLDER, kind=TieKind.VISIT, taker_id=None, accepted_at=None)
    cases: tuple[tuple[int, dict[str, Any], bool], ...] = (
        (11, {}, True),
        (16, {}, False),
        (11, PROTECTED, False),
        (11, PRIVATE, False),
    )
    for age, flags, stands in cases:
        assert family.stands(POLICY, circle(age, "holder", **flags), visit, TODAY, NOW) is stands
    assert not family.stands(POLICY, circle(11, "holder"), visit, TODAY, visit.until)


@pytest.mark.parametrize(
    ("about", "nobody"),
    [
        ({}, True),
        ({"birth_date": None}, True),
        ({"birth_date": born(17)}, False),
        ({"private": True}, False),
        ({"protected": True}, False),
        ({"named_guardian_id": NAMED}, False),
    ],
)
def test_nobody_is_around_an_adult_who_hides_nothing_and_for_whom_nobody_was_named(
    about: dict[str, Any], nobody: bool
) -> None:
    assert family.alone(known(WARD, **about).beneficiary, TODAY) is nobody


@pytest.mark.parametrize(
    ("age", "flags", "guardians", "holder"),
    [
        (8, {}, "holder other", False),
        (8, PROTECTED, "holder other", True),
        (17, SPOUSE, "other", False),
        (40, {}, "other", False),
        (40, PRIVATE, "other", True),
    ],
)
def test_a_circle_counts_the_holder_among_the_guardians_of_a_minor(
    age: int, flags: dict[str, Any], guardians: str, holder: bool
) -> None:
    here = circle(age, "holder", **flags)
    found = family.circle(replace(here, guardians=(known(OTHER),), holder=known(HOLDER)), TODAY)
    assert (names(found.guardians), found.holder is not None) == (guardians, holder)
    assert family.circle(Circle(here.person), TODAY) == Circle(here.person)


def test_a_guardian_on_file_who_also_holds_the_plan_is_one_guardian() -> None:
    here = replace(circle(8, "holder"), guardians=(known(HOLDER),), holder=known(HOLDER))
    assert names(family.circle(here, TODAY).guardians) == "holder"


def test_an_address_is_one_way_of_whoever_reads_with_it() -> None:
    here = circle(15, "holder other")
    mother, father = here.guardians
    same = replace(father.contacts[0], address=address(HOLDER))
    own = replace(here.person.contacts[0], address=address(HOLDER))
    shared = replace(
        here,
        person=replace(here.person, contacts=(own,)),
        guardians=(mother, replace(father, contacts=(same,))),
    )
    found = family.reached(POLICY, shared, TODAY, NOW)
    assert goes_to(found) == "holder"
    assert found.unused == (own,)


def test_a_guardian_is_not_told_by_the_very_number_that_gets_the_code() -> None:
    here = circle(17, "holder")
    own = replace(here.person.contacts[0], address=address(HOLDER))
    found = family.reached(POLICY, replace(here, person=replace(here.person, contacts=(own,))), TODAY, NOW)
    assert (goes_to(found), names(found.told)) == ("self", "-")


@pytest.mark.parametrize(
    "ages",
    [
        (),
        (Age(1, Own.NONE, Guardians.CODES), AGES[-1]),
        (AGES[0], AGES[0], AGES[-1]),
        (AGES[0],),
        (AGES[0], Age(ADULT, Own.FIRST, Guardians.NOTICES)),
    ],
)
def test_ages_leave_nobody_out_and_no_adult_in_the_hands_of_others(ages: tuple[Age, ...]) -> None:
    with pytest.raises(ValueError, match=r"ages begin with 0|adults decide"):
        replace(POLICY, ages=ages)
