"""What a clinic does while the portal is away: it takes visits, closes the browser, and brings each in once."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
import socket
import threading
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import psycopg
import pytest
from playwright.sync_api import expect

from chancela.domain import offline
from tests import cast, conftest
from tests.handheld import Handheld
from tests.journeys.test_without_signal import KEPT
from tests.journeys.walk import DESK, LOOKS, PATIENCE_MS, WIDER, faults
from tests.portals.browsing import CONSULTATION
from tests.portals.hands import Hand
from tests.portals.test_paper import WHO, printed
from tests.portals.test_pocket import asked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Page, Route

    from tests.running import Running

ANS, PROVIDER, PIN = "999001", "10001", "ipê-amarelo 7"
HOME, READY = "/balcao/", "/balcao/este-computador/"
CROWD = cast.cast().aurora.people[-1].card_number  # of whom no other journey tells
HOUR, BOUND_S = 200, 60
BRING = """async (count) => {
  const { desk } = deskOffline;
  for (let made = 0; made < count; made += 1) {
    const visit = { card_number: "%s", kind: "odonto", procedures: [{ code: "%s" }], urgent: made %% 2 === 0 };
    await desk.save({ ...visit, reason: "system_down" });
  }
  return (await deskShelf.unsent()).length;
}"""
STATES = "deskShelf.records().then((all) => all.map((each) => each.state))"
SENT = """async (limit) => {
  const until = Date.now() + limit * 1000;
  const done = async () => (await deskShelf.records()).every((each) => each.state === "sent");
  while (!await done() && Date.now() < until) await new Promise((go) => { setTimeout(go, 100); });
  return done();
}"""


class Line:
    """The clinic's way to the portal, at one address: it can be cut, and joined again."""

    def __init__(self, url: str) -> None:
        place = urlsplit(url)
        self.there, self.port, self.open = (place.hostname, place.port), 0, set[socket.socket]()
        self.join()
        self.url = f"http://127.0.0.1:{self.port}"

    def join(self, answer: bytes = b"") -> None:
        """Lead to the portal again, or to a gateway that gives one answer to everything."""
        self.door = socket.create_server(("127.0.0.1", self.port))
        self.port = self.door.getsockname()[1]
        threading.Thread(target=self._answer, args=(self.door, answer), daemon=True).start()

    def cut(self) -> None:
        with contextlib.suppress(OSError):
            self.door.shutdown(socket.SHUT_RDWR)
        self.door.close()
        for each in list(self.open):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def _answer(self, door: socket.socket, answer: bytes) -> None:
        with contextlib.suppress(OSError):
            while True:
                here = door.accept()[0]
                if answer:
                    here.recv(65536)
                    here.sendall(answer + b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                    here.close()
                    continue
                there = socket.create_connection(self.there)
                self.open |= {here, there}
                for one, other in ((here, there), (there, here)):
                    threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError), one, other:
            while told := one.recv(65536):
                other.sendall(told)
            other.shutdown(socket.SHUT_WR)
        self.open -= {one, other}


@pytest.fixture
def line(live: Running) -> Iterator[Line]:
    known = Line(live.url)
    yield known
    known.cut()


@contextlib.contextmanager
def computer(browser: Browser, line: Line, folder: Path) -> Iterator[Page]:
    """A computer's browser whose profile outlives it."""
    options: dict[str, Any] = {"viewport": {"width": DESK[0], "height": DESK[1]}, "locale": "pt-BR"}
    context: BrowserContext = browser.browser_type.launch_persistent_context(
        folder,
        executable_path=conftest._chromium(),
        args=list(conftest.CHROMIUM_FLAGS),
        base_url=line.url,
        reduced_motion="reduce",
        **options,
    )
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    faulty: list[str] = []
    context.on("weberror", lambda fault: faulty.append(str(fault.error)))
    yield page
    context.close()
    assert faulty == []


def sign_in(page: Page) -> None:
    page.goto("/")
    page.click(f'.house form:has([value="{ANS}"]) button')
    page.wait_for_url("**/balcao/")


def made_ready(page: Page) -> None:
    sign_in(page)
    page.goto(READY)
    page.fill("#id_pin", PIN)
    page.fill("#id_again", PIN)
    page.click("[data-this-computer] form button")
    page.wait_for_selector("[data-on]:not([hidden])")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.goto(HOME)


def opened(page: Page) -> None:
    page.goto(HOME)
    page.fill("[data-unlock] [name=pin]", PIN)
    page.press("[data-unlock] [name=pin]", "Enter")
    page.wait_for_selector("[data-view=form]:not([hidden])")


