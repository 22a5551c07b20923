"""What a file says is in PostgreSQL afterwards, once, linked, and behind the wall of its operator."""

import asyncio

import psycopg
import pytest

from chancela.adapters.imports import run, writer
from tests.adapters.imports import hands

HEADER = "carteira;nome;nascimento;cpf;titular;parentesco;plano;situacao;inclusao;validade;celular;telefone;email\n"
ANA = (
    "001;Ana Souza;20/11/1990;529.982.247-25;;titular;Essencial;ativo;01/02/2020;31/12/2027;"
    "41988575949;4132221234;ana@example.com\n"
)
RUI = "002;Rui Souza;01/02/2015;;001;filho;Essencial;ativo;01/02/2020;31/12/2027;;;\n"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "file.csv"


def import_people(database, path, text: str, operator: str = "999001"):
    path.write_text(text, encoding="utf-8")
    return hands.people(database, path, operator)


def import_providers(database, path, text: str, operator: str = "999001"):
    path.write_text(text, encoding="utf-8")
    return hands.providers(database, path, operator)


def family(database, operator="999001") -> dict[str, str | None]:
    """Each card with the card of its holder."""
    return dict(
        database.ask(
            "SELECT b.card_number, h.card_number FROM chancela.beneficiary b "
            "LEFT JOIN chancela.beneficiary h ON h.operator = b.operator AND h.id = b.holder_id WHERE b.operator = %s",
            operator,
        )
    )


def contacts(database, card: str = "001") -> list[tuple[str, str, str]]:
    """The person's contacts, that first which would be used first."""
    return database.ask(
        "SELECT c.kind, c.address, c.state FROM chancela.contact c JOIN chancela.beneficiary b "
        "ON (b.operator, b.id) = (c.operator, c.beneficiary_id) WHERE b.card_number = %s ORDER BY c.kind, c.id DESC",
        card,
    )


def written_to(database) -> list[tuple[str, bool]]:
    """In which language each person is written to, and whether they use no mobile phone."""
    return database.ask("SELECT b.language, b.uses_no_mobile FROM chancela.beneficiary b ORDER BY b.card_number")


def told(outcome) -> list[str]:
    return outcome.errors_path.read_text(encoding="utf-8-sig").splitlines()[1:] if outcome.errors_path else []


# ---- people


def test_a_person_is_in_the_database_as_the_file_says(database, path):
    outcome = import_people(database, path, HEADER + ANA)
    assert (outcome.inserted, outcome.changed, outcome.errors_path) == (1, 0, None)
    (row,) = database.ask(
        "SELECT operator, card_number, name, relation, holder_id, birth_date::text, cpf, plan, standing, "
        "joined_date::text, ended_date, card_valid_until::text, covers_dental, covers_medical, has_app "
        "FROM chancela.beneficiary"
    )
    assert row == (
        *("999001", "001", "Ana Souza", "holder", None, "1990-11-20", "52998224725", "Essencial", "active"),
        *("2020-02-01", None, "2027-12-31", True, True, False),
    )
    assert contacts(database) == [
        ("email", "ana@example.com", "confirmed"),
        ("landline", "+554132221234", "confirmed"),
        ("mobile", "+5541988575949", "confirmed"),
    ]


def test_dependants_find_their_holder_wherever_in_the_file_it_stands(database, path):
    import_people(database, path, HEADER + RUI + ANA + RUI.replace("002;Rui", "003;Eva"))
    assert family(database) == {"001": None, "002": "001", "003": "001"}


def test_dependants_find_a_holder_of_an_earlier_file(database, path):
    import_people(database, path, HEADER + ANA)
    import_people(database, path, HEADER + RUI)
    assert family(database) == {"001": None, "002": "001"}


