"""The house's own sign-on: proven tokens alone, roles alone, nobody known by an e-mail, over a real socket."""

from __future__ import annotations

import json
import secrets
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from chancela.domain import staff
from tests import identity as houses
from tests.portals.browsing import Visitor
from tests.portals.conftest import Installation, _environment, _wait_for, running
from tests.portals.test_doors import totp
from tests.running import free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser

    from tests.identity import Identity

LEAVE, BACK = "/conta/unico/", "/conta/unico/retorno/"
ROLES = "chancela-acessos=administrator, chancela-central=agent, chancela-auditoria=auditor"


@pytest.fixture(scope="module")
def identity() -> Iterator[Identity]:
    with houses.running() as found:
        yield found


@pytest.fixture(scope="module")
def housed(demo: Installation, identity: Identity) -> Iterator[Installation]:
    """The same installation, with Cambuí's own sign-on; a second factor that the house saw counts."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    told = {
        "CHANCELA_PUBLIC_URL": url,
        "CHANCELA_OIDC_ISSUER": identity.url,
        "CHANCELA_OIDC_CLIENT_ID": houses.CLIENT,
        "CHANCELA_OIDC_CLIENT_SECRET": houses.SECRET,
        "CHANCELA_OIDC_OPERATOR": "999003",
        "CHANCELA_OIDC_NAME": "Cambuí",
        "CHANCELA_OIDC_ROLES": ROLES,
        "CHANCELA_OIDC_SECOND_FACTOR": "amr",
    }
    environment = {**_environment(demo.data, demo.database_url), **told}
    with running(["serve", "--data", str(demo.data), "--port", str(port)], environment):
        _wait_for(url)
        yield Installation(url, demo.data, demo.database_url, demo.operators)


@pytest.fixture
def visitor(housed: Installation) -> Iterator[Visitor]:
    with Visitor(housed.url) as found:
        yield found


@pytest.fixture
def owner(demo: Installation) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(demo.database_url, autocommit=True) as connection:
        yield connection


def enters(visitor: Visitor, **more: str) -> None:
    """Press the button of the house's sign-on, and follow wherever it leads."""
    visitor.open("/conta/entrar/")
    visitor.send(LEAVE, **more)


def somebody() -> str:
    return f"id-{secrets.token_hex(6)}"


def proven(**claims: Any) -> dict[str, Any]:
    """The claims of somebody who showed two factors a moment ago (RFC 8176)."""
    return {"amr": ["pwd", "otp", "mfa"], "auth_time": int(time.time()) - 5, **claims}


def rows(owner: psycopg.Connection[Any], name: str) -> list[tuple[Any, ...]]:
    asked = (
        "SELECT u.id, u.role, u.is_active, u.operator, u.email, s.extra_data::text FROM portal.accounts_user u"
        " JOIN portal.socialaccount_socialaccount s ON s.user_id = u.id WHERE u.display_name = %s ORDER BY u.id"
    )
    return owner.execute(asked, (name,)).fetchall()


def told(owner: psycopg.Connection[Any], account_id: int) -> list[dict[str, str]]:
    asked = "SELECT data FROM chancela.trail WHERE operator = '999003' AND subject = %s ORDER BY seq"
    with owner.transaction():
        owner.execute("SET LOCAL ROLE chancela_app")
        owner.execute("SELECT set_config('chancela.operator', '999003', true)")
        return [json.loads(row[0]) for row in owner.execute(asked, (staff.account_uuid("999003", account_id),))]


# ---------------------------------------------------------------- coming in


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
def test_whoever_has_a_role_and_two_factors_at_home_is_at_their_desk_at_once(
    visitor: Visitor, identity: Identity, owner: psycopg.Connection[Any], algorithm: str
):
    name = f"Íris {secrets.token_hex(3)}"
    identity.is_next(somebody(), ["vpn", "chancela-auditoria"], name=name, email="renato@cambui.example", **proven())
    identity.algorithm = algorithm
    enters(visitor)
    assert visitor.path.startswith("/operadora/"), visitor.text
    assert visitor.open("/operadora/casos/").status_code == 200 and name in visitor.text
    ((account_id, *kept),) = rows(owner, name)
    assert kept == ["auditor", True, "999003", "", "{}"], "nothing that the house told is kept but the name"
    assert told(owner, account_id) == [{"what": "opened", "role": "auditor"}]