def visited(page: Page) -> None:
    """Type the person and one procedure, as a receptionist does."""
    page.fill("#id_card", WHO.card_number)
    page.press("#id_card", "Enter")
    page.check("[name=kind][value=odonto]", force=True)
    page.fill("#id_find", CONSULTATION)
    page.press("#id_find", "Enter")


def coded(page: Page, code: str) -> None:
    page.fill("#id_code", f"{code[:3]} {code[3:]}")
    kept(page)


def kept(page: Page) -> None:
    page.click("[data-take] .primary")
    page.wait_for_selector("[data-view=saved]:not([hidden])")


def spotless(page: Page) -> None:
    for (width, height), scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme)
        assert faults(page) == [] and page.evaluate(WIDER) <= 0
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    page.emulate_media(color_scheme="light")


def became(live: Running, numbers: list[str]) -> list[tuple[str, str | None]]:
    """How each visit was recorded, and by which method its code was confirmed."""
    asked = """SELECT g.attendance, v.method FROM unnest(%s::text[]) WITH ORDINALITY AS n (number, at)
        JOIN chancela.guia g USING (number) LEFT JOIN chancela.validation v ON v.guia_id = g.id ORDER BY n.at"""
    with psycopg.connect(live.database_url) as connection:
        return connection.execute(asked, (numbers,)).fetchall()


def enrolled(hand: Hand) -> Handheld:
    """The person's phone, which computes codes without a signal."""
    device = Handheld()
    told = asked(hand, f"{hand.home}aparelho/ligar/", public=device.public).json()
    device.agreed(told["operator"], told["device"], told["public"])
    return device


def three_visits(page: Page, device: Handheld, paper: str) -> list[str]:
    """Take one with a code that the person's phone computes, one with a code on paper, one with a reason; the codes."""
    visited(page)
    page.click("[data-by-hand] summary")
    spotless(page)
    number = re.sub(r"\D", "", page.inner_text("[data-fill=qr-number]"))
    day = dt.datetime.now(offline.BRAZIL).date()
    code = offline.ocra(offline.SUITE, device.key, offline.challenge(ANS, number, PROVIDER, day))
    coded(page, code)
    spotless(page)
    page.click("[data-next]")
    visited(page)
    coded(page, paper)
    page.click("[data-next]")
    visited(page)
    page.check("[name=how][value=reason]", force=True)
    page.select_option("#id_reason", "no_phone")
    kept(page)
    return [code, paper]


def test_visits_of_an_outage_are_kept_through_a_closed_browser_and_brought_in_once(
    browser: Browser, live: Running, line: Line, tmp_path: Path
):
    with Hand(live.url, ANS) as hand:
        hand.enter(WHO.card_number, WHO.birth_date)
        device, paper = enrolled(hand), printed(hand)[0]
    with computer(browser, line, tmp_path) as page:
        made_ready(page)
        line.cut()
        opened(page)
        codes = three_visits(page, device, paper)
        told = page.evaluate(KEPT)
        assert page.evaluate(STATES) == ["kept"] * 3
        assert not [each for each in (*codes, WHO.card_number) if each in told]
    with computer(browser, line, tmp_path) as page:
        opened(page)
        expect(page.locator(".kept-one [data-state=kept]:not([hidden])")).to_have_count(3)
        assert not [each for each in codes if each in page.content()]
        numbers = [re.sub(r"\D", "", each) for each in page.locator(".kept-one .kept-head strong").all_inner_texts()]
        line.join()
        sign_in(page)
        assert page.evaluate(SENT, 20)
        page.goto("/balcao/sem-portal/")
        page.wait_for_selector(".kept-one [data-state=sent]:not([hidden])")
        spotless(page)
    assert became(live, numbers[::-1]) == [("validated", "offline"), ("validated", "paper"), ("without_token", None)]


@pytest.mark.parametrize("answer", [b"HTTP/1.1 503 Service Unavailable", b"HTTP/1.1 502 Bad Gateway"])
def test_a_gateway_without_its_portal_is_no_portal(browser: Browser, line: Line, tmp_path: Path, answer: bytes):
    with computer(browser, line, tmp_path) as page:
        made_ready(page)
        line.cut()
        line.join(answer)
        page.goto(HOME)
        page.wait_for_selector("[data-view=locked]:not([hidden])")
        page.wait_for_selector("text=O portal não responde.")


def test_whoever_leaves_takes_along_what_was_prepared_and_no_visit(browser: Browser, line: Line, tmp_path: Path):
    with computer(browser, line, tmp_path) as page:
        made_ready(page)
        line.cut()
        opened(page)
        page.evaluate(BRING % (WHO.card_number, CONSULTATION), 1)
        page.route("**/contingencia/enviar/", lambda route: route.abort())
        line.join()
        page.evaluate("deskOffline.send()")
        page.click("[data-here] a")
        page.wait_for_selector("[data-kept-here]:not([hidden])")
        expect(page.locator("[data-kept-here]")).to_contain_text("a enviar: 1.")
        page.click("form[data-leaves] button")
        page.wait_for_url("**/conta/entrar/**")
        line.cut()
        page.goto(HOME)
        page.wait_for_selector("[data-view=bare]:not([hidden])")
        assert page.evaluate(STATES) == ["kept"] and not page.evaluate("deskShelf.prepared()")
        spotless(page)


