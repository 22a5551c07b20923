"""The shell: pages that install, say so when there is no signal, tell of codes without digits, and weigh little."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import threading
import time
from typing import TYPE_CHECKING

import pytest

from tests import counterpart
from tests.journeys.walk import WIDER, faults
from tests.portals.browsing import Visitor
from tests.portals.hands import Hand
from tests.portals.test_browser import SIZES, browsing, looked_over
from tests.portals.test_codes import ANS, BORN, DIEGO, MARCIA, guia_of, place, shown
from tests.push_service import Browser, PushService, base64url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser as Chromium, BrowserContext, Page

    from tests.commands import Commands
    from tests.portals.conftest import Installation

FIRST_LOAD_BYTES = 50 * 1024
HOME = f"/app/{ANS}/"


@pytest.fixture(scope="module")
def marcia(demo: Installation) -> Iterator[Hand]:
    with Hand(demo.url, ANS) as hand:
        yield hand.enter(MARCIA, BORN[MARCIA])


@pytest.fixture(scope="module")
def disowned(demo: Installation) -> Iterator[tuple[Hand, str]]:
    """Diego, who said that he did not ask for a guia's code."""
    with Hand(demo.url, ANS) as hand, Visitor(demo.url) as desk:
        desk.sign_in(ANS)
        guia, _number = guia_of(desk, DIEGO)
        hand.enter(DIEGO, BORN[DIEGO])
        hand.open(f"{HOME}gerar/")
        hand.post(place(hand, guia, "nao-fui-eu/"), hand.form(f"{guia}/gerar/"))
        yield hand, guia


def opened(context: BrowserContext, hand: Hand, path: str = HOME) -> Page:
    hand.lend(context)
    page = context.new_page()
    page.complaints = []  # type: ignore[attr-defined]
    page.on("console", lambda said: page.complaints.append(said.text) if said.type == "error" else None)  # type: ignore[attr-defined]
    page.on("pageerror", lambda fault: page.complaints.append(str(fault)))  # type: ignore[attr-defined]
    page.goto(path)
    return page


# the shell


def test_the_manifest_bears_the_operators_name_colour_and_our_icons(marcia: Hand):
    told = marcia.open(f"{HOME}manifest.webmanifest").json()
    assert (told["name"], told["short_name"], told["start_url"], told["scope"]) == (
        "Cambuí Odonto",
        "Cambuí",
        HOME,
        HOME,
    )
    assert re.fullmatch(r"#[0-9a-f]{6}", told["theme_color"])
    for icon in told["icons"]:
        got = marcia.http.get(icon["src"])
        assert (got.status_code, got.content[:8]) == (200, b"\x89PNG\r\n\x1a\n")
    assert {each["purpose"] for each in told["icons"]} == {"any", "maskable"}


def test_the_worker_keeps_nothing_about_people(marcia: Hand):
    script = marcia.open(f"{HOME}sw.js").text
    shell = json.loads(re.search(r"const SHELL = (\{.*\});", script)[1])  # type: ignore[index]
    assert marcia.page.headers["cache-control"] == "no-cache"
    assert all(each.startswith(("/static/", "/cores/")) for each in shell["kept"])
    for each in [*shell["kept"], shell["offline"]]:
        assert marcia.http.get(each).status_code == 200
    marcia.open(shell["offline"])
    assert "rcia" not in marcia.text


@pytest.mark.parametrize("path", ["manifest.webmanifest", "sw.js", "sem-sinal/"])
def test_an_operator_that_is_none_has_no_shell(marcia: Hand, path: str):
    assert marcia.open(f"/app/000000/{path}").status_code == 404


@pytest.mark.browser
def test_chromium_finds_nothing_that_keeps_it_from_installing(browser: Chromium, demo: Installation, marcia: Hand):
    with browsing(browser, demo, "phone") as context:
        page = opened(context, marcia)
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        page.goto(HOME)
        said = context.new_cdp_session(page).send("Page.getInstallabilityErrors")
        assert [each for each in said["installabilityErrors"] if each["errorId"] != "in-incognito"] == []
        assert page.complaints == []  # type: ignore[attr-defined]


@pytest.mark.browser
def test_without_a_signal_it_says_so_and_shows_no_old_page(browser: Chromium, demo: Installation, marcia: Hand):
    with browsing(browser, demo, "phone") as context:
        page = opened(context, marcia)
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        page.goto(HOME)
        context.set_offline(True)
        page.goto(HOME)
        page.wait_for_selector("h1 :text-is('Sem sinal agora')")
        assert page.inner_text("h1") == "Sem sinal agora"
        assert faults(page) == []
        context.set_offline(False)
        page.click("text=Tentar de novo")
        page.wait_for_selector("h1:text-is('Tokens e guias')")


# What a page names beside what it needs to be seen: a browser fetches these when it likes.
NAMED = """async () => {
  const named = [...document.querySelectorAll("link[rel=icon], link[rel=manifest]")].map((each) => each.href);
  const worker = document.querySelector("script[data-worker]").dataset.worker;
  for (const each of [...named, worker]) await (await fetch(each, { cache: "reload" })).text();
}"""


