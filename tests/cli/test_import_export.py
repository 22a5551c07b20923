import csv
import io
import stat

import psycopg
import pytest


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


def test_the_catalogue_is_there_already_and_stays(here):
    said = here("import", "procedures", "--from", "tiss")
    assert said.status == 0, said.err
    assert said.out.startswith("0 new")
