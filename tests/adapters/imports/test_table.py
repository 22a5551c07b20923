"""CSV files as people make them are read line by line, and no bad line takes a good one with it."""

import codecs

import pytest
from hypothesis import given, strategies as st

from chancela.adapters.imports import table
from chancela.adapters.imports.table import Fault, Record, UnreadableFileError

HEADER = "carteira;nome\n"


@pytest.fixture
def written(tmp_path):
    def write(text: str | bytes, encoding: str = "utf-8"):
        path = tmp_path / "people.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return path

    return write


def read(path) -> list[Record | Fault]:
    return list(table.examine(path).records())


def rows(path) -> list[tuple[int, list[str]]]:
    return [(each.line, each.cells) for each in read(path) if isinstance(each, Record)]


def faults(path) -> list[tuple[int, str]]:
    return [(each.line, each.problem) for each in read(path) if isinstance(each, Fault)]


# ---- encodings and separators


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "iso-8859-1", "cp1252"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encoding_separator_and_line_ends_are_found(written, encoding, separator, end):
    lines = [["carteira", "Situação"], ["001", "José Conceição"], ["002", "Inês"]]
    path = written(end.join(separator.join(line) for line in lines), encoding)
    assert table.examine(path).columns == ("carteira", "situacao")
    assert rows(path) == [(2, lines[1]), (3, lines[2])]


def test_what_windows_adds_to_iso_8859_1_is_read(written):
    assert rows(written(HEADER + "1;O’Neil “Zé” – €\n", "cp1252")) == [(2, ["1", "O’Neil “Zé” – €"])]


def test_one_broken_byte_does_not_turn_a_utf_8_file_into_another(written):
    path = written(HEADER.encode() + "1;José\n2;Ana\n".encode() + b"3;Jos\xe9\n" + "4;Inês\n".encode())
    assert rows(path) == [(2, ["1", "José"]), (3, ["2", "Ana"]), (5, ["4", "Inês"])]
    assert faults(path) == [(4, table.BYTES)]


@pytest.mark.parametrize("start", [codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, b"a\x00b\x00"])
def test_utf_16_is_refused_with_what_to_do(written, start):
    with pytest.raises(UnreadableFileError, match="salve-o como CSV UTF-8"):
        table.examine(written(start + b"c\x00"))


@pytest.mark.parametrize("start", [b"PK\x03\x04\x14", b"\xd0\xcf\x11\xe0\xa1"])
def test_a_workbook_is_refused_with_what_to_do(written, start):
    with pytest.raises(UnreadableFileError, match="é uma planilha"):
        table.examine(written(start))


# ---- header


@pytest.mark.parametrize("text", ["", "\n\n", "   \n", "\ufeff", "sep=;\n"])
def test_an_empty_file_is_refused(written, text):
    with pytest.raises(UnreadableFileError, match="está vazio"):
        table.examine(written(text))


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(UnreadableFileError, match="No such file"):
        table.examine(tmp_path / "people.csv")
    with pytest.raises(UnreadableFileError, match="Is a directory"):
        table.examine(tmp_path)


def test_columns_that_stand_twice_are_refused(written):
    with pytest.raises(UnreadableFileError, match="colunas repetidas: nome"):
        table.examine(written("Nome;carteira;NÓME;;\n"))


def test_a_header_that_is_no_text_is_refused(written):
    with pytest.raises(UnreadableFileError, match="não parece um CSV"):
        table.examine(written(b"nome\x07;carteira\n"))


def test_names_of_columns_need_no_accent_case_or_underscore(written):
    columns = table.examine(written('"Número da Carteira"; NOME ;E-mail;;\n')).columns
    assert columns == ("numero_da_carteira", "nome", "e_mail")


def test_lines_before_the_header_count(written):
    path = written("sep=;\n\ncarteira;nome\n1;Ana\n")
    assert (table.examine(path).header_line, rows(path)) == (3, [(4, ["1", "Ana"])])


# ---- lines


def test_empty_lines_are_passed_over_and_counted(written):
    path = written(HEADER + "\n1;Ana\n;;;\n  \n2;Rui\n")
    assert rows(path) == [(3, ["1", "Ana"]), (6, ["2", "Rui"])]


