"""The pocket: what a browser and this house agree on, and what a device may keep and compute without a signal."""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import re
import socket
import threading
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest

from chancela.domain import offline
from tests.handheld import Handheld
from tests.portals.browsing import Visitor
from tests.portals.hands import Hand
from tests.portals.test_browser import browsing, looked_over
from tests.portals.test_codes import ANS, BORN, MARCIA, TAINA, guia_of, shown
from tests.portals.test_shell import opened

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx
    from playwright.sync_api import Browser as Chromium

    from tests.portals.conftest import Installation

HOME = f"/app/{ANS}/"
SWITCH, ENROL, KEPT = f"{HOME}sem-sinal/aparelho/", f"{HOME}aparelho/ligar/", f"{HOME}aparelho/bolso/"
KEY = bytes(range(32))
ASKED = [
    ("999003", "2026000000017", "10003", dt.date(2026, 11, 21)),
    ("999003", "2026000000017", "10003", dt.date(2026, 11, 22)),
    ("999001", "2026000000017", "10003", dt.date(2026, 11, 21)),
    ("999003", "2026000000018", "10003", dt.date(2026, 11, 21)),
    ("999003", "2026000000017", "Clínica é 7", dt.date(2026, 11, 21)),
]
IMPORTED = """([key, asked]) => {
  const raw = Uint8Array.from(key);
  return crypto.subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign"])
    .then((made) => Promise.all(asked.map((each) => pocket.compute(made, ...each))));
}"""
AGREED = """async ([point, ans, device, asked]) => {
  const pair = await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, false, ["deriveKey"]);
  const mine = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const key = await pocket.derive(pair.privateKey, Uint8Array.from(point), ans, device);
  return [Array.from(mine), await pocket.compute(key, ...asked)];
}"""


@contextlib.contextmanager
def came_in(demo: Installation, card: str) -> Iterator[Hand]:
    """Somebody who asks for their first code of the day."""
    with psycopg.connect(demo.database_url, autocommit=True) as connection:
        connection.execute("DELETE FROM chancela.sign_in")
    with Hand(demo.url, ANS) as hand:
        yield hand.enter(card, BORN[card])


@pytest.fixture(scope="module")
def marcia(demo: Installation) -> Iterator[Hand]:
    with came_in(demo, MARCIA) as hand:
        yield hand


@pytest.fixture(scope="module")
def taina(demo: Installation) -> Iterator[Hand]:
    with came_in(demo, TAINA) as hand:
        yield hand


@pytest.fixture(autouse=True)
def no_devices(demo: Installation) -> None:
    """Every test's people begin without a device."""
    with psycopg.connect(demo.database_url, autocommit=True) as connection:
        connection.execute("UPDATE chancela.device SET ended_at = now(), secret = NULL WHERE ended_at IS NULL")


def asked(hand: Hand, path: str, **fields: str | list[str]) -> httpx.Response:
    """What a script of the page asks for."""
    hand.open(f"{hand.home}gerar/")
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', hand.page.text)
    assert token
    told = {"csrfmiddlewaretoken": token[1], **fields}
    return hand.http.post(path, data=told, headers={"Sec-Fetch-Site": "same-origin"}, follow_redirects=False)


def enrolled(hand: Hand) -> tuple[str, Handheld]:
    device = Handheld()
    told = asked(hand, ENROL, public=device.public).json()
    device.agreed(told["operator"], told["device"], told["public"])
    return told["device"], device


# both halves agree


@pytest.mark.browser
def test_a_browser_computes_what_the_domain_does(browser: Chromium, demo: Installation):
    with browsing(browser, demo, "phone") as context:
        page = context.new_page()
        page.goto(f"{HOME}entrar/")
        codes = page.evaluate(IMPORTED, [list(KEY), [[*each[:3], each[3].isoformat()] for each in ASKED]])
    assert codes == [offline.ocra(offline.SUITE, KEY, offline.challenge(*each)) for each in ASKED]
    assert len(set(codes)) == len(ASKED)


@pytest.mark.browser
def test_a_browser_derives_the_key_that_python_does(browser: Chromium, demo: Installation):
    ours, device, question = Handheld(), uuid4(), ASKED[0]
    with browsing(browser, demo, "phone") as context:
        page = context.new_page()
        page.goto(f"{HOME}entrar/")
        told = [list(ours.point), question[0], str(device), [*question[:3], question[3].isoformat()]]
        point, code = page.evaluate(AGREED, told)
    ours.agreed(question[0], device, bytes(point))
    assert code == offline.ocra(offline.SUITE, ours.key, offline.challenge(*question))


