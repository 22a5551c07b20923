"""Every page of the operator's desk that links lead to: sound for axe in both languages and lights, whole on phones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from chancela.domain.permissions import STAFF
from tests.journeys import office_pages
from tests.journeys.test_every_hand_page import CUT
from tests.journeys.walk import DESK, HAND, WIDER, faults

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.running import Running

pytestmark = pytest.mark.browser
SCHEMES = {"pt-br": ("light", "dark"), "en": ("light",)}  # other words, the same colours


def test_every_role_of_the_operators_people_walks():
    assert set(office_pages.ROLES) == STAFF


@pytest.mark.parametrize("language", SCHEMES)
def test_axe_finds_nothing_by_day_or_by_night(browser: Browser, live: Running, language: str):
    found = {}
    for name, walk in office_pages.walked(browser, live, language):
        assert walk.page.get_attribute("html", "lang") == language
        for scheme in SCHEMES[language]:
            walk.page.emulate_media(color_scheme=scheme)
            found[name, scheme] = faults(walk.page)
    assert found
    assert {each: what for each, what in found.items() if what} == {}


def test_nothing_is_cut_off_at_the_desk_or_on_a_phone(browser: Browser, live: Running):
    found = {}
    for name, walk in office_pages.walked(browser, live, "pt-br"):
        for width, height in (DESK, HAND):
            walk.page.set_viewport_size({"width": width, "height": height})
            wide = ["wider than the screen"] if walk.page.evaluate(WIDER) > 0 else []
            found[name, width] = [*wide, *walk.page.evaluate(CUT)]
    assert {each: what for each, what in found.items() if what} == {}
