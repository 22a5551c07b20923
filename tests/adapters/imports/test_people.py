"""A line of the people's file becomes a person, or says in Portuguese what is wrong with it."""

import datetime as dt

import pytest
from hypothesis import given, strategies as st

from chancela.adapters.imports import people
from chancela.adapters.imports.cells import Cells
from chancela.domain.contact import ContactKind
from chancela.domain.people import Relation, Standing

NO_DIGITS = "telefone com caracteres que não são algarismos (um número por célula)"
GOOD = {"carteira": "00123456789", "nome": "Ana Souza", "nascimento": "20/11/1990"}


def read(**cells: str) -> people.PersonRow:
    found = Cells(GOOD | cells)
    row = people.read(found, 2)
    assert found.problems == []
    return row


def problems(**cells: str) -> list[tuple[str, str, bool]]:
    found = Cells(GOOD | cells)
    people.read(found, 2)
    return [(problem.column, problem.sentence, problem.refuses) for problem in found.problems]


def test_three_columns_make_an_active_holder():
    assert read() == people.PersonRow(
        line=2,
        card_number="00123456789",
        name="Ana Souza",
        birth_date=dt.date(1990, 11, 20),
        cpf=None,
        holder_card=None,
        relation=Relation.HOLDER,
        plan="",
        standing=Standing.ACTIVE,
        joined_date=None,
        ended_date=None,
        card_valid_until=None,
        covers_dental=True,
        covers_medical=True,
        contacts=(),
    )


def test_every_column_has_its_place():
    row = read(
        cpf="529.982.247-25",
        titular="00123456700",
        parentesco="Cônjuge",
        plano="  Essencial   Dental ",
        cobertura="odonto",
        situacao="Suspensa",
        inclusao="2020-02-01",
        desligamento="31/12/2026",
        validade="31/12/9999",
        celular="(41) 8857-5949",
        telefone="4132221234",
        email="Ana@EXAMPLE.com",
    )
    assert (row.cpf, row.holder_card, row.relation) == ("52998224725", "00123456700", Relation.SPOUSE)
    assert (row.plan, row.covers_dental, row.covers_medical) == ("Essencial Dental", True, False)
    assert (row.standing, row.joined_date) == (Standing.SUSPENDED, dt.date(2020, 2, 1))
    assert (row.ended_date, row.card_valid_until) == (dt.date(2026, 12, 31), dt.date(9999, 12, 31))
    assert row.contacts == (
        (ContactKind.MOBILE, "+5541988575949"),
        (ContactKind.LANDLINE, "+554132221234"),
        (ContactKind.EMAIL, "Ana@example.com"),
    )


def test_a_name_is_kept_as_it_is_but_for_spaces_and_the_form_of_its_accents():
    assert read(nome=" JOSE\u0301\u00a0 da   Silva ").name == "JOSÉ da Silva"


def test_leading_zeros_of_a_card_matter():
    assert read(carteira=" 0001 ").card_number == "0001"
    assert read(carteira="A-12.3/4").card_number == "A-12.3/4"


def test_a_landline_among_the_mobiles_is_a_landline_and_the_same_number_counts_once():
    row = read(celular="4132221234", telefone="41 98857-5949")
    assert [kind for kind, _ in row.contacts] == [ContactKind.LANDLINE, ContactKind.MOBILE]
    assert len(read(celular="4132221234", telefone="(41) 3222-1234").contacts) == 1


# ---- families


@pytest.mark.parametrize("word", ["3", "03", "conjuge", "CÔNJUGE", "Esposa", "companheiro"])
def test_relations_are_known_by_name_and_by_the_number_of_sib(word):
    assert read(titular="1", parentesco=word).relation is Relation.SPOUSE


def test_the_numbers_of_sib_are_all_known():
    """domain.md, SIB: 1 titular, 3 cônjuge, 4 filho, 6 enteado, 8 pai/mãe, 10 agregado."""
    expected = {"3": "spouse", "4": "child", "6": "stepchild", "8": "parent", "10": "other"}
    assert {number: read(titular="1", parentesco=number).relation.value for number in expected} == expected
    assert read(parentesco="1").relation is Relation.HOLDER


def test_the_own_card_or_none_is_a_holder_and_anothers_a_dependant():
    assert read(titular=GOOD["carteira"]).holder_card is None
    assert read(titular="00123456700")[5:7] == ("00123456700", Relation.OTHER)


def test_a_holder_with_anothers_card_is_refused():
    assert problems(titular="1", parentesco="titular") == [
        ("parentesco", "diz titular, mas a coluna titular tem a carteira de outra pessoa", True)
    ]


def test_a_dependant_without_holder_is_told_and_kept():
    assert problems(parentesco="filho") == [("titular", "dependente sem a carteira do titular", False)]


# ---- what is refused, what is only told


