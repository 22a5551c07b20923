"""The invented people: nobody real, everybody different, the same each time."""

import re
from collections import Counter
from datetime import date

import phonenumbers
import pytest

from chancela.adapters.brazil import documents, phones
from chancela.adapters.demo import crowd, families, houses
from chancela.domain import family
from chancela.domain.people import Relation, Standing

TODAY = date(2026, 11, 20)
FAMILIES = [each for house in houses.HOUSES for each in families.families(house, TODAY)]
CROWD = [each for house in houses.HOUSES for each in crowd.crowd(house, 3_000, TODAY)]


@pytest.mark.parametrize("people", [FAMILIES, CROWD], ids=["families", "crowd"])
class TestEverybody:
    def test_has_a_card_number_and_addresses_of_their_own(self, people):
        for column in ("card_number", "cpf", "mobile", "landline", "email"):
            counts = Counter(found for each in people if (found := getattr(each, column)) is not None)
            assert [value for value, count in counts.items() if count > 1] == []

    def test_has_numbers_that_are_well_formed_and_never_allotted(self, people):
        for each in people:
            assert documents.cpf(each.cpf) == each.cpf
            if each.mobile:
                assert re.fullmatch(r"\+55[0-9]{2}9000[0-9]{5}", each.mobile)
                assert phones.normalise(each.mobile).e164 == each.mobile
            if each.email:
                assert each.email.endswith("@example.com")

    def test_belongs_to_a_holder_who_came_before(self, people):
        seen = set()
        for each in people:
            assert (each.relation is Relation.HOLDER) == (each.holder_card is None)
            assert each.holder_card is None or each.holder_card in seen
            seen.add(each.card_number)

    def test_is_covered_as_the_operator_covers(self, people):
        for each in people:
            assert each.covers_dental or each.covers_medical
            assert not each.covers_medical or each.card_number.startswith("001")


@pytest.mark.parametrize("house", houses.HOUSES, ids=lambda house: house.ans)
@pytest.mark.parametrize("kind", ["families", "crowd"])
class TestEveryHouse:
    @pytest.fixture
    def people(self, house, kind):
        return families.families(house, TODAY) if kind == "families" else list(crowd.crowd(house, 3_000, TODAY))

    def test_begins_with_an_adult_holder_who_has_every_contact(self, people):
        first = people[0]
        assert first.relation is Relation.HOLDER
        assert first.standing is Standing.ACTIVE
        assert first.birth_date.year < 2005
        assert first.mobile
        assert first.email
        assert first.has_app

    def test_has_everything_that_happens_at_a_desk(self, people):
        assert any(each.landline and not each.mobile for each in people)
        assert any(each.mobile and not each.has_app for each in people)
        assert any(each.standing is Standing.SUSPENDED for each in people)
        assert any((TODAY - each.joined_date).days < 180 for each in people)
        assert any(each.relation is Relation.CHILD and not each.mobile for each in people)
        assert any(
            each.relation is Relation.HOLDER and not (each.mobile or each.landline or each.email or each.has_app)
            for each in people
        )

    def test_is_the_same_each_time(self, house, people, kind):
        again = families.families(house, TODAY) if kind == "families" else list(crowd.crowd(house, 3_000, TODAY))
        assert people == again


def test_a_smaller_crowd_is_the_beginning_of_a_larger_one_but_for_its_last_family():
    small, large = (list(crowd.crowd(houses.CAMBUI, count, TODAY)) for count in (100, 1_000))
    assert small == large[:100]


def test_the_mobiles_of_the_crowd_are_numbers_to_the_published_plan():
    for each in CROWD[::50]:
        if each.mobile:
            assert phonenumbers.is_valid_number(phonenumbers.parse(each.mobile))


@pytest.mark.parametrize("house", houses.HOUSES, ids=lambda house: house.ans)
def test_each_house_has_a_family_of_every_age_and_a_child_who_is_protected(house):
    people = families.families(house, TODAY)
    of_a_kind = {each.guardian_cards: each for each in people if each.guardian_cards}
    ((cards, _),) = of_a_kind.items()
    wards = [each for each in people if each.guardian_cards == cards]
    assert [family.years(each.birth_date, TODAY) for each in wards] == [8, 14, 17]
    (granny,) = [each for each in people if each.uses_no_mobile]
    assert granny.landline and not granny.mobile
    assert granny.helper_card == granny.holder_card == wards[0].holder_card
    (protected,) = [each for each in people if each.protected]
    assert family.years(protected.birth_date, TODAY) == 9
    assert protected.named_guardian_card not in {None, protected.holder_card}


@pytest.mark.parametrize("day", [date(2026, 1, 1), date(2028, 2, 29), date(2027, 12, 31)])
def test_the_ages_of_the_family_stay_whatever_the_day(day):
    people = families.families(houses.HOUSES[0], day)
    assert [family.years(each.birth_date, day) for each in people if each.guardian_cards] == [8, 14, 17]