def test_quoted_cells_may_hold_separators_quotes_and_line_ends(written):
    path = written(HEADER + '1;"Ana ""Nana"" Souza; filha"\n2;"duas\r\nlinhas"\n3;Rui\n')
    assert rows(path) == [(2, ["1", 'Ana "Nana" Souza; filha']), (3, ["2", "duas\r\nlinhas"]), (5, ["3", "Rui"])]


def test_a_quote_within_a_word_is_a_letter(written):
    assert rows(written(HEADER + '1;Ana "Nana" Souza\n')) == [(2, ["1", 'Ana "Nana" Souza'])]


@pytest.mark.parametrize(
    "rest",
    [
        "2;Rui\n3;Eva\n",
        '2;"Rui"\n3;Eva\n',
        '2;Rui\n3;"Eva"\n',
        '2;Rui\n"3";Eva\n',
        "2;Rui\n3;Eva\n" + "4;Zoe\n" * 60,
    ],
)
def test_a_quote_that_never_closes_costs_only_its_own_line(written, rest):
    path = written(HEADER + '1;"Ana\n' + rest)
    assert faults(path) == [(2, table.QUOTES)]
    assert rows(path)[:2] == [(3, ["2", "Rui"]), (4, ["3", "Eva"])]


def test_text_after_a_closing_quote_costs_only_its_own_line(written):
    path = written(HEADER + '1;"Ana" Souza\n2;Rui\n')
    assert (faults(path), rows(path)) == ([(2, table.QUOTES)], [(3, ["2", "Rui"])])


@pytest.mark.parametrize("bad", ["\x00", "\x07", "\x1b", "\x85", "\u202e", "\ufffe"])
def test_a_line_with_a_control_character_is_a_fault(written, bad):
    path = written(HEADER + f"1;Ana{bad}\n2;Rui\n3;São\n")
    assert faults(path) == [(2, table.CONTROL)]
    assert rows(path) == [(3, ["2", "Rui"]), (4, ["3", "São"])]


def test_an_encoded_surrogate_is_a_fault(written):
    path = written(HEADER.encode() + b"1;\xed\xa0\x80\n" + "2;João\n3;Inês\n".encode())
    assert (faults(path), len(rows(path))) == ([(2, table.BYTES)], 2)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    "length", [n * table.LONGEST_LINE + extra for n in (1, 2, 3) for extra in (-2, -1, 0, 1, 2, 3)]
)
def test_a_long_line_is_a_fault_and_the_next_has_its_right_number(written, end, length):
    path = written("a" + end + "x" * length + end + "Rui" + end)
    too_long = length > table.LONGEST_LINE
    assert faults(path) == ([(2, table.TOO_LONG)] if too_long else [])
    assert rows(path)[-1] == (3, ["Rui"])


def test_a_megabyte_in_one_line_is_a_fault_even_at_the_end(written):
    assert faults(written(HEADER + "1;" + "a" * 1_000_000)) == [(2, table.TOO_LONG)]
    assert faults(written(HEADER + '1;"a\n' + "a" * 1_000_000)) == [(2, table.QUOTES), (3, table.TOO_LONG)]


def test_a_guard_against_formulas_is_taken_away(written):
    assert rows(written(HEADER + "'+5541;'=Ana\n2;'Ana\n")) == [(2, ["+5541", "=Ana"]), (3, ["2", "'Ana"])]


def test_lines_are_found_again_by_number(written):
    path = written(HEADER + "1;Ana\n2;Rui\n3;Eva\n")
    assert table.examine(path).texts({2, 4}) == {2: "1;Ana\n", 4: "3;Eva\n"}


@given(raw=st.binary(max_size=400), quoted=st.text('ab;"\n\r,', max_size=80))
def test_whatever_is_in_the_file_every_line_is_a_record_or_a_fault(tmp_path_factory, raw, quoted):
    path = tmp_path_factory.mktemp("noise") / "noise.csv"
    path.write_bytes(b"carteira;nome\n" + quoted.encode() + b"\n" + raw)
    for each in read(path):
        assert each.line > 1
        if isinstance(each, Record):
            "".join(each.cells).encode()


@given(st.lists(st.lists(st.text('aé;" \n', max_size=6), min_size=2, max_size=2), max_size=8))
def test_what_the_csv_module_writes_is_read_as_it_was(tmp_path_factory, lines):
    import csv

    path = tmp_path_factory.mktemp("round") / "round.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";", lineterminator="\r\n", quoting=csv.QUOTE_ALL).writerows([["a", "b"], *lines])
    assert [cells for _, cells in rows(path)] == lines
