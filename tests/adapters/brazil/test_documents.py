"""Documents are brought to one form, and only when their check digits are right."""

import json
import pathlib

import pytest
import tiss
import validate_docbr
from hypothesis import given, strategies as st

from chancela.adapters.brazil import documents


@pytest.mark.parametrize("written", ["529.982.247-25", "52998224725", " 52998224725 ", "529982247-25"])
def test_a_cpf_becomes_eleven_digits(written):
    assert documents.cpf(written) == "52998224725"


def test_the_zeros_that_a_spreadsheet_dropped_come_back():
    assert documents.cpf("1234567890") == "01234567890"
    assert documents.cpf("123456797") == "00123456797"


@pytest.mark.parametrize(
    "written",
    [
        "",
        "529.982.247-26",
        "11111111111",
        "00000000000",
        "191",
        "5299822472",
        "52998224725\n1",
        "٥٢٩٩٨٢٢٤٧٢٥",
        "５２９９８２２４７２５",
        "52998224725\x00",
        "529-982-247.25",
        "5.2998224725E+10",
        "529982247250",
        "\ud800" * 11,
    ],
)
def test_what_is_no_cpf_is_none(written):
    assert documents.cpf(written) is None


@given(st.text("0123456789.-", max_size=15))
def test_a_cpf_that_is_taken_is_one_for_validate_docbr(text):
    found = documents.cpf(text)
    assert found is None or (len(found) == 11 and validate_docbr.CPF().validate(found))


def test_a_cnpj_may_have_letters():
    """domain.md: alphanumeric since July 2026, 12.ABC.345/01DE-35 is valid."""
    assert documents.cnpj("12.ABC.345/01DE-35") == documents.cnpj("12abc34501de35") == "12ABC34501DE35"
    assert documents.cnpj("11.222.333/0001-81") == "11222333000181"


@pytest.mark.parametrize(
    "written",
    ["", "11222333000182", "12ABC34501DEAB", "12ABC34501DE3", "1222333000181", "ſ2ABC34501DE35", "00000000000000"],
)
def test_what_is_no_cnpj_is_none(written):
    assert documents.cnpj(written) is None


def test_a_health_card_has_fifteen_digits():
    card = validate_docbr.CNS().generate()
    assert documents.cns(card) == documents.cns(validate_docbr.CNS().mask(card)) == card
    assert documents.cns(card[:-1] + str((int(card[-1]) + 1) % 10)) is None
    assert documents.cns("") is None


def test_an_ans_register_has_six_ascii_digits():
    assert documents.ans_register(" 005711 ") == "005711"
    for wrong in ("5711", "0057111", "00571a", "٠٠٥٧١١", ""):
        assert documents.ans_register(wrong) is None


def test_the_check_digit_of_the_register_holds_for_every_operator_of_the_open_list():
    listed = pathlib.Path(tiss.__file__).parent / "operadoras" / "_data" / "healthplans.json"
    registers = list(json.loads(listed.read_text(encoding="utf-8"))["records"])
    assert len(registers) > 1_000
    assert [register for register in registers if not documents.ans_register_is_usual(register)] == []


def test_invented_operators_are_unusual_and_still_taken():
    assert documents.ans_register("999001") == "999001"
    assert not documents.ans_register_is_usual("999001")
