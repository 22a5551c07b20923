"""Letting somebody help: offered by who may, taken once by an adult, ended by whom it concerns; and privacy."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from chancela.domain import tie as ties
from chancela.domain.family import LONGEST_VISIT, MOST_TIES, Scope, Tie, TieKind
from chancela.domain.people import Relation
from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.refusal import Refusal
from chancela.domain.tie import Privacy
from chancela.usecases.accept_tie import AcceptTie
from chancela.usecases.end_tie import EndTie
from chancela.usecases.offer_tie import Offered, OfferTie
from chancela.usecases.set_privacy import SetPrivacy
from tests.usecases.scene import ANS, DESK, NOWHERE, SYSTEM, Scene, reason

DAY = timedelta(days=1)
BORN = date(1955, 12, 31)


class Family(Scene):
    """Ana, her daughter Bia with a child and a youth of her own, and a neighbour."""

    def __init__(self) -> None:
        super().__init__(birth_date=BORN)
        today = self.memory.now.date()
        self.bia = self.someone("20", "+5541900001111", birth_date=date(1985, 1, 1))
        ward = {"holder_id": self.bia, "relation": Relation.CHILD}
        self.child = self.someone("21", birth_date=date(today.year - 8, 1, 1), **ward)
        self.youth = self.someone("22", "+5541900002222", birth_date=date(today.year - 17, 1, 1), **ward)
        self.neighbour = self.someone("30", birth_date=date(1990, 1, 1))

    def actor(self, person: UUID, *manages: UUID, ago: timedelta = timedelta()) -> Actor:
        """Somebody signed in, who confirmed so long ago that it is them."""
        given = {"person": person, "assured_at": self.memory.now - ago, "manages": frozenset({person, *manages})}
        return Actor(ANS, ActorKind.BENEFICIARY, f"person:{person}", **given)

    def offers(self, by: Actor, of: UUID, kind: TieKind = TieKind.DELEGATION, lasts: timedelta = DAY) -> Any:
        return self.do(OfferTie(by, of, kind, self.memory.now + lasts, Scope.RECEIVE))

    def takes(self, offered: Offered, person: UUID) -> Any:
        return self.do(AcceptTie(self.actor(person), offered.secret))

    @property
    def ties(self) -> list[Tie]:
        return list(self.memory.shelf.ties.values())

    def told(self) -> list[tuple[str, str, dict[str, Any]]]:
        return [(each.kind, each.actor, each.data) for each in self.memory.shelf.trail]


@pytest.fixture
def family() -> Family:
    return Family()


# offering


def test_an_adult_lets_another_help_them_and_the_link_alone_holds_the_secret(family: Family):
    offered = family.offers(family.actor(family.ana), family.ana)
    (kept,) = family.ties
    assert kept == offered.tie
    assert (kept.giver_id, kept.of_id, kept.taker_id, kept.scope) == (family.ana, family.ana, None, Scope.RECEIVE)
    assert kept.token_hash == ties.hashed(offered.secret)
    assert offered.secret not in repr(offered)
    assert family.trail == ["family:tie:offered"]
    assert offered.secret not in str(family.memory.shelf.trail)


def test_a_visit_is_for_codes_alone_and_for_whom_somebody_decides(family: Family):
    mother = family.actor(family.bia, family.child)
    offered = family.offers(mother, family.child, TieKind.VISIT)
    assert (offered.tie.giver_id, offered.tie.of_id, offered.tie.scope) == (family.bia, family.child, Scope.ACT)
    assert isinstance(family.offers(mother, family.bia, TieKind.VISIT), Offered)


@pytest.mark.parametrize("kind", TieKind)
def test_whom_somebody_does_not_decide_for_is_like_nobody(family: Family, kind: TieKind):
    ana = family.actor(family.ana)
    for foreign in (family.child, NOWHERE):
        assert reason(family.offers(ana, foreign, kind)) == Refusal.NOT_FOUND
    managed = family.actor(family.ana, NOWHERE)
    assert reason(family.offers(managed, NOWHERE, kind)) == Refusal.NOT_FOUND
    for nobody in (SYSTEM, DESK, replace(ana, person=NOWHERE), replace(ana, person=None)):
        assert reason(family.offers(nobody, family.ana, kind)) == Refusal.NOT_FOUND
    assert family.ties == [] and family.trail == []


def test_a_guardian_delegates_nobodys_child(family: Family):
    assert reason(family.offers(family.actor(family.bia, family.child), family.child)) == Refusal.FORBIDDEN


def test_of_a_protected_person_nobody_takes_anything_but_a_visit(family: Family):
    people = family.memory.shelf.people
    people[family.ana] = replace(people[family.ana], protected=True)
    ana = family.actor(family.ana)
    assert reason(family.offers(ana, family.ana)) == Refusal.FORBIDDEN
    assert isinstance(family.offers(ana, family.ana, TieKind.VISIT), Offered)


@pytest.mark.parametrize("kind", TieKind)
def test_the_young_give_nothing_away(family: Family, kind: TieKind):
    assert reason(family.offers(family.actor(family.youth), family.youth, kind)) == Refusal.ADULTS_ALONE


def test_only_who_confirmed_lately_gives(family: Family):
    lately = family.actor(family.ana, ago=timedelta(minutes=15))
    assert reason(family.offers(lately, family.ana)) == Refusal.CONFIRM_YOURSELF
    assert isinstance(family.offers(family.actor(family.ana, ago=timedelta(minutes=14)), family.ana), Offered)


@pytest.mark.parametrize(("kind", "lasts"), [(TieKind.DELEGATION, 367 * DAY), (TieKind.VISIT, LONGEST_VISIT + DAY)])
def test_nothing_is_given_for_longer_than_its_kind_allows_nor_for_yesterday(
    family: Family, kind: TieKind, lasts: timedelta
):
    for refused in (lasts, -DAY):
        assert reason(family.offers(family.actor(family.ana), family.ana, kind, refused)) == Refusal.TIE_TOO_LONG


def test_eight_ties_of_one_person_stand_at_once_also_when_asked_for_together(family: Family):
    ana = family.actor(family.ana)
    asked = OfferTie(ana, family.ana, TieKind.DELEGATION, family.memory.now + 9 * DAY)
    outcomes = family.do_all(*[asked] * (MOST_TIES + 1))
    assert [isinstance(each, Offered) for each in outcomes] == [True] * MOST_TIES + [False]
    assert reason(outcomes[-1]) == Refusal.TOO_MANY_TIES
    family.later(days=7)  # nobody took them
    assert isinstance(family.offers(family.actor(family.ana), family.ana), Offered)


def test_a_visit_that_came_to_be_leaves_room_for_another(family: Family):
    ana = family.actor(family.ana)
    for _ in range(MOST_TIES):
        family.offers(ana, family.ana, TieKind.VISIT)
    assert reason(family.offers(ana, family.ana, TieKind.VISIT)) == Refusal.TOO_MANY_TIES
    family.later(minutes=1)
    case = family.awaiting()
    family.validate(case, family.code(case))
    assert isinstance(family.offers(family.actor(family.ana), family.ana, TieKind.VISIT), Offered)


# taking


def test_a_daughter_takes_what_her_mother_offered_once(family: Family):
    offered = family.offers(family.actor(family.ana), family.ana, lasts=90 * DAY)
    taken = family.takes(offered, family.bia)
    assert (taken.taker_id, taken.accepted_at, taken.until) == (family.bia, family.memory.now, offered.tie.until)
    assert family.ties == [taken] and family.trail == ["family:tie:offered", "family:tie:accepted"]
    assert reason(family.takes(offered, family.neighbour)) == Refusal.INVITATION_OVER
    assert reason(family.takes(offered, family.bia)) == Refusal.INVITATION_OVER


def test_of_two_who_take_at_once_the_first_has_it(family: Family):
    offered = family.offers(family.actor(family.ana), family.ana)
    takers = (family.bia, family.neighbour)
    first, second = family.do_all(*[AcceptTie(family.actor(each), offered.secret) for each in takers])
    assert first.taker_id == family.bia and reason(second) == Refusal.INVITATION_OVER


def test_one_answer_for_links_that_are_unknown_over_or_ones_own(family: Family):
    ana = family.actor(family.ana)
    own, over, late = (family.offers(ana, family.ana) for _ in range(3))
    visit = family.offers(ana, family.ana, TieKind.VISIT)
    family.do(EndTie(ana, over.tie.id))
    answers = [
        family.takes(own, family.ana),
        family.takes(over, family.bia),
        family.takes(replace(own, secret="nada"), family.bia),
        family.takes(visit, family.bia),
    ]
    family.later(days=1)
    answers.append(family.takes(late, family.bia))
    assert {reason(each) for each in answers} == {Refusal.INVITATION_OVER}


def test_the_young_take_nothing_and_learn_nothing_of_the_link(family: Family):
    offered = family.offers(family.actor(family.ana), family.ana)
    for secret in (offered.secret, "nada"):
        assert reason(family.do(AcceptTie(family.actor(family.youth), secret))) == Refusal.ADULTS_ALONE


def test_nobody_who_is_not_of_the_plan_takes_anything(family: Family):
    offered = family.offers(family.actor(family.ana), family.ana)
    own = family.actor(family.bia)
    for nobody in (
        SYSTEM,
        DESK,
        replace(own, person=NOWHERE),
        replace(own, person=None),
        replace(SYSTEM, person=NOWHERE),
    ):
        assert reason(family.do(AcceptTie(nobody, offered.secret))) == Refusal.NOT_FOUND


# ending


@pytest.mark.parametrize("who", ["giver", "taker", "manager"])
def test_giver_taker_and_who_decides_end_it(family: Family, who: str):
    offered = family.offers(family.actor(family.ana), family.ana)
    family.takes(offered, family.bia)
    by = {
        "giver": family.actor(family.ana),
        "taker": family.actor(family.bia),
        "manager": family.actor(family.neighbour, family.ana),
    }
    first, again = family.do_all(*[EndTie(by[who], offered.tie.id)] * 2)
    assert first == again and first.ended_at == family.memory.now
    assert family.trail[2:] == ["family:tie:ended"]


def test_to_others_a_tie_is_like_none(family: Family):
    offered = family.offers(family.actor(family.ana), family.ana)
    own = family.actor(family.ana)
    others = (
        family.actor(family.neighbour),
        SYSTEM,
        DESK,
        replace(own, person=None),
        replace(own, kind=ActorKind.SYSTEM),
    )
    for stranger in others:
        assert reason(family.do(EndTie(stranger, offered.tie.id))) == Refusal.NOT_FOUND
    assert reason(family.do(EndTie(own, NOWHERE))) == Refusal.NOT_FOUND
    assert family.ties[0].ended_at is None


def test_what_is_past_its_time_is_not_ended_again(family: Family):
    offered = family.offers(family.actor(family.ana), family.ana)
    family.later(days=1)
    assert family.do(EndTie(family.actor(family.ana), offered.tie.id)) == offered.tie
    assert family.trail == ["family:tie:offered"]


# privacy


def test_a_youth_hides_from_the_holder_and_shows_again(family: Family):
    for private in (True, False):
        outcome = family.do(SetPrivacy(family.actor(family.youth), private))
        assert outcome == Privacy(family.youth, private)
        assert family.memory.shelf.people[family.youth].private is private
    assert [data for _, _, data in family.told()] == ['{"private":true}', '{"private":false}']


def test_children_holders_and_strangers_hide_nothing(family: Family):
    own = family.actor(family.youth)
    strangers = (replace(own, manages=frozenset()), replace(own, person=None), replace(own, person=NOWHERE), SYSTEM)
    for stranger in strangers:
        assert reason(family.do(SetPrivacy(stranger, private=True))) == Refusal.NOT_FOUND
    for person in (family.child, family.bia):
        assert reason(family.do(SetPrivacy(family.actor(person), private=True))) == Refusal.FORBIDDEN
    old = family.actor(family.youth, ago=timedelta(minutes=15))
    assert reason(family.do(SetPrivacy(old, private=True))) == Refusal.CONFIRM_YOURSELF
    assert family.trail == []
