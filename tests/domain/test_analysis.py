"""Analysis: each rule answers with its code of TISS table 38 and a sentence."""

import importlib.util
import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from chancela.adapters.tiss import catalogue
from chancela.domain import analysis, decision
from chancela.domain.analysis import CatalogueEntry, PastProcedure, Question, Rule, RuleKind
from chancela.domain.guia import ItemState, Kind, RequestedProcedure
from chancela.domain.people import Standing
from tests.domain import made

CONSULTATION = CatalogueEntry("81000030", "Consulta odontológica", dental=True)
YESTERDAY, TOMORROW = made.TODAY - timedelta(days=1), made.TODAY + timedelta(days=1)


def question(person: object = None, asked: object = None, **more: object) -> Question:
    """A dental consultation that nothing stands against, with changes."""
    return Question(
        **{
            "kind": Kind.ODONTO,
            "beneficiary": made.person(**(person or {})).beneficiary,
            "provider": made.provider(specialties=frozenset({"ortodontia"})),
            "asked": replace(RequestedProcedure("22", "81000030"), **(asked or {})),
            "entry": CONSULTATION,
            "past": (),
            "today": made.TODAY,
            **more,
        }
    )


def said(rule: Rule | RuleKind, asked: Question) -> str | None:
    """The code that the one rule gives, or None where it is content."""
    answer = analysis.RULES[rule if isinstance(rule, RuleKind) else rule.kind](
        Rule(rule) if isinstance(rule, RuleKind) else rule, asked
    )
    return answer.reason.code if answer else None


@pytest.mark.parametrize(
    ("person", "code"),
    [
        ({}, None),
        ({"standing": Standing.SUSPENDED}, "1016"),
        ({"standing": Standing.ENDED}, "1006"),
        ({"ended_date": YESTERDAY}, "1006"),
        ({"ended_date": made.TODAY}, None),
        ({"card_valid_until": YESTERDAY}, "1017"),
        ({"card_valid_until": made.TODAY}, None),
    ],
)
def test_a_card_must_be_active(person: dict[str, object], code: str | None):
    assert said(RuleKind.CARD_ACTIVE, question(person)) == code


def test_a_procedure_must_be_known():
    assert said(RuleKind.KNOWN_PROCEDURE, question(entry=None)) == "1801"
    assert said(RuleKind.KNOWN_PROCEDURE, question()) is None


def test_a_procedure_of_another_table_is_not_known():
    assert said(RuleKind.KNOWN_PROCEDURE, question(asked={"table": "18"})) == "1801"


@pytest.mark.parametrize(
    ("kind", "dental", "code"),
    [
        (Kind.ODONTO, True, None),
        (Kind.ODONTO, False, "1301"),
        (Kind.SP_SADT, True, "1301"),
        (Kind.CONSULTA, False, None),
    ],
)
def test_dental_procedures_belong_on_dental_guias(kind: Kind, *, dental: bool, code: str | None):
    assert said(RuleKind.FITTING_GUIA, question(kind=kind, entry=replace(CONSULTATION, dental=dental))) == code


def test_a_procedure_that_is_not_known_fits_any_guia():
    assert said(RuleKind.FITTING_GUIA, question(entry=None)) is None


@pytest.mark.parametrize(
    ("kind", "person", "code"),
    [
        (Kind.ODONTO, {"covers_dental": False}, "1025"),
        (Kind.ODONTO, {"covers_medical": False}, None),
        (Kind.SP_SADT, {"covers_medical": False}, "3287"),
        (Kind.SP_SADT, {"covers_dental": False}, None),
    ],
)
def test_the_plan_must_cover_it(kind: Kind, person: dict[str, object], code: str | None):
    assert said(RuleKind.COVERAGE, question(person, kind=kind)) == code


@pytest.mark.parametrize(("days", "code"), [(179, "3171"), (180, None), (9999, None)])
def test_the_waiting_period_must_be_over(days: int, code: str | None):
    joined = {"joined_date": made.TODAY - timedelta(days=days)}
    assert said(Rule(RuleKind.WAITING_PERIOD, days=180), question(joined)) == code


def test_who_joined_before_records_began_waits_for_nothing():
    assert said(Rule(RuleKind.WAITING_PERIOD, days=180), question()) is None


def test_a_waiting_period_says_from_when():
    answer = analysis.RULES[RuleKind.WAITING_PERIOD](
        Rule(RuleKind.WAITING_PERIOD, days=30), question({"joined_date": date(2026, 11, 10)})
    )
    assert answer is not None
    assert "10/12/2026" in answer.reason.text


def test_the_provider_must_have_the_specialty():
    assert said(Rule(RuleKind.SPECIALTY, specialties=("implantodontia",)), question()) == "1217"
    assert said(Rule(RuleKind.SPECIALTY, specialties=("implantodontia", "ortodontia")), question()) is None


@pytest.mark.parametrize(("tooth", "code"), [(None, "1432"), ("99", "1432"), ("26", None), ("85", None)])
def test_where_a_tooth_is_asked_it_must_be_one(tooth: str | None, code: str | None):
    assert said(RuleKind.TOOTH, question(asked={"tooth": tooth})) == code


