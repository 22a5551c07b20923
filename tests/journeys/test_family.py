"""What a family does: a daughter helps, an aunt goes along without an account, a youth keeps to herself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.journeys.walk import HAND, follow
from tests.portals import kin
from tests.portals.hands import Hand
from tests.portals.kin import ANS, CAETANO, IARA, NOEMI, TEODORA

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.journeys.conftest import NewWalk
    from tests.journeys.walk import Walk
    from tests.portals.kin import Relative
    from tests.running import Running

HOME = f"/app/{ANS}/"
FAMILY = f"{HOME}familia/"


@pytest.fixture(autouse=True)
def settled(live: Running) -> None:
    kin.settle(live.database_url)


def phone(stranger: NewWalk, whose: Relative | None = None, *, scripts: bool = True) -> Walk:
    """A phone, on which somebody has just signed in, or of somebody who has no account at all."""
    walk = stranger(ANS, viewport={"width": HAND[0], "height": HAND[1]}, java_script_enabled=scripts)
    if whose is not None:
        with Hand(walk.town.url, ANS) as hand:
            hand.enter(whose.card, whose.born).lend(walk.context)
    walk.desk.sign_in(ANS)
    return walk


def link(page: Page) -> str:
    """The link that is shown once, as a path."""
    path: str = urlsplit(page.inner_text("#link")).path
    return path


def digits(page: Page) -> str:
    return re.sub(r"\D", "", page.inner_text(".code-shown [aria-hidden=true]"))


def test_a_grandmother_lets_her_daughter_help_and_ends_it(stranger: NewWalk):
    granny, daughter = phone(stranger, TEODORA), phone(stranger, NOEMI)
    page, hers = granny.page, daughter.page
    page.goto(FAMILY)
    follow(page, "text=Deixar alguém ajudar")
    granny.spotless()
    page.check("text=Ver os meus atendimentos e cuidar dos códigos")
    follow(page, "text=Criar o link")
    invitation = link(page)
    granny.spotless()
    hers.goto(invitation)
    assert hers.is_visible("h1:has-text('Teodora L. M. pede a sua ajuda')")
    daughter.spotless()
    hers.click("button:has-text('Aceitar')")
    hers.wait_for_selector("section:has-text('Quem você ajuda') >> text=Teodora Lins Marinho")
    assert urlsplit(hers.url).path == FAMILY
    daughter.spotless()
    guia = granny.desk.new_guia(TEODORA.card).split("/")[-2]
    hers.goto(f"{HOME}guias/{guia}/")
    follow(hers, "text=Gerar o código")
    follow(hers, "text=Ver o código")
    assert re.fullmatch("[0-9]{6}", digits(hers))
    page.goto(FAMILY)
    follow(page, "li:has-text('Noemi Lins Marinho') >> button")
    assert urlsplit(page.url).path == FAMILY
    assert not page.is_visible("text=Noemi Lins Marinho")
    hers.goto(f"{HOME}guias/{guia}/")
    assert not hers.is_visible("text=Ver o código")
    hers.goto(invitation)
    assert hers.is_visible("text=Este convite não vale mais.")
    daughter.spotless()


def test_an_aunt_without_an_account_shows_the_code_on_a_phone_without_javascript(stranger: NewWalk):
    mother, aunt = phone(stranger, NOEMI), phone(stranger, scripts=False)
    page, hers = mother.page, aunt.page
    page.goto(FAMILY)
    follow(page, "text=Quem vai levar Caetano?")
    mother.spotless()
    follow(page, "text=Criar o link")
    path = link(page)
    mother.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.click("text=Copiar o link")
    page.wait_for_selector("text=Copiado")
    assert page.evaluate("navigator.clipboard.readText()").endswith(path)
    mother.spotless()
    hers.goto(path)
    assert hers.is_visible("h1:has-text('Visita de Caetano')")
    assert "Marinho" not in hers.content()
    guia = mother.desk.new_guia(CAETANO.card)
    follow(hers, "text=Ver se há código novo")
    follow(hers, f"form[action*='{guia.split('/')[-2]}'] button")
    follow(hers, "text=Ver o código")
    code = digits(hers)
    assert re.fullmatch("[0-9]{6}", code)
    follow(hers, "text=Esconder")
    assert f"{code[:3]} {code[3:]}" not in hers.content()
    mother.desk.open(f"{guia}codigo/")
    mother.desk.send(f"{guia}validar/", code=code)
    assert "VALIDADA" in mother.desk.text
    follow(hers, "text=Ver se há código novo")
    hers.wait_for_selector("text=O atendimento foi confirmado.")
    page.goto(FAMILY)
    assert not page.is_visible("text=Link para uma visita")


def test_each_page_of_a_visit_is_sound_for_everybody(stranger: NewWalk):
    mother, aunt = phone(stranger, NOEMI), phone(stranger)
    page, hers = mother.page, aunt.page
    page.goto(FAMILY)
    follow(page, "text=Quem vai levar Caetano?")
    follow(page, "text=Criar o link")
    hers.goto(link(page))
    guia = mother.desk.new_guia(CAETANO.card).split("/")[-2]
    hers.reload()
    aunt.spotless()
    follow(hers, f"form[action*='{guia}'] button")
    hers.wait_for_selector("text=Ver o código")
    aunt.spotless()
    follow(hers, f"form[action*='{guia}/codigo/'] button")
    hers.wait_for_selector("text=Esconder")
    aunt.spotless()
    follow(hers, "text=Esconder")
    follow(hers, f"a[href*='{guia}/nao-pedi/']")
    aunt.spotless()
    hers.click("button:has-text('Ninguém pediu')")
    hers.wait_for_selector("text=Aviso recebido")
    aunt.spotless()
    page.goto(FAMILY)
    follow(page, "li:has-text('Link para uma visita') >> button")
    hers.click("text=Voltar")
    hers.wait_for_selector("h1:has-text('Este link não vale mais')")
    aunt.spotless()


def test_a_youth_of_seventeen_keeps_her_attendances_from_the_holder(stranger: NewWalk):
    youth, holder = phone(stranger, IARA), phone(stranger, NOEMI)
    guia = youth.desk.new_guia(IARA.card).split("/")[-2]
    row = f".hand-rows a[href*='{guia}']"
    holder.page.goto(HOME)
    assert holder.page.is_visible(row)
    youth.page.goto(FAMILY)
    youth.spotless()
    follow(youth.page, "text=O que você pode esconder")
    youth.spotless()
    youth.page.click("button:has-text('Esconder')")
    youth.page.wait_for_selector("text=Noemi Lins Marinho não vê os seus atendimentos.")
    assert urlsplit(youth.page.url).path == FAMILY
    youth.spotless()
    holder.page.goto(HOME)
    assert not holder.page.is_visible(row)
    holder.page.goto(f"{HOME}guias/{guia}/")
    assert guia not in holder.page.content() or not holder.page.is_visible(".story")
    youth.page.goto(HOME)
    assert youth.page.is_visible(row)
    youth.page.goto(f"{FAMILY}privacidade/")
    follow(youth.page, "button:has-text('Deixar de esconder')")
    holder.page.goto(HOME)
    assert holder.page.is_visible(row)
