"""What becomes of the code: given wrongly, too late, twice, or after another one."""

import datetime as dt

import psycopg
import pytest
from playwright.sync_api import Route, expect

from tests.journeys.walk import PATIENCE_MS, Walk, wrong

pytestmark = pytest.mark.browser
HELENA, LOURDES, DIEGO, VITOR = "00100000101", "00200000101", "00300000501", "00300000903"
LATER = dt.timedelta(hours=49)
INTO_THE_PAST = """
UPDATE chancela.live_token SET issued_at = issued_at - %(by)s, expires_at = expires_at - %(by)s WHERE guia_id = %(guia)s
"""


def test_quem_erra_o_codigo_le_quantas_tentativas_restam_e_acerta_depois(receptionist):
    walk = receptionist()
    walk.has_code(DIEGO)
    code = walk.read(DIEGO)
    walk.give(wrong(code))
    walk.refused("O código não confere. Confira com a pessoa; restam 4 tentativas.")
    walk.spotless()
    walk.give("48291")
    walk.refused("O código tem 6 dígitos")
    walk.give(f" {code[:3]}-{code[3:]} ")
    walk.sealed()


def test_o_que_chegou_antes_da_resposta_aparece_nela(receptionist):
    """The code is with the person before the desk's dialog, which was drawn earlier, has come over a slow line."""
    walk = receptionist()
    walk.enter_guia(DIEGO)
    walk.page.wait_for_selector("dialog[open] [data-focus]:focus")
    on_the_way: list[Route] = []
    walk.page.route("**/codigo/enviar/", lambda route: on_the_way.append(route))  # noqa: PLW0108 - Playwright marks it
    with walk.page.expect_request("**/codigo/enviar/"):
        walk.page.click("dialog .primary")
    answer = on_the_way[0].fetch()
    walk.page.wait_for_selector("#guia-live .ladder >> text=Entregue")
    early = answer.text().replace("Entregue", "Na fila")
    on_the_way[0].fulfill(response=answer, body=early)
    expect(walk.page.locator("dialog .ladder")).to_contain_text("Entregue")
    expect(walk.page.locator("dialog .ladder")).not_to_contain_text("Na fila")


def test_cinco_codigos_errados_bloqueiam_e_um_novo_abre_o_caminho(receptionist):
    walk = receptionist()
    guia = walk.has_code(DIEGO)
    code = walk.read(DIEGO)
    for by, said in enumerate(("restam 4", "restam 3", "restam 2", "resta 1 tentativa"), 1):
        walk.give(wrong(code, by))
        walk.refused(said)
    walk.give(wrong(code, 5))
    walk.page.wait_for_selector("[role=alert] >> text=O código não confere e foi bloqueado. Peça um novo código.")
    walk.spotless()
    walk.page.goto(guia)
    assert walk.page.is_visible("text=O código foi bloqueado depois de tentativas demais. Peça um novo.")
    walk.spotless()
    send_anew(walk)
    walk.give(walk.read(DIEGO, old=code))
    walk.sealed()


def test_codigo_vencido_e_recusado_como_um_errado_e_um_novo_serve(receptionist):
    walk = receptionist()
    guia = walk.has_code(VITOR)
    code = walk.read(VITOR)
    with psycopg.connect(walk.town.database_url) as owner:
        moved = owner.execute(INTO_THE_PAST, {"by": LATER, "guia": guia.split("/")[-2]})
        assert moved.rowcount == 1
    walk.give(code)
    walk.page.wait_for_selector("[role=alert] >> text=O código não confere. Confira com a pessoa; restam 5 tentativas.")
    walk.spotless()
    walk.page.goto(guia)
    assert walk.page.is_visible("text=O prazo do código passou. Peça um novo.")
    walk.spotless()
    send_anew(walk)
    walk.give(walk.read(VITOR, old=code))
    walk.sealed()


def test_onde_vale_o_ultimo_o_segundo_codigo_anula_o_primeiro(receptionist):
    walk = receptionist("999002")
    walk.has_code(LOURDES)
    first = walk.read(LOURDES)
    walk.spotless()
    walk.rest()
    walk.page.click("text=Gerar um código novo")
    second = walk.read(LOURDES, old=first)
    walk.page.wait_for_selector("[name=code]:focus")
    walk.give(first)
    walk.refused("O código não confere.")
    walk.give(second)
    walk.sealed()


def test_onde_o_codigo_e_o_mesmo_pedir_de_novo_repete_o_primeiro(receptionist):
    walk = receptionist("999001")
    walk.has_code(HELENA)
    code = walk.read(HELENA)
    assert walk.page.is_hidden("text=Gerar um código novo")
    expect(walk.page.locator(".ladder li:has-text('Entregue')")).to_have_count(3, timeout=PATIENCE_MS)
    walk.rest()
    walk.page.click("text=Reenviar por SMS para")
    expect(walk.page.locator(".ladder li:has-text('Entregue')")).to_have_count(4, timeout=PATIENCE_MS)
    assert walk.read(HELENA) == code
    walk.give(code)
    walk.sealed()


def send_anew(walk: Walk) -> None:
    """Press the page's one button, then the dialog's."""
    walk.rest()
    walk.page.click("text=Enviar o código")
    walk.page.click("dialog .primary")
    walk.page.wait_for_selector("dialog [name=code]:focus")
