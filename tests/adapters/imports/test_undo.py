"""The last import can be undone, once: what nobody changed since goes back, and what cannot is told."""

import pytest

from bench import sib as written
from bench.sib import Contract
from chancela.adapters.imports import writer
from tests.adapters.imports import hands

HEADER = "carteira;nome;nascimento;plano;titular;parentesco;celular;responsaveis;protegido\n"
ANA = "001;Ana Souza;20/11/1990;Essencial;;titular;41900000001;;\n"
RUI = "002;Rui Souza;01/02/2015;Essencial;001;filho;;001;\n"
EVERYTHING = (
    "SELECT b.* FROM chancela.beneficiary b ORDER BY b.card_number",
    "SELECT c.id, c.beneficiary_id, c.address, c.state, c.typed_by, c.guia_id FROM chancela.contact c ORDER BY c.id",
    "SELECT o.ward_id, o.guardian_id FROM chancela.guardian o ORDER BY 1, 2",
    "SELECT p.* FROM chancela.provider p ORDER BY p.code",
)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "file.csv"


def everything(database):
    return [database.ask(each) for each in EVERYTHING]


def take_in(database, path, *lines, header=HEADER):
    path.write_text(header + "".join(lines), encoding="utf-8")
    return hands.people(database, path)


def test_what_came_is_removed_and_what_was_changed_is_what_it_was(database, path):
    take_in(database, path, ANA)
    before = everything(database)
    take_in(database, path, ANA.replace("Ana Souza", "Ana Lima").replace("41900000001", "41900000002"), RUI)
    assert everything(database) != before
    undone = hands.undo(database)
    assert everything(database) == before
    assert undone.counts == {"restored": 2, "removed": 2, "undo_ended": 0, "left": 0}


def test_a_contact_that_a_provider_typed_is_provisional_again(database, path):
    take_in(database, path, ANA)
    database.ask("UPDATE chancela.contact SET state = 'provisional', typed_by = '1', guia_id = gen_random_uuid()")
    before = everything(database)
    take_in(database, path, ANA)
    assert everything(database) != before
    hands.undo(database)
    assert everything(database) == before


def test_what_somebody_changed_since_is_left_and_told_field_by_field(database, path):
    take_in(database, path, ANA)
    take_in(database, path, ANA.replace("Ana Souza", "Ana Lima").replace("Essencial", "Ouro"))
    database.ask("UPDATE chancela.beneficiary SET name = 'Ana Prado'")
    undone = hands.undo(database)
    assert database.ask("SELECT name, plan FROM chancela.beneficiary") == [("Ana Prado", "Essencial")]
    assert undone.told == [["left", "001", "name"]]


GUIA = """
INSERT INTO chancela.guia (operator, id, number, kind, beneficiary_id, card_number, provider, created_at, valid_until,
                           procedures, authorisation, attendance)
SELECT operator, gen_random_uuid(), '1', 'ODONTO', id, card_number, '1', now(), current_date, '[]', 'authorised', 'none'
FROM chancela.beneficiary WHERE card_number = '002'
"""
SESSION = """
INSERT INTO chancela.person_session
    (operator, id, beneficiary_id, token_hash, created_at, seen_at, expires_at, assured_at, device)
SELECT operator, gen_random_uuid(), id, '', now(), now(), now(), now(), 'x' FROM chancela.beneficiary
"""
CONTACT = """
INSERT INTO chancela.contact (operator, id, beneficiary_id, kind, address, state)
SELECT operator, gen_random_uuid(), id, 'email', 'a@example.com', 'confirmed' FROM chancela.beneficiary
"""


def test_who_came_and_has_a_guia_stays_ended_and_so_does_their_holder(database, path):
    take_in(database, path, ANA, RUI, ANA.replace("001;Ana", "003;Eva").replace("00001", "00003"))
    database.ask(GUIA)
    undone = hands.undo(database)
    assert database.ask(
        "SELECT card_number, standing, ended_date::text FROM chancela.beneficiary ORDER BY card_number"
    ) == [("001", "ended", "2026-11-21"), ("002", "ended", "2026-11-21")]
    assert (undone.removed, undone.ended) == (1 + 2, 2)
    assert sorted(undone.told) == [["ended", "001", ""], ["ended", "002", ""]]


def test_who_came_and_was_changed_since_is_left(database, path):
    take_in(database, path, ANA)
    database.ask("UPDATE chancela.beneficiary SET plan = 'Ouro'")
    undone = hands.undo(database)
    assert database.ask("SELECT name, standing FROM chancela.beneficiary") == [("Ana Souza", "active")]
    assert ["left", "001", "plan"] in undone.told


