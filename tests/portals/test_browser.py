"""The pages in a real browser: nothing for axe to find, nothing blocked, nothing too wide, and all of it by key."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from tests.journeys.walk import WIDER, faults
from tests.portals.browsing import CONSULTATION, Visitor
from tests.portals.test_operator import CARRIERS, GONE
from tests.portals.test_report import Person, link

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

    from tests.portals.conftest import Installation

pytestmark = pytest.mark.browser
ROSA, NELSON, ODETE, DIEGO = "00300000101", "00300000201", "00300001001", "00300000501"
SIZES = {"desk": (1366, 768), "phone": (360, 740)}
LOOKS = [("desk", "light"), ("phone", "dark")]  # each size and each light once


@contextlib.contextmanager
def browsing(
    browser: Browser, demo: Installation, size: str = "desk", scheme: Any = "light"
) -> Iterator[BrowserContext]:
    width, height = SIZES[size]
    context = browser.new_context(
        base_url=demo.url, viewport={"width": width, "height": height}, color_scheme=scheme, locale="pt-BR"
    )
    try:
        yield context
    finally:
        context.close()


def watched(context: BrowserContext) -> Page:
    """A new page that keeps what its browser complains of."""
    page = context.new_page()
    page.complaints = []  # type: ignore[attr-defined]
    page.on("console", lambda said: page.complaints.append(said.text) if "Content Security" in said.text else None)  # type: ignore[attr-defined]
    page.on("pageerror", lambda fault: page.complaints.append(str(fault)))  # type: ignore[attr-defined]
    return page


def signed_in(context: BrowserContext, ans: str = "999003") -> Page:
    page = watched(context)
    page.goto("/")
    page.click(f'.house form:not(:has([name=as])):has([value="{ans}"]) button')
    page.wait_for_url("**/balcao/")
    return page


@pytest.fixture(scope="module")
def places(demo: Installation) -> dict[str, str]:
    """An address of every page, each in a state worth looking at."""
    with Visitor(demo.url) as desk:
        desk.sign_in("999003")
        waiting = desk.new_guia(ROSA)
        live = desk.new_guia(ROSA)
        desk.sent(live)
        done = desk.new_guia(ROSA)
        number = desk.number
        desk.sent(done)
        desk.send(f"{done}validar/", code=desk.code(ROSA, number))
        denied = desk.new_guia("00300000701")
        unreached = desk.new_guia(ODETE)
        stopped = desk.new_guia(DIEGO)
        desk.sent(stopped)
    with Person(demo.url) as person:
        person.press(link(demo, stopped, "999003"))
    return {
        "tour": "/",
        "sign in": "/conta/entrar/",
        "home": "/balcao/",
        "person": f"/balcao/pessoas/{ROSA}/",
        "suspended": "/balcao/pessoas/00300000701/",
        "new guia": f"/balcao/pessoas/{ROSA}/nova/odonto/",
        "guia that waits": waiting,
        "guia whose code is out": live,
        "guia validated": done,
        "guia denied": denied,
        "ways": f"{waiting}codigo/",
        "first contact": f"{unreached}codigo/",
        "code": f"{live}codigo/",
        "paper": f"{done}papel/",
        "cancel": f"{waiting}cancelar/",
        "list": "/balcao/guias/",
        "empty list": "/balcao/guias/?number=0",
        "this computer": "/balcao/este-computador/",
        "account": "/conta/seguranca/",
        "new key": "/conta/seguranca/chaves/nova/",
        "keys": "/conta/seguranca/chaves/",
        "recovery codes": "/conta/seguranca/recuperacao/novos/",
        "password": "/conta/senha/",
        "sign out": "/conta/sair/",
        "not found": "/balcao/guias/00000000-0000-0000-0000-000000000000/",
        "guia stopped": stopped,
        "code stopped": f"{stopped}codigo/",
        "not asked for": link(demo, live, "999003"),
        "reported": link(demo, stopped, "999003"),
        "no such link": "/nao-pedi/x",
        "phone": f"/demo/phone/{ROSA}",
        "empty phone": f"/demo/phone/{ODETE}",
    }


def looked_over(page: Page) -> list[str]:
    """What is wrong with a page as it stands, at each size and in each light once; nothing moves meanwhile."""
    found: list[str] = []
    for size, scheme in LOOKS:
        width, height = SIZES[size]
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        over = page.evaluate(WIDER)
        wide = [f"{over} pixels too wide"] if over > 0 else []
        found += [f"{size}, {scheme}: {each}" for each in (*faults(page), *wide)]
    return found


@pytest.mark.parametrize("half", [0, 1])
def test_nothing_is_wrong_with_any_page_and_none_is_wider_than_the_screen(
    browser: Browser, demo: Installation, places, half: int
):
    with browsing(browser, demo) as context:
        page = signed_in(context)
        found = {}
        for name, path in list(places.items())[half::2]:
            page.goto(path)
            found[name] = looked_over(page)
    assert {name: each for name, each in found.items() if each} == {}
    assert page.complaints == []  # type: ignore[attr-defined]


def test_nothing_is_wrong_with_the_door_as_strangers_see_it(browser: Browser, demo: Installation):
    with browsing(browser, demo) as context:
        page = watched(context)
        page.goto("/conta/entrar/")
        assert looked_over(page) == []
        assert page.complaints == []  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def busy_office(demo: Installation, places) -> Iterator[None]:
    """Bem-te-vi with carriers in every state, and a case with a contact to judge."""
    with psycopg.connect(demo.database_url, autocommit=True) as owner, Visitor(demo.url) as desk:
        owner.execute(CARRIERS)
        owner.execute(HELD)
        desk.sign_in("999002")
        guia = desk.new_guia("00200000401")
        desk.sent(guia)
        with Person(demo.url) as person:
            person.press(link(demo, guia, "999002"))
        yield
        owner.execute(GONE)
        owner.execute("DELETE FROM chancela.contact WHERE operator = '999002' AND state = 'in_review'")
        owner.execute("DELETE FROM chancela.report WHERE operator = '999002'")


HELD = """
INSERT INTO chancela.contact (operator, id, beneficiary_id, kind, address, state, typed_by)
SELECT b.operator, gen_random_uuid(), b.id, 'mobile', '+5541900066666', 'in_review', '10002' FROM chancela.beneficiary b
WHERE b.operator = '999002' AND b.card_number = '00200000101'
"""


def test_nothing_is_wrong_with_the_operators_desk(browser: Browser, demo, busy_office):
    with browsing(browser, demo) as context:
        page = as_operator(context, "999002")
        found = {}
        for path in ("/operadora/entregas/", "/operadora/casos/"):
            page.goto(path)
            found[path] = looked_over(page)
    assert {path: each for path, each in found.items() if each} == {}
    assert page.complaints == []  # type: ignore[attr-defined]


def as_operator(context: BrowserContext, ans: str) -> Page:
    page = watched(context)
    page.goto("/")
    page.click(f'.house form:has([value="{ans}"]) [name=as][value=auditor]')
    page.wait_for_url("**/operadora/**")
    page.goto("/operadora/entregas/")
    return page


def test_the_deliveries_are_drawn_anew_by_themselves(browser: Browser, demo: Installation, busy_office):
    with browsing(browser, demo) as context, psycopg.connect(demo.database_url, autocommit=True) as owner:
        context.clock.install()
        page = as_operator(context, "999002")
        page.wait_for_selector("text=sms-reserva")
        page.evaluate("window.kept = true")
        owner.execute("UPDATE chancela.carrier SET enabled = false WHERE name = 'sms-reserva'")
        page.clock.fast_forward(10_000)
        page.wait_for_selector("tr:has-text('sms-reserva') >> text=Desligado", timeout=15000)
        assert page.evaluate("window.kept")
        assert page.complaints == []  # type: ignore[attr-defined]


def test_the_operator_decides_by_keyboard_alone(browser: Browser, demo: Installation, busy_office):
    with browsing(browser, demo) as context:
        page = as_operator(context, "999002")
        by_key(page, "c")
        page.wait_for_url("**/operadora/casos/")
        while page.evaluate("document.activeElement.value") != "mistaken":
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_selector("[role=status] >> text=pode receber código de novo")
        assert faults(page) == []


def test_the_dialog_opens_by_itself_and_the_ladder_moves_without_a_reload(browser: Browser, demo: Installation):
    with browsing(browser, demo) as context, Visitor(demo.url) as phone:
        page = signed_in(context)
        enter(page, ROSA)
        page.wait_for_selector("dialog[open] [data-focus]:focus")
        assert faults(page) == []
        page.keyboard.press("Enter")
        page.wait_for_selector("dialog .ladder >> text=Entregue")
        page.wait_for_selector("[name=code]:focus")
        assert faults(page) == []
        number = page.inner_text("#code-part .digits >> nth=0")
        code = phone.code(ROSA, number)
        page.keyboard.type(f"{(int(code) + 1) % 10**6:06d}")
        page.keyboard.press("Enter")
        page.wait_for_selector("text=restam 4 tentativas")
        page.wait_for_selector("[name=code]:focus")
        assert page.input_value("[name=code]") == ""
        page.keyboard.type(f"{code[:3]}-{code[3:]}")
        page.keyboard.press("Enter")
        page.wait_for_selector(".seal.pressed")
        page.wait_for_selector("text=VALIDADA")
        assert page.complaints == []  # type: ignore[attr-defined]


def enter(page: Page, card: str, code: str = CONSULTATION) -> None:
    """A guia by keyboard alone: the card reader's typing, the kind's key, the code, Enter, Enter."""
    page.wait_for_selector("#id_q:focus")
    page.keyboard.type(card)
    page.keyboard.press("Enter")
    page.wait_for_url("**/pessoas/**")
    by_key(page, "o")
    page.wait_for_url("**/odonto/")
    page.wait_for_selector("#id_find:focus")
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    page.wait_for_selector(".line")
    by_key(page, "e")
    page.wait_for_selector("text=Registrar a guia >> visible=true")
    page.wait_for_selector("button[value=register]:focus")
    page.keyboard.press("Enter")
    page.wait_for_url("**/guias/**")


def by_key(page: Page, letter: str) -> None:
    """Press an access key; Playwright's own keyboard leaves out the text by which Chromium knows it."""
    keys = page.context.new_cdp_session(page)
    told = {"modifiers": 1, "key": letter, "code": f"Key{letter.upper()}", "text": letter, "unmodifiedText": letter}
    keys.send("Input.dispatchKeyEvent", {"type": "keyDown", "windowsVirtualKeyCode": ord(letter.upper()), **told})
    keys.detach()


