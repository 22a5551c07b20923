"""A guia that awaits a document: from the provider's picture to the answer and VALIDADA; a denial printed."""

from __future__ import annotations

import datetime as dt
import time
from typing import TYPE_CHECKING, Any

import pypdfium2
import pytest
from playwright.sync_api import expect

from tests.adapters.documents import made
from tests.journeys.walk import follow
from tests.portals.hands import Hand
from tests.portals.test_browser import by_key

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.journeys.walk import Walk

pytestmark = pytest.mark.browser
ROSA, BORN = "00300000101", dt.date(1981, 10, 5)
ROOT_CANAL = "85200166"
PATIENCE_S = 20
WHY = "A radiografia não mostra lesão que justifique o tratamento de canal."


@pytest.fixture
def xray(tmp_path: Path) -> Path:
    path = tmp_path / "raio-x.jpg"
    path.write_bytes(made.picture("JPEG", (900, 600)))
    return path


def awaiting(walk: Walk) -> str:
    """A guia that awaits a picture, open in the browser; its address."""
    address = walk.desk.new_guia(ROSA, ROOT_CANAL, teeth="36")
    walk.page.goto(address)
    return address


def sends(walk: Walk, path: Path) -> None:
    walk.page.click("text=Enviar documentos")
    walk.page.set_input_files("#id_file", path)
    walk.page.click("button:has-text('Enviar documento')")
    walk.page.wait_for_selector("text=Recebido. A auditoria já pode ver.")


def opens(walk: Walk, number: str) -> Page:
    walk.page.goto("/operadora/auditoria/")
    follow(walk.page, f"a:text-is('{number}')")
    walk.page.wait_for_selector("h1:has-text('Guia')")
    return walk.page


def test_de_um_documento_pedido_a_guia_validada(receptionist: Any, operator: Any, xray: Path):
    desk, auditor = receptionist(), operator()
    guia = awaiting(desk)
    assert desk.page.is_visible("text=A operadora precisa de um documento")
    desk.spotless()
    sends(desk, xray)
    desk.spotless()
    desk.page.goto(guia)
    page = opens(auditor, desk.number)
    until = time.monotonic() + PATIENCE_S
    while not page.evaluate("[...document.images].every((each) => each.complete && each.naturalWidth > 0)"):
        assert time.monotonic() < until, "a picture does not come"
        page.wait_for_timeout(100)
    auditor.spotless()
    page.check("text=Autorizar")
    page.click("button:has-text('Registrar a resposta')")
    page.wait_for_selector("text=respondida")
    auditor.spotless()
    desk.page.wait_for_selector("[role=status] >> text=AGUARDANDO TOKEN")  # by itself, while one looks
    desk.page.click("text=Enviar o código")
    desk.page.click("dialog .primary")
    desk.page.wait_for_selector("dialog .ladder >> text=Entregue")
    desk.give(desk.read(ROSA))
    desk.sealed()


def test_pelo_teclado_sem_mouse(receptionist: Any, operator: Any):
    desk, auditor = receptionist(), operator()
    awaiting(desk)
    page = opens(auditor, desk.number)
    by_key(page, "o")
    expect(page.locator("[value=authorised]")).to_be_checked()
    by_key(page, "s")
    page.wait_for_selector("text=respondida")


def test_uma_negativa_por_escrito_chega_a_quem_pediu_e_a_quem_seria_atendido(
    receptionist: Any, operator: Any, live: Any
):
    desk, auditor = receptionist(), operator()
    guia = awaiting(desk)
    page = opens(auditor, desk.number)
    page.check("text=Negar")
    page.click("button:has-text('Registrar a resposta')")
    page.wait_for_selector(".summary >> text=Escreva o motivo da negativa")
    auditor.spotless()
    page.select_option("select[name^=code]", "3145")
    page.fill("textarea[name^=why]", WHY)
    page.click("button:has-text('Registrar a resposta')")
    follow(page, "text=Negativa por escrito")
    auditor.spotless()
    for walk in (auditor, desk):
        if walk is desk:
            walk.page.goto(f"{guia}negativa/")
            walk.spotless()
        printed(walk.page)
    with Hand(live.url, "999003") as rosa:
        rosa.enter(ROSA, BORN)
        rosa.open(f"{rosa.home}guias/{guia.split('/')[-2]}/")
        assert WHY in rosa.text
        rosa.open(f"{rosa.home}guias/{guia.split('/')[-2]}/negativa/")
        for words in (WHY, "Protocolo 999003", "Disque ANS"):
            assert words in rosa.text


def printed(page: Page) -> None:
    """One sheet of A4, black on white, that says all of it."""
    sheet = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))
    assert len(sheet) == 1
    assert [round(each) for each in sheet[0].get_size()] == [595, 842]
    said = " ".join(sheet[0].get_textpage().get_text_bounded().split())
    for words in ("Negativa de cobertura, por escrito", "3145", "623/2024", "Protocolo 999003"):
        assert words in said
    assert "Imprimir" not in said
    drawn = sheet[0].render(scale=1).to_pil().convert("RGB")
    colours = {colour for count, colour in drawn.getcolors(1 << 20) or [] if count > 200}
    assert all(max(each) - min(each) < 30 for each in colours), colours


def test_sem_javascript_tambem(receptionist: Any, operator: Any, xray: Path):
    desk, auditor = receptionist(java_script_enabled=False), operator(java_script_enabled=False)
    awaiting(desk)
    number = desk.number
    sends(desk, xray)
    page = opens(auditor, number)
    page.check("text=Pedir documento")
    page.fill("textarea[name^=need]", "Envie a radiografia final do dente 36.")
    page.click("button:has-text('Registrar a resposta')")
    page.wait_for_selector("text=respondida")
    desk.page.reload()
    desk.page.wait_for_selector("text=Envie a radiografia final do dente 36.")