@pytest.mark.parametrize("hanging", [SESSION, CONTACT])
def test_who_came_and_has_something_of_their_own_stays(database, path, hanging):
    take_in(database, path, ANA)
    database.ask(hanging)
    assert hands.undo(database).ended == 1
    assert database.ask("SELECT standing FROM chancela.beneficiary") == [("ended",)]


def test_who_enters_while_the_undo_is_at_work_stays_and_the_others_of_their_part_go(database, path):
    take_in(database, path, ANA, RUI.replace("001;filho", ";titular").replace(";001;", ";;"))
    late = SESSION.replace("x' FROM chancela.beneficiary", "x' FROM chancela.beneficiary WHERE card_number = '001'")
    undone = hands.undo(database, progress=lambda done, total: database.ask(late) if done == 1 else None)
    assert database.ask("SELECT card_number, standing FROM chancela.beneficiary") == [("001", "ended")]
    assert (undone.removed, undone.ended, undone.told) == (1 + 1, 1, [["ended", "001", ""]])


COLUMNS = """
SELECT c.relname || '.' || a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'chancela' AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND NOT a.attisdropped
  AND format_type(a.atttypid, NULL) = 'uuid'
  AND a.attname IN ('beneficiary_id', 'person_id', 'of_id', 'taker_id', 'holder_id', 'named_guardian_id', 'reader_id',
                    'ward_id', 'guardian_id', 'merged_into', 'about_id', 'caller_id')
"""
ELSEWHERE = {"delivery.beneficiary_id"}  # of a guia, which is looked at itself


def test_every_table_that_names_a_person_is_looked_at_before_one_is_removed(database):
    from chancela.adapters.imports import staging

    looked_at = staging.sql("undo_open").decode()
    for (column,) in database.ask(COLUMNS):
        table, name = column.split(".")
        mentioned = any(f"t.{name}" in part for part in looked_at.split("UNION") if f"chancela.{table} t" in part)
        assert column in ELSEWHERE or mentioned, f"undo does not look at {column}"


def test_undo_happens_once_and_there_must_be_an_import(database, path):
    with pytest.raises(writer.ImportRefusedError, match="Só a última importação pode ser desfeita"):
        hands.undo(database)
    take_in(database, path, ANA)
    take_in(database, path, ANA, RUI)
    hands.undo(database)
    assert database.ask("SELECT card_number FROM chancela.beneficiary") == [("001",)]
    with pytest.raises(writer.ImportRefusedError, match="e uma vez"):
        hands.undo(database)


def test_only_the_last_import_is_remembered(database, path):
    take_in(database, path, ANA)
    take_in(database, path, ANA, RUI)
    assert database.ask(
        "SELECT count(DISTINCT b.run_id), (SELECT count(*) FROM chancela.import_run) FROM chancela.import_before b"
    ) == [(1, 2)]


def test_an_import_of_another_operator_is_not_undone(database, path):
    take_in(database, path, ANA)
    with pytest.raises(writer.ImportRefusedError):
        hands.undo(database, "999002")
    assert len(database.ask("SELECT 1 FROM chancela.beneficiary")) == 1


def test_sib_goes_back_too_also_those_whom_it_ended(database, tmp_path):
    path = tmp_path / "base.CNX"
    people = list(written.crowd(8))
    hands.sib(database, written.conference(path, "999001", people))
    before = everything(database)
    changed = [written.renamed(people[0], name="Outro Nome"), *people[1:4], Contract(99)]
    hands.sib(database, written.conference(path, "999001", changed), ends_absent=True)
    assert everything(database) != before
    undone = hands.undo(database)
    assert (everything(database), undone.removed, undone.restored) == (before, 1, 5)


NETWORK = "codigo;nome;especialidades;equipe\n"


def test_providers_go_back_too(database, tmp_path):
    path = tmp_path / "p.csv"

    def network(*lines):
        path.write_text(NETWORK + "".join(lines), encoding="utf-8")
        hands.providers(database, path)

    network("1;Sorriso;endodontia;\n")
    before = everything(database)
    network("1;Sorriso Novo;cirurgia;ana@example.com\n", "2;Outra;;\n", "3;Terceira;;\n")
    database.ask("INSERT INTO chancela.provider_day (operator, provider, day) VALUES ('999001', '3', current_date)")
    undone = hands.undo(database)
    database.ask("UPDATE chancela.provider SET staff = '{}' WHERE staff = '{}'")
    assert undone.counts == {"restored": 1, "removed": 1, "undo_ended": 1, "left": 0}
    assert database.ask("SELECT code, active FROM chancela.provider ORDER BY code") == [("1", True), ("3", False)]
    assert everything(database)[3][0] == before[3][0]