def test_the_request_bears_pkce_state_and_nonce_and_nothing_of_the_askers_own(visitor: Visitor, identity: Identity):
    identity.is_next(somebody(), "chancela-central", **proven())
    visitor.open("/conta/entrar/")
    form = visitor.form(LEAVE)
    visitor.post(f"{LEAVE}?auth_params=nonce%3Dours&scope=email&process=connect", {**form, "process": "connect"})
    asked = identity.asked[-1]
    assert asked["code_challenge_method"] == "S256" and len(asked["code_challenge"]) == 43
    assert len(asked["nonce"]) == 32 and len(asked["state"]) >= 16
    assert set(asked["scope"].split()) == {"openid", "profile"}
    assert (asked["response_type"], asked["max_age"]) == ("code", "43200")


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"amr": ["pwd", "mfa"]},
        {"amr": ["pwd", "otp"], "auth_time": int(time.time())},
        {"amr": "mfa", "auth_time": int(time.time())},
        {"amr": ["mfa"], "auth_time": "now"},
        {"amr": ["mfa"], "auth_time": int(time.time()) + 3600},
    ],
    ids=["silent", "timeless", "one_factor", "no_list", "no_time", "future"],
)
def test_where_the_house_proves_no_second_factor_ours_is_asked(
    visitor: Visitor, identity: Identity, claims: dict[str, Any]
):
    identity.is_next(somebody(), ["chancela-auditoria"], **claims)
    enters(visitor)
    assert visitor.path == "/conta/seguranca/" and "Falta um passo" in visitor.text
    assert "Trocar a senha" not in visitor.text
    assert visitor.open("/operadora/casos/").url.path == "/conta/seguranca/"
    assert visitor.open("/conta/senha/").url.path == "/conta/seguranca/", "there is no password to change"


def test_our_second_factor_once_enrolled_is_asked_at_each_entry_without_one_at_home(
    housed: Installation, identity: Identity
):
    who = somebody()
    identity.is_next(who, ["chancela-auditoria"])
    with Visitor(housed.url) as first:
        enters(first)
        first.open("/conta/seguranca/aplicativo/")
        secret = first.page.text.partition('digits secret">')[2].partition("<")[0]
        first.send("/conta/seguranca/aplicativo/", code=totp(secret))
        assert first.open("/operadora/casos/").status_code == 200
    with Visitor(housed.url) as again:
        enters(again)
        assert again.path == "/conta/entrar/codigo/"
        assert again.open("/operadora/casos/").url.path == "/conta/entrar/codigo/"
    identity.is_next(who, ["chancela-auditoria"], **proven())
    with Visitor(housed.url) as trusted:
        enters(trusted)
        assert trusted.open("/operadora/casos/").status_code == 200


def test_a_role_may_be_told_beside_the_token_by_the_same_person(visitor: Visitor, identity: Identity):
    identity.is_next(somebody(), None, **proven())
    del identity.person["roles"]
    identity.beside = {"roles": ["chancela-auditoria"]}
    enters(visitor)
    assert visitor.open("/operadora/casos/").status_code == 200
    identity.beside = {"roles": ["chancela-auditoria"], "sub": "somebody else"}
    with Visitor(str(visitor.http.base_url)) as other:
        enters(other)
        assert other.page.status_code == 502


# ---------------------------------------------------------------- who does not come in


