"""What a person does where there is no signal: sees kept codes, makes new ones, and takes a lost device away."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from typing import TYPE_CHECKING

import psycopg
import pytest
from playwright.sync_api import expect

from chancela.domain import offline
from tests.journeys.test_every_hand_page import TWICE, USUAL, letters, spaced, trouble
from tests.journeys.test_hand import CARD, HOME, phone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from tests.journeys.conftest import NewWalk
    from tests.journeys.walk import Walk
    from tests.running import Running

PROVIDER = "10003"
SWITCH = f"{HOME}sem-sinal/aparelho/"
CUT = re.compile(r"net::ERR_INTERNET_DISCONNECTED|status of 410 ")
EXPORTS = """async () => {
  const { device } = await pocket.open();
  const tried = (key) => crypto.subtle.exportKey("raw", key).then(() => "read", (fault) => fault.name);
  const { key, seal } = device;
  return [await tried(key), await tried(seal), key.extractable, seal.extractable];
}"""
KEPT = """async () => {
  const latin = (bytes) => Array.from(new Uint8Array(bytes), (each) => String.fromCharCode(each)).join("");
  const raw = (value) => ArrayBuffer.isView(value) || value instanceof ArrayBuffer;
  const done = (asked) => new Promise((settle) => { asked.onsuccess = () => settle(asked.result); });
  const told = [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage })];
  for (const name of await caches.keys()) {
    const shelf = await caches.open(name);
    for (const asked of await shelf.keys()) {
      told.push(asked.url, latin(await (await shelf.match(asked)).arrayBuffer()));
    }
  }
  for (const { name } of await indexedDB.databases()) {
    const base = await done(indexedDB.open(name));
    for (const store of base.objectStoreNames) {
      for (const each of await done(base.transaction(store).objectStore(store).getAll())) {
        for (const value of Object.values(each)) told.push(raw(value) ? latin(value) : JSON.stringify(value));
      }
    }
    base.close();
  }
  return told.join("\\n");
}"""


@pytest.fixture(autouse=True)
def bare_hands(live: Running) -> None:
    """Every journey's person has no device yet."""
    with psycopg.connect(live.database_url, autocommit=True) as connection:
        connection.execute("UPDATE chancela.device SET ended_at = now(), secret = NULL WHERE ended_at IS NULL")


def switched_on(stranger: NewWalk, clock: dt.datetime | None = None) -> Walk:
    """A phone that may be used without a signal; `clock` is what it takes for now."""
    walk = phone(stranger)
    if clock:
        walk.page.clock.install(time=clock)
    walk.page.goto(SWITCH)
    walk.page.click("text=Ligar neste aparelho")
    walk.page.wait_for_selector("[data-on]:not([hidden])")
    kept_anew(walk)
    return walk


def kept_anew(walk: Walk) -> None:
    """A page is opened with a signal, as on any day, and the pocket is filled."""
    walk.page.goto(HOME)
    walk.page.evaluate("navigator.serviceWorker.ready.then(() => pocket.ready)")


@contextlib.contextmanager
def no_signal(walk: Walk) -> Iterator[Page]:
    """The phone has no signal; that the browser notes it is no complaint."""
    walk.context.set_offline(True)
    walk.page.goto(HOME)
    yield walk.page
    walk.context.set_offline(False)
    walk.complaints[:] = [each for each in walk.complaints if not CUT.search(each)]


def digits(page: Page, within: str) -> str:
    page.wait_for_selector(f"{within} .code-shown:not(:has-text('•••'))")
    found = re.sub(r"\D", "", page.inner_text(f"{within} .code-shown [aria-hidden=true]"))
    assert page.text_content(f"{within} .code-shown .hidden-label") == ", ".join(found)
    assert re.fullmatch("[0-9]{6}", found)
    return found


def computed(page: Page, number: str, provider: str = PROVIDER) -> str:
    page.fill("[name=guia]", f"{number[:4]} {number[4:]}")
    page.fill("[name=prestador]", f" {provider} ")
    page.click("[data-make] button")
    return digits(page, "[data-result]")


def validated(walk: Walk, address: str, code: str) -> str:
    """What the desk is told of a code."""
    walk.desk.open(f"{address}codigo/")
    walk.desk.send(f"{address}validar/", code=code)
    return walk.desk.text


def method(walk: Walk, address: str) -> tuple[str, str] | None:
    with psycopg.connect(walk.town.database_url) as connection:
        asked = "SELECT method, validation_window FROM chancela.validation WHERE guia_id = %s"
        return connection.execute(asked, (address.split("/")[-2],)).fetchone()


