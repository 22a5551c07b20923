"""An auditor finds a guia in the trail, reads its story, has the trail verified and looks at the day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import running
from tests.journeys.walk import follow

if TYPE_CHECKING:
    from tests.journeys.conftest import NewWalk
    from tests.running import Running

ROSA = "00300000101"
pytestmark = pytest.mark.browser


def test_a_guia_is_found_and_its_story_read(receptionist: NewWalk, operator: NewWalk):
    desk = receptionist()
    desk.has_code(ROSA)
    number = desk.number
    desk.give(desk.read(ROSA))
    desk.sealed()
    auditor = operator()
    auditor.page.click("nav a >> text=Trilha")
    auditor.page.wait_for_url("**/operadora/trilha/")
    auditor.page.keyboard.type(number)
    auditor.page.press("#id_guia", "Enter")
    auditor.page.click(f"td a >> text={number} >> nth=0")
    auditor.page.wait_for_selector(f"h1 >> text={number}")
    assert "Levou a: O atendimento foi validado" in auditor.page.inner_text("main")
    auditor.spotless()
    auditor.page.click("text=Quem viu o quê")
    auditor.page.wait_for_selector("text=LGPD, art. 18")
    auditor.spotless()


def test_the_trail_is_verified_from_its_page(operator: NewWalk, live: Running):
    auditor = operator()
    auditor.page.goto("/operadora/trilha/verificacao/")
    auditor.page.click("text=Verificar agora")
    whole = running.whole(live.data, live.database_url, "999003")
    auditor.page.wait_for_selector(f"text=A trilha {'' if whole else 'não '}está inteira.")
    auditor.spotless()


@pytest.mark.parametrize("language", ["pt-br", "en"])
def test_the_pages_fit_and_axe_finds_nothing(operator: NewWalk, language: str):
    auditor = operator()
    if language == "en":
        follow(auditor.page, "form.languages button[value=en]")
    for path in ("/operadora/trilha/", "/operadora/hoje/", "/operadora/hoje/?dia=2024-02-29"):
        auditor.page.goto(path)
        assert auditor.page.get_attribute("html", "lang") == language
        auditor.spotless()