def test_what_changes_elsewhere_is_seen_on_an_open_page(browser: Browser, demo: Installation):
    with browsing(browser, demo) as context, Visitor(demo.url) as desk:
        desk.sign_in("999003")
        guia = desk.new_guia(ROSA)
        page = signed_in(context)
        page.goto(guia)
        page.wait_for_selector("text=AGUARDANDO TOKEN")
        desk.open(f"{guia}cancelar/")
        desk.send(f"{guia}cancelar/", why="engano")
        page.wait_for_selector("text=CANCELADA", timeout=15000)


def test_the_chart_marks_the_teeth_of_the_line_in_hand(browser: Browser, demo: Installation):
    with browsing(browser, demo) as context:
        page = signed_in(context)
        page.goto(f"/balcao/pessoas/{ROSA}/nova/odonto/")
        page.wait_for_selector("#id_find:focus")
        page.keyboard.type("851001")
        page.click(".found-one:has-text('85100196')")
        page.wait_for_selector("[data-chart]:not([hidden])")
        page.click('[data-tooth="16"]')
        page.click('[data-tooth="26"]')
        assert page.input_value("[data-teeth]") == "16 26"
        page.click('[data-tooth="16"]')
        assert page.input_value("[data-teeth]") == "26"
        page.fill("[data-teeth]", "36")
        assert page.get_attribute('[data-tooth="36"]', "aria-pressed") == "true"
        assert page.get_attribute('[data-tooth="26"]', "aria-pressed") == "false"
        page.check("text=Dentes de leite")
        page.wait_for_selector('[data-tooth="55"]')
        assert faults(page) == []
        assert page.complaints == []  # type: ignore[attr-defined]


def test_the_phone_shows_a_message_as_it_comes(browser: Browser, demo: Installation):
    with browsing(browser, demo) as context, Visitor(demo.url) as desk:
        page = context.new_page()
        page.goto(f"/demo/phone/{NELSON}")
        desk.sign_in("999003")
        guia = desk.new_guia(NELSON)
        number = desk.number
        desk.open(f"{guia}codigo/")
        desk.send(f"{guia}codigo/enviar/", way="sms", ddd="41", mobile="900007777")
        page.wait_for_selector(f"text={number}", timeout=15000)


def test_motion_is_left_out_where_a_person_wants_none(browser: Browser, demo: Installation, places):
    with browsing(browser, demo) as context:
        page = signed_in(context)
        page.emulate_media(reduced_motion="reduce")
        page.goto(f"{places['guia validated']}?validada=1")
        name = page.evaluate("getComputedStyle(document.querySelector('.seal svg')).animationName")
        assert name == "none"


def test_a_skip_link_comes_first(browser: Browser, demo: Installation):
    with browsing(browser, demo) as context:
        page = signed_in(context)
        page.goto("/balcao/guias/")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