def test_a_code_that_came_with_a_signal_is_seen_without_one(stranger: NewWalk):
    walk = switched_on(stranger)
    address = walk.desk.new_guia(CARD)
    number = walk.desk.number
    walk.desk.sent(address)
    kept_anew(walk)
    walk.page.clock.install()
    with no_signal(walk) as page:
        assert page.inner_text("h1:visible") == "Sem sinal agora"
        mine = f"[data-codes-list] > section:has-text('{number}')"
        assert "•••" in page.inner_text(mine)
        page.click(f"{mine} >> text=Ver o código")
        code = digits(page, mine)
        walk.spotless()
        page.clock.fast_forward(61_000)
        page.wait_for_selector(f"{mine} >> text=•••")
        assert code[:3] not in page.inner_text(f"{mine} .code-shown")
        page.clock.fast_forward("49:00:00")
        page.wait_for_selector("[data-codes]", state="hidden")
        assert page.evaluate("pocket.open().then((found) => found.held.codes.length)") == 0
    assert "VALIDADA" in validated(walk, address, code)


def test_a_code_is_made_without_a_signal_for_a_guia_that_is_typed(stranger: NewWalk):
    walk = switched_on(stranger)
    with no_signal(walk) as page:
        address = walk.desk.new_guia(CARD)
        number = walk.desk.number
        page.click("[data-make] button")
        page.wait_for_selector("text=O número da guia tem 13 números.")
        code = computed(page, number)
        walk.spotless()
        assert computed(page, number) == code
        assert computed(page, number, "10001") != code
    assert "VALIDADA" in validated(walk, address, code)
    assert method(walk, address) == ("offline", "valid")
    again = walk.desk.new_guia(CARD)
    assert "não confere" in validated(walk, again, code)


def test_a_code_is_made_without_a_signal_for_the_qr_that_is_read(stranger: NewWalk):
    walk = switched_on(stranger)
    with no_signal(walk) as page:
        address = walk.desk.new_guia(CARD)
        number = walk.desk.number
        page.goto(f"{HOME}gerar/?guia={number}&prestador={PROVIDER}")
        expect(page.locator("[name=guia]")).to_have_value(number)
        page.click("[data-make] button")
        code = digits(page, "[data-result]")
        page.click("text=Esconder")
        page.wait_for_selector("[data-result]", state="hidden")
    assert "VALIDADA" in validated(walk, address, code)


def test_a_guia_that_waited_is_chosen_without_typing(stranger: NewWalk):
    walk = switched_on(stranger)
    address = walk.desk.new_guia(CARD)
    kept_anew(walk)
    with no_signal(walk) as page:
        row = f"[data-awaiting-list] li:has-text('{walk.desk.number}')"
        page.click(f"{row} >> text=Gerar")
        code = digits(page, "[data-result]")
        assert "Clínica Jatobá" in page.inner_text("[data-result]")
    assert "VALIDADA" in validated(walk, address, code)


def test_the_desk_takes_the_code_by_hand(stranger: NewWalk, receptionist: NewWalk):
    walk, desk = switched_on(stranger), receptionist()
    address = desk.has_guia(CARD)
    desk.page.click("text=Gerar no celular da pessoa (QR)")
    desk.page.locator(".qr").evaluate("(drawn) => drawn.decode()")
    desk.spotless()
    with no_signal(walk) as page:
        code = computed(page, desk.number)
    desk.page.click("text=Informar o código que apareceu")
    desk.page.fill("#code-dialog [name=code]", code)
    desk.page.press("#code-dialog [name=code]", "Enter")
    desk.sealed()
    assert method(walk, address) == ("offline", "valid")


def test_larger_letters_and_wider_spacing_cut_nothing_off(stranger: NewWalk):
    walk = switched_on(stranger)
    walk.desk.sent(walk.desk.new_guia(CARD))
    number = walk.desk.new_guia(CARD) and walk.desk.number
    kept_anew(walk)
    found = []
    with no_signal(walk) as page:
        for pixels in (USUAL, TWICE):
            with letters(page, pixels):
                computed(page, number)
                found += trouble(page)
                with spaced(page):
                    found += trouble(page)
                    page.click("[data-codes-list] >> text=Ver o código >> nth=0")
                    found += trouble(page)
            page.goto(HOME)
    found = [each for each in found if "<input" not in each]  # a field scrolls within itself
    assert not found, "\n".join(found)


def test_each_of_two_devices_makes_codes_of_its_own(stranger: NewWalk):
    first, second = switched_on(stranger), switched_on(stranger)
    addresses = [first.desk.new_guia(CARD) for _ in range(2)]
    number = first.desk.number
    with no_signal(first) as one, no_signal(second) as other:
        codes = computed(one, number), computed(other, number)
        assert codes[0] != codes[1]
    assert "VALIDADA" in validated(first, addresses[1], codes[1])


