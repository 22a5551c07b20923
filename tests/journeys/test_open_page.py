"""What an open page learns by itself, and the same pages in English."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.walk import Walk, wrong

pytestmark = pytest.mark.browser
ROSA = "00300000101"
PORTUGUESE = re.compile(
    r"\b(não|você|código|celular|pessoa|enviar|aguardando|validada|hoje|para|procurar|agora)\b",
    re.IGNORECASE,
)


def test_os_envios_mudam_na_tela_sem_recarregar(receptionist):
    walk = receptionist()
    guia = walk.has_code(ROSA)
    walk.page.wait_for_selector(".ladder >> text=Entregue")
    walk.page.evaluate("window.kept = true")
    walk.page.fill("[name=code]", "123")
    walk.desk.open(f"{guia}codigo/")
    walk.desk.post(f"{guia}codigo/enviar/", {**walk.desk.form(f"{guia}codigo/enviar/"), "way": "app", "do": "again"})
    walk.page.wait_for_selector(".ladder li:has-text('Aplicativo') >> text=Entregue")
    expect(walk.page.locator(".ladder li")).to_have_count(2)
    assert walk.page.evaluate("window.kept")
    assert walk.page.input_value("[name=code]") == "123"


def test_in_english(receptionist):
    walk = receptionist()
    walk.page.click("form.languages button[value=en]")
    walk.page.wait_for_selector("html[lang=en]")
    in_english(walk)
    for path in ("/", "/balcao/guias/", f"/balcao/pessoas/{ROSA}/", f"/balcao/pessoas/{ROSA}/nova/odonto/"):
        walk.page.goto(path)
        in_english(walk)
    guia = walk.desk.new_guia(ROSA)
    for path in (guia, f"{guia}codigo/", f"{guia}cancelar/", f"{guia}papel/", "/balcao/guias/none/"):
        walk.page.goto(path)
        in_english(walk)
    walk.desk.sent(guia)
    walk.page.goto(f"{guia}codigo/")
    code = walk.read(ROSA)
    walk.page.fill("[name=code]", wrong(code))
    walk.page.press("[name=code]", "Enter")
    walk.page.wait_for_selector("text=The code does not match.")
    in_english(walk)
    walk.spotless()
    walk.page.fill("[name=code]", code)
    walk.page.press("[name=code]", "Enter")
    walk.page.wait_for_selector(".seal.pressed")
    in_english(walk)


def in_english(walk: Walk) -> None:
    """No everyday Portuguese word on the page; names, call-centre hours and TUSS are data and stay as they are."""
    assert walk.page.get_attribute("html", "lang") == "en"
    data = "document.querySelectorAll('.phones, .validation-code').forEach((each) => each.remove())"
    shown = walk.page.evaluate(f"{data}; document.body.innerText")
    assert PORTUGUESE.findall(shown) == [], walk.page.url
