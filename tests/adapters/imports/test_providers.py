"""A line of the network's file becomes a provider, or says in Portuguese what is wrong with it."""

import pytest

from chancela.adapters.imports import providers
from chancela.adapters.imports.cells import Cells

GOOD = {"codigo": "010001", "nome": "Clínica Sorriso"}


def read(**cells: str) -> providers.ProviderRow:
    found = Cells(GOOD | cells)
    row = providers.read(found, 2)
    assert found.problems == []
    return row


def problems(**cells: str) -> list[tuple[str, str, bool]]:
    found = Cells(GOOD | cells)
    providers.read(found, 2)
    return [(problem.column, problem.sentence, problem.refuses) for problem in found.problems]


def test_two_columns_make_an_active_provider():
    assert read() == providers.ProviderRow(2, "010001", "Clínica Sorriso", None, None, (), (), (), True)


def test_every_column_has_its_place():
    row = read(
        cnpj_ou_cpf="12.ABC.345/01DE-35",
        conselho="CRO 12345",
        uf="pr",
        especialidades="Endodontia| cirurgia   Oral |ENDODONTIA|",
        telefones="(41) 3222-1234|41 98857-5949|4132221234",
        emails="a@example.com | b@Example.COM",
        situacao="descredenciada",
    )
    assert (row.document, row.council) == ("12ABC34501DE35", "CRO 12345/PR")
    assert row.specialties == ("endodontia", "cirurgia oral")
    assert row.phones == ("+554132221234", "+5541988575949")
    assert row.emails == ("a@example.com", "b@example.com")
    assert row.active is False


def test_a_dentist_has_a_cpf():
    assert read(cnpj_ou_cpf="529.982.247-25").document == "52998224725"


@pytest.mark.parametrize(
    ("column", "cell", "sentence", "refuses"),
    [
        ("codigo", "", "em branco", True),
        ("codigo", "1" * 15, "mais de 14 caracteres", True),
        ("nome", " ", "em branco", True),
        ("uf", "XX", "valor desconhecido", True),
        ("situacao", "?!x", "valor desconhecido", True),
        ("cnpj_ou_cpf", "1", "nem CPF nem CNPJ válido", False),
        ("telefones", "0800 643 4300", "número de serviço", False),
        ("emails", "a@example.com,b@example.com", "e-mail inválido", False),
    ],
)
def test_what_is_wrong_is_told(column, cell, sentence, refuses):
    (found,) = problems(**{column: cell})
    assert (found[0], found[2]) == (column, refuses)
    assert found[1].startswith(sentence)


def test_one_wrong_telephone_leaves_the_others():
    found = Cells(GOOD | {"telefones": "190|41 3222-1234"})
    assert providers.read(found, 2).phones == ("+554132221234",)
    assert len(found.problems) == 1


def test_staff_are_telephones_and_addresses_side_by_side():
    row = read(equipe="41 90000-0001 | Ana@Example.COM|41 3222-1234|ana@example.com| |41 90000-0001")
    assert row.staff == ("+5541900000001", "ana@example.com", "+554132221234")


def test_one_wrong_address_of_the_staff_leaves_the_others():
    found = Cells(GOOD | {"equipe": "190|ana@|bia@example.com"})
    assert providers.read(found, 2).staff == ("bia@example.com",)
    assert [(each.column, each.refuses) for each in found.problems] == [("equipe", False), ("equipe", False)]
