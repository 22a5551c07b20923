"""Codes on paper: a sheet shown once, used from the top, ended by the next one or when it is lost."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import psycopg
import pytest

from tests import cast
from tests.journeys.test_every_hand_page import TWICE, letters, trouble
from tests.portals.browsing import Visitor
from tests.portals.hands import Hand
from tests.portals.test_browser import LOOKS, browsing, faults
from tests.portals.test_codes import MARCIA
from tests.portals.test_pocket import came_in
from tests.portals.test_shell import opened, wide

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser as Chromium

    from tests.portals.conftest import Installation

ANS, COUNT = "999001", 10
PAPER = f"/app/{ANS}/codigos-de-papel/"
WHO = next(each for each in cast.cast().aurora.people if each.mobile and each.holder_card is None)
CODES = re.compile(r'aria-hidden="true">([0-9]{3}) ([0-9]{3})</span><span class="hidden-label">([0-9, ]+)<')


@pytest.fixture(scope="module")
def owner(demo: Installation) -> Iterator[Hand]:
    with Hand(demo.url, ANS) as hand:
        yield hand.enter(WHO.card_number, WHO.birth_date)


@pytest.fixture
def clinic(demo: Installation) -> Iterator[Visitor]:
    with Visitor(demo.url) as desk:
        desk.sign_in(ANS)
        yield desk


@pytest.fixture(autouse=True)
def no_sheet(demo: Installation) -> None:
    """Every test's people begin without a sheet."""
    with psycopg.connect(demo.database_url, autocommit=True) as connection:
        connection.execute("UPDATE chancela.paper_code SET ended_at = now(), digest = NULL WHERE ended_at IS NULL")


def printed(hand: Hand) -> list[str]:
    """The codes of a new sheet, from the top."""
    hand.open(PAPER)
    hand.send(f"{PAPER}imprimir/")
    found = CODES.findall(hand.page.text)
    assert [first + second for first, second, _ in found] == [spoken.replace(", ", "") for *_, spoken in found]
    return [first + second for first, second, _ in found]


def given(clinic: Visitor, code: str) -> tuple[str, str]:
    """Give a code for a new guia of the person's, at the desk that sent none; the guia and what is answered."""
    guia = clinic.new_guia(WHO.card_number)
    clinic.open(f"{guia}codigo/?tem")
    clinic.send(f"{guia}validar/", code=f"{code[:3]} {code[3:]}")
    return guia.split("/")[-2], clinic.text


def test_a_sheet_is_shown_once_and_counted(owner: Hand):
    codes = printed(owner)
    assert len(set(codes)) == COUNT
    assert owner.page.headers["cache-control"] == "no-store"
    assert owner.page.headers["refresh"] == f"600;url={PAPER}"
    assert WHO.name not in owner.page.text.split("<main")[1]
    owner.open(PAPER)
    assert "Restam 10 códigos na sua folha." in owner.text
    assert not CODES.search(owner.page.text)


def test_a_code_on_paper_confirms_one_attendance(owner: Hand, clinic: Visitor, demo: Installation):
    codes = printed(owner)
    guia, told = given(clinic, codes[0])
    assert "VALIDADA" in told
    with psycopg.connect(demo.database_url) as connection:
        asked = "SELECT method FROM chancela.validation WHERE guia_id = %s"
        assert connection.execute(asked, (guia,)).fetchone() == ("paper",)
    assert "não confere" in given(clinic, codes[0])[1]
    owner.open(PAPER)
    assert "Restam 9 códigos na sua folha." in owner.text


def test_a_new_sheet_ends_the_one_before(owner: Hand, clinic: Visitor):
    old = printed(owner)
    new = printed(owner)
    assert "não confere" in given(clinic, old[0])[1]
    assert "VALIDADA" in given(clinic, new[0])[1]


def test_a_page_that_is_loaded_anew_ends_no_sheet(owner: Hand, clinic: Visitor):
    owner.open(PAPER)
    form = owner.form(f"{PAPER}imprimir/")
    owner.post(f"{PAPER}imprimir/", form)
    first = CODES.search(owner.page.text)
    assert first
    owner.post(f"{PAPER}imprimir/", form)
    assert owner.path == PAPER and not CODES.search(owner.page.text)
    assert "VALIDADA" in given(clinic, first[1] + first[2])[1]


def test_a_lost_sheet_is_ended_at_once(owner: Hand, clinic: Visitor):
    codes = printed(owner)
    owner.open(PAPER)
    owner.send(f"{PAPER}cancelar/")
    assert owner.path == PAPER and "na sua folha" not in owner.text
    assert "VALIDADA" not in given(clinic, codes[0])[1]


def test_without_a_fresh_code_one_confirms_first(owner: Hand, demo: Installation):
    owner.open(PAPER)
    form = owner.form(f"{PAPER}imprimir/")
    older = "UPDATE chancela.person_session SET assured_at = assured_at - interval '16 minutes' WHERE ended_at IS NULL"
    with psycopg.connect(demo.database_url, autocommit=True) as connection:
        connection.execute(older)
        try:
            owner.post(f"{PAPER}imprimir/", form)
            assert owner.path == f"/app/{ANS}/conta/confirmar/"
            owner.open(PAPER)
            assert f'href="/app/{ANS}/conta/confirmar/?next={PAPER}"' in owner.page.text
        finally:
            connection.execute(older.replace("- interval", "+ interval"))


def test_it_is_reached_from_ones_account_where_it_is_offered(owner: Hand, demo: Installation):
    owner.open(f"/app/{ANS}/conta/")
    assert f'href="{PAPER}"' in owner.page.text
    with came_in(demo, MARCIA) as hand:
        hand.open(f"{hand.home}conta/")
        assert "codigos-de-papel" not in hand.page.text
        hand.open(f"{hand.home}codigos-de-papel/")
        assert "não oferece códigos de papel" in hand.text and "imprimir/" not in hand.page.text


@pytest.mark.browser
@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_every_page_is_sound(browser: Chromium, demo: Installation, owner: Hand, size: str, scheme: str):
    found: dict[str, list[str]] = {}
    with browsing(browser, demo, size, scheme) as context:
        page = opened(context, owner, PAPER)
        found["none"] = [*faults(page), *wide(page)]
        page.click("text=Imprimir 10 códigos")
        found["sheet"] = [*faults(page), *wide(page)]
        assert page.pdf(format="A4").count(b"/Type /Page\n") == 1
        with letters(page, TWICE):
            found["large letters"] = trouble(page)
        page.click("text=Já imprimi")
        found["some"] = [*faults(page), *wide(page)]
        assert page.complaints == []  # type: ignore[attr-defined]
    assert {name: each for name, each in found.items() if each} == {}
