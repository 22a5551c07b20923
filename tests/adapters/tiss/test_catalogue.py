"""The tables of ANS come whole from the package `tiss`, and quickly."""

import datetime as dt
import subprocess
import sys

import tiss
import tiss.tuss

from chancela.adapters.tiss import catalogue

EMITTED = [
    *(3156, 3157, 3160, 3096, 3176, 3243, 1001, 1006, 1016, 1017, 1025, 3171, 3287, 1217, 1301, 1307, 1308, 1321),
    *(1414, 1426, 1431, 1432, 1437, 3144, 3145, 3289, 3306, 5001, 5014, 5027, 5028),
]


def test_the_whole_of_tuss_22_is_there_once_and_in_order():
    listed = list(catalogue.procedures())
    codes = [each.code for each in listed]
    count = next(table["count"] for table in tiss.tuss.tables() if table["tabela"] == "22")
    assert len(codes) == count > 5_000
    assert codes == sorted(set(codes))
    assert all(each.table == "22" and len(each.code) == 8 and each.code.isdigit() and each.name for each in listed)


def test_dental_codes_are_those_of_group_8():
    by_code = {each.code: each for each in catalogue.procedures()}
    consultation = by_code["81000030"]
    assert (consultation.name, consultation.dental) == ("Consulta odontológica", True)
    assert not by_code["10101012"].dental
    assert sum(each.dental for each in by_code.values()) > 300


def test_a_procedure_is_listed_between_its_days():
    listed = next(catalogue.procedures())
    since = listed.from_date
    assert since is not None
    assert listed.in_force(since)
    assert not listed.in_force(since - dt.timedelta(1))
    ended = next(each for each in catalogue.procedures() if each.until_date)
    assert ended.in_force(ended.until_date)
    assert not ended.in_force(ended.until_date + dt.timedelta(1))


def test_every_glosa_that_we_emit_has_its_official_text():
    """domain.md, table 38 codes to emit."""
    assert [code for code in map(str, EMITTED) if catalogue.glosa_text(code) != tiss.glosa(code)["descricao"]] == []
    assert "TOKEN" in catalogue.glosa_text("3156").upper()


def test_a_retired_or_unknown_glosa_has_no_text():
    assert catalogue.glosa_text("1003") == catalogue.glosa_text("") == catalogue.glosa_text("x") == ""


def test_reading_the_tables_does_not_load_the_package():
    script = (
        "import sys; from chancela.adapters.tiss import catalogue; list(catalogue.procedures());"
        "catalogue.glosa_text('1001'); print('tiss' in sys.modules)"
    )
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert answer.stdout == "False\n"
