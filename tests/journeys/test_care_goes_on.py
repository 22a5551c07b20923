"""Care goes on: eight people and three faults, each from the guia in hand to an attendance that is recorded."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from chancela.adapters.demo.care import CELLS, HOUSE, Fault, Way, Whom
from chancela.domain.absence import TISS_ABSENCES
from tests.house import tree
from tests.journeys import care, care_offline
from tests.journeys.walk import Walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from tests.journeys.care import Record
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
