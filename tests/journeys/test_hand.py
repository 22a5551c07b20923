"""What a beneficiary does in their own hand: signs in, shows the live code, and finds the attendance in the history."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from tests.journeys.walk import HAND, follow
from tests.portals.hands import Hand

if TYPE_CHECKING:
    from tests.journeys.conftest import NewWalk
    from tests.journeys.walk import Walk

ANS, CARD, BORN = "999003", "00300000601", dt.date(1966, 2, 7)
HOME = f"/app/{ANS}/"


def phone(stranger: NewWalk, *, scripts: bool = True) -> Walk:
    """A phone on which the person has just signed in."""
    walk = stranger(ANS, viewport={"width": HAND[0], "height": HAND[1]}, java_script_enabled=scripts)
    with Hand(walk.town.url, ANS) as hand:
        hand.enter(CARD, BORN).lend(walk.context)
    walk.desk.sign_in(ANS)
    return walk


def test_the_live_code_is_seen_said_and_found_in_the_history(stranger: NewWalk):
    walk = phone(stranger)
    page = walk.page
    address = walk.desk.new_guia(CARD)
    number = walk.desk.number
    walk.desk.sent(address)
    page.goto(HOME)
    follow(page, f"button:has-text('da guia {number}') >> text=Ver o código")
    digits = re.sub(r"\D", "", page.inner_text(".code-shown [aria-hidden=true]"))
    walk.spotless()
    walk.desk.open(f"{address}codigo/")
    walk.desk.send(f"{address}validar/", code=digits)
    assert "VALIDADA" in walk.desk.text
    follow(page, "text=Esconder")
    page.wait_for_selector(".seal.pressed")
    page.wait_for_selector("text=confirmou o atendimento com o código.")
    walk.spotless()
    page.goto(HOME)
    assert page.is_visible(f".hand-rows li:has(a[href*='{address.split('/')[-2]}']) >> text=Confirmado")


def test_without_javascript_a_code_is_made_seen_and_hidden_again(stranger: NewWalk):
    walk = phone(stranger, scripts=False)
    page = walk.page
    address = walk.desk.new_guia(CARD)
    number = walk.desk.number
    page.goto(f"{HOME}gerar/")
    page.fill("[name=number]", number)
    page.click("main form:has([name=number]) button")
    page.wait_for_url(f"**/guias/{address.split('/')[-2]}/")
    follow(page, "text=Ver o código")
    digits = re.sub(r"\D", "", page.inner_text(".code-shown [aria-hidden=true]"))
    assert re.fullmatch("[0-9]{6}", digits)
    follow(page, "text=Esconder")
    assert f"{digits[:3]} {digits[3:]}" not in page.content()
