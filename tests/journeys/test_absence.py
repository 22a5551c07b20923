"""Seguir sem código: two clicks at the desk, a sheet that fits A4, and an auditor's answer that the desk reads."""

from __future__ import annotations

import re
from typing import Any

import pypdfium2
import pytest

pytestmark = pytest.mark.browser
ROSA = "00300000101"
WHY = "A pessoa diz que não esteve na clínica neste dia."


def test_dois_cliques_e_o_atendimento_segue_com_protocolo(receptionist: Any):
    desk = receptionist()
    guia = desk.has_guia(ROSA)
    desk.page.click("text=Seguir sem código")
    desk.page.wait_for_selector("h1:text('Seguir sem código')")
    desk.spotless()
    desk.page.click("button:has-text('Não tem celular')")
    desk.page.wait_for_url(f"**{guia}?sem-codigo=1")
    protocol = desk.page.inner_text(".validation-code")
    assert re.fullmatch(r"999003[0-9]{14}", protocol)
    desk.spotless()
    desk.page.goto(f"{guia}papel/")
    with pypdfium2.PdfDocument(desk.page.pdf(format="A4")) as sheet:
        assert len(sheet) == 1
        assert protocol in sheet[0].get_textpage().get_text_range()


def test_da_recusa_de_dar_o_codigo_a_resposta_da_auditoria(receptionist: Any, operator: Any):
    desk, auditor = receptionist(), operator()
    guia = desk.has_guia(ROSA)
    number = desk.number
    desk.page.goto(f"{guia}sem-codigo/")
    desk.page.click("summary:has-text('Não quis dar o código')")
    desk.page.fill("#detail-refused", "não quis dizer o código")
    desk.page.click("details[open] button:has-text('Seguir sem código')")
    desk.page.wait_for_selector("text=Em conferência")
    auditor.page.goto("/operadora/auditoria/sem-codigo/")
    auditor.spotless()
    auditor.page.click(f"a:text-is('{number}')")
    auditor.page.wait_for_selector("h1:has-text('Guia')")
    auditor.spotless()
    auditor.page.fill("#id_why", WHY)
    auditor.page.click("button:has-text('Não aceitar')")
    auditor.page.wait_for_selector(f"text=Guia {number} conferida.")
    desk.page.goto(guia)
    desk.page.wait_for_selector(f"text={WHY}")
    desk.page.click("text=Recusa por escrito")
    desk.page.wait_for_selector("h1:has-text('não aceito')")
    desk.spotless()