@pytest.mark.parametrize("column", ["carteira", "nome", "nascimento"])
def test_what_is_needed_is_needed(column):
    assert problems(**{column: " "}) == [(column, "em branco", True)]


@pytest.mark.parametrize(
    ("column", "cell", "sentence"),
    [
        ("carteira", "1" * 21, "mais de 20 caracteres"),
        ("carteira", "1,23457E+11", "número que a planilha arredondou"),
        ("carteira", "1.23457e+11", "número que a planilha arredondou"),
        ("carteira", "001 234", "só pode ter letras sem acento"),
        ("carteira", "٠٠١٢٣", "só pode ter letras sem acento"),
        ("carteira", "００１２３", "só pode ter letras sem acento"),
        ("nome", "a" * 121, "mais de 120 caracteres"),
        ("nascimento", "31/02/1990", "não é uma data"),
        ("nascimento", "20-11-1990", "não é uma data"),
        ("nascimento", "20/11/90", "não é uma data"),
        ("nascimento", "２０/１１/１９９０", "não é uma data"),
        ("nascimento", "20/11/1990\n1", "não é uma data"),
        ("nascimento", "01/01/0001", "data fora do que é possível"),
        ("nascimento", "01/01/1899", "data fora do que é possível"),
        ("nascimento", "01/01/2190", "data fora do que é possível"),
        ("situacao", "talvez", "valor desconhecido; conheço ativo, ativa, suspenso"),
        ("parentesco", "2", "valor desconhecido; conheço 1, 01, titular, 3"),
        ("cobertura", "nenhuma", "valor desconhecido"),
        ("validade", "amanhã", "não é uma data"),
    ],
)
def test_what_cannot_be_right_refuses_the_line(column, cell, sentence):
    (found,) = problems(**{column: cell})
    assert found[0] == column
    assert found[1].startswith(sentence)
    assert found[2]


@pytest.mark.parametrize(
    ("column", "cell", "sentence"),
    [
        ("cpf", "529.982.247-26", "CPF inválido"),
        ("celular", "98857-5949", "telefone sem DDD"),
        ("celular", "20 98857-5949", "DDD que não existe"),
        ("celular", "não tem", "telefone com caracteres que não são algarismos (um número por célula)"),
        (
            "celular",
            "41 98857-5949 / 41 98857-5948",
            "telefone com caracteres que não são algarismos (um número por célula)",
        ),
        ("telefone", "0800 643 4300", "número de serviço (0800, 4004 e semelhantes), não de uma pessoa"),
        ("telefone", "+351 912 345 678", "telefone de fora do Brasil"),
        ("telefone", "41 1111 1111", "telefone que não existe no plano de numeração"),
        ("telefone", "41", "telefone com algarismos de menos ou de mais"),
        ("email", "ana@", "e-mail inválido"),
    ],
)
def test_a_wrong_address_or_cpf_is_told_and_the_person_kept(column, cell, sentence):
    assert problems(**{column: cell}) == [(column, sentence, False)]


def test_dates_are_brazilian_or_iso():
    for written in ("05/11/1990", "5/11/1990", "1990-11-05", "1990-11-05 00:00:00", "1990-11-05T00:00"):
        assert read(nascimento=written).birth_date == dt.date(1990, 11, 5)


@given(st.dictionaries(st.sampled_from(people.FORM.needed + people.FORM.optional), st.text(max_size=40)))
def test_noise_is_read_or_told_and_never_breaks(cells):
    found = Cells(cells)
    row = people.read(found, 2)
    if not found.refused:
        assert 1 <= len(row.card_number) <= 20
        assert row.card_number.isascii()
        assert row.name
        assert row.birth_date.year >= 1900


def test_a_column_has_only_names_that_folding_can_give():
    from chancela.adapters.imports import providers, table

    for form in (people.FORM, providers.FORM):
        names = {*form.needed, *form.optional, *form.aliases}
        assert {name for name in names if table.fold(name) != name} == set()
        assert set(form.aliases.values()) <= {*form.needed, *form.optional}


@pytest.mark.parametrize(
    ("idioma", "usa_celular", "expected"),
    [
        ("pt-BR", "Sim", ("pt-br", False)),
        ("Português", "s", ("pt-br", False)),
        ("EN", "NÃO", ("en", True)),
        ("inglês", "no", ("en", True)),
        ("", "", ("pt-br", False)),
    ],
)
def test_a_person_says_in_which_language_and_whether_by_mobile(idioma, usa_celular, expected):
    row = read(idioma=idioma, usa_celular=usa_celular)
    assert (row.language.value, row.uses_no_mobile) == expected


def test_an_unknown_language_or_a_perhaps_is_told():
    assert [(column, refuses) for column, _, refuses in problems(idioma="fr", usa_celular="talvez")] == [
        ("usa_celular", True),
        ("idioma", True),
    ]
