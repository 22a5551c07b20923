import csv
import io
import stat

import psycopg
import pytest

from bench import sib
from bench.sib import Contract


def exported(here, ans):
    said = here("export", "people", "--operator", ans)
    assert said.status == 0, said.err
    return said.out, list(csv.DictReader(io.StringIO(said.out)))


def test_every_person_is_in_the_export(here, house):
    for tenant in house.all:
        _, rows = exported(here, tenant.ans)
        assert [row["card_number"] for row in rows] == [each.card_number for each in tenant.people]
        assert [row["name"] for row in rows] == [each.name for each in tenant.people]
        assert [row["holder_card"] or None for row in rows] == [each.holder_card for each in tenant.people]
        assert [row["mobile"] for row in rows] == [(each.mobile or "").removeprefix("+") for each in tenant.people]


def test_what_was_exported_can_be_imported_and_changes_nothing(here, aurora, tmp_path):
    text, rows = exported(here, aurora.ans)
    (tmp_path / "people.csv").write_text(text)
    said = here("import", "people", tmp_path / "people.csv", "--operator", aurora.ans)
    assert said.status == 0, said.err
    assert said.out.startswith(f"{len(rows)} lines: 0 new, 0 changed, {len(rows)} unchanged, 0 refused.")
    assert "without use" not in said.out
    assert exported(here, aurora.ans)[0] == text


def test_people_of_one_operator_can_move_to_another(here, aurora, cambui, tmp_path):
    text, rows = exported(here, aurora.ans)
    (tmp_path / "people.csv").write_text(text)
    said = here("import", "people", tmp_path / "people.csv", "--operator", cambui.ans)
    assert f"{len(rows)} new" in said.out
    moved = {row["card_number"]: row for row in exported(here, cambui.ans)[1]}
    assert [moved[row["card_number"]] for row in rows] == rows


GUARDED = """
UPDATE chancela.beneficiary b SET protected = true, private = true, named_guardian_id = g.id
FROM chancela.beneficiary g
WHERE b.operator = %(ans)s AND g.operator = %(ans)s AND b.card_number = %(ward)s AND g.card_number = %(guardian)s;
"""
BESIDE = """
INSERT INTO chancela.guardian (operator, ward_id, guardian_id)
SELECT %(ans)s, w.id, g.id FROM chancela.beneficiary w, chancela.beneficiary g
WHERE w.operator = %(ans)s AND g.operator = %(ans)s AND w.card_number = %(ward)s AND g.card_number = %(guardian)s
ON CONFLICT DO NOTHING
"""


def test_who_guards_whom_moves_with_them(here, aurora, cambui, tmp_path, database_url):
    ward, guardian = aurora.people[0].card_number, aurora.people[1].card_number
    with psycopg.connect(database_url) as connection:
        for statement in (GUARDED, BESIDE):
            connection.execute(statement, {"ans": aurora.ans, "ward": ward, "guardian": guardian})
    (tmp_path / "people.csv").write_text(exported(here, aurora.ans)[0])
    here("import", "people", tmp_path / "people.csv", "--operator", cambui.ans)
    moved = next(row for row in exported(here, cambui.ans)[1] if row["card_number"] == ward)
    assert (moved["named_guardian"], moved["guardians"]) == (guardian, guardian)
    assert (moved["protected"], moved["private"]) == ("yes", "yes")


@pytest.mark.parametrize("name", ["=2+3", "+cmd", "-cmd", "@sum"])
def test_no_cell_of_an_export_is_a_formula(here, database_url, aurora, name):
    with psycopg.connect(database_url) as connection:
        connection.execute(
            "UPDATE chancela.beneficiary SET name = %s WHERE operator = %s AND card_number = %s",
            (name, aurora.ans, aurora.first.card_number),
        )
    text, rows = exported(here, aurora.ans)
    assert rows[0]["name"] == f"'{name}"
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []


