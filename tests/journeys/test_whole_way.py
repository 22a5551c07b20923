"""From sign-in to the seal: with each policy, by keyboard alone, and without JavaScript."""

import time

import pytest

from tests.journeys.walk import Walk, follow
from tests.portals.test_browser import by_key, enter
from tests.portals.test_doors import DEMO_SECRET, totp

pytestmark = pytest.mark.browser
ROSA = "00300000101"
FIRST = {"999001": "00100000101", "999002": "00200000101", "999003": ROSA}


def account(walk: Walk) -> tuple[str, str]:
    provider = walk.town.operator(walk.ans)["provider"]
    return provider["login"], provider["password"]


def show_who_one_is(walk: Walk) -> None:
    login, password = account(walk)
    walk.page.goto("/balcao/")
    walk.page.fill("[name=login]", login)
    walk.page.fill("[name=password]", password)
    walk.page.click("button:text-is('Entrar')")
    walk.page.wait_for_selector("text=Confirme que é você")


@pytest.mark.parametrize("ans", FIRST)
def test_entrar_registrar_enviar_validar(stranger, ans: str):
    walk = stranger(ans)
    show_who_one_is(walk)
    walk.page.fill("[name=code]", totp(DEMO_SECRET))
    walk.page.click("text=Confirmar e entrar")
    walk.page.wait_for_url("**/balcao/")
    walk.enter_guia(FIRST[ans])
    walk.page.wait_for_selector("dialog[open] [data-focus]:focus")
    walk.page.click("dialog .primary")
    walk.page.wait_for_selector("dialog .ladder >> text=Entregue")
    walk.give(walk.read(FIRST[ans]))
    walk.sealed()
    with walk.page.expect_download() as taken:
        walk.page.click("text=Baixar o recibo")
    assert taken.value.path().read_bytes().count(b".") == 2
    walk.page.click("main a:has-text('Imprimir')")
    walk.page.wait_for_selector(".seal.pressed")


def test_quem_erra_a_senha_ou_o_segundo_fator_le_o_que_fazer(stranger):
    walk = stranger("999001")
    walk.page.goto("/conta/entrar/")
    walk.page.fill("[name=login]", "ninguem.aqui")
    walk.page.fill("[name=password]", "nao e esta")
    walk.page.keyboard.press("Enter")
    walk.page.wait_for_selector("[role=alert] >> nth=0")
    walk.spotless()
    show_who_one_is(walk)
    walk.spotless()
    right = {totp(DEMO_SECRET, time.time() + step) for step in (-30, 0, 30, 60)}
    walk.page.fill("[name=code]", next(f"{n:06d}" for n in range(9) if f"{n:06d}" not in right))
    walk.page.keyboard.press("Enter")
    walk.page.wait_for_selector("[role=alert] >> nth=0")
    walk.spotless()


def test_so_com_o_teclado(stranger):
    walk = stranger()
    login, password = account(walk)
    walk.page.goto("/conta/entrar/")
    walk.page.wait_for_selector("[name=login]:focus")
    for typed, key in ((login, "Tab"), (password, "Enter")):
        walk.page.keyboard.type(typed)
        walk.page.keyboard.press(key)
    walk.page.wait_for_selector("text=Usar o segundo fator da demonstração")
    walk.page.wait_for_selector("[name=code]:focus")
    while walk.page.evaluate("document.activeElement.textContent") != "Usar o segundo fator da demonstração":
        walk.page.keyboard.press("Shift+Tab")
    walk.page.keyboard.press("Enter")
    walk.page.wait_for_url("**/balcao/")
    enter(walk.page, ROSA)
    walk.page.wait_for_selector("dialog[open] [data-focus]:focus")
    by_key(walk.page, "s")
    walk.page.wait_for_selector("dialog [name=code]:focus")
    walk.page.keyboard.type(walk.read(ROSA))
    by_key(walk.page, "v")
    walk.sealed()
    by_key(walk.page, "e")
    walk.page.wait_for_url("**/balcao/")
    walk.page.wait_for_selector("#id_q:focus")


def test_sem_javascript(stranger):
    walk = stranger(java_script_enabled=False)
    show_who_one_is(walk)
    walk.page.click("text=Usar o segundo fator da demonstração")
    walk.page.wait_for_url("**/balcao/")
    walk.enter_guia(ROSA)
    walk.page.click("text=Enviar o código")
    walk.page.click("text=Enviar por SMS para")
    walk.page.wait_for_selector("[name=code]")
    code = walk.read(ROSA)
    follow(walk.page, "noscript button")
    walk.page.wait_for_selector(".ladder")
    walk.give(f"{code[:3]} {code[3:]}")
    walk.sealed()