@pytest.mark.parametrize(("faces", "code"), [(None, "1431"), ("XY", "1431"), ("OM", None)])
def test_where_faces_are_asked_they_must_fit(faces: str | None, code: str | None):
    assert said(RuleKind.FACES, question(asked={"faces": faces, "tooth": "26"})) == code


@pytest.mark.parametrize(("region", "code"), [(None, "1432"), ("ZZ", "1432"), ("HASD", None)])
def test_where_a_region_is_asked_it_must_be_one(region: str | None, code: str | None):
    assert said(RuleKind.REGION, question(asked={"region": region})) == code


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({}, None),
        ({"tooth": "26", "faces": "OM", "region": "S1"}, None),
        ({"tooth": "99"}, "1432"),
        ({"region": "<b>"}, "1432"),
        ({"faces": "XYZ"}, "1431"),
        ({"tooth": "26", "faces": "I"}, "1431"),
    ],
)
def test_what_is_given_without_being_asked_must_exist_too(asked: dict[str, object], code: str | None):
    assert said(RuleKind.PLACE, question(asked=asked)) == code


def repeated(days_ago: int, past: dict[str, object] | None = None) -> str | None:
    before = PastProcedure("81000030", None, None, made.TODAY - timedelta(days=days_ago))
    return said(Rule(RuleKind.REPETITION, days=180), question(past=(replace(before, **(past or {})),)))


def test_a_repetition_within_its_time_is_refused():
    assert repeated(0) == "3289"
    assert repeated(179) == "3289"
    assert repeated(180) is None


@pytest.mark.parametrize("past", [{"code": "81000049"}, {"tooth": "26"}, {"region": "S1"}])
def test_something_else_or_elsewhere_is_no_repetition(past: dict[str, object]):
    assert repeated(1, past) is None


def test_an_audit_and_a_document_are_asked_of_whatever_the_rule_names():
    assert said(RuleKind.AUDIT, question()) == "1425"
    assert said(RuleKind.DOCUMENT, question()) == "3047"


# the whole judgement


def judged(*rules: Rule, **more: object):
    return analysis.judge(3, rules, question(**more))


def test_what_nothing_stands_against_is_authorised():
    procedure = judged()
    assert (procedure.item, procedure.authorisation, procedure.reasons) == (3, ItemState.AUTHORISED, ())
    assert procedure.name == "Consulta odontológica"


def test_a_rule_concerns_only_the_codes_that_it_names():
    assert judged(Rule(RuleKind.AUDIT, ("82", "8100003"))).authorisation is ItemState.UNDER_AUDIT
    assert judged(Rule(RuleKind.AUDIT, ("82",))).authorisation is ItemState.AUTHORISED


def test_the_gravest_answer_stands_with_its_reasons():
    both = judged(Rule(RuleKind.DOCUMENT), Rule(RuleKind.AUDIT))
    assert (both.authorisation, [each.code for each in both.reasons]) == (ItemState.UNDER_AUDIT, ["1425"])
    denied = judged(Rule(RuleKind.AUDIT), Rule(RuleKind.TOOTH), Rule(RuleKind.FACES))
    assert (denied.authorisation, [each.code for each in denied.reasons]) == (ItemState.DENIED, ["1432", "1431"])


def test_one_reason_is_given_once():
    twice = judged(Rule(RuleKind.TOOTH), asked={"tooth": "99"})
    assert [each.code for each in twice.reasons] == ["1432"]


def test_every_operator_asks_the_base_questions():
    assert judged(person={"standing": Standing.SUSPENDED}).authorisation is ItemState.DENIED
    assert judged(entry=None).name == ""


def test_the_answer_keeps_what_was_asked():
    procedure = judged(asked={"quantity": 2, "tooth": "26", "region": "S1", "faces": "OM"})
    assert (procedure.table, procedure.code, procedure.quantity) == ("22", "81000030", 2)
    assert (procedure.tooth, procedure.region, procedure.faces) == ("26", "S1", "OM")


# the codes


def every_code() -> set[str]:
    """Every table 38 code that the core can give."""
    source = Path(analysis.__file__).read_text(encoding="utf-8")
    return set(re.findall(r'"(\d{4})"', source)) | {each.code for each in (*decision.USUAL.values(), *decision.DENIALS)}


def test_every_rule_has_its_question():
    assert set(analysis.RULES) == set(RuleKind)


@pytest.mark.parametrize("code", sorted(every_code()))
def test_every_code_stands_in_table_38_and_in_the_schema(code: str):
    (schema,) = Path(importlib.util.find_spec("tiss").submodule_search_locations[0]).rglob(
        "tissSimpleTypesV4_03_00.xsd"
    )
    assert catalogue.glosa_text(code)
    assert f'value="{code}"' in schema.read_text(encoding="latin-1")


def test_every_reason_is_a_sentence_in_portuguese():
    source = Path(analysis.__file__).read_text(encoding="utf-8")
    texts = re.findall(r'"\d{4}",\s*f?"([^"]+)"', source)
    assert len(texts) >= 10
    assert [text for text in texts if not (text[0].isupper() and text.endswith((".", ").")))] == []
