"""A therapy of three sessions: one code for the day, the next sessions by it, and the seal with the last."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
CARD, THERAPY = "00100000101", "50000160"


def test_a_serie_do_dia_segue_com_um_codigo_ate_a_chancela(receptionist):
    walk = receptionist("999001")
    page = walk.page
    guia = walk.desk.new_guia(CARD, THERAPY, "sp-sadt", quantity="3")
    walk.desk.sent(guia)
    page.goto(guia)
    assert page.is_visible("h2 >> text=Sessão 1 de 3")
    walk.spotless()
    page.click("text=Informar o código")
    page.wait_for_selector("[name=code]:focus")
    page.fill("[name=code]", walk.read(CARD))
    page.press("[name=code]", "Enter")
    page.wait_for_selector("text=Sessão 1 de 3 confirmada.")
    walk.spotless()

    page.click("text=Confirmar a sessão 2")
    page.wait_for_selector("h1 >> text=Confirmar a sessão 2 de 3?")
    walk.spotless()
    page.click("button:has-text('Confirmar a sessão')")
    page.wait_for_selector("text=Sessão 2 de 3 confirmada.")

    page.click("text=Encerrar a série")
    page.wait_for_selector("h1 >> text=Encerrar a série?")
    walk.spotless()
    page.click("text=Continuar a série")
    page.click("text=Confirmar a sessão 3")
    page.click("button:has-text('Confirmar a sessão')")
    page.wait_for_selector("[role=status] >> text=VALIDADA")
    expect(page.locator("table.sessions tbody tr")).to_have_count(3)
    walk.spotless()