@pytest.mark.parametrize("roles", [[], ["vpn"], None, "vpn", {"chancela-central": True}, [["chancela-central"]], 7])
def test_who_has_no_role_here_is_told_so_and_gets_no_account(
    visitor: Visitor, identity: Identity, owner: psycopg.Connection[Any], roles: Any
):
    name = f"Ninguém {secrets.token_hex(3)}"
    identity.is_next(somebody(), roles, name=name, **proven())
    enters(visitor)
    assert visitor.page.status_code == 403 and "Você ainda não tem um papel aqui" in visitor.text
    assert rows(owner, name) == []
    assert visitor.open("/operadora/casos/").url.path == "/conta/entrar/"


TWISTS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "another nonce": lambda told: {**told, "nonce": "outro"},
    "no nonce": lambda told: {name: value for name, value in told.items() if name != "nonce"},
    "another audience": lambda told: {**told, "aud": "outra"},
    "two audiences and no party": lambda told: {**told, "aud": ["chancela", "outra"]},
    "another party": lambda told: {**told, "aud": ["chancela", "outra"], "azp": "outra"},
    "another issuer": lambda told: {**told, "iss": "https://outra.example"},
    "expired": lambda told: {**told, "exp": int(time.time()) - 120},
    "no end": lambda told: {name: value for name, value in told.items() if name != "exp"},
    "of tomorrow": lambda told: {**told, "iat": int(time.time()) + 3600},
    "nobody": lambda told: {**told, "sub": ""},
    "a number": lambda told: {**told, "sub": 7},
}


@pytest.mark.parametrize("twist", TWISTS)
def test_a_token_that_is_not_ours_for_this_request_now_opens_nothing(
    visitor: Visitor, identity: Identity, owner: psycopg.Connection[Any], twist: str
):
    name = f"Ninguém {secrets.token_hex(3)}"
    identity.is_next(somebody(), ["chancela-auditoria"], name=name, **proven())
    identity.twist = TWISTS[twist]
    enters(visitor)
    refused(visitor, owner, name)


def refused(visitor: Visitor, owner: psycopg.Connection[Any], name: str) -> None:
    assert visitor.page.status_code == 502 and "O login único não deu certo" in visitor.text, visitor.text
    assert rows(owner, name) == []
    assert visitor.open("/operadora/casos/").url.path == "/conta/entrar/"


def test_a_token_signed_with_another_key_opens_nothing(
    visitor: Visitor, identity: Identity, owner: psycopg.Connection[Any]
):
    name = f"Ninguém {secrets.token_hex(3)}"
    for forged in (houses.rsa("rsa"), houses.rsa("unknown")):
        identity.is_next(somebody(), ["chancela-auditoria"], name=name, **proven())
        identity.signer = forged
        enters(visitor)
        refused(visitor, owner, name)


def test_a_token_that_nobody_signed_opens_nothing(
    visitor: Visitor, identity: Identity, owner: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
):
    import base64

    def part(told: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(told).encode()).rstrip(b"=").decode()

    name = f"Ninguém {secrets.token_hex(3)}"
    identity.is_next(somebody(), ["chancela-auditoria"], name=name, **proven())
    now = int(time.time())
    for header in ({"alg": "none"}, {"alg": "HS256", "kid": "rsa"}):
        told = {"iss": identity.url, "aud": houses.CLIENT, "iat": now, "exp": now + 300, **identity.person}
        monkeypatch.setattr(
            identity, "signed", lambda nonce, head=header, body=told: f"{part(head)}.{part({**body, 'nonce': nonce})}."
        )
        enters(visitor)
        refused(visitor, owner, name)


def test_a_state_serves_once_and_only_in_its_own_browser(
    visitor: Visitor, identity: Identity, housed: Installation, owner: psycopg.Connection[Any]
):
    identity.is_next(somebody(), ["chancela-auditoria"], **proven())
    visitor.http.follow_redirects = False
    visitor.open("/conta/entrar/")
    leaving = visitor.send(LEAVE).headers["location"]
    asked = {name: values[0] for name, values in parse_qs(urlsplit(leaving).query).items()}
    way_back = identity.authorization(asked).replace(housed.url, "")
    visitor.http.follow_redirects = True
    with Visitor(housed.url) as thief:
        assert thief.open(way_back).status_code == 502
    assert visitor.open(way_back).url.path.startswith("/operadora/")
    for again in (way_back, f"{BACK}?state=unknown&code=x", f"{BACK}?code=x", BACK):
        assert visitor.open(again).status_code == 502