@pytest.mark.browser
@pytest.mark.parametrize("zone", ["America/Sao_Paulo", "Pacific/Auckland", "America/Rio_Branco"])
def test_a_day_is_brasilias_wherever_the_device_thinks_it_is(browser: Chromium, demo: Installation, zone: str):
    moments = ["2026-11-21T02:59:59Z", "2026-11-21T03:00:00Z", "2026-12-31T23:30:00Z", "2027-01-01T03:00:00Z"]
    context = browser.new_context(base_url=demo.url, timezone_id=zone, locale="pt-BR")
    page = context.new_page()
    page.goto(f"{HOME}entrar/")
    days = page.evaluate("all => all.map((each) => pocket.day(new Date(each)))", moments)
    context.close()
    assert days == [f"{dt.datetime.fromisoformat(each).astimezone(offline.BRAZIL):%Y-%m-%d}" for each in moments]


# switching it on


def test_a_device_is_enrolled_listed_and_removed(marcia: Hand):
    answer = asked(marcia, ENROL, public=Handheld().public)
    assert answer.status_code == 200 and answer.headers["cache-control"] == "no-store"
    told = answer.json()
    assert (set(told), told["operator"]) == ({"device", "public", "operator"}, ANS)
    assert len(base64.urlsafe_b64decode(told["public"] + "=")) == 65
    marcia.open(SWITCH)
    assert told["device"] in marcia.page.text
    marcia.send(f"{HOME}aparelho/{told['device']}/remover/")
    assert marcia.path == SWITCH and told["device"] not in marcia.page.text


def test_it_is_reached_from_ones_account(marcia: Hand):
    marcia.open(f"{HOME}conta/")
    assert f'href="{SWITCH}"' in marcia.page.text


@pytest.mark.parametrize("public", ["", "AAAA", "é", base64.urlsafe_b64encode(b"\4" + b"1" * 64).decode().rstrip("=")])
def test_what_is_no_point_of_the_curve_enrols_nothing(marcia: Hand, public: str):
    answer = asked(marcia, ENROL, public=public)
    assert answer.status_code == 422 and set(answer.json()) == {"refused"}
    marcia.open(SWITCH)
    assert "Aparelhos ligados" not in marcia.text


def test_a_fourth_device_is_refused_and_the_page_says_so(marcia: Hand):
    for _ in range(offline.MOST_DEVICES):
        enrolled(marcia)
    assert asked(marcia, ENROL, public=Handheld().public).status_code == 422
    marcia.open(SWITCH)
    assert "Já está ligado em 3 aparelhos, o máximo." in marcia.text and ENROL not in marcia.page.text


def test_without_a_fresh_code_one_confirms_first(marcia: Hand, demo: Installation):
    older = "UPDATE chancela.person_session SET assured_at = assured_at - interval '16 minutes' WHERE ended_at IS NULL"
    with psycopg.connect(demo.database_url, autocommit=True) as connection:
        connection.execute(older)
        try:
            answer = asked(marcia, ENROL, public=Handheld().public)
            assert (answer.status_code, answer.headers["location"]) == (303, f"{HOME}conta/confirmar/")
            marcia.open(SWITCH)
            assert f'href="{HOME}conta/confirmar/?next={SWITCH}"' in marcia.page.text
            assert ENROL not in marcia.page.text
        finally:
            connection.execute(older.replace("- interval", "+ interval"))


# what a device may keep


def test_a_device_keeps_live_codes_and_guias_that_wait(marcia: Hand, desk: Visitor):
    device, _ = enrolled(marcia)
    waits, number = guia_of(desk, MARCIA)
    lives, _number = guia_of(desk, MARCIA)
    desk.sent(f"/balcao/guias/{lives}/")
    answer = asked(marcia, KEPT, device=device)
    assert answer.headers["cache-control"] == "no-store"
    kept = answer.json()
    guias = {each["id"]: each for each in kept["guias"]}
    assert (guias[waits]["number"], guias[waits]["awaiting"], guias[lives]["awaiting"]) == (number, True, False)
    assert guias[waits]["provider"] == "10003"
    (code,) = [each for each in kept["codes"] if each["guia_id"] == lives]
    assert code["digits"] == shown(marcia, lives)
    again = asked(marcia, KEPT, device=device, have=[f"{lives}:{code['generation']}", f"{waits}:1"]).json()
    assert lives not in {each["guia_id"] for each in again["codes"]}
    assert again["gone"] == [f"{waits}:1"]


def test_anothers_device_and_a_removed_one_are_like_none(marcia: Hand, taina: Hand):
    device, _ = enrolled(marcia)
    assert asked(taina, KEPT, device=device).status_code == 410
    asked(taina, f"{HOME}aparelho/{device}/remover/")
    assert asked(marcia, KEPT, device=device).status_code == 200
    asked(marcia, f"{HOME}aparelho/{device}/remover/")
    assert [asked(marcia, KEPT, device=each).status_code for each in (device, str(uuid4()), "x", "")] == [410] * 4


