"""Every page of the operator's desk that links lead to: sound for axe in both languages and lights, whole on phones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from chancela.domain.permissions import STAFF
from tests.journeys import office_pages
from tests.journeys.test_every_hand_page import CRAWL_S, CUT, STANDING
from tests.journeys.walk import COLOURS, DESK, HAND, WIDER, faults

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.running import Running

pytestmark = pytest.mark.browser


def test_every_role_of_the_operators_people_walks():
    assert set(office_pages.ROLES) == STAFF


def looks(page: Page, language: str) -> Iterator[tuple[str, list[str]]]:
    """What is wrong with a page at each look; other words have the same colours and room."""
    yield "by day", faults(page)
    if language == "en":
        return
    page.emulate_media(color_scheme="dark")
    yield "by night", faults(page, COLOURS)
    page.emulate_media(color_scheme="light")
    for width, height in (HAND, DESK):
        page.set_viewport_size({"width": width, "height": height})
        wide = ["wider than the screen"] if page.evaluate(WIDER) > 0 else []
        yield f"{width} px wide", [*wide, *page.evaluate(CUT)]


@pytest.mark.parametrize("language", ["pt-br", "en"])
@pytest.mark.timeout(CRAWL_S)
def test_every_page_is_sound_by_day_and_by_night_and_cut_off_neither_at_the_desk_nor_on_a_phone(
    browser: Browser, live: Running, language: str
):
    found: dict[tuple[str, str], list[str]] = {}
    for name, walk in office_pages.walked(browser, live, language):
        assert walk.page.get_attribute("html", "lang") == language
        before = walk.page.evaluate(STANDING)
        found |= {(name, look): faulty for look, faulty in looks(walk.page, language)}
        assert walk.page.evaluate(STANDING) == before, f"{name}: a look changed the page for the next one"
    assert found
    assert {each: what for each, what in found.items() if what} == {}