def test_whoever_cancels_at_home_is_told_that_nothing_changed(visitor: Visitor, identity: Identity):
    identity.is_next(somebody(), ["chancela-auditoria"], **proven())
    identity.error = "access_denied"
    enters(visitor)
    assert "Você não continuou" in visitor.text
    identity.error = "server_error<script>"
    enters(visitor)
    assert "O login único não deu certo" in visitor.text and "script>" not in visitor.text


@pytest.mark.parametrize(
    "config",
    [{"issuer": "https://outra.example"}, {"jwks_uri": None}, {"token_endpoint": "ftp:nowhere"}],
    ids=["another_issuer", "no_keys", "no_token"],
)
def test_an_issuer_that_tells_something_else_of_itself_is_not_spoken_with(
    visitor: Visitor, identity: Identity, config: dict[str, Any]
):
    identity.is_next(somebody(), ["chancela-auditoria"], **proven())
    identity.config = config
    enters(visitor)
    assert visitor.page.status_code == 502 and "O login único não deu certo" in visitor.text


# ---------------------------------------------------------------- accounts


def test_the_role_follows_the_house_at_each_entry_and_the_trail_tells(
    housed: Installation, identity: Identity, owner: psycopg.Connection[Any]
):
    who, name = somebody(), f"Íris {secrets.token_hex(3)}"
    for groups, page, status in ((["chancela-auditoria"], "casos", 200), (["chancela-central"], "casos", 404)):
        identity.is_next(who, groups, name=name, **proven())
        with Visitor(housed.url) as visitor:
            enters(visitor)
            assert visitor.open(f"/operadora/{page}/").status_code == status
    ((account_id, *_),) = rows(owner, name)
    assert told(owner, account_id) == [{"what": "opened", "role": "auditor"}, {"what": "role", "role": "agent"}]
    identity.is_next(who, ["vpn"], name=name, **proven())
    with Visitor(housed.url) as visitor:
        enters(visitor)
        assert visitor.page.status_code == 403


def test_of_two_groups_the_first_of_the_settings_counts(visitor: Visitor, identity: Identity):
    identity.is_next(somebody(), ["chancela-auditoria", "chancela-acessos"], **proven())
    enters(visitor)
    assert visitor.open("/operadora/equipe/").status_code == 200


def test_a_closed_account_stays_closed_whatever_the_house_says(
    housed: Installation, identity: Identity, owner: psycopg.Connection[Any]
):
    who, name = somebody(), f"Íris {secrets.token_hex(3)}"
    identity.is_next(who, ["chancela-auditoria"], name=name, **proven())
    with Visitor(housed.url) as visitor:
        enters(visitor)
        owner.execute("UPDATE portal.accounts_user SET is_active = false WHERE display_name = %s", (name,))
        assert visitor.open("/operadora/casos/").url.path == "/conta/entrar/"
        enters(visitor)
        assert visitor.path == "/conta/inativa/"
        assert visitor.open("/operadora/casos/").url.path == "/conta/entrar/"


def test_nobody_becomes_an_existing_account_by_its_name_or_e_mail(
    visitor: Visitor, identity: Identity, owner: psycopg.Connection[Any]
):
    """Somebody at the house calls themselves as an administrator here does, in every claim there is."""
    login = "acessos@cambui.example"
    owner.execute("UPDATE portal.accounts_user SET email = %s WHERE username = %s", (login, login))
    name = f"Elias {secrets.token_hex(3)}"
    told_so = {"email": login, "email_verified": True, "preferred_username": login, "username": login}
    identity.is_next(login, ["chancela-central"], name=name, **told_so, **proven())
    enters(visitor)
    assert visitor.open("/operadora/equipe/").status_code == 404
    taken = "SELECT count(*) FROM portal.socialaccount_socialaccount s JOIN portal.accounts_user u ON u.id = s.user_id"
    assert owner.execute(f"{taken} WHERE u.username = %s", (login,)).fetchone() == (0,)
    assert len(rows(owner, name)) == 1