def test_a_holder_who_is_nowhere_or_depends_on_another_is_told_and_the_person_kept(database, path):
    outcome = import_people(
        database,
        path,
        HEADER
        + ANA
        + RUI
        + RUI.replace("002;Rui Souza", "003;Eva Lima").replace(";001;", ";009;")
        + RUI.replace("002;Rui Souza", "004;Leo Lima").replace(";001;", ";002;"),
    )
    assert family(database) == {"001": None, "002": "001", "003": None, "004": "002"}
    assert [line.split(";")[:4] for line in told(outcome)] == [
        ["4", "titular", "não há ninguém com a carteira do titular", "importada sem este dado"],
        ["5", "titular", "a carteira do titular é de um dependente", "importada sem este dado"],
    ]


def test_a_second_run_changes_nothing(database, path):
    import_people(database, path, HEADER + RUI + ANA)
    before = database.ask("SELECT b.*, b.xmin::text FROM chancela.beneficiary b ORDER BY card_number")
    outcome = import_people(database, path, HEADER + RUI + ANA)
    assert (outcome.inserted, outcome.changed, outcome.unchanged) == (0, 0, 2)
    assert database.ask("SELECT b.*, b.xmin::text FROM chancela.beneficiary b ORDER BY card_number") == before
    assert len(contacts(database)) == 3


def test_a_later_file_changes_what_it_says_and_keeps_the_id(database, path):
    import_people(database, path, HEADER + ANA)
    (before,) = database.ask("SELECT id FROM chancela.beneficiary")
    outcome = import_people(database, path, HEADER + ANA.replace("Ana Souza", "Ana Lima").replace("ativo", "suspenso"))
    assert (outcome.inserted, outcome.changed) == (0, 1)
    assert database.ask("SELECT id, name, standing FROM chancela.beneficiary") == [(*before, "Ana Lima", "suspended")]


def test_a_column_that_the_file_does_not_have_stays_as_it_was(database, path):
    import_people(database, path, HEADER + ANA + RUI)
    import_people(database, path, "carteira;nome;nascimento\n001;Ana Lima;20/11/1990\n002;Rui Souza;01/02/2015\n")
    assert database.ask(
        "SELECT name, cpf, plan, card_valid_until::text FROM chancela.beneficiary WHERE card_number = '001'"
    ) == [("Ana Lima", "52998224725", "Essencial", "2027-12-31")]
    assert family(database)["002"] == "001"
    assert len(contacts(database)) == 3


def test_a_cell_that_is_empty_empties_what_was_known(database, path):
    import_people(database, path, HEADER + ANA)
    import_people(database, path, "carteira;nome;nascimento;cpf;validade\n001;Ana Souza;20/11/1990;;\n")
    assert database.ask("SELECT cpf, card_valid_until, plan FROM chancela.beneficiary") == [(None, None, "Essencial")]


def test_a_dependant_who_becomes_a_holder_loses_the_old_one(database, path):
    import_people(database, path, HEADER + ANA + RUI)
    import_people(database, path, HEADER + RUI.replace(";001;filho;", ";;titular;"))
    assert family(database)["002"] is None


def test_a_new_number_is_used_before_the_old_one_which_stays(database, path):
    import_people(database, path, HEADER + ANA)
    import_people(database, path, HEADER + ANA.replace("41988575949", "41988570000"))
    assert [address for kind, address, _ in contacts(database) if kind == "mobile"] == [
        "+5541988570000",
        "+5541988575949",
    ]


def test_the_first_of_two_mobiles_is_used_first(database, path):
    for n in range(20):
        import_people(database, path, HEADER + ANA.replace("001;", f"{n:03};").replace("4132221234", "41988570000"))
        mobiles = [address for kind, address, _ in contacts(database, f"{n:03}") if kind == "mobile"]
        assert mobiles == ["+5541988575949", "+5541988570000"]


def test_the_operators_file_makes_a_number_the_persons_own_that_two_providers_typed(database, path):
    import_people(database, path, HEADER + ANA)
    database.ask("UPDATE chancela.contact SET typed_by = '10001', guia_id = gen_random_uuid() WHERE kind = 'mobile'")
    import_people(database, path, HEADER + ANA)
    assert database.ask("SELECT typed_by FROM chancela.contact WHERE kind = 'mobile'") == [(None,)]


