"""«Não fui eu» of one session of three: named in the hand, decided at the office, the others stay confirmed."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.journeys.walk import HAND, follow
from tests.portals.hands import Hand

if TYPE_CHECKING:
    from tests.journeys.conftest import NewWalk
    from tests.journeys.walk import Walk

pytestmark = pytest.mark.browser
ANS, CARD, BORN, THERAPY = "999001", "00100000301", dt.date(1990, 9, 25), "50000160"
TEXT = "Falamos com a pessoa e com a clínica: esta visita não aconteceu."


def test_uma_sessao_que_nao_foi_minha(stranger: NewWalk, operator: NewWalk):
    walk = stranger(ANS, viewport={"width": HAND[0], "height": HAND[1]})
    with Hand(walk.town.url, ANS) as hand:
        hand.enter(CARD, BORN).lend(walk.context)
    guia = attended(walk)

    walk.page.goto(f"/app/{ANS}/guias/{guia.split('/')[-2]}/nao-fui-eu/")
    walk.spotless()
    walk.page.check("[name=session][value='2']")
    follow(walk.page, "main form button:has-text('Não fui eu')")
    expect(walk.page.locator("text=não foi sua: sessão 2").first).to_be_visible()
    walk.spotless()

    office = operator(ANS)
    office.page.goto(f"/operadora/casos/{guia.split('/')[-2]}/contestacao/")
    expect(office.page.locator("table.sessions tbody tr")).to_have_count(3)
    office.spotless()
    office.page.check("[name=choice][value=no]")
    office.page.fill("[name=text]", TEXT)
    follow(office.page, "text=Registrar a decisão")
    expect(office.page.locator("[role=status]")).to_contain_text("não é pago sessão 2")
    follow(office.page, "text=Resposta por escrito")
    office.spotless()

    assert "VALIDADA" in walk.desk.open(guia).text
    follow(walk.page, "main .crumb a")
    expect(walk.page.locator("text=é pago o que você contestou (sessão 2)")).to_be_visible()
    walk.spotless()
    follow(walk.page, "text=Ver o comprovante")
    expect(walk.page.locator("text=O comprovante vale para as outras sessões.")).to_be_visible()
    walk.spotless()


def attended(walk: Walk) -> str:
    """A series of three, of which one code of the day confirmed each session."""
    walk.desk.sign_in(ANS)
    guia = walk.desk.new_guia(CARD, THERAPY, "sp-sadt", quantity="3")
    number = walk.desk.number
    walk.desk.sent(guia)
    walk.desk.send(f"{guia}validar/", code=walk.desk.code(CARD, number))
    for _ in range(2):
        walk.desk.open(f"{guia}sessao/")
        walk.desk.send(f"{guia}sessao/")
    return guia
