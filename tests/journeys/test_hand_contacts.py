"""What a person does about their contacts: changes the mobile, and is told of it where the old one still rings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import cast
from tests.journeys.walk import HAND, follow
from tests.portals.hands import Hand
from tests.portals.test_contacts import told

if TYPE_CHECKING:
    from tests.journeys.conftest import NewWalk

pytestmark = pytest.mark.browser
HOUSE = cast.cast().bem_te_vi
CLAUDIA = HOUSE.person("Cláudia")
NEW, SHOWN = "47 90000-4321", "(47) *****-4321"


@pytest.mark.parametrize("scripts", [True, False])
def test_the_mobile_is_changed_in_the_hand_and_the_old_number_hears_of_it(stranger: NewWalk, *, scripts: bool):
    ans, new, shown = HOUSE.ans, NEW if scripts else "47 90000-4322", SHOWN if scripts else "(47) *****-4322"
    walk = stranger(ans, viewport={"width": HAND[0], "height": HAND[1]}, java_script_enabled=scripts)
    page = walk.page
    with Hand(walk.town.url, ans) as hand:
        hand.enter(CLAUDIA.card_number, CLAUDIA.birth_date).lend(walk.context)
        page.goto(f"/app/{ans}/conta/")
        follow(page, "text=Seus contatos")
        old = page.inner_text(".contact-to >> nth=0")
        if scripts:
            walk.spotless()
        follow(page, ".contact-rows a:has-text('Trocar') >> nth=0")
        page.fill("[name=address]", "47 2000")
        follow(page, "text=Enviar o código")
        page.wait_for_selector(".field.wrong >> text=O celular precisa do DDD")
        if scripts:
            walk.spotless()
        page.fill("[name=address]", new)
        follow(page, "text=Enviar o código")
        page.wait_for_selector(f"text={shown}")
        if scripts:
            walk.spotless()
        page.fill("[name=code]", told(hand, CLAUDIA, "confirmar este contato", shown)["code"])
        follow(page, "button:text('Confirmar')")
        page.wait_for_selector("text=Avisamos o contato antigo")
        if scripts:
            walk.spotless()
        assert told(hand, CLAUDIA, "foi trocado", old)["code"] is None
        follow(page, "text=Ver os contatos")
        assert page.inner_text(".contact-to >> nth=0") == shown


def test_ways_are_chosen_in_the_hand_and_what_does_not_fit_is_said(stranger: NewWalk):
    ans = HOUSE.ans
    walk = stranger(ans, viewport={"width": HAND[0], "height": HAND[1]})
    page = walk.page
    with Hand(walk.town.url, ans) as hand:
        hand.enter(CLAUDIA.card_number, CLAUDIA.birth_date).lend(walk.context)
    page.goto(f"/app/{ans}/contatos/")
    page.check("text=Não uso celular")
    page.check("text=SMS ·")
    follow(page, "button:has-text('Salvar')")
    page.wait_for_selector("fieldset.wrong >> text=Este caminho precisa de celular")
    walk.spotless()
    page.check("text=E-mail ·")
    follow(page, "button:has-text('Salvar')")
    page.wait_for_selector("text=Salvo.")
    assert page.is_checked("[name=uses_no_mobile]")
    page.uncheck("text=Não uso celular")
    page.check("text=Tanto faz")
    follow(page, "button:has-text('Salvar')")
    assert not page.is_checked("[name=uses_no_mobile]")
