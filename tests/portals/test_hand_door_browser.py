"""The door of the Hand in a real browser: nothing for axe to find, nothing too wide, all of it without JavaScript."""

from __future__ import annotations

import contextlib
import os
import pathlib
from typing import TYPE_CHECKING

import psycopg
import pytest

from tests import cast
from tests.portals.hands import Hand
from tests.portals.test_browser import looked_over

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

    from tests.portals.conftest import Installation

pytestmark = pytest.mark.browser
ANS = "999003"


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


def sound(page: Page, name: str) -> None:
    """Look for what is wrong with a page at each size and in each light, and keep a picture where one is wanted."""
    assert looked_over(page) == []
    if folder := os.environ.get("CHANCELA_SHOTS"):
        page.screenshot(path=pathlib.Path(folder) / f"{name}.png", full_page=True)


def looked_at(browser: Browser, demo: Installation) -> BrowserContext:
    return browser.new_context(base_url=demo.url, locale="pt-BR", reduced_motion="reduce")


def pressed(page: Page) -> None:
    """Send the form of a page, and wait for the page that answers."""
    with page.expect_navigation():
        page.click("form button.primary")


def entered(page: Page, digits: str) -> None:
    page.fill("[name=code]", digits)
    pressed(page)


def test_every_page_on_the_way_in_is_sound(browser: Browser, demo: Installation):
    person = cast.cast().cambui.people[3]
    with contextlib.closing(looked_at(browser, demo)) as context:
        page = context.new_page()
        page.goto("/app/")
        sound(page, "operators")
        page.goto(f"/app/{ANS}/entrar/")
        sound(page, "sign-in")
        pressed(page)
        sound(page, "sign-in-wrong")
        page.fill("[name=who]", person.card_number)
        page.fill("[name=birth_date]", f"{person.birth_date:%d/%m/%Y}")
        pressed(page)
        page.wait_for_url("**/codigo/")
        sound(page, "code")
        entered(page, "000000")
        page.wait_for_selector("main >> text=restam 4 tentativas")
        assert page.input_value("[name=code]") == ""
        sound(page, "code-wrong")
        while page.locator("[name=code]").count():
            entered(page, "000000")
        sound(page, "code-over")


def test_the_pages_of_ones_account_are_sound(browser: Browser, demo: Installation, inside: Hand):
    with contextlib.closing(looked_at(browser, demo)) as context:
        inside.lend(context)
        page = context.new_page()
        for name, path in (("account", "conta/"), ("confirm", "conta/confirmar/")):
            page.goto(f"/app/{ANS}/{path}")
            sound(page, name)
        page.goto("/")
        sound(page, "tour")


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
        pressed(page)
        entered(page, phone._new_code(person.card_number, before))
        page.wait_for_url(f"**/app/{ANS}/")
        page.goto(f"/app/{ANS}/conta/")
        assert person.name in page.inner_text("main")
        assert page.locator("html").get_attribute("lang") == language