def weighed(page: Page, path: str) -> dict[str, int]:
    """Each address that a first visit asks for, with the bytes of its answer, headers included, as they came."""
    addresses: dict[str, str] = {}
    weights: dict[str, int] = {}
    wire = page.context.new_cdp_session(page)
    wire.on("Network.responseReceived", lambda told: addresses.update({told["requestId"]: told["response"]["url"]}))
    wire.on(
        "Network.loadingFinished",
        lambda told: weights.update({addresses[told["requestId"]]: int(told["encodedDataLength"])}),
    )
    wire.send("Network.enable")
    page.goto(path, wait_until="networkidle")
    page.evaluate(NAMED)
    page.wait_for_timeout(100)
    waits(page, lambda: set(addresses.values()) <= set(weights))
    return weights


def waits(page: Page, done: Callable[[], bool]) -> None:
    """Give a browser time until something is so; what is asserted afterwards tells where it never came."""
    until = time.monotonic() + 30
    while not done() and time.monotonic() < until:
        page.wait_for_timeout(50)


@pytest.mark.browser
def test_the_first_load_weighs_at_most_50_kilobytes(browser: Chromium, demo: Installation, marcia: Hand, desk: Visitor):
    guia, _number = guia_of(desk, MARCIA)
    width, height = SIZES["phone"]
    # The worker would answer from its shelf what the wire is asked for here.
    with contextlib.closing(
        browser.new_context(
            base_url=demo.url, viewport={"width": width, "height": height}, locale="pt-BR", service_workers="block"
        )
    ) as context:
        marcia.lend(context)
        page = context.new_page()
        weights = weighed(page, HOME)
        assert guia in page.content()
    kinds = {re.sub(r".*[./]", "", each) for each in weights}
    assert {"", "css", "js", "svg", "webmanifest"} <= kinds, weights
    assert min(weights.values()) > 0, weights
    assert sum(weights.values()) <= FIRST_LOAD_BYTES, weights


@pytest.mark.browser
def test_every_page_is_sound(browser: Chromium, demo: Installation, marcia: Hand, desk: Visitor):
    guia, _number = guia_of(desk, MARCIA)
    marcia.open(HOME)
    marcia.send(place(marcia, guia, "gerar/"))
    paths = [HOME, f"{HOME}gerar/", f"{HOME}avisos/", f"{HOME}ajuda/", f"{HOME}sem-sinal/"]
    paths += [place(marcia, guia, more) for more in ("", "nao-fui-eu/")]
    with browsing(browser, demo, "phone") as context:
        page = opened(context, marcia)
        found: dict[str, list[str]] = {}
        for path in paths:
            page.goto(path)
            found[path] = looked_over(page)
        page.goto(place(marcia, guia))
        page.click("text=Ver o código")
        page.wait_for_selector("text=Ver o código", state="hidden")
        found["shown"] = looked_over(page)
        assert {name: each for name, each in found.items() if each} == {}
        assert page.complaints == []  # type: ignore[attr-defined]


@pytest.mark.browser
def test_a_received_report_is_sound_as_well(browser: Chromium, demo: Installation, disowned: tuple[Hand, str]):
    hand, guia = disowned
    with browsing(browser, demo, "phone") as context:
        page = opened(context, hand, place(hand, guia, "nao-fui-eu/"))
        page.wait_for_selector("main >> text=Protocolo")
        found = looked_over(page)
        page.goto(place(hand, guia))
        assert [*found, *looked_over(page)] == []


def wide(page: Page) -> list[str]:
    over = page.evaluate(WIDER)
    return [f"{over} pixels too wide"] if over > 0 else []


# notifications


@pytest.fixture(scope="module")
def pushing(say: Commands) -> Iterator[str]:
    """From here on the operator has a push carrier; the key that browsers need."""
    carrier = ("--operator", ANS, "--name", "avisos")
    settings = ("--set", "subject=ti@example.com", "--set", "allow_private=yes")
    told = say("carrier", "add", *carrier, "--kind", "push", *settings, "--replace")
    assert say("carrier", "enable", *carrier).status == 0
    found = re.search(r"B[A-Za-z0-9_-]{86}", told.out)
    assert found, told
    yield found[0]
    assert say("carrier", "disable", *carrier).status == 0


def subscription(hand: Hand, endpoint: str = "https://push.example.com/a", **more: str) -> dict[str, str]:
    given = Browser(endpoint).subscription
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', hand.page.text)
    assert token
    kept = {"endpoint": given.endpoint, "p256dh": given.p256dh, "auth": given.auth}
    return {"csrfmiddlewaretoken": token[1], **kept, **more}


def test_without_a_push_carrier_nothing_is_offered(marcia: Hand):
    marcia.open(HOME)
    assert f"{HOME}avisos/" not in marcia.page.text
    marcia.open(f"{HOME}avisos/")
    assert "ainda não envia avisos" in marcia.text
    marcia.open(f"{HOME}gerar/")
    marcia.post(f"{HOME}avisos/", subscription(marcia))
    assert marcia.page.status_code == 422


