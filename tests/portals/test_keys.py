"""Keys of pages: none takes the key of an entry of its desk's menu, which a person knows by heart."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from chancela.portals.operator import menu

PORTALS = Path(menu.__file__).parents[1]
KEY = re.compile(r'accesskey="(\w)"')


def keys(template: Path) -> set[str]:
    return set(KEY.findall(template.read_text(encoding="utf-8")))


def test_each_entry_of_the_operators_menu_has_a_key_of_its_own():
    assert len({each.key for each in menu.ITEMS}) == len(menu.ITEMS)


@pytest.mark.parametrize("desk", ["operator", "provider"])
def test_no_page_takes_a_key_of_its_menu(desk: str):
    pages = sorted((PORTALS / desk / "templates").rglob("*.html"))
    frame = PORTALS / "provider" / "templates" / "provider" / "frame.html"
    of_menu = {each.key for each in menu.ITEMS} if desk == "operator" else keys(frame)
    taken = {page.name: keys(page) & of_menu for page in pages if page != frame}
    assert len(taken) > 20
    assert {name: found for name, found in taken.items() if found} == {}
