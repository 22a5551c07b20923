"""Guardians, protection and secrecy come by file, and a card that is nobody's takes nothing away."""

import pytest

from chancela.adapters.imports import people
from chancela.adapters.imports.cells import Cells
from tests.adapters.imports import hands

HEADER = "carteira;nome;nascimento;titular;parentesco;responsavel_nomeado;responsaveis;protegido;sigilo\n"
MOTHER = "001;Ana Souza;20/11/1990;;titular;;;;\n"
FATHER = "002;Rui Lima;20/11/1989;;titular;;;;\n"
GRANNY = "003;Eva Souza;20/11/1950;;titular;;;;\n"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "file.csv"


def take_in(database, path, *lines: str):
    path.write_text(HEADER + "".join(lines), encoding="utf-8")
    return hands.people(database, path)


def child(named: str = "", guardians: str = "", protected: str = "", private: str = "") -> str:
    return f'004;Léo Souza;01/02/2018;001;filho;{named};"{guardians}";{protected};{private}\n'


def marks(database) -> tuple[str | None, bool, bool]:
    """The named guardian's card, and whether the child is protected and private."""
    (row,) = database.ask(
        "SELECT n.card_number, b.protected, b.private FROM chancela.beneficiary b "
        "LEFT JOIN chancela.beneficiary n ON (n.operator, n.id) = (b.operator, b.named_guardian_id) "
        "WHERE b.card_number = '004'"
    )
    return row


def guardians(database) -> list[str]:
    rows = database.ask(
        "SELECT g.card_number FROM chancela.guardian o JOIN chancela.beneficiary g "
        "ON (g.operator, g.id) = (o.operator, o.guardian_id) ORDER BY g.card_number"
    )
    return [card for (card,) in rows]


def told(outcome) -> list[list[str]]:
    lines = outcome.errors_path.read_text(encoding="utf-8-sig").splitlines()[1:] if outcome.errors_path else []
    return [line.split(";")[:3] for line in lines]


def test_guardians_may_stand_further_down_and_are_linked(database, path):
    outcome = take_in(database, path, child("003", "002;003", "sim", "não"), MOTHER, FATHER, GRANNY)
    assert outcome.errors_path is None
    assert marks(database) == ("003", True, False)
    assert guardians(database) == ["002", "003"]


def test_the_same_file_again_changes_nothing(database, path):
    whole = (MOTHER, FATHER, GRANNY, child("003", "002", "sim", "sim"))
    take_in(database, path, *whole)
    again = take_in(database, path, *whole)
    assert (again.inserted, again.changed) == (0, 0)
    assert (marks(database), guardians(database)) == (("003", True, True), ["002"])


def test_what_the_last_file_says_counts_and_an_empty_cell_names_nobody(database, path):
    take_in(database, path, MOTHER, FATHER, GRANNY, child("003", "002|003"))
    take_in(database, path, child("002", "003"))
    assert (marks(database)[0], guardians(database)) == ("002", ["003"])
    take_in(database, path, child())
    assert (marks(database)[0], guardians(database)) == (None, [])


def test_only_a_word_lifts_a_protection(database, path):
    take_in(database, path, MOTHER, child(protected="sim", private="sim"))
    take_in(database, path, child())
    assert marks(database) == (None, True, True)
    take_in(database, path, child(protected="não", private="não"))
    assert marks(database) == (None, False, False)


@pytest.mark.parametrize("nobody", ["999", "004", "1,2E+10"])
def test_a_card_that_is_nobody_elses_is_told_and_takes_nothing_away(database, path, nobody):
    take_in(database, path, MOTHER, FATHER, GRANNY, child("003", "002"))
    outcome = take_in(database, path, child(nobody, f"003;{nobody}", "sim"))
    assert (outcome.refused, marks(database), guardians(database)) == (0, ("003", True, False), ["002", "003"])
    assert told(outcome) == [
        ["2", "responsaveis", f"não há outra pessoa com a carteira {nobody}: ninguém deixou de ser responsável"],
        ["2", "responsavel_nomeado", "não há outra pessoa com a carteira do responsável nomeado: ficou como estava"],
    ]


def test_a_file_without_these_columns_leaves_them_as_they_were(database, path):
    take_in(database, path, MOTHER, FATHER, GRANNY, child("003", "002", "sim", "sim"))
    path.write_text("carteira;nome;nascimento\n004;Léo Souza;01/02/2018\n", encoding="utf-8")
    hands.people(database, path)
    assert (marks(database), guardians(database)) == (("003", True, True), ["002"])


def test_a_perhaps_is_told():
    found = Cells({"carteira": "004", "nome": "Léo", "nascimento": "01/02/2018", "protegido": "talvez"})
    people.read(found, 2)
    assert [(each.column, each.refuses) for each in found.problems] == [("protegido", True)]


WAYS_IN = """
INSERT INTO chancela.person_session
    (operator, id, beneficiary_id, token_hash, created_at, seen_at, expires_at, assured_at, device)
    SELECT operator, gen_random_uuid(), id, sha256(id::text::bytea), now(), now(), now() + interval '1 day', now(), 'x'
    FROM chancela.beneficiary;
INSERT INTO chancela.passkey (operator, id, beneficiary_id, credential_id, public_key, sign_count, name, created_at)
    SELECT operator, gen_random_uuid(), id, id::text::bytea, '', 0, 'x', now() FROM chancela.beneficiary;
INSERT INTO chancela.device (operator, id, beneficiary_id, name, secret, enrolled_at)
    SELECT operator, gen_random_uuid(), id, 'x', '', now() FROM chancela.beneficiary;
INSERT INTO chancela.paper_code (operator, sheet_id, place, beneficiary_id, printed_at, digest)
    SELECT operator, gen_random_uuid(), 1, id, now(), '' FROM chancela.beneficiary;
"""


def ways_in(database) -> dict[str, int]:
    """How many ways of each kind lead in as the child."""
    tables = ("person_session", "passkey", "device", "paper_code")
    asked = "SELECT count(*) FROM chancela.{0} t JOIN chancela.beneficiary b ON b.id = t.beneficiary_id"
    alive = " WHERE b.card_number = '004' AND t.ended_at IS NULL"
    return {each: database.ask(asked.format(each) + alive)[0][0] for each in tables}


def test_who_becomes_protected_is_let_in_anew_everywhere(database, path):
    take_in(database, path, child("003"), MOTHER, FATHER, GRANNY)
    database.ask(WAYS_IN)
    take_in(database, path, child("003", private="sim"), MOTHER)
    assert set(ways_in(database).values()) == {1}
    take_in(database, path, child("003", protected="sim"), MOTHER)
    assert set(ways_in(database).values()) == {0}
    assert database.ask("SELECT count(*) FROM chancela.person_session WHERE ended_at IS NULL") == [(3,)]
