"""How people belong together, and how a name is shown to others."""

from uuid import UUID

import pytest

from chancela.domain import people
from chancela.domain.people import Audience, Line, Operator
from chancela.domain.profiles import LATEST_CODE_WINS
from tests.domain import made


def test_a_family_is_known_by_its_holder():
    holder, child = made.person().beneficiary, made.person(holder_id=made.ANA, id=UUID(int=50)).beneficiary
    assert people.family(child) == people.family(holder) == made.ANA


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ana Souza", "Ana S."),
        ("Ana Maria de Souza e Silva", "Ana M. S. S."),
        ("Érica Ávila", "Érica Á."),
        ("Ana", "Ana"),
        ("  Ana   Souza ", "Ana S."),
        ("", ""),
    ],
)
def test_a_masked_name_is_the_first_and_the_initials(name: str, shown: str):
    assert people.masked_name(name) == shown


def test_people_are_not_given_the_telephones_of_providers():
    lines = tuple(Line(each.value, "0800 000 0000", "", each) for each in Audience)
    operator = Operator("999001", "Operadora", LATEST_CODE_WINS, lines=lines)
    assert [each.label for each in operator.lines_of_people] == ["everyone", "hearing"]
