"""«Não pedi este código»: who says it stops the guia, the desk sees it at once, and the operator decides."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.walk import PATIENCE_MS, Walk, follow

pytestmark = pytest.mark.browser
HELENA, REGINA = "00100000101", "00100000402"


def test_nao_pedi_pelo_link_do_email_para_a_guia_ate_a_operadora_decidir(receptionist, stranger, operator):
    desk, person = receptionist("999001"), stranger("999001")
    guia = desk.has_code(HELENA)
    number, old = desk.number, desk.read(HELENA)
    desk.page.goto(guia)
    desk.page.evaluate("window.kept = true")

    opens_the_link(person, HELENA, number)
    person.page.wait_for_selector("text=Aurora Saúde enviou um código para um atendimento em Clínica Ipê-Roxo.")
    person.page.wait_for_selector(f"text={number}")
    person.spotless()
    assert desk.page.is_hidden("text=O envio está parado."), "opening the link changed nothing"
    person.page.click("button:has-text('Não pedi este código')")
    person.page.wait_for_selector("text=Aviso recebido")
    protocol = person.page.inner_text("dl .digits >> nth=0")
    assert re.fullmatch(r"999001 \d{8} \d{6}", protocol)
    person.spotless()

    desk.page.wait_for_selector("text=A pessoa avisou que não pediu este código.", timeout=PATIENCE_MS)
    desk.page.wait_for_selector(f"text={protocol.replace(' ', '')}")
    expect(desk.page.locator("text=Informar o código")).to_be_hidden()
    desk.spotless()

    decides(operator("999001"), number, "Foi engano")
    desk.page.wait_for_selector("text=A operadora conferiu o aviso da pessoa e liberou a guia.", timeout=PATIENCE_MS)
    assert desk.page.evaluate("window.kept"), "nobody had to reload the page"
    desk.rest()
    desk.page.click("text=Enviar o código")
    desk.page.click("dialog[open] .primary")
    desk.page.wait_for_selector("dialog [name=code]:focus")
    desk.give(desk.read(HELENA, old=old))
    desk.sealed()


def opens_the_link(person: Walk, card: str, number: str) -> None:
    """Follow the link in the newest e-mail about a guia."""
    person.page.goto(f"/demo/phone/{card}")
    person.page.click(f".message.email:has-text('{number}') a[href*='/nao-pedi/'] >> nth=0")
    person.page.wait_for_url("**/nao-pedi/**")


def decides(office: Walk, number: str, words: str) -> None:
    """Close the report of a guia, and see it leave the list."""
    follow(office.page, "nav >> text=Casos")
    office.spotless()
    office.page.click(f"tr:has-text('{number}') button:has-text('{words}')")
    expect(office.page.locator(f"tr:has-text('{number}')")).to_have_count(0)
    office.spotless()


def test_responder_nao_ao_sms_para_a_guia_e_a_operadora_da_razao(receptionist, stranger, operator):
    desk, person = receptionist("999001"), stranger("999001")
    guia = desk.has_code(REGINA)
    number = desk.number
    desk.read(REGINA)
    desk.page.goto(guia)
    person.page.goto(f"/demo/phone/{REGINA}")
    person.page.wait_for_selector(f".message.sms:has-text('{number}') >> text=Responda NAO.")
    person.page.click(f".message.sms:has-text('{number}') >> text=Responder NÃO")
    desk.page.wait_for_selector("text=A pessoa avisou que não pediu este código.", timeout=PATIENCE_MS)
    decides(operator("999001"), number, "Procede")
    desk.page.wait_for_selector("text=Esta guia não recebe mais códigos.", timeout=PATIENCE_MS)
    expect(desk.page.locator("text=Enviar o código")).to_be_hidden()
    desk.spotless()


def test_sem_javascript_o_aviso_tambem_chega(receptionist, stranger, operator):
    desk = receptionist("999001", java_script_enabled=False)
    person = stranger("999001", java_script_enabled=False)
    guia = desk.has_code(HELENA)
    number = desk.number
    desk.read(HELENA)
    person.page.goto(f"/demo/phone/{HELENA}")
    while not person.page.locator(f".message.email:has-text('{number}')").count():
        follow(person.page, "noscript button")
    opens_the_link(person, HELENA, number)
    person.page.click("button:has-text('Não pedi este código')")
    person.page.wait_for_selector("text=Aviso recebido")
    desk.page.goto(guia)
    assert desk.page.is_visible("text=O envio está parado.")
    office = operator("999001", java_script_enabled=False)
    follow(office.page, "nav >> text=Casos")
    office.page.click(f"tr:has-text('{number}') button:has-text('Foi engano')")
    office.page.wait_for_selector("text=pode receber código de novo")
