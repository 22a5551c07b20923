"""Care goes on: eight people and three faults, each from the guia in hand to an attendance that is recorded."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from chancela.adapters.demo.care import CELLS, HOUSE, Fault, Way, Whom
from chancela.domain.absence import TISS_ABSENCES
from tests.house import tree
from tests.journeys import care, care_offline
from tests.journeys.counting import Hands
from tests.journeys.test_offline_desk import SENT
from tests.journeys.walk import Walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from tests.journeys.care import Record
    from tests.journeys.conftest import NewWalk
    from tests.running import Running

pytestmark = pytest.mark.browser
TOLD: dict[str, dict[str, Any]] = json.loads(tree.document("explanation/care-goes-on.json"))["cells"]


@pytest.fixture(scope="module")
def guests(live: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[care.Guests]:
    found = care.Guests(live, tmp_path_factory.mktemp("care"))
    found.get_ready()
    yield found
    found.close()


def holds(fault: Fault, found: dict[Whom, Record]) -> None:
    """Each attendance is recorded as the matrix says, in as many steps as the page says."""
    for whom, record in found.items():
        cell, told = CELLS[whom, fault], TOLD[f"{whom}/{fault}"]
        assert (record.tiss, record.reason) == (cell.tiss, cell.reason), whom
        assert (record.code is None) is (cell.reason is not None), whom
        ended = "guia:absence:recorded" if cell.reason else "guia:attendance:validated"
        assert record.trail.count(ended) == 1, (whom, record.trail)
        assert record.proven is (cell.tiss == "03"), whom
        assert (record.steps, record.keys) == (told["steps"], told["keys"]), whom


def test_all_is_well(browser: Browser, live: Running, guests: care.Guests):
    desk = Walk(browser, live, HOUSE)
    desk.sign_in()
    holds(Fault.NOTHING, care.walked(desk, guests, Fault.NOTHING))
    assert desk.end() == []


def test_nothing_reaches_a_phone(browser: Browser, live: Running, guests: care.Guests):
    desk = Walk(browser, live, HOUSE)
    desk.sign_in()
    holds(Fault.CARRIER, care.walked(desk, guests, Fault.CARRIER))
    assert desk.end() == []


def test_the_portal_is_away(browser: Browser, guests: care.Guests):
    holds(Fault.PORTAL, care_offline.walked(browser, guests))


def test_the_matrix_is_whole():
    assert set(CELLS) == {(whom, fault) for whom in Whom for fault in Fault}
    assert {each.way for each in CELLS.values()} == set(Way)
    assert {each.tiss for each in CELLS.values() if each.reason} <= set(TISS_ABSENCES)
    assert all((each.reason is None) is (each.tiss is None) for each in CELLS.values())


def test_a_newcomer_walks_a_cell_of_the_demo_while_the_portal_plays_dead(stranger: NewWalk):
    walk = stranger(HOUSE)
    page, place = walk.page, "/demo/sem-codigo/child/portal/"
    page.goto("/demo/sem-codigo/")
    walk.spotless()
    page.goto(place)
    walk.spotless()
    with page.expect_popup() as opened:
        page.click("button:has-text('Começar')")
    desk = opened.value
    for field in ("#id_pin", "#id_again"):
        desk.fill(field, care.PIN)
    desk.click("[data-this-computer] form button")
    desk.wait_for_selector("[data-on]:not([hidden])")
    desk.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.click("text=Desligar o portal neste navegador")
    page.wait_for_selector("button:has-text('O portal voltou')")
    walk.spotless()
    hands = Hands(desk)
    number = care_offline.kept(hands, None, Whom.CHILD, None, None)
    page.click("button:has-text('O portal voltou')")
    page.wait_for_url("**/balcao/")
    assert page.evaluate(SENT, 20)
    assert care_offline.of_number(walk.town, number)
    walk.complaints[:] = [each for each in walk.complaints if "status of 503" not in each]