@pytest.mark.parametrize("state", ["contested", "retired"])
def test_the_operators_file_confirms_what_a_provider_typed_and_leaves_alone_what_is_not_the_persons(
    database, path, state
):
    import_people(database, path, HEADER + ANA)
    database.ask(
        "UPDATE chancela.contact SET state = 'provisional', typed_by = '10001', guia_id = gen_random_uuid() "
        "WHERE kind = 'mobile'"
    )
    database.ask("UPDATE chancela.contact SET state = %s WHERE kind = 'email'", state)
    import_people(database, path, HEADER + ANA)
    assert {kind: state for kind, _, state in contacts(database)} == {
        "mobile": "confirmed",
        "landline": "confirmed",
        "email": state,
    }


def test_of_a_card_that_stands_twice_the_last_line_counts_and_both_are_told(database, path):
    outcome = import_people(
        database, path, HEADER + ANA + RUI + ANA.replace("Ana Souza", "Ana Lima").replace("ana@", "lima@")
    )
    assert database.ask("SELECT name FROM chancela.beneficiary WHERE card_number = '001'") == [("Ana Lima",)]
    assert [line.split(";")[:3] for line in told(outcome)] == [
        ["2", "carteira", "carteira repetida no arquivo: vale a linha 4"],
        ["4", "carteira", "carteira repetida no arquivo: vale a linha 4"],
    ]
    assert [address for kind, address, _ in contacts(database) if kind == "email"] == ["lima@example.com"]


def test_a_card_may_stand_far_from_its_twin(database, path, monkeypatch):
    monkeypatch.setattr(run, "BATCH", 2)
    outcome = import_people(
        database, path, HEADER + ANA + RUI + RUI.replace("002", "003") + ANA.replace("Souza", "Lima")
    )
    assert database.ask("SELECT name FROM chancela.beneficiary WHERE card_number = '001'") == [("Ana Lima",)]
    assert len(told(outcome)) == 2
    assert family(database) == {"001": None, "002": "001", "003": "001"}


def test_each_operator_has_its_own_people(database, path):
    import_people(database, path, HEADER + ANA, "999001")
    import_people(database, path, HEADER + RUI, "999002")
    assert family(database, "999001") == {"001": None}
    assert family(database, "999002") == {"002": None}


def test_an_import_works_behind_the_wall_of_its_operator(database):
    async def reach_over():
        async with writer.connected(database.url, "999001") as connection:
            await connection.execute("INSERT INTO chancela.provider (operator, code, name) VALUES ('999002', '1', 'x')")

    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        asyncio.run(reach_over())


def test_an_operator_that_does_not_exist_is_told(database, path):
    with pytest.raises(writer.ImportRefusedError, match="Não há operadora com o registro ANS 304484"):
        import_people(database, path, HEADER + ANA, "304484")


def test_two_imports_of_one_operator_do_not_run_at_once(database):
    async def both(second: str):
        async with writer.connected(database.url, "999001"), writer.connected(database.url, second):
            return True

    assert asyncio.run(both("999002"))
    with pytest.raises(writer.ImportRefusedError, match="Já há uma importação em andamento"):
        asyncio.run(both("999001"))


def test_ten_thousand_people_with_their_families_come_in(database, path):
    """How long many more take is measured outside the suite (docs/reference/imports.md)."""
    lines = (
        f"{n:011d};José da Silva {n};{n % 28 + 1:02}/11/{1940 + n % 80};;{n - n % 4 if n % 4 else '':0>11};"
        f"{'filho' if n % 4 else 'titular'};Essencial;ativo;01/02/2020;31/12/2027;"
        f"419{n:08d};413{n:07d};p{n}@example.com\n"
        for n in range(10_000)
    )
    text = HEADER + "".join(line.replace(";00000000000;titular", ";;titular") for line in lines)
    outcome = import_people(database, path, text)
    assert (outcome.inserted, outcome.problems) == (10_000, 0)


