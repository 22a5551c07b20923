"""An import keeps every good line and tells every bad one beside the file."""

import asyncio
import csv
import stat

import pytest

from chancela.adapters.imports import errors_file, people, run, table
from chancela.adapters.imports.cells import Problem
from chancela.adapters.imports.form import Late, Outcome

HEADER = "carteira;nome;nascimento;titular;celular\n"


class Memory:
    """A store that keeps rows by card number, as the database does."""

    def __init__(self, late=()):
        self.kept = {}
        self.batches = []
        self.columns = None
        self.late = late

    async def write(self, rows, columns):
        self.kept |= {row.card_number: row for row in rows}
        self.batches.append(len(rows))
        self.columns = columns


def told(path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, delimiter=";"))


def imported(path, store, **more):
    return asyncio.run(_imported(path, store, **more))


async def _imported(path, store, progress=run.silent):
    with errors_file.ErrorsFile(path) as errors:
        staged = await run.stage(path, people.FORM, store, errors, progress)
        late = run.tell_late(store.late, staged, errors)
        return Outcome(
            lines=staged.met,
            inserted=len(store.kept),
            changed=0,
            unchanged=0,
            refused=staged.refused + late,
            problems=errors.told,
            errors_path=errors.path if errors.told else None,
            unknown_columns=staged.unknown_columns,
        )


@pytest.fixture
def path(tmp_path):
    return tmp_path / "people.csv"


def test_good_lines_are_kept_and_the_others_told_with_what_became_of_them(path):
    path.write_text(
        HEADER
        + "1;Ana;20/11/1990;;41988575949\n"
        + "2;;x;;\n"
        + '3;"Rui\n'
        + "4;Eva;20/11/1990\n"
        + "5;Zoe;20/11/1990;1;88575949\n"
        + "6;Léo;20/11/1990;;;;\n",
        encoding="utf-8",
    )
    store = Memory()
    outcome = imported(path, store)
    assert list(store.kept) == ["1", "5", "6"]
    assert outcome.errors_path == path.with_name("people.csv.erros.csv")
    assert told(outcome.errors_path) == [
        ["linha", "coluna", "problema", "efeito", "conteudo"],
        ["3", "nome", "em branco", "linha não importada", "2;;x;;"],
        ["3", "nascimento", "não é uma data: escreva dd/mm/aaaa ou aaaa-mm-dd", "linha não importada", "2;;x;;"],
        ["4", "", table.QUOTES, "linha não importada", '3;"Rui'],
        ["5", "", "3 células onde o cabeçalho tem 5 colunas", "linha não importada", "4;Eva;20/11/1990"],
        ["6", "celular", "telefone sem DDD", "importada sem este dado", "5;Zoe;20/11/1990;1;88575949"],
    ]
    assert (outcome.lines, outcome.inserted, outcome.refused, outcome.problems) == (6, 3, 3, 5)


def test_the_errors_file_is_for_its_owner_alone_and_only_there_when_something_is_wrong(path):
    path.write_text(HEADER + "1;;20/11/1990;;\n", encoding="utf-8")
    errors = imported(path, Memory()).errors_path
    assert stat.S_IMODE(errors.stat().st_mode) == 0o600
    path.write_text(HEADER + "1;Ana;20/11/1990;;\n", encoding="utf-8")
    assert imported(path, Memory()).errors_path is None
    assert not errors.exists()


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx"])
def test_no_spreadsheet_takes_a_told_line_for_a_formula(path, cell):
    path.write_text(HEADER + f"{cell};Ana;;;\n", encoding="utf-8")
    contents = told(imported(path, Memory()).errors_path)[1][4]
    assert contents == f"'{cell};Ana;;;"


def test_a_line_that_is_no_text_can_be_told(path):
    path.write_bytes(
        HEADER.encode() + "1;José;1;;\n".encode() + b"2;Jos\xe9\x00;1;;\n" + b"3;" + b"a" * 100_000 + b"\n"
    )
    rows = told(imported(path, Memory()).errors_path)
    assert [(row[0], row[2], len(row[4]) < 2_100) for row in rows[2:]] == [
        ("3", table.BYTES, True),
        ("4", table.TOO_LONG, True),
    ]