def test_an_export_into_a_file_is_for_its_owner_alone(here, aurora, tmp_path):
    said = here("export", "people", "--operator", aurora.ans, "--output", tmp_path / "people.csv")
    assert said.out == f"{len(aurora.people)} people in {tmp_path / 'people.csv'}\n"
    assert stat.S_IMODE((tmp_path / "people.csv").stat().st_mode) == 0o600


def test_an_unknown_operator_is_told(here):
    said = here("export", "people", "--operator", "123456")
    assert (said.status, said.out) == (1, "")
    assert "123456" in said.err


def test_a_file_that_is_not_there_is_told_in_one_sentence(here):
    said = here("import", "people", "/nowhere/people.csv", "--operator", "999001")
    assert said.status == 1
    assert len(said.err.strip().splitlines()) == 1


def test_bad_lines_are_told_beside_the_file(here, tmp_path):
    (tmp_path / "p.csv").write_text("carteira;nome;nascimento\n1;Ana;1980-01-01\n2;;1980-01-01\n")
    said = here("import", "people", tmp_path / "p.csv", "--operator", "999001")
    assert "2 lines: 1 new, 0 changed, 0 unchanged, 1 refused." in said.out
    assert (tmp_path / "p.csv.erros.csv").exists()
    assert str(tmp_path / "p.csv.erros.csv") in said.out


def known(database_url, ans):
    with psycopg.connect(database_url) as connection:
        asked = "SELECT card_number, name FROM chancela.beneficiary WHERE operator = %s ORDER BY card_number"
        return connection.execute(asked, (ans,)).fetchall()


def test_sib_is_previewed_brought_in_and_undone(here, aurora, database_url, tmp_path):
    file = sib.conference(tmp_path / "base.CNX", aurora.ans, [Contract(7, name="Zoe Prado")], wrong_hash=True)
    before = known(database_url, aurora.ans)
    seen = here("import", "sib", file, "--operator", aurora.ans, "--preview")
    assert seen.status == 0, seen.err
    assert seen.out.startswith("Nothing was changed.")
    assert f"1 lines: 1 new, 0 changed, 0 unchanged, 0 refused.\nOf people: {len(before) - 1}" in seen.out or (
        "no longer in the file" in seen.out
    )
    assert "Warning: O hash do arquivo" in seen.out
    assert known(database_url, aurora.ans) == before
    done = here("import", "sib", file, "--operator", aurora.ans, "--ends-absent")
    assert "1 new" in done.out
    assert len(known(database_url, aurora.ans)) == len(before) + 1
    undone = here("import", "undo", "--operator", aurora.ans)
    assert undone.status == 0, undone.err
    assert "1 removed, 0 ended" in undone.out
    assert known(database_url, aurora.ans) == before
    again = here("import", "undo", "--operator", aurora.ans)
    assert (again.status, again.err) == (1, "chancela: Só a última importação pode ser desfeita, e uma vez.\n")


@pytest.mark.parametrize("kind", ["people", "providers"])
def test_csvs_are_previewed_too(here, aurora, database_url, tmp_path, kind):
    header = "carteira;nome;nascimento" if kind == "people" else "codigo;nome"
    (tmp_path / "p.csv").write_text(f"{header}\n99999;Zoe{';1980-01-01' if kind == 'people' else ''}\n")
    before = known(database_url, aurora.ans)
    said = here("import", kind, tmp_path / "p.csv", "--operator", aurora.ans, "--preview")
    assert "1 lines: 1 new" in said.out
    assert known(database_url, aurora.ans) == before


def test_an_import_stands_on_a_trail_that_verifies(here, aurora, tmp_path):
    file = sib.conference(tmp_path / "base.CNX", aurora.ans, [Contract(7)])
    here("import", "sib", file, "--operator", aurora.ans)
    said = here("verify")
    assert said.status == 0, said.out + said.err


def test_the_catalogue_is_there_already_and_stays(here):
    said = here("import", "procedures", "--from", "tiss")
    assert said.status == 0, said.err
    assert said.out.startswith("0 new")
