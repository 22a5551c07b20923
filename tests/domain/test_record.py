"""When two files are one person's, and what becomes of their contacts and marks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from chancela.domain import record as records
from chancela.domain.contact import Contact, ContactKind, ContactState
from chancela.domain.people import Beneficiary, Person, Standing
from chancela.domain.record import Likeness, What

ONE, TWO, THREE = (UUID(int=each) for each in range(1, 4))
BORN, CPF = date(1980, 12, 31), "52998224725"
ANA = Beneficiary(ONE, "1", "Ana Souza", birth_date=BORN, cpf=CPF)
SAME = Beneficiary(TWO, "2", "Ana S. Souza", birth_date=BORN, cpf=CPF)
CONFIRMED, RETIRED = ContactState.CONFIRMED, ContactState.RETIRED
TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("about", "likeness"),
    [
        ({}, Likeness.SAME),
        ({"cpf": None}, Likeness.DOUBTFUL),
        ({"birth_date": None}, Likeness.DOUBTFUL),
        ({"birth_date": date(1981, 1, 1)}, Likeness.DOUBTFUL),
        ({"cpf": None, "birth_date": None}, Likeness.OTHER),
        ({"cpf": "11144477735", "birth_date": date(1990, 1, 1)}, Likeness.OTHER),
        ({"holder_id": ONE}, Likeness.OTHER),
        ({"id": ONE}, Likeness.OTHER),
    ],
)
def test_likeness_is_by_cpf_and_birth_date_and_the_same_both_ways(about: dict[str, object], likeness: Likeness):
    other = replace(SAME, **about)  # type: ignore[arg-type]
    assert records.likeness(ANA, other) is likeness
    assert records.likeness(other, ANA) is likeness


def test_what_neither_knows_makes_nobody_alike():
    nothing = {"cpf": None, "birth_date": None}
    assert records.likeness(replace(ANA, **nothing), replace(SAME, **nothing)) is Likeness.OTHER  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("what", "standing", "ended"),
    [
        (What.SUSPEND, Standing.SUSPENDED, None),
        (What.END, Standing.ENDED, TODAY),
        (What.ACTIVATE, Standing.ACTIVE, None),
    ],
)
def test_a_standing_comes_with_its_day(what: What, standing: Standing, ended: date | None):
    now = records.changed(replace(ANA, standing=Standing.ENDED, ended_date=BORN), what, TODAY)
    assert (now.standing, now.ended_date) == (standing, ended)


def test_codes_go_where_they_went_before_a_merge():
    def contact(nth: int, whose: UUID, kind: ContactKind, address: str, state: ContactState = CONFIRMED) -> Contact:
        return Contact(UUID(int=nth), whose, kind, address, state)

    kept = Person(ANA, (contact(11, ONE, ContactKind.MOBILE, "+5541900001111"),))
    gone = Person(
        SAME,
        (
            contact(21, TWO, ContactKind.MOBILE, "+5541900001111"),
            contact(22, TWO, ContactKind.MOBILE, "+5541900002222"),
            contact(23, TWO, ContactKind.EMAIL, "ana@example.com"),
            contact(24, TWO, ContactKind.MOBILE, "+5541900003333", ContactState.CONTESTED),
        ),
    )
    found = {each.id.int: (each.beneficiary_id, each.state) for each in records.merged(gone, kept)}
    assert found == {
        21: (TWO, RETIRED),
        22: (ONE, RETIRED),
        23: (ONE, CONFIRMED),
        24: (ONE, ContactState.CONTESTED),
    }


def test_the_survivor_bears_the_marks_of_both_and_no_one_is_their_own_guardian():
    now = records.survivor(replace(SAME, protected=True, named_guardian_id=THREE), replace(ANA, private=True))
    assert (now.id, now.protected, now.private, now.named_guardian_id) == (ONE, True, True, THREE)
    assert records.survivor(replace(SAME, named_guardian_id=ONE), ANA).named_guardian_id is None
