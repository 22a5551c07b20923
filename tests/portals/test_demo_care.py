"""The demo's 24 cells: each says who, what and how, prepares itself, and a portal that is away comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from chancela.adapters.demo.care import CELLS, GUESTS, Fault, Way, Whom
from chancela.portals.demo import care_words
from tests.portals.browsing import Visitor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.portals.conftest import Installation

PAGE = "/demo/sem-codigo/"


@pytest.fixture
def visitor(demo: Installation) -> Iterator[Visitor]:
    with Visitor(demo.url) as found:
        yield found


def trouble(visitor: Visitor, whom: Whom) -> str:
    visitor.open(f"/demo/phone/{GUESTS[whom].card_number}")
    return visitor.page.text.partition('aria-pressed="true"')[0].rpartition('value="')[2].rstrip('" ')


def test_the_tour_leads_to_24_cells_and_each_way_has_words(visitor: Visitor):
    visitor.open("/")
    assert f'href="{PAGE}"' in visitor.page.text
    visitor.open(PAGE)
    assert visitor.page.text.count(f'href="{PAGE}') == len(CELLS) == 24
    assert set(care_words.WAY) == set(Way)


@pytest.mark.parametrize(("whom", "fault"), CELLS)
def test_each_cell_says_what_to_do_in_three_sentences(visitor: Visitor, whom: Whom, fault: Fault):
    visitor.open(f"{PAGE}{whom}/{fault}/")
    assert visitor.page.status_code == 200
    for told in (GUESTS[whom].card_number, GUESTS[whom].procedure, care_words.WAY[CELLS[whom, fault].way].does):
        assert str(told) in visitor.text


def test_a_cell_begins_at_the_persons_card_with_a_phone_that_loses_everything(visitor: Visitor):
    for fault, lost in ((Fault.CARRIER, "off"), (Fault.NOTHING, "none")):
        place = f"{PAGE}smartphone/{fault}/"
        visitor.open(place)
        visitor.send(f"{place}comecar/")
        assert visitor.path == f"/balcao/pessoas/{GUESTS[Whom.SMARTPHONE].card_number}/"
        assert trouble(visitor, Whom.SMARTPHONE) == lost


def test_the_portal_goes_away_for_one_browser_alone_and_comes_back(demo: Installation, visitor: Visitor):
    place = f"{PAGE}child/portal/"
    visitor.open(place)
    visitor.send(f"{place}comecar/")
    assert visitor.path == "/balcao/este-computador/"
    visitor.open(place)
    visitor.send(f"{place}portal/", portal="away")
    assert "O portal voltou" in visitor.text
    assert visitor.open("/balcao/").status_code == 503
    assert visitor.open("/balcao/este-computador/estado/").status_code == 503
    assert visitor.open("/operadora/").status_code != 503
    with Visitor(demo.url) as other:
        other.sign_in("999001")
    visitor.open(place)
    visitor.send(f"{place}portal/", portal="back")
    assert (visitor.path, visitor.page.status_code) == ("/balcao/", 200)


def test_the_steps_page_stays_good_while_the_desk_is_open_beside_it(visitor: Visitor):
    place = f"{PAGE}home/portal/"
    visitor.open(place)
    again = visitor.form(f"{place}portal/")
    visitor.send(f"{place}comecar/")
    assert visitor.path == "/balcao/contingencia/"
    visitor.post(f"{place}portal/", {**again, "portal": "away"})
    assert visitor.page.status_code == 200


@pytest.mark.parametrize("what", ["", "smartphone/nothing/", "smartphone/portal/"])
def test_outside_the_demo_there_are_no_cells_and_no_portal_plays_dead(plain: Installation, what: str):
    assert httpx.get(plain.url + PAGE + what, timeout=20).status_code == 404
    cookies = {"demo_portal_away": "1"}
    assert httpx.get(f"{plain.url}/balcao/", cookies=cookies, timeout=20, follow_redirects=False).status_code == 303


@pytest.mark.parametrize("what", ["nobody/nothing/", "smartphone/nobody/"])
def test_what_is_no_cell_is_not_found(visitor: Visitor, what: str):
    assert visitor.open(PAGE + what).status_code == 404