def test_notifications_are_switched_on_and_off(marcia: Hand, pushing: str):
    marcia.open(HOME)
    assert f"{HOME}avisos/" in marcia.page.text
    marcia.open(f"{HOME}avisos/")
    assert f'data-push="{pushing}"' in marcia.page.text
    for endpoint in ("https://push.example.com/a", "https://push.example.com/b"):
        marcia.post(f"{HOME}avisos/", subscription(marcia, endpoint))
        assert marcia.page.status_code == 200
    assert "Avisos ligados em 2 aparelhos." in marcia.text
    marcia.post(f"{HOME}avisos/desligar/", subscription(marcia, "https://push.example.com/a"))
    assert "Avisos ligados em 1 aparelho." in marcia.text
    marcia.post(f"{HOME}avisos/desligar/", subscription(marcia, "https://push.example.com/nobodys"))
    assert "Avisos ligados em 1 aparelho." in marcia.text
    marcia.post(f"{HOME}avisos/desligar/", subscription(marcia, ""))
    assert "Avisos ligados" not in marcia.text


@pytest.mark.parametrize(
    "wrong",
    [
        {"endpoint": "http://push.example.com/a"},
        {"endpoint": "javascript:alert(1)"},
        {"endpoint": ""},
        {"p256dh": "AAAA"},
        {"auth": "é"},
        {"auth": base64url(b"x" * 15)},
        {"p256dh": "A"},
    ],
    ids=lambda each: " ".join(f"{name}={value}"[:20] for name, value in each.items()),
)
def test_what_no_browser_gives_is_not_kept(marcia: Hand, pushing: str, wrong: dict[str, str]):
    marcia.open(f"{HOME}avisos/")
    marcia.post(f"{HOME}avisos/", subscription(marcia, **wrong))
    assert marcia.page.status_code == 422
    assert "Não deu para ligar os avisos" in marcia.text
    assert "Avisos ligados" not in marcia.text


@contextlib.contextmanager
def push_service(vapid: str) -> Iterator[PushService]:
    """A push service in a thread of its own."""
    service, began = PushService(vapid), threading.Event()
    loop = asyncio.new_event_loop()
    ended = asyncio.Event()

    async def serve() -> None:
        async with counterpart.listening(service) as port:
            service.origin = f"http://127.0.0.1:{port}"
            began.set()
            await ended.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    try:
        assert began.wait(10)
        yield service
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join(10)
        loop.close()


def test_a_push_tells_of_a_code_without_its_digits(marcia: Hand, desk: Visitor, pushing: str):
    with push_service(pushing) as service:
        given = service.browser("phone").subscription
        marcia.open(f"{HOME}avisos/")
        marcia.post(f"{HOME}avisos/", subscription(marcia, given.endpoint, p256dh=given.p256dh, auth=given.auth))
        address = desk.new_guia(MARCIA)
        number = desk.number
        until = time.monotonic() + 30
        desk.sent(address, way="app")
        while not service.waiting and time.monotonic() < until:
            time.sleep(0.1)
    marcia.open(f"{HOME}avisos/")
    marcia.send(f"{HOME}avisos/desligar/", endpoint="")
    (note,) = service.waiting.values()
    assert number in note["body"]
    digits = shown(marcia, address.split("/")[-2])
    assert digits not in json.dumps(note) and f"{digits[:3]} {digits[3:]}" not in json.dumps(note)


@pytest.mark.browser
def test_the_worker_shows_what_a_push_says(browser: Chromium, demo: Installation, marcia: Hand, pushing: str):
    with browsing(browser, demo, "phone") as context:
        context.grant_permissions(["notifications"], origin=demo.url)
        page = opened(context, marcia, f"{HOME}avisos/")
        cdp = context.new_cdp_session(page)
        found: list[str] = []
        cdp.on(
            "ServiceWorker.workerRegistrationUpdated",
            lambda told: found.extend(each["registrationId"] for each in told["registrations"]),
        )
        cdp.send("ServiceWorker.enable")
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        waits(page, lambda: bool(found))
        note = {"title": "Código do atendimento", "body": "Chegou o código da guia 2026000000001.", "tag": "a"}
        listed = "navigator.serviceWorker.ready.then(r => r.getNotifications())"
        shown_notes: list[list[str]] = []

        def pushed(data: str, told: list[str]) -> None:
            """Push until it was shown: a browser on a busy machine may lose one, and takes notes away by itself."""

            def shown() -> bool:
                cdp.send(
                    "ServiceWorker.deliverPushMessage",
                    {"origin": f"{demo.url}/", "registrationId": found[-1], "data": data},
                )
                page.wait_for_timeout(200)
                shown_notes.extend(page.evaluate(f"{listed}.then(all => all.map(n => [n.title, n.body]))"))
                return told in shown_notes

            waits(page, shown)

        pushed(json.dumps(note), [note["title"], note["body"]])
        pushed("not a note", ["Cambuí Odonto", ""])
        assert [note["title"], note["body"]] in shown_notes
        assert ["Cambuí Odonto", ""] in shown_notes
        assert faults(page) == []
        assert page.complaints == []  # type: ignore[attr-defined]
