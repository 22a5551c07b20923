"""What a person does with a passkey: makes one on the phone, comes in with it, confirms with it, takes it away."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, LiteralString

import psycopg
import pytest

from tests.journeys.walk import HAND, Walk
from tests.portals.hands import Hand
from tests.portals.test_passkeys import ANS, STALE, owner

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, CDPSession

    from tests.running import Running

HOME = f"/app/{ANS}/"
ACCOUNT = f"{HOME}conta/"


@pytest.fixture
def walk(live: Running, browser: Browser) -> Iterator[Walk]:
    """A phone on which somebody has just signed in; passkeys want a name, so the address is localhost."""
    named = replace(live, told={**live.told, "url": live.url.replace("127.0.0.1", "localhost")})
    walk = Walk(browser, named, ANS, viewport={"width": HAND[0], "height": HAND[1]})
    with Hand(named.url, ANS) as hand:
        hand.enter(owner().card_number, owner().birth_date).lend(walk.context)
    yield walk
    run(walk, "DELETE FROM chancela.passkey")
    assert walk.end() == []


def run(walk: Walk, statement: LiteralString) -> None:
    with psycopg.connect(walk.town.database_url, autocommit=True) as connection:
        connection.execute(statement)


def fingerprint(walk: Walk) -> tuple[CDPSession, str]:
    """Chromium's own virtual authenticator, as a phone has one."""
    keys = walk.context.new_cdp_session(walk.page)
    keys.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    told = {**options, "isUserVerified": True, "automaticPresenceSimulation": True}
    made = keys.send("WebAuthn.addVirtualAuthenticator", {"options": told})
    return keys, made["authenticatorId"]


def enrols(walk: Walk) -> None:
    walk.page.goto(ACCOUNT)
    walk.page.click("text=Criar chave de acesso")
    walk.page.wait_for_selector("text=A chave de acesso está criada.")


def leaves(walk: Walk) -> None:
    walk.page.goto(ACCOUNT)
    walk.page.click("text=Sair deste aparelho")
    walk.page.wait_for_url("**/entrar/")


def test_a_passkey_is_made_opens_the_door_confirms_a_change_and_is_taken_away(walk: Walk):
    fingerprint(walk)
    page = walk.page
    enrols(walk)
    walk.spotless()
    leaves(walk)
    page.click("text=Entrar com chave de acesso")
    page.wait_for_url(f"**{HOME}")
    run(walk, STALE)
    page.goto(ACCOUNT)
    page.click("main >> text=Remover")
    page.wait_for_url("**/conta/confirmar/**")
    page.click("text=Confirmar com chave de acesso")
    page.wait_for_url("**/remover/")
    page.click("text=Remover a chave")
    page.wait_for_url(f"**{ACCOUNT}")
    assert not page.is_visible("text=Remover")
    leaves(walk)
    page.click("text=Entrar com chave de acesso")
    page.wait_for_selector("text=Esta chave de acesso não serviu. Use o código.")
    walk.spotless()


def test_who_is_not_recognised_by_the_phone_may_try_again(walk: Walk):
    keys, phone = fingerprint(walk)
    page = walk.page
    enrols(walk)
    leaves(walk)
    keys.send("WebAuthn.setUserVerified", {"authenticatorId": phone, "isUserVerified": False})
    page.click("text=Entrar com chave de acesso")
    page.wait_for_selector("text=Não deu certo desta vez.")
    walk.spotless()
    keys.send("WebAuthn.setUserVerified", {"authenticatorId": phone, "isUserVerified": True})
    page.click("text=Entrar com chave de acesso")
    page.wait_for_url(f"**{HOME}")


def test_a_phone_makes_no_second_passkey_for_the_same_person(walk: Walk):
    keys, phone = fingerprint(walk)
    enrols(walk)
    walk.page.goto(ACCOUNT)
    walk.page.click("text=Criar chave de acesso")
    walk.page.wait_for_selector("text=Não deu certo desta vez.")
    kept = keys.send("WebAuthn.getCredentials", {"authenticatorId": phone})["credentials"]
    assert [(each["isResidentCredential"], each["rpId"]) for each in kept] == [(True, "localhost")]
    assert walk.page.locator("text=Remover").count() == 1