def test_a_lost_device_is_taken_away_and_its_codes_are_refused(stranger: NewWalk):
    lost, safe = switched_on(stranger), phone(stranger)
    address = lost.desk.new_guia(CARD)
    number = lost.desk.number
    device = lost.page.evaluate("pocket.open().then((found) => found.device.id)")
    with no_signal(lost) as page:
        before = computed(page, number)
        safe.page.goto(SWITCH)
        safe.page.click(f"[data-device='{device}'] >> text=Remover")
        safe.page.wait_for_selector(f"[data-device='{device}']", state="detached")
        assert computed(page, number) == before
    assert "VALIDADA" not in validated(lost, address, before)
    assert method(lost, address) is None
    kept_anew(lost)
    assert lost.page.evaluate("pocket.open()") is None
    with no_signal(lost) as page:
        page.wait_for_selector("text=Este aparelho não guarda códigos.")
        assert not page.is_visible("[data-make]")


@pytest.mark.parametrize("wrong", [dt.timedelta(hours=1), dt.timedelta(hours=-1), dt.timedelta(hours=30)], ids=str)
def test_a_clock_that_is_wrong_makes_the_code_of_the_right_day(stranger: NewWalk, wrong: dt.timedelta):
    walk = switched_on(stranger, dt.datetime.now(dt.UTC) + wrong)
    with no_signal(walk) as page:
        address = walk.desk.new_guia(CARD)
        told = page.evaluate("pocket.open().then((found) => [pocket.day(pocket.now(found.held)), Date.now()])")
        assert abs(told[1] / 1000 - (dt.datetime.now(dt.UTC) + wrong).timestamp()) < 60
        assert told[0] == f"{dt.datetime.now(offline.BRAZIL):%Y-%m-%d}"
        code = computed(page, walk.desk.number)
    assert "VALIDADA" in validated(walk, address, code)


def test_neither_keys_nor_codes_can_be_read_off_the_device(stranger: NewWalk):
    walk = switched_on(stranger)
    address = walk.desk.new_guia(CARD)
    number = walk.desk.number
    walk.desk.sent(address)
    kept_anew(walk)
    assert walk.page.evaluate(EXPORTS) == ["InvalidAccessError", "InvalidAccessError", False, False]
    with no_signal(walk) as page:
        mine = f"[data-codes-list] > section:has-text('{number}')"
        page.click(f"{mine} >> text=Ver o código")
        code = digits(page, mine)
        kept = page.evaluate(KEPT)
        assert "data-offline" in kept and '"id"' not in kept
        assert [each for each in (code, f"{code[:3]} {code[3:]}", number, "Jatobá") if each in kept] == []


def test_whoever_signs_out_leaves_nothing_behind(stranger: NewWalk):
    walk = switched_on(stranger)
    device = walk.page.evaluate("pocket.open().then((found) => found.device.id)")
    walk.page.goto(f"{HOME}conta/")
    walk.page.click("text=Sair deste aparelho")
    walk.page.wait_for_url("**/entrar/")
    assert walk.page.evaluate("pocket.open()") is None
    with psycopg.connect(walk.town.database_url) as connection:
        ended = "SELECT ended_at IS NOT NULL AND secret IS NULL FROM chancela.device WHERE id = %s"
        assert connection.execute(ended, (device,)).fetchone() == (True,)


def test_a_session_that_was_ended_elsewhere_empties_the_pocket(stranger: NewWalk):
    walk = switched_on(stranger)
    with psycopg.connect(walk.town.database_url, autocommit=True) as connection:
        connection.execute("UPDATE chancela.person_session SET ended_at = now() WHERE ended_at IS NULL")
    walk.page.goto(HOME)
    walk.page.wait_for_url("**/entrar/**")
    walk.page.evaluate("pocket.ready")
    assert walk.page.evaluate("pocket.open()") is None


SEES = """() => {
  window.BarcodeDetector = class {
    static getSupportedFormats() { return Promise.resolve(["qr_code"]); }
    detect() { return Promise.resolve([{ rawValue: window.seen }]); }
  };
  navigator.mediaDevices.getUserMedia = () => {
    const canvas = document.createElement("canvas");
    canvas.getContext("2d").fillRect(0, 0, 9, 9);
    return Promise.resolve(canvas.captureStream(5));
  };
}"""


def test_where_the_browser_reads_qrs_the_camera_finds_the_guia_and_nothing_else(stranger: NewWalk):
    walk = switched_on(stranger)
    walk.context.add_init_script(f"({SEES})()")
    with no_signal(walk) as page:
        page.evaluate("() => { window.seen = 'https://example.com/?guia=1'; }")
        page.click("text=Ler o QR da clínica com a câmera")
        page.wait_for_selector("text=Parar a câmera")
        page.wait_for_timeout(600)
        assert page.is_visible("text=Parar a câmera")
        page.click("text=Parar a câmera")
        assert page.input_value("[name=guia]") == ""
        place = f"{walk.town.url}{HOME}gerar/?guia=2026000000017&prestador={PROVIDER}"
        page.evaluate("(told) => { window.seen = told; }", place)
        page.click("text=Ler o QR da clínica com a câmera")
        page.wait_for_url("**/gerar/?guia=2026000000017**")
        expect(page.locator("[name=prestador]")).to_have_value(PROVIDER)