def test_whoever_is_signed_out_is_sent_to_the_door(demo: Installation):
    with Visitor(demo.url) as stranger:
        stranger.open(f"{HOME}entrar/")
        token = stranger.form("idioma/")["csrfmiddlewaretoken"]
        told = {"csrfmiddlewaretoken": token, "device": str(uuid4())}
        answer = stranger.http.post(KEPT, data=told, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, f"{HOME}entrar/")


def test_whoever_leaves_ends_the_device_that_they_leave(demo: Installation):
    with came_in(demo, MARCIA) as hand, psycopg.connect(demo.database_url) as connection:
        device, other = enrolled(hand)[0], enrolled(hand)[0]
        hand.open(f"{HOME}conta/")
        hand.send(f"{HOME}sair/", device=device)
        ended = "SELECT id::text, ended_at IS NOT NULL FROM chancela.device WHERE id = ANY(%s)"
        assert dict(connection.execute(ended, ([device, other],)).fetchall()) == {device: True, other: False}


# the page that is kept


def test_the_worker_changes_with_the_language_of_the_page_it_keeps(demo: Installation):
    with Visitor(demo.url) as stranger:
        told = []
        for language in ("pt-br", "pt-br", "en"):
            stranger.http.cookies.set("chancela_language", language)
            told.append(stranger.open(f"{HOME}sw.js").text)
    assert told[0] == told[1] != told[2]


def test_the_kept_page_knows_its_days_and_nobody(demo: Installation, marcia: Hand):
    marcia.open(f"{HOME}sem-sinal/")
    assert 'data-days="2" data-late-days="5"' in marcia.page.text
    assert marcia.page.headers["cache-control"] == "no-cache"
    assert "rcia" not in marcia.text


TEN, ONE = b"PATIENCE_MS = 10_000;", b"PATIENCE_MS =  1_000;"


class Valley:
    """A way to the installation over which, once `silent`, nothing comes any more, though it is not cut.

    Where the worker that comes over it would wait ten seconds for an answer, it waits for one.
    """

    def __init__(self, url: str) -> None:
        place = urlsplit(url)
        self.there, self.silent, self.over = (place.hostname, place.port), False, threading.Event()
        self.door = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.door.getsockname()[1]}"
        threading.Thread(target=self._open, daemon=True).start()

    def _open(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                here = self.door.accept()[0]
                there = socket.create_connection(self.there)
                for one, other in ((here, there), (there, here)):
                    threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError), one, other:
            while told := one.recv(65536):
                if self.silent:
                    self.over.wait()
                    return
                other.sendall(told.replace(b"Accept-Encoding:", b"Accept-Nothing: ").replace(TEN, ONE))


@pytest.mark.browser
def test_a_signal_over_which_nothing_comes_is_none(browser: Chromium, demo: Installation):
    with Visitor(demo.url) as stranger:
        assert stranger.open(f"{HOME}sw.js").text.count(TEN.decode()) == 1
    valley = Valley(demo.url)
    with contextlib.closing(browser.new_context(base_url=valley.url, locale="pt-BR")) as context:
        page = context.new_page()
        page.goto(f"{HOME}entrar/")
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        page.goto(f"{HOME}entrar/")
        valley.silent = True
        page.goto(HOME, timeout=20_000)
        page.wait_for_selector("h1 :text-is('Sem sinal agora')")
        assert page.inner_text("h1") == "Sem sinal agora"
    valley.over.set()
    valley.door.close()


# the pages


@pytest.mark.browser
def test_the_pages_are_sound(browser: Chromium, demo: Installation, marcia: Hand, desk: Visitor):
    _guia, number = guia_of(desk, MARCIA)
    lives, _number = guia_of(desk, MARCIA)
    desk.sent(f"/balcao/guias/{lives}/")
    found: dict[str, list[str]] = {}
    with browsing(browser, demo, "phone") as context:
        page = opened(context, marcia, SWITCH)

        def look(name: str) -> None:
            found[name] = looked_over(page)

        page.wait_for_selector("[data-off]:not([hidden])")
        look("off")
        page.click("text=Ligar neste aparelho")
        page.wait_for_selector("[data-on]:not([hidden])")
        look("on")
        page.goto(f"{HOME}sem-sinal/")
        page.wait_for_selector("[data-codes]:not([hidden])")
        look("offline page")
        page.click("[data-make] button")
        look("nothing typed")
        page.fill("[name=guia]", number)
        page.fill("[name=prestador]", "10003")
        page.click("[data-make] button")
        page.wait_for_selector("[data-result]:not([hidden])")
        look("computed")
        page.goto(f"{HOME}gerar/?guia={number}")
        look("chosen")
        assert page.complaints == []  # type: ignore[attr-defined]
    assert {name: each for name, each in found.items() if each} == {}