def test_language_and_mobile_stay_as_they_were_where_the_file_has_no_such_column(database, path):
    lines = "carteira;nome;nascimento;idioma;usa_celular\n001;Ana;1980-01-01;en;não\n002;Rui;1980-01-01;;\n"
    import_people(database, path, lines)
    assert written_to(database) == [("en", True), ("pt-br", False)]
    assert import_people(database, path, "carteira;nome;nascimento\n001;Ana;1980-01-01\n").unchanged == 1
    assert written_to(database) == [("en", True), ("pt-br", False)]
    assert import_people(database, path, lines.replace("en;não", ";")).changed == 1
    assert written_to(database) == [("pt-br", False), ("pt-br", False)]


# ---- providers

NETWORK = "codigo;nome;cnpj_ou_cpf;especialidades;telefones;emails;conselho;uf;situacao\n"
CLINIC = (
    "010001;Clínica Sorriso;11.222.333/0001-81;endodontia|cirurgia;(41) 3222-1234|41988575949;a@example.com;"
    "CRO 12345;PR;ativo\n"
)


def test_a_provider_is_in_the_database_as_the_file_says_and_a_second_run_changes_nothing(database, path):
    assert import_providers(database, path, NETWORK + CLINIC).inserted == 1
    assert import_providers(database, path, NETWORK + CLINIC).unchanged == 1
    assert database.ask(
        "SELECT operator, code, name, document, council, specialties, phones, emails, active, staff "
        "FROM chancela.provider"
    ) == [
        (
            *("999001", "010001", "Clínica Sorriso", "11222333000181", "CRO 12345/PR", ["endodontia", "cirurgia"]),
            *(["+554132221234", "+5541988575949"], ["a@example.com"], True, []),
        )
    ]


def test_staff_are_added_to_those_who_are_known_and_never_taken_away(database, path):
    header = "codigo;nome;equipe\n"
    import_providers(database, path, header + "010001;Clínica Sorriso;41 90000-0001|ana@example.com\n")
    database.ask("UPDATE chancela.provider SET staff = staff || '{bia@example.com}'::text[]")
    later = header + "010001;Clínica Sorriso;41 90000-0002\n"
    assert import_providers(database, path, later).changed == 1
    assert import_providers(database, path, later).unchanged == 1
    assert import_providers(database, path, header + "010001;Clínica Sorriso;\n").unchanged == 1
    ((staff,),) = database.ask("SELECT staff FROM chancela.provider")
    assert set(staff) == {"+5541900000001", "+5541900000002", "ana@example.com", "bia@example.com"}


def test_a_later_file_of_the_network_changes_only_its_own_columns(database, path):
    import_providers(database, path, NETWORK + CLINIC)
    outcome = import_providers(database, path, "codigo;nome;situacao\n010001;Clínica Sorriso;descredenciado\n")
    assert outcome.changed == 1
    assert database.ask("SELECT active, council, specialties FROM chancela.provider") == [
        (False, "CRO 12345/PR", ["endodontia", "cirurgia"])
    ]


def test_of_a_code_that_stands_twice_the_last_line_counts_and_both_are_told(database, path):
    outcome = import_providers(database, path, NETWORK + CLINIC + CLINIC.replace("Sorriso", "Alegria"))
    assert database.ask("SELECT name FROM chancela.provider") == [("Clínica Alegria",)]
    assert [line.split(";")[:3] for line in told(outcome)] == [
        ["2", "codigo", "código repetido no arquivo: vale a linha 3"],
        ["3", "codigo", "código repetido no arquivo: vale a linha 3"],
    ]


def test_a_file_without_a_good_line_writes_nothing(database, path):
    assert import_providers(database, path, NETWORK).lines == 0
    assert import_people(database, path, HEADER).lines == 0
    assert import_people(database, path, HEADER + ANA.replace("20/11/1990", "x")).refused == 1
    assert database.ask("SELECT count(*) FROM chancela.beneficiary") == [(0,)]
