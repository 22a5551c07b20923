"""Going on without a code at the desk in two clicks, what follows later, and the auditors' answer in writing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import psycopg
import pytest

from chancela.domain.absence import AbsenceLead, AbsenceNeed, AbsenceReason, AbsenceReview
from chancela.portals.design import absence_words as words
from tests.adapters.documents import made
from tests.portals.browsing import Visitor

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.portals.conftest import Installation

ROSA, AUDITED = "00300000101", "85200166"
SAME = {"Sec-Fetch-Site": "same-origin"}
WHY = "O dia do documento não é o do atendimento."
NEEDS_DOCUMENT = """
UPDATE chancela.absence SET owes = '{document}', owes_until = current_date + 5, review = 'waiting', lead = 'reviewed'
WHERE guia_id = %s
"""


@pytest.fixture(autouse=True, scope="module")
def short_queue(demo: Installation) -> None:
    """What others left waiting at this desk leaves no room in its queue."""
    with psycopg.connect(demo.database_url, autocommit=True) as connection:
        connection.execute("UPDATE chancela.guia SET valid_until = current_date - 1 WHERE operator = '999003'")


@pytest.fixture
def auditor(office_as: Callable[..., Visitor]) -> Visitor:
    return office_as("auditor")


def press(desk: Visitor, guia: str, reason: str, **typed: str) -> None:
    """Press «Seguir sem código», then the reason."""
    desk.open(guia)
    assert f'href="{guia}sem-codigo/"' in desk.page.text
    desk.open(f"{guia}sem-codigo/")
    desk.send(f"{guia}sem-codigo/", reason=reason, **typed)


def of(guia: str) -> str:
    """The auditor's address of it, from the desk's."""
    return guia.replace("/balcao/guias/", "/operadora/auditoria/sem-codigo/")


def waiting(demo: Installation, guia: str) -> str:
    """Let it owe a document, and wait for the auditors."""
    key = guia.split("/")[-2]
    with psycopg.connect(demo.database_url, autocommit=True) as connection:
        connection.execute(NEEDS_DOCUMENT, (key,))
    return key


# the provider's desk


def test_two_clicks_lead_on_with_a_protocol(desk: Visitor):
    guia = desk.new_guia(ROSA)
    press(desk, guia, "no_phone")
    assert desk.path == guia
    assert "SEM TOKEN" in desk.text
    assert re.search(r"Protocolo 999003[0-9]{14}", desk.text)
    assert "Não tem celular 07, vai no campo ausenciaCodValidacao" in desk.text
    assert "Falta o protocolo da central, até" in desk.text
    assert "sem código, falta protocolo" in desk.text
    assert "Próxima pessoa" in desk.text
    desk.open(f"{guia}papel/")
    for said in ("Sem código", "Não tem celular (TISS 07", "Assinatura da pessoa atendida", "o protocolo da central"):
        assert said in desk.text


def test_each_reason_of_the_operator_is_a_button_with_its_key(desk: Visitor):
    guia = desk.new_guia(ROSA)
    desk.open(f"{guia}sem-codigo/")
    for each in words.REASON.values():
        assert str(each) in desk.text
    keys = re.findall(r'class="reason"[^>]*accesskey="(.)"', desk.page.text)
    assert len(keys) == len(set(keys)) == len(AbsenceReason)


def test_the_number_of_the_call_centre_comes_later(desk: Visitor):
    guia = desk.new_guia(ROSA)
    press(desk, guia, "no_signal")
    desk.open(f"{guia}sem-codigo/central/")
    desk.send(f"{guia}sem-codigo/central/", call_protocol="12")
    assert desk.page.status_code == 422
    assert "são 20 números" in desk.text
    desk.send(f"{guia}sem-codigo/central/", call_protocol="")
    assert "Digite o protocolo" in desk.text
    desk.send(f"{guia}sem-codigo/central/", call_protocol="999003 20260101 000042")
    assert desk.path == guia
    assert "99900320260101000042" in desk.text
    assert "está registrado sem código" in desk.text
    assert "não espera protocolo" in desk.open(f"{guia}sem-codigo/central/").text


def test_a_wrong_number_stands_beside_its_field_and_nothing_typed_is_lost(desk: Visitor):
    guia = desk.new_guia(ROSA)
    press(desk, guia, "no_phone", call_protocol="123")
    assert desk.page.status_code == 422
    assert "Este protocolo não confere" in desk.text
    assert 'value="123"' in desk.page.text
    desk.send(f"{guia}sem-codigo/", reason="no_phone", call_protocol="99900320260101000043")
    assert "99900320260101000043" in desk.text


def test_a_reason_that_asks_for_words_shows_its_field(desk: Visitor):
    guia = desk.new_guia(ROSA)
    press(desk, guia, "refused")
    assert desk.page.status_code == 422
    assert "Escreva o que aconteceu." in desk.text
    assert re.search(r'<details class="reason-asks" open>', desk.page.text)
    desk.send(f"{guia}sem-codigo/", reason="refused", detail="não quis dizer o código")
    assert "não quis dizer o código" in desk.text
    assert "Em conferência" in desk.text


@pytest.mark.parametrize("reason", ["nunca", "", "x" * 50, "\x00"])
def test_what_is_no_reason_records_nothing(desk: Visitor, reason: str):
    guia = desk.new_guia(ROSA)
    press(desk, guia, reason)
    assert desk.page.status_code == 422
    assert "AGUARDANDO TOKEN" in desk.open(guia).text


def test_a_double_click_records_once_and_another_reason_comes_too_late(desk: Visitor):
    guia = desk.new_guia(ROSA)
    desk.open(f"{guia}sem-codigo/")
    fields = {**desk.form(f"{guia}sem-codigo/"), "reason": "no_phone"}
    desk.post(f"{guia}sem-codigo/", fields)
    protocol = re.search(r"999003[0-9]{14}", desk.text)
    desk.post(f"{guia}sem-codigo/", fields)
    assert protocol is not None and protocol[0] in desk.text
    desk.post(f"{guia}sem-codigo/", {**fields, "once": "outra", "reason": "no_signal"})
    assert desk.path == guia
    assert "Não tem celular" in desk.text
    assert desk.open(f"{guia}sem-codigo/").url.path == guia


def test_while_a_guia_is_analysed_only_what_cannot_wait_goes_on(desk: Visitor):
    guia = desk.new_guia(ROSA, AUDITED, teeth="36")
    assert "Urgência ou internação: seguir sem código" in desk.text
    desk.open(f"{guia}sem-codigo/")
    assert "Urgência ou emergência" in desk.text
    assert "Não tem celular" not in desk.text
    desk.send(f"{guia}sem-codigo/", reason="no_phone")
    assert "ainda está em análise" in desk.text
    desk.send(f"{guia}sem-codigo/", reason="urgent")
    assert "SEM TOKEN" in desk.text


def test_anothers_guia_is_like_none(desk: Visitor, demo: Installation):
    with Visitor(demo.url) as other:
        other.sign_in("999001")
        theirs = other.new_guia("00100000101")
        press(other, theirs, "no_phone")
        assert "está registrado sem código" in other.text
    for part in ("", "central/", "recusa/"):
        assert desk.open(f"{theirs}sem-codigo/{part}").status_code == 404
    desk.open("/balcao/")
    fields = {**desk.form("/balcao/buscar/"), "reason": "no_phone", "call_protocol": "1"}
    assert desk.post(f"{theirs}sem-codigo/", fields).status_code == 404
    assert desk.post(f"{theirs}sem-codigo/central/", fields).status_code == 404


def test_a_guia_of_which_nothing_is_owed_asks_for_no_number(desk: Visitor):
    guia = desk.new_guia(ROSA)
    assert desk.open(f"{guia}sem-codigo/central/").url.path == guia


# documents and auditors


def test_a_document_that_is_owed_is_sent_and_an_auditor_accepts(desk: Visitor, auditor: Visitor, demo: Installation):
    guia = desk.new_guia(ROSA)
    number = desk.number
    press(desk, guia, "no_phone")
    waiting(demo, guia)
    assert number not in auditor.open("/operadora/auditoria/sem-codigo/").text
    desk.open(guia)
    assert "Falta um documento, até" in desk.text
    desk.open(f"{guia}documentos/")
    fields = desk.form(f"{guia}documentos/")
    sent = {"file": ("foto.jpg", made.picture(), "image/jpeg")}
    desk.page = desk.http.post(f"{guia}documentos/", data=fields, files=sent, headers=SAME)
    assert "Recebido." in desk.text
    auditor.open("/operadora/auditoria/sem-codigo/")
    assert number in auditor.text
    auditor.open(of(guia))
    for said in ("Não tem celular", "Documento 1", "conferido", "Rosa"):
        assert said in auditor.text
    assert "Beltrão" not in auditor.text
    auditor.send(of(guia), answer="accept")
    assert auditor.path == "/operadora/auditoria/sem-codigo/"
    assert f"Guia {number} conferida." in auditor.text
    assert "Aceito pela auditoria" in desk.open(guia).text


def test_a_refusal_is_written_for_auditor_and_provider(desk: Visitor, auditor: Visitor):
    guia = desk.new_guia(ROSA)
    press(desk, guia, "refused", detail="não quis")
    assert desk.open(f"{guia}sem-codigo/recusa/").status_code == 404
    assert auditor.open(f"{of(guia)}recusa/").status_code == 404
    auditor.open(of(guia))
    auditor.send(of(guia), answer="refuse", why="não")
    assert auditor.page.status_code == 422
    assert "Escreva por que não aceita" in auditor.text
    assert ">não</textarea>" in auditor.page.text
    auditor.send(of(guia), answer="refuse", why=WHY)
    assert "Recusa por escrito" in auditor.text
    for visitor, path in ((auditor, f"{of(guia)}recusa/"), (desk, f"{guia}sem-codigo/recusa/")):
        visitor.open(path)
        assert visitor.page.status_code == 200
        for said in ("Atendimento sem código não aceito", WHY, "Não quis dar o código", "Rosa"):
            assert said in visitor.text
        assert re.search(r"Protocolo 999003[0-9]{14}", visitor.text)
    desk.open(guia)
    assert WHY in desk.text
    assert "Recusa por escrito" in desk.text


def test_nothing_is_decided_on_an_old_page(desk: Visitor, auditor: Visitor, demo: Installation):
    guia = desk.new_guia(ROSA)
    press(desk, guia, "no_phone")
    key = waiting(demo, guia)
    auditor.open(of(guia))
    old = auditor.form(of(guia))
    with psycopg.connect(demo.database_url, autocommit=True) as connection:
        connection.execute("UPDATE chancela.absence SET owes = '{}', owes_until = NULL WHERE guia_id = %s", (key,))
    auditor.post(of(guia), {**old, "answer": "refuse", "why": WHY})
    assert auditor.page.status_code == 422
    assert "mudou depois que esta página foi aberta" in auditor.text
    assert WHY in auditor.page.text
    auditor.send(of(guia), answer="accept")
    assert "conferida" in auditor.text
    auditor.post(of(guia), {**old, "answer": "accept"})
    assert "Nada do que foi indicado aguarda decisão" in auditor.text


def test_the_list_goes_on_page_by_page_and_reads_any_address(auditor: Visitor):
    for after in ("", "x", "1-2", "9" * 30 + "-" + "0" * 32, f"-5-{'0' * 32}", "1²-x"):
        assert auditor.open(f"/operadora/auditoria/sem-codigo/?depois={after}").status_code == 200
    assert "Procedimentos" in auditor.text
    for guia in ("x", "00000000-0000-4000-8000-000000000000"):
        assert auditor.open(f"/operadora/auditoria/sem-codigo/?guia={guia}").status_code == 200


def test_those_who_do_not_audit_see_none_of_it(office_as: Callable[..., Visitor], desk: Visitor):
    guia = desk.new_guia(ROSA)
    assert office_as("auditor").open(of(guia)).status_code == 404
    for role in ("agent", "analyst", "administrator"):
        for path in ("/operadora/auditoria/sem-codigo/", of(guia), f"{of(guia)}recusa/"):
            assert office_as(role).open(path).status_code == 404


# words


def test_each_reason_need_lead_and_state_has_its_words():
    assert set(words.REASON) == set(AbsenceReason)
    assert set(words.NEED) == set(words.NEED_SHORT) == set(AbsenceNeed)
    assert set(words.LEAD) == set(AbsenceLead)
    assert set(words.REVIEW) == set(AbsenceReview)
