"""Every page that people have in their hand: sound for axe in both languages and lights, whole with large text."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.journeys import hand_pages
from tests.journeys.walk import COLOURS, HAND, faults

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, CDPSession, Page

    from tests.journeys.hand_pages import Household
    from tests.running import Running

pytestmark = pytest.mark.browser
USUAL, LARGER, TWICE = 16, 19, 32  # pixels; browsers begin with 16
CRAWL_S = 600  # what a slow machine may take for every page; a common one takes a tenth
LETTERS = {"pt-br": (LARGER, TWICE), "en": (TWICE,)}
NARROW, LOW = (320, HAND[0]), 640  # WCAG 2.2, 1.4.10
# WCAG 2.2, 1.4.12; a sheet made by a script is the reader's own, which our policy rightly lets be.
SPACED = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`p { margin-bottom: 2em !important; } * {
    line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }`);
  document.adoptedStyleSheets = [sheet];
}"""
CUT = """() => {
  const found = [];
  const told = (what, each) => found.push(`${what}: ${each.outerHTML.slice(0, 120)}`);
  const rolls = (each) => {  // a wide table rolls within its own frame, which the keyboard reaches
    const frame = each.closest("[tabindex='0']");
    return frame !== null && frame.scrollWidth > frame.clientWidth && getComputedStyle(frame).overflowX === "auto";
  };
  if (document.documentElement.scrollWidth > window.innerWidth)
    found.push(`scrolls sideways: ${document.documentElement.scrollWidth}`);
  for (const each of document.querySelectorAll("body *")) {
    const style = getComputedStyle(each);
    if (!each.checkVisibility() || style.clipPath !== "none" || each.closest("svg, .skip")) continue;
    const own = [...each.childNodes].filter((node) => node.nodeType === 3 && node.data.trim());
    if (!own.length && each.localName !== "input") continue;
    const wide = each.clientWidth && each.scrollWidth > each.clientWidth + 1;
    const high = each.clientHeight && each.scrollHeight > each.clientHeight + 1 && style.overflowY !== "visible";
    if (wide || high) told("cut off", each);
    for (const node of own) {
      const range = document.createRange();
      range.selectNodeContents(node);
      const { left, right } = range.getBoundingClientRect();
      if ((left < -1 || right > window.innerWidth + 1) && !rolls(each)) told("beyond the edge", each);
    }
  }
  return found;
}"""
# Every way to go on can be brought into sight, is as large as a thumb wants it, and nothing lies over it or its words.
WAYS = """() => {
  const found = [];
  for (const each of document.querySelectorAll(".hand-nav a")) {
    each.scrollIntoView({ block: "nearest" });
    const { left, top, right, bottom, width, height } = each.getBoundingClientRect();
    const words = each.querySelector("span").getBoundingClientRect();
    const there = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    if (!each.contains(there)) found.push(`covered: ${each.innerText}`);
    if (width < 44 || height < 44) found.push(`small: ${each.innerText}`);
    const spills = words.left < left - 1 || words.right > right + 1 || words.bottom > bottom + 1;
    if (spills) found.push(`spills: ${each.innerText}`);
  }
  window.scrollTo(0, document.documentElement.scrollHeight);
  const bar = document.querySelector(".hand-nav");
  const said = [...document.querySelectorAll("main a, main button, main p, main li")];
  const end = said.filter((each) => each.checkVisibility()).pop();
  const over = bar && end && getComputedStyle(bar).position === "fixed";
  if (over && end.getBoundingClientRect().bottom > bar.getBoundingClientRect().top + 1) found.push("end covered");
  return found;
}"""
# How a page is shown, which each look changes and sets back.
STANDING = """() => [
  innerWidth, innerHeight, matchMedia("(prefers-color-scheme: dark)").matches, document.adoptedStyleSheets.length,
  ...["fontSize", "letterSpacing", "backgroundColor"].map((each) => getComputedStyle(document.body)[each]),
]"""


@pytest.fixture(scope="module")
def house(live: Running) -> Iterator[Household]:
    """Rosa's household; one sign-in serves every look."""
    household = hand_pages.Household(live)
    household.settle()
    yield household
    household.close()


@contextmanager
def letters(page: Page, pixels: int) -> Iterator[None]:
    """What a reader does who sets the size of the browser's letters, and sets it back."""
    wire = page.context.new_cdp_session(page)
    _sized(page, wire, pixels)
    yield
    _sized(page, wire, USUAL)
    wire.detach()


def _sized(page: Page, wire: CDPSession, pixels: int) -> None:
    wire.send("Page.setFontSizes", {"fontSizes": {"standard": pixels}})
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == f"{pixels}px"


@contextmanager
def spaced(page: Page) -> Iterator[None]:
    """Let the reader's own sheet space out whatever stands on the page."""
    page.evaluate(SPACED)
    yield
    page.evaluate("() => { document.adoptedStyleSheets = []; }")


def trouble(page: Page) -> list[str]:
    """What is cut, what lies beyond the edge, which way cannot be gone."""
    return [*page.evaluate(CUT), *page.evaluate(WAYS)]


def test_every_address_shows_a_page_or_says_why_it_shows_none(house: Household):
    assert hand_pages.unexplained(house) == []
    assert len(hand_pages.states(house)) > len(hand_pages.STATES)


def looks(page: Page, language: str) -> Iterator[tuple[str, list[str]]]:
    """What is wrong with a page at each look; in other words the narrow screens are those of larger letters."""
    yield "by day", faults(page)
    page.emulate_media(color_scheme="dark")
    yield "by night", faults(page, COLOURS)
    page.emulate_media(color_scheme="light")
    for pixels in LETTERS[language]:
        with letters(page, pixels):
            yield f"letters of {pixels} px", trouble(page)
    for width in NARROW if language == "pt-br" else ():
        page.set_viewport_size({"width": width, "height": LOW})
        yield f"{width} px wide", trouble(page)
        with spaced(page):
            yield f"{width} px wide, spaced", trouble(page)
    page.set_viewport_size({"width": HAND[0], "height": HAND[1]})


@pytest.mark.parametrize("language", LETTERS)
@pytest.mark.timeout(CRAWL_S)
def test_every_page_is_sound_by_day_and_by_night_and_whole_with_larger_letters_and_on_narrow_screens(
    browser: Browser, house: Household, language: str
):
    found: dict[tuple[str, str], list[str]] = {}
    for state, walk in hand_pages.walked(browser, house, language):
        assert walk.page.get_attribute("html", "lang") == language
        before = walk.page.evaluate(STANDING)
        found |= {(str(state), look): faulty for look, faulty in looks(walk.page, language)}
        assert walk.page.evaluate(STANDING) == before, f"{state}: a look changed the page for the next one"
    assert found
    assert {each: what for each, what in found.items() if what} == {}
