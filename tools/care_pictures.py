"""Draws how care goes on: the reasons, the printed guia and the desk that opens without the portal."""

import io
from typing import TYPE_CHECKING, Final

import pypdfium2

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from camera import Camera

ANS, CARD, KIND = "999003", "00300000201", "odonto"
CONSULTATION, XRAY = "81000065", "81000375"
PIN: Final = "ipê-amarelo 7"
SCALE: Final = 1.5  # 108 points an inch: A4 is 892 pixels wide


def draw(camera: "Camera") -> None:
    """Draw what a clinic does when no code comes."""
    page = camera.page
    guia = entered(page)
    page.goto(f"{guia}sem-codigo/")
    camera.takes("without-code")
    printed(camera, guia)
    without_portal(camera)


def entered(page: "Page") -> str:
    """The address of a guia that a person in front of the desk needs."""
    page.goto("/")
    page.click(f'.house form:has([value="{ANS}"]) button')
    page.wait_for_url("**/balcao/")
    page.goto(f"/balcao/pessoas/{CARD}/nova/{KIND}/")
    for count, code in enumerate((CONSULTATION, XRAY)):
        page.fill("#id_find", code)
        page.press("#id_find", "Enter")
        page.wait_for_selector(f".line >> nth={count}")
    page.click("button[value=check]")
    page.click("button[value=register]")
    page.wait_for_url("**/guias/**")
    return page.url.partition("?")[0]


def printed(camera: "Camera", guia: str) -> None:
    """The sheet as it comes from the printer; its number and QR are new each time."""
    page = camera.page
    page.goto(f"{guia}assinatura/")
    with page.expect_download():
        page.click("main form button.primary")
    sheet = page.request.get(f"{guia}assinatura/folha.pdf").body()
    with pypdfium2.PdfDocument(sheet) as document:
        drawn = document[0].render(scale=SCALE).to_pil().quantize(64)
    content = io.BytesIO()
    drawn.save(content, "PNG", optimize=True)
    camera.keeps("printed-guia", content.getvalue())


def without_portal(camera: "Camera") -> None:
    """The desk of a computer that was made ready, while nothing answers."""
    page = camera.page
    page.goto("/balcao/este-computador/")
    page.fill("#id_pin", PIN)
    page.fill("#id_again", PIN)
    page.click("[data-this-computer] form button")
    page.wait_for_selector("[data-on]:not([hidden])")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.goto("/balcao/")
    page.context.set_offline(True)
    page.goto("/balcao/")
    page.fill("[data-unlock] [name=pin]", PIN)
    page.press("[data-unlock] [name=pin]", "Enter")
    page.wait_for_selector("[data-view=form]:not([hidden])")
    page.fill("#id_card", CARD)
    page.check(f"[name=kind][value={KIND}]", force=True)
    page.fill("#id_find", CONSULTATION)
    page.press("#id_find", "Enter")
    page.wait_for_selector(".line")
    page.evaluate("window.scrollTo(0, 0)")
    camera.takes("desk-offline")
    page.context.set_offline(False)
    page.goto("/balcao/")
    page.click("form[data-leaves] button")
    page.wait_for_url("**/conta/entrar/**")
