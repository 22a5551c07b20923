"""«Não pedi este código»: what counts as it, whom it stops and for how long, and the number that the person is told."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, strategies as st

from chancela.domain import report as reports
from chancela.domain.report import Report, ReportOutcome, ReportWay
from tests.domain import made

OPEN = Report(made.GUIA, made.ANA, "10001", ReportWay.SMS, "99900920261120000001", 1, made.NOW)
DENIALS = (
    *("NAO", "nao", "NÃO", "Não.", "nao!!", " não \n", "N", "n.", "«Não»", "não 😡", "NAO NAO", "Na\u0303o"),
    *("Não pedi", "não pedi este código", "Nao pedi esse codigo!", "não fui eu", "Não reconheço", "nao solicitei"),
    *("I didn't request a code", "not me", "STOP", "Cancelar"),
    "NAO\n\nEm 20/11/2026, Operadora Exemplo escreveu:\n> Codigo da guia",
)
OTHERS = (
    *("", " ", "\n\n", "sim", "SIM", "ok", "obrigado", "Obrigada!", "482913", "o código é 482913", "😡"),
    *("não consegui abrir", "não chegou", "nao recebi o codigo", "não entendi", "no dentista", "sim, não há problema"),
    "Obrigado\nNAO",
)


@pytest.mark.parametrize("text", DENIALS)
def test_these_answers_mean_that_nobody_asked(text: str):
    assert reports.denies(text)


@pytest.mark.parametrize("text", OTHERS)
def test_these_do_not(text: str):
    """Whoever writes that nothing came has asked for it: stopping their code would turn them away."""
    assert not reports.denies(text)


@given(st.text(max_size=200))
def test_any_answer_can_be_read(text: str):
    assert reports.denies(text) in {True, False}


def test_codes_of_a_guia_stay_stopped_until_someone_finds_a_mistake():
    assert not reports.stops(None)
    assert reports.stops(OPEN)
    assert reports.stops(replace(OPEN, outcome=ReportOutcome.UPHELD, closed_at=made.NOW, closed_by="auditora"))
    assert not reports.stops(replace(OPEN, outcome=ReportOutcome.MISTAKEN, closed_at=made.NOW, closed_by="auditora"))


@pytest.mark.parametrize(
    ("outcome", "generation", "again"),
    [
        (ReportOutcome.MISTAKEN, 2, True),
        (ReportOutcome.MISTAKEN, 1, False),
        (ReportOutcome.UPHELD, 2, False),
        (None, 2, False),
    ],
)
def test_after_a_mistake_a_word_about_a_later_code_is_heard_again(
    outcome: ReportOutcome | None, generation: int, again: bool
):
    assert reports.reopens(replace(OPEN, outcome=outcome), generation) is again


@given(st.integers(1, 999_999), st.dates(date(2026, 1, 1), date(2099, 12, 31)))
def test_a_protocol_has_20_digits_operator_day_and_count(number: int, day: date):
    said = reports.protocol("999009", day, number)
    assert len(said) == 20
    assert said.isdigit()
    assert (said[:6], said[6:14], int(said[14:])) == ("999009", day.strftime("%Y%m%d"), number)