def test_what_was_refused_is_corrected_with_the_code_that_was_saved(browser: Browser, line: Line, tmp_path: Path):
    with computer(browser, line, tmp_path) as page:
        made_ready(page)
        line.cut()
        opened(page)
        page.fill("#id_card", "0000000000")
        page.check("[name=kind][value=odonto]", force=True)
        page.fill("#id_find", CONSULTATION)
        page.press("#id_find", "Enter")
        coded(page, "000000")
        line.join()
        page.evaluate("deskOffline.send()")
        page.click(".kept-one [data-correct]:not([hidden])")
        expect(page.locator("[name=kept_code]")).to_be_checked()
        expect(page.locator("#id_code")).to_have_value("")
        page.fill("#id_card", CROWD)
        kept(page)
        assert page.evaluate(SENT, 20)
        page.wait_for_selector(".kept-one >> text=o código não confere")


def test_a_clock_that_had_run_ahead_is_put_right_by_the_portal_and_so_are_its_records(
    browser: Browser, line: Line, tmp_path: Path
):
    with computer(browser, line, tmp_path) as page:
        made_ready(page)
        line.cut()
        page.goto(HOME)
        page.evaluate("deskShelf.seen(Date.now() + 2 * 24 * 3600e3)")
        opened(page)
        visited(page)
        coded(page, "000000")
        line.join()
        page.evaluate("deskOffline.send()")
        page.wait_for_selector(".kept-one >> text=é futura")
        assert page.evaluate("deskShelf.clock().then((clock) => clock.now() - Date.now())") < 60_000
        page.goto("/balcao/sem-portal/")
        page.fill("[data-unlock] [name=pin]", PIN)
        page.press("[data-unlock] [name=pin]", "Enter")
        page.click(".kept-one [data-correct]:not([hidden])")
        kept(page)
        assert page.evaluate(SENT, 20)


def test_what_this_computer_cannot_keep_is_said_and_stays_typed(browser: Browser, line: Line, tmp_path: Path):
    with computer(browser, line, tmp_path) as page:
        made_ready(page)
        line.cut()
        opened(page)
        visited(page)
        page.evaluate(
            "() => { IDBObjectStore.prototype.put = () => { throw new DOMException('', 'QuotaExceededError'); }; }"
        )
        page.fill("#id_code", "000000")
        page.click("[data-take] .primary")
        page.wait_for_selector("[data-not-kept]:not([hidden])")
        expect(page.locator("#id_code")).to_have_value("000000")
        spotless(page)
        page.add_init_script(
            "IDBFactory.prototype.open = () => { throw new DOMException('private', 'SecurityError'); }"
        )
        page.goto(HOME)
        page.wait_for_selector("[data-view=bare]:not([hidden])")


def test_an_hour_of_two_hundred_visits_is_brought_in_within_a_minute_each_once(
    browser: Browser, live: Running, line: Line, tmp_path: Path
):
    with psycopg.connect(live.database_url, autocommit=True) as connection:
        larger = "UPDATE chancela.operator SET settings = jsonb_set(settings, '{policy,block_numbers}', '99')"
        connection.execute(f"{larger} WHERE ans = %s", (ANS,))
    lost: list[str] = []

    def loses_the_first_answer(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().text())
        route.abort()

    with computer(browser, line, tmp_path) as page:
        made_ready(page)
        while page.evaluate(f"deskShelf.left('{ANS}|{PROVIDER}')") < HOUR:
            page.evaluate("deskShelf.change('machine', 'prepared', () => ({ renewed: 0 }))")
            page.evaluate("deskPost.standing().then((now) => deskPost.refresh(now))")
        line.cut()
        opened(page)
        assert page.evaluate(BRING % (CROWD, CONSULTATION), HOUR) == HOUR
        page.route("**/contingencia/enviar/", loses_the_first_answer)
        line.join()
        begun = time.monotonic()
        page.evaluate("deskOffline.send()")
        assert page.evaluate(SENT, BOUND_S)
        assert time.monotonic() - begun < BOUND_S
        numbers = page.evaluate("deskShelf.records().then((all) => all.map((each) => each.number))")
    assert lost and len(set(numbers)) == HOUR
    assert became(live, numbers) == [("without_token", None)] * HOUR
