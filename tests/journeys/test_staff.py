"""An administrator lets somebody in: a link, a password, a passkey, the desk; closed, the next click is the door."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.journeys.walk import Walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from tests.running import Running

ANS, PASSWORD = "999003", "uma frase bem comprida"


@pytest.fixture
def walks(live: Running, browser: Browser) -> Iterator[tuple[Walk, Walk]]:
    """An administrator at the desk, and somebody who begins today; passkeys want a name: the address is localhost."""
    named = replace(live, told={**live.told, "url": live.url.replace("127.0.0.1", "localhost")})
    administrator, person = Walk(browser, named, ANS), Walk(browser, named, ANS)
    administrator.sign_in_as_operator("administrator")
    yield administrator, person
    assert [*administrator.end(), *person.end()] == []


def invites(walk: Walk, login: str) -> str:
    """Open an auditor's account; the path of its link."""
    page = walk.page
    page.click("nav >> text=Equipe")
    page.click("text=Abrir um acesso")
    page.fill("[name=login]", login)
    page.fill("[name=name]", "Dalva Moura")
    page.select_option("[name=role]", "auditor")
    walk.spotless()
    page.click("text=Abrir e mostrar o link")
    page.wait_for_selector("text=espera a senha")
    walk.spotless()
    return "/conta/convite/" + page.input_value("#link").rpartition("/convite/")[2]


def takes_a_passkey(walk: Walk) -> None:
    """Chromium's own virtual authenticator, as a laptop has one."""
    keys = walk.context.new_cdp_session(walk.page)
    keys.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    told = {**options, "isUserVerified": True, "automaticPresenceSimulation": True}
    keys.send("WebAuthn.addVirtualAuthenticator", {"options": told})
    walk.page.click("text=Acrescentar uma chave")
    walk.page.fill("[name=name]", "mesa da auditoria")
    walk.page.check("[name=passwordless]")
    walk.page.click("#mfa_webauthn_add")
    walk.page.wait_for_url("**/recuperacao/")


def test_somebody_begins_at_the_operator_and_leaves_it(walks: tuple[Walk, Walk]):
    administrator, person = walks
    login = f"dalva.{secrets.token_hex(3)}"
    person.page.goto(invites(administrator, login))
    assert person.page.is_visible("text=Boas-vindas, Dalva Moura")
    person.spotless()
    person.page.fill("[name=password1]", PASSWORD)
    person.page.fill("[name=password2]", PASSWORD)
    person.page.click("text=Guardar a senha e continuar")
    person.page.wait_for_selector("text=Falta um passo para entrar")
    person.page.goto("/operadora/casos/")
    assert person.page.is_visible("text=Falta um passo para entrar"), "no desk without a second factor"
    takes_a_passkey(person)
    person.page.goto("/operadora/casos/")
    assert person.page.is_visible("h1 >> text=Casos")

    page = administrator.page
    page.click("text=Já copiei")
    page.wait_for_selector("dd.login")
    administrator.spotless()
    page.goto(f"/operadora/equipe/?q={login}")
    administrator.spotless()
    page.click(".row-link >> text=Dalva Moura")
    page.click("text=Fechar o acesso")
    page.wait_for_selector("text=Acesso fechado")

    person.page.click("nav >> text=Entregas")
    person.page.wait_for_url("**/conta/entrar/**")
    person.page.click("#passkey_login")
    person.page.wait_for_url("**/conta/inativa/")
    person.page.goto("/operadora/casos/")
    assert "/conta/entrar/" in person.page.url


def test_everybody_reads_what_each_role_may_do(walks: tuple[Walk, Walk]):
    administrator, _ = walks
    administrator.page.goto("/operadora/equipe/papeis/")
    administrator.page.wait_for_selector("text=Abrir, mudar e fechar acessos")
    administrator.spotless()