def test_somebody_who_is_signed_in_here_is_never_joined_to_a_person_of_the_house(
    housed: Installation, identity: Identity, owner: psycopg.Connection[Any]
):
    name = f"Íris {secrets.token_hex(3)}"
    identity.is_next(somebody(), ["chancela-auditoria"], name=name, **proven())
    with Visitor(housed.url) as visitor:
        login, password = housed.login("999003")
        visitor.open("/conta/entrar/")
        visitor.send("/conta/entrar/", login=login, password=password)
        visitor.send("/conta/entrar/codigo/", code=totp("MNUGC3TDMVWGCIDEMUQGK6DFNVYGY3ZB"))
        assert visitor.path == "/balcao/"
        visitor.open(f"{LEAVE}?process=connect")
        visitor.send(LEAVE, process="connect")
        assert visitor.open("/balcao/").status_code == 404, "now it is the person of the house"
    assert owner.execute("SELECT role FROM portal.accounts_user WHERE username = %s", (login,)).fetchone() == (
        "provider",
    )
    assert [row[1] for row in rows(owner, name)] == ["auditor"]


def test_an_administrator_of_the_house_shows_themselves_there_again_before_a_change(
    visitor: Visitor, identity: Identity
):
    who = somebody()
    identity.is_next(who, ["chancela-acessos"], **{**proven(), "auth_time": int(time.time()) - 3600})
    enters(visitor)
    assert visitor.open("/operadora/equipe/").status_code == 200
    visitor.open("/operadora/equipe/nova/")
    assert visitor.path == LEAVE and "Confirme que é você" in visitor.text
    identity.is_next(who, ["chancela-acessos"], **proven())
    visitor.send(LEAVE)
    assert identity.asked[-1]["prompt"] == "login" and identity.asked[-1]["max_age"] == "0"
    assert visitor.path == "/operadora/equipe/nova/" and "Abrir e mostrar o link" in visitor.text


def test_the_list_tells_who_enters_by_the_house_and_its_role_is_changed_there(
    visitor: Visitor, identity: Identity, owner: psycopg.Connection[Any]
):
    name = f"Íris {secrets.token_hex(3)}"
    identity.is_next(somebody(), ["chancela-auditoria"], name=name, **proven())
    enters(visitor)
    ((account_id, *_),) = rows(owner, name)
    identity.is_next(somebody(), ["chancela-acessos"], **proven())
    visitor.open(LEAVE)
    visitor.send(LEAVE)
    visitor.open(f"/operadora/equipe/{account_id}/")
    assert "Entra pelo login único" in visitor.text and 'name="role"' not in visitor.page.text
    visitor.send(f"/operadora/equipe/{account_id}/acesso/", do="reset")
    assert "Segundo fator retirado" in visitor.text


# ---------------------------------------------------------------- where there is no house


def test_without_a_house_there_is_no_button_and_no_such_page(plain: Installation):
    with Visitor(plain.url) as visitor:
        visitor.open("/conta/entrar/")
        assert LEAVE not in visitor.page.text
        assert "form-action 'self';" in f"{visitor.page.headers['content-security-policy']};"
        assert [visitor.open(path).status_code for path in (LEAVE, BACK)] == [404, 404]


@pytest.mark.browser
def test_a_real_browser_goes_to_the_house_and_comes_back(housed: Installation, identity: Identity, browser: Browser):
    """Its policy lets a form lead to the house and to nowhere else."""
    identity.is_next(somebody(), ["chancela-auditoria"], **proven())
    context = browser.new_context(base_url=housed.url, locale="pt-BR")
    try:
        page = context.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.goto("/conta/entrar/")
        page.click("text=Entrar com Cambuí")
        page.wait_for_url("**/operadora/**")
        assert said == []
    finally:
        context.close()