def test_what_shows_only_at_the_end_is_told_with_its_line(path):
    path.write_text(HEADER + "1;Ana;20/11/1990;7;\n", encoding="utf-8")
    outcome = imported(path, Memory(late=[Late(2, "titular", "não há ninguém com a carteira do titular")]))
    assert told(outcome.errors_path)[1] == [
        *("2", "titular", "não há ninguém com a carteira do titular", "importada sem este dado", "1;Ana;20/11/1990;7;")
    ]


def test_missing_columns_are_named_with_those_that_exist_and_nothing_is_touched(path):
    path.write_text("Nome;Telefone\nAna;1\n", encoding="utf-8")
    errors = path.with_name("people.csv.erros.csv")
    errors.write_text("from the last time", encoding="utf-8")
    store = Memory()
    with pytest.raises(table.UnreadableFileError) as refusal:
        imported(path, store)
    assert str(refusal.value) == (
        f"No cabeçalho do arquivo {path} (linha 1) faltam as colunas: carteira, nascimento. Encontrei: nome, telefone."
    )
    assert store.batches == []


def test_two_names_for_one_column_are_refused(path):
    path.write_text("carteira;carteirinha;nome;nascimento\n", encoding="utf-8")
    with pytest.raises(table.UnreadableFileError, match="duas colunas para: carteira"):
        imported(path, Memory())


def test_other_names_of_columns_are_known_and_unknown_columns_told(path):
    path.write_text("Número da carteira,Nome completo,Data de nascimento,Peso\n1,Ana,20/11/1990,60\n", encoding="utf-8")
    store = Memory()
    outcome = imported(path, store)
    assert outcome.unknown_columns == ("peso",)
    assert store.columns == ("carteira", "nome", "nascimento", "peso")
    assert store.kept["1"].name == "Ana"


def test_a_header_alone_is_an_import_of_nobody(path):
    path.write_text(HEADER, encoding="utf-8")
    assert imported(path, Memory()).lines == 0


def test_batches_are_bounded_and_progress_is_told_to_the_end(path):
    with path.open("w", encoding="utf-8") as file:
        file.write(HEADER)
        file.writelines(f"{n};Ana;20/11/1990;;\n" for n in range(run.BATCH * 2 + 1))
    store, heard = Memory(), []
    outcome = imported(path, store, progress=lambda done, total: heard.append((done, total)))
    total = run.BATCH * 2 + 2
    assert store.batches == [run.BATCH, run.BATCH, 1]
    assert heard == [(0, total), (run.BATCH + 1, total), (run.BATCH * 2 + 1, total), (total, total), (total, total)]
    assert outcome.inserted == run.BATCH * 2 + 1


def test_a_folder_where_nothing_can_be_written_is_told(path):
    (path.with_name("people.csv.erros.csv")).mkdir()
    with pytest.raises(table.UnreadableFileError, match="Não foi possível escrever ao lado do arquivo"):
        errors_file.ErrorsFile(path).__enter__()


def test_problems_say_what_became_of_the_line(path):
    with errors_file.ErrorsFile(path) as errors:
        errors.tell(2, [Problem("cpf", "CPF inválido", refuses=False), Problem("nome", "em branco")], "1;")
    assert {row[3] for row in told(errors.path)[1:]} == {errors_file.LEFT_OUT}


def test_a_file_that_is_nothing_but_faults_fills_no_disk(path, monkeypatch):
    monkeypatch.setattr(errors_file, "MOST", 5)
    path.write_text(HEADER + "1;;20/11/1990;;\n" * 9, encoding="utf-8")
    outcome = imported(path, Memory())
    rows = told(outcome.errors_path)
    assert outcome.problems == 9
    assert [row[0] for row in rows] == ["linha", "2", "3", "4", "5", "6", ""]
    assert rows[-1][2] == "e mais 4 problemas, que não cabem aqui"
