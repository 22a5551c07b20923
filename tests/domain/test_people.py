"""How a name is shown to others."""

import pytest

from chancela.domain import people


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
