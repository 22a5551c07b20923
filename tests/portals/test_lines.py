"""The procedures of a guia that is being entered."""

import pytest
from django.http import QueryDict
from hypothesis import given, strategies as st

from chancela.domain.analysis import CatalogueEntry, Rule, RuleKind
from chancela.domain.guia import RequestedProcedure
from chancela.portals.provider import lines
from chancela.portals.provider.lines import Line

FILLING = CatalogueEntry("85100196", "Restauração em resina", dental=True)
RULES = (
    Rule(RuleKind.TOOTH, ("851",)),
    Rule(RuleKind.FACES, ("85100196",)),
    Rule(RuleKind.REGION, ("853",)),
    Rule(RuleKind.AUDIT),
)


def test_a_line_knows_what_the_operator_asks_of_its_procedure():
    assert lines.needs(RULES, "85100196") == {"tooth", "faces"}
    assert lines.needs(RULES, "85300047") == {"region"}
    assert lines.needs(RULES, "81000065") == set()


def test_a_form_is_read_in_its_order():
    data = QueryDict(
        "line=1&code-1=85100196&name-1=B&quantity-1=1&teeth-1=16+26&faces-1=O&faces-1=M"
        "&line=0&code-0=81000065&name-0=A&quantity-0=2"
    )
    read = lines.read(data, RULES)
    assert [each.code for each in read] == ["85100196", "81000065"]
    assert read[0].teeth == "16 26"
    assert read[0].faces == "OM"
    assert read[1].quantity == "2"


def test_each_tooth_of_a_line_becomes_a_procedure():
    line = Line("85100196", "x", teeth="16, 26 16", faces="OM")
    assert lines.asked([line]) == (
        RequestedProcedure("22", "85100196", 1, tooth="16", faces="OM"),
        RequestedProcedure("22", "85100196", 1, tooth="26", faces="OM"),
    )


def test_a_line_without_teeth_becomes_one_procedure():
    assert lines.asked([Line("81000065", "x", quantity="3", region="AS")]) == (
        RequestedProcedure("22", "81000065", 3, region="AS"),
    )


def test_what_the_operator_asks_for_is_asked_for_before_it_is_sent():
    errors = lines.checked(lines.of_entry(FILLING, RULES)).errors
    assert set(errors) == {"teeth", "faces"}
    assert lines.checked(Line("85300047", "x", needs=frozenset({"region"}))).errors.keys() == {"region"}


@pytest.mark.parametrize("quantity", ["0", "", "-1", "100", "1.5", "um", "١", "１", "1\n"])
def test_a_quantity_is_a_small_number_in_plain_digits(quantity: str):
    assert "quantity" in lines.checked(Line("81000065", "x", quantity=quantity)).errors


@pytest.mark.parametrize("tooth", ["10", "99", "1", "116", "16x", "٢٦", "２６", "dente"])
def test_a_tooth_is_an_fdi_number(tooth: str):
    assert tooth in lines.checked(Line("85100196", "x", teeth=tooth)).errors["teeth"]


def test_faces_have_to_fit_every_tooth_of_the_line():
    assert "faces" in lines.checked(Line("85100196", "x", teeth="16 11", faces="O")).errors
    assert lines.checked(Line("85100196", "x", teeth="16 26", faces="OM")).errors == {}


def test_no_more_than_fifty_lines_are_read():
    assert len(lines.read(QueryDict("&".join(f"line={n}" for n in range(90))), ())) == 50


@given(st.lists(st.tuples(st.sampled_from(["line", "code-0", "teeth-0", "faces-0", "quantity-0", "q"]), st.text())))
def test_any_form_at_all_can_be_read_and_checked(fields: list[tuple[str, str]]):
    data = QueryDict(mutable=True)
    for name, value in fields:
        data.appendlist(name, value)
    for line in lines.read(data, RULES):
        if not lines.checked(line).errors:
            assert lines.asked([line])
