"""The door of the Hand in a real browser: nothing for axe to find, nothing too wide, all of it without JavaScript."""

from __future__ import annotations

import contextlib
import os
import pathlib
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from axe_playwright_python.sync_playwright import Axe

from tests import cast
from tests.portals.hands import Hand

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

    from tests.portals.conftest import Installation

pytestmark = pytest.mark.browser
ANS = "999003"
SIZES = {"phone": (360, 740), "desk": (1366, 768)}
LOOKS = [("desk", "light"), ("phone", "dark")]  # each size and each light once


def fresh(demo: Installation) -> None:
    """Let nobody have asked for a code yet."""
    with psycopg.connect(demo.database_url, autocommit=True) as connection:
        connection.execute("DELETE FROM chancela.sign_in")


@pytest.fixture(scope="module")
def inside(demo: Installation) -> Iterator[Hand]:
    """Somebody signed in, at an operator whose people asked for no code yet today."""
    fresh(demo)
    person = cast.cast().cambui.first
    with Hand(demo.url, ANS) as hand:
        yield hand.enter(person.card_number, person.birth_date)


def sound(page: Page, name: str, look: tuple[str, str]) -> None:
    """Look for what is wrong with a page, and keep a picture of it where somebody wants one."""
    if folder := os.environ.get("CHANCELA_SHOTS"):
        page.screenshot(path=pathlib.Path(folder) / f"{name}-{'-'.join(look)}.png", full_page=True)
    found = Axe().run(page).response["violations"]
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def looked_at(browser: Browser, demo: Installation, size: str, scheme: Any) -> BrowserContext:
    width, height = SIZES[size]
    return browser.new_context(
        base_url=demo.url, locale="pt-BR", viewport={"width": width, "height": height}, color_scheme=scheme
    )


def entered(page: Page, digits: str) -> None:
    page.fill("[name=code]", digits)
    page.click("form button.primary")


@pytest.mark.parametrize("look", LOOKS, ids="-".join)
def test_every_page_on_the_way_in_is_sound(browser: Browser, demo: Installation, look: tuple[str, str]):
    person = cast.cast().cambui.people[3]
    with contextlib.closing(looked_at(browser, demo, *look)) as context:
        page = context.new_page()
        page.goto("/app/")
        sound(page, "operators", look)
        page.goto(f"/app/{ANS}/entrar/")
        sound(page, "sign-in", look)
        page.click("form button.primary")
        sound(page, "sign-in-wrong", look)
        page.fill("[name=who]", person.card_number)
        page.fill("[name=birth_date]", f"{person.birth_date:%d/%m/%Y}")
        page.click("form button.primary")
        page.wait_for_url("**/codigo/")
        sound(page, "code", look)
        entered(page, "000000")
        assert page.input_value("[name=code]") == "" and "restam 4 tentativas" in page.inner_text("main")
        sound(page, "code-wrong", look)
        while page.locator("[name=code]").count():
            entered(page, "000000")
        sound(page, "code-over", look)


@pytest.mark.parametrize("look", LOOKS, ids="-".join)
def test_the_pages_of_ones_account_are_sound(browser: Browser, demo: Installation, inside: Hand, look: tuple[str, str]):
    with contextlib.closing(looked_at(browser, demo, *look)) as context:
        inside.lend(context)
        page = context.new_page()
        for name, path in (("account", "conta/"), ("confirm", "conta/confirmar/")):
            page.goto(f"/app/{ANS}/{path}")
            sound(page, name, look)
        page.goto("/")
        sound(page, "tour", look)


@pytest.mark.parametrize("language", ["pt-br", "en"])
def test_one_comes_in_without_javascript(browser: Browser, demo: Installation, language: str):
    fresh(demo)
    person = cast.cast().cambui.first
    bare = browser.new_context(base_url=demo.url, java_script_enabled=False, viewport={"width": 360, "height": 740})
    with Hand(demo.url, ANS) as phone, contextlib.closing(bare) as context:
        before, page = phone._codes(person.card_number), context.new_page()
        page.goto(f"/app/{ANS}/")
        page.click(f'.languages button[value="{language}"]')
        page.fill("[name=who]", person.cpf)
        page.fill("[name=birth_date]", f"{person.birth_date:%d/%m/%Y}")
        page.click("form button.primary")
        entered(page, phone._new_code(person.card_number, before))
        page.wait_for_url(f"**/app/{ANS}/")
        page.goto(f"/app/{ANS}/conta/")
        assert person.name in page.inner_text("main")
        assert page.locator("html").get_attribute("lang") == language
