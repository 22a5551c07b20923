"""Help: reached by whoever cannot come in, telling nothing about anybody, with every way to reach the operator."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import pytest

from chancela.portals.hand.views import questions
from tests.journeys.walk import faults
from tests.portals.browsing import Visitor
from tests.portals.hands import Hand
from tests.portals.test_browser import browsing, looked_over
from tests.portals.test_codes import ANS, DIGITS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser as Chromium

    from tests.portals.conftest import Installation

HELP = f"/app/{ANS}/ajuda/"
SCENES = 6
ZILDA, ZILDA_BORN = "00300001201", dt.date(1958, 6, 14)


@pytest.fixture
def stranger(demo: Installation) -> Iterator[Visitor]:
    with Visitor(demo.url) as visitor:
        yield visitor


@pytest.fixture(scope="module")
def zilda(demo: Installation) -> Iterator[Hand]:
    with Hand(demo.url, ANS) as hand:
        yield hand.enter(ZILDA, ZILDA_BORN)


def test_whoever_cannot_come_in_finds_help_at_the_door(stranger: Visitor):
    stranger.open(f"/app/{ANS}/entrar/")
    assert f'href="{HELP}"' in stranger.page.text
    stranger.open(HELP)
    assert (stranger.page.status_code, stranger.path) == (200, HELP)
    assert "Não consigo entrar. O que faço?" in stranger.text
    assert "Até 48 horas" in stranger.text
    assert "Aqui, por 5 anos." in stranger.text
    assert not DIGITS.search(re.sub(r"0800 [0-9 ]+|4000 0031", "", stranger.text))


@pytest.mark.parametrize("path", ["", "entrar/", "entrar/codigo/", "sem-sinal/", "gerar/", "conta/", "ajuda/"])
def test_help_is_a_tap_away_on_every_page(stranger: Visitor, zilda: Hand, path: str):
    for each in (stranger, zilda):
        each.open(f"/app/{ANS}/{path}")
        assert each.page.text.count(f'href="{HELP}"') == 1, each.path


def test_who_is_signed_in_keeps_the_way_back_and_nobody_else_is_named(stranger: Visitor, zilda: Hand):
    stranger.open(HELP)
    zilda.open(HELP)
    assert "Zilda" in zilda.text
    assert 'class="hand-nav"' in zilda.page.text
    assert "Zilda" not in stranger.text
    assert 'class="hand-nav"' not in stranger.page.text


def test_an_operator_that_is_none_has_no_help(stranger: Visitor):
    assert stranger.open("/app/000000/ajuda/").status_code == 404


def test_the_walk_is_drawn_and_also_told(stranger: Visitor):
    stranger.open(HELP)
    drawings = re.findall(r'<svg class="scene"[^>]*>', stranger.page.text)
    assert len(drawings) == SCENES
    assert all('aria-hidden="true"' in each and 'focusable="false"' in each for each in drawings)
    for told in ("A clínica registra", "Você recebe um código", "Você diz o código", "fica confirmado"):
        assert told in stranger.text
    assert re.search(r"Sem sinal .+ Quem cuida de outra pessoa ", stranger.text)


def test_lines_say_when_they_answer_and_for_whom(stranger: Visitor):
    stranger.open(HELP)
    hearing = "SAB acessível Para pessoas com deficiência auditiva ou de fala 0800 000 0033 todos os dias, 24 horas"
    assert hearing in stranger.text
    assert stranger.text.count("deficiência auditiva") == 1
    assert 'href="tel:08000000033"' in stranger.page.text


def test_a_chat_opens_in_the_same_tab_and_is_not_told_whence(stranger: Visitor):
    stranger.open(HELP)
    found = re.search(r'<a [^>]*href="https://conversa\.cambui\.example/"[^>]*>', stranger.page.text)
    assert found
    assert 'rel="noreferrer"' in found[0]
    assert "target" not in found[0]
    stranger.open("/app/999001/ajuda/")
    assert "Conversar por chat" not in stranger.text


@pytest.mark.parametrize(
    ("days", "said"),
    [(30, "30 dias"), (364, "364 dias"), (365, "1 ano"), (400, "400 dias"), (1826, "5 anos"), (3652, "10 anos")],
)
def test_a_time_is_said_as_people_say_it(days: int, said: str):
    assert questions.kept(days) == said


@pytest.mark.browser
def test_without_a_signal_help_still_opens_and_names_nobody(browser: Chromium, demo: Installation, zilda: Hand):
    with browsing(browser, demo, "phone") as context:
        zilda.lend(context)
        page = context.new_page()
        page.goto(f"/app/{ANS}/")
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        page.goto(f"/app/{ANS}/")
        context.set_offline(True)
        page.goto(HELP)
        page.wait_for_selector("h1:text-is('Ajuda')")
        page.wait_for_selector("text=0800 000 0033")
        assert "Zilda" not in page.content()
        assert faults(page) == []
        page.click("text=Entrar")
        page.wait_for_selector("h1:has-text('Sem sinal agora')")


@pytest.mark.browser
def test_help_is_sound_for_strangers(browser: Chromium, demo: Installation):
    with browsing(browser, demo) as context:
        page = context.new_page()
        page.goto(HELP)
        page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
        assert looked_over(page) == []
