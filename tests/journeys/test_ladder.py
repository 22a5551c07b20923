"""The code climbs by itself: what is lost is followed by the next way, and the desk sees each step."""

import re

import psycopg
import pytest
from playwright.sync_api import expect

from tests.journeys.walk import PATIENCE_MS, Walk

pytestmark = pytest.mark.browser
IOLANDA, MARCIA = "00100000202", "00300000601"
RUNG_IS_OVER = "UPDATE chancela.live_token SET climb_at = now() WHERE guia_id = %s AND climb_at IS NOT NULL"
RUNG_MS = 15_000 + PATIENCE_MS  # a rung of the demo waits 12 seconds


@pytest.fixture
def phone(stranger):
    """Set what a phone does in a browser of its owner's, and let it do all again in the end."""
    owner: Walk = stranger("999001")
    troubled: list[str] = []

    def does(card: str, words: str) -> Walk:
        troubled.append(card)
        owner.page.goto(f"/demo/phone/{card}")
        owner.page.click(f"button:has-text('{words}')")
        expect(owner.page.locator(f"button[aria-pressed=true]:has-text('{words}')")).to_be_visible()
        return owner

    yield does
    for card in set(troubled):
        does(card, "Tudo chega")


def test_sms_perdido_depois_a_ligacao_toca_e_a_guia_e_validada(receptionist, phone):
    """The mobile is off: the SMS is lost, so is WhatsApp, and then the landline rings."""
    owner = phone(IOLANDA, "Telefone desligado")
    owner.spotless()
    desk = receptionist("999001")
    desk.enter_guia(IOLANDA)
    desk.page.wait_for_selector("dialog[open] >> text=Se não chegar, o próximo meio sai sozinho.")
    desk.page.click("dialog .primary")
    ladder = desk.page.locator("dialog .ladder li")
    next_line = desk.page.locator("dialog .ladder-next")
    expect(next_line).to_have_text(re.compile(r"Se não chegar, enviamos por WhatsApp para .* às \d\d:\d\d\."))
    desk.page.evaluate("window.kept = true")
    expect(ladder).to_have_count(2, timeout=RUNG_MS)
    expect(ladder.nth(0)).to_contain_text("Enviado")
    expect(next_line).to_have_text(re.compile(r"Se não chegar, ligamos para \(41\)\s\*{4}-\d{4} às \d\d:\d\d\."))
    desk.spotless()
    end_rung(desk)
    expect(ladder).to_have_count(3, timeout=RUNG_MS)
    expect(ladder.nth(2)).to_contain_text(re.compile(r"Ligação.*Entregue", re.DOTALL), timeout=PATIENCE_MS)
    expect(next_line).to_have_text("Chegou à pessoa.")
    assert desk.page.evaluate("window.kept"), "nobody had to reload the page"
    owner.page.goto(f"/demo/phone/{IOLANDA}")
    expect(owner.page.locator(".message.voice").first).to_be_visible()
    assert owner.page.locator(".message.sms, .message.whatsapp").count() == 0
    owner.page.click("summary:has-text('Atender') >> nth=0")
    owner.page.wait_for_selector(".message.voice strong.digits")
    code = "".join(re.findall(r"\d", owner.page.inner_text(".message.voice strong.digits >> nth=0")))
    owner.spotless()
    desk.give(code)
    desk.sealed()


def end_rung(desk: Walk) -> None:
    """Let the time of the rung be over: that a rung's own time is waited for, the first one shows."""
    (guia,) = re.findall(r"[0-9a-f]{8}-[0-9a-f-]{27}", desk.page.url)
    with psycopg.connect(desk.town.database_url) as owner:
        assert owner.execute(RUNG_IS_OVER, (guia,)).rowcount == 1


FAILED = "UPDATE chancela.delivery SET state = 'failed', changed_at = now() WHERE guia_id = %s"


def test_o_proximo_meio_e_oferecido_assim_que_o_primeiro_falha(receptionist, phone):
    """Cambuí's provider picks each way: the SMS is lost, then known to have failed, and a button offers the next."""
    phone(MARCIA, "Telefone desligado")
    desk = receptionist()
    address = desk.has_code(MARCIA)
    desk.page.fill("[name=code]", "123")
    expect(desk.page.locator(".ladder li")).to_contain_text("Enviado", timeout=PATIENCE_MS)
    expect(desk.page.locator(".ladder-next")).to_have_text("Aguardando notícia da entrega.")
    expect(desk.page.locator("#offer button")).to_have_count(0)
    with psycopg.connect(desk.town.database_url) as owner:
        assert owner.execute(FAILED, (address.split("/")[-2],)).rowcount == 1
    offer = desk.page.locator("#offer button")
    expect(offer).to_contain_text("Enviar por WhatsApp para (67) *****-", timeout=PATIENCE_MS)
    expect(desk.page.locator(".ladder-next")).to_have_text("Não foi possível entregar. Use outro meio.")
    assert desk.page.input_value("[name=code]") == "123", "what is being typed stays"
    desk.spotless()
    phone(MARCIA, "Tudo chega")
    offer.click()
    expect(desk.page.locator(".ladder li")).to_have_count(2, timeout=PATIENCE_MS)
    expect(desk.page.locator(".ladder li >> nth=1")).to_contain_text("Entregue", timeout=PATIENCE_MS)
    expect(desk.page.locator("#offer button")).to_have_count(0)
    desk.give(desk.read(MARCIA))
    desk.sealed()
