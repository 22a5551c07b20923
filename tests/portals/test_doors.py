"""Signing in: a second factor for everyone, no hint of who exists, no lock that turns against its owner."""

import base64
import contextlib
import hmac
import math
import re
import secrets
import struct
import time
from collections.abc import Callable, Iterator

import httpx
import pytest

from tests.commands import Commands
from tests.portals.browsing import NOBODY, Visitor
from tests.portals.conftest import Installation

DEMO_SECRET = "MNUGC3TDMVWGCIDEMUQGK6DFNVYGY3ZB"
WRONG = "Quem não sabe a senha"


def totp(secret: str, at: float | None = None) -> str:
    """RFC 6238."""
    counter = struct.pack(">Q", int(time.time() if at is None else at) // 30)
    digest = hmac.digest(base64.b32decode(secret), counter, "sha1")
    place = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[place : place + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"


@pytest.fixture
def visitor(plain: Installation) -> Iterator[Visitor]:
    with Visitor(plain.url) as found:
        yield found


@pytest.fixture
def new_account(say: Commands) -> Callable[[], tuple[str, str]]:
    """Open an account without a second factor, as `chancela user create` does."""

    def make() -> tuple[str, str]:
        login, password = f"pessoa.{secrets.token_hex(4)}", secrets.token_urlsafe(12)
        words = ["user", "create", login, "--operator", "999003", "--provider", "10003", "--name", "Pessoa Nova"]
        assert say(*words, typed=f"{password}\n").status == 0
        return login, password

    return make


def enter(visitor: Visitor, login: str, password: str) -> None:
    visitor.open("/conta/entrar/")
    visitor.send("/conta/entrar/", login=login, password=password)


def test_password_and_app_open_the_desk(visitor: Visitor, plain: Installation):
    enter(visitor, *plain.login("999001"))
    assert visitor.path == "/conta/entrar/codigo/"
    visitor.send("/conta/entrar/codigo/", code=totp(DEMO_SECRET))
    assert visitor.path == "/balcao/"
    assert "Aurora Saúde" in visitor.text


def test_a_password_alone_opens_nothing(visitor: Visitor, plain: Installation):
    enter(visitor, *plain.login("999002"))
    for path in ("/balcao/", "/balcao/guias/", "/conta/seguranca/"):
        assert visitor.open(path).url.path == "/conta/entrar/codigo/"


def test_a_wrong_code_of_the_app_opens_nothing(visitor: Visitor, plain: Installation):
    enter(visitor, *plain.login("999002"))
    right = {totp(DEMO_SECRET, time.time() + step) for step in (-30, 0, 30)}
    visitor.send("/conta/entrar/codigo/", code=next(f"{n:06d}" for n in range(9) if f"{n:06d}" not in right))
    assert visitor.path == "/conta/entrar/codigo/"
    assert visitor.open("/balcao/").url.path == "/conta/entrar/codigo/"


def test_the_first_sign_in_leads_to_a_second_factor_which_opens_the_desk(visitor: Visitor, new_account):
    enter(visitor, *new_account())
    assert visitor.path == "/conta/seguranca/"
    assert "Falta um passo" in visitor.text
    assert visitor.open("/balcao/").url.path == "/conta/seguranca/"
    visitor.open("/conta/seguranca/aplicativo/")
    assert visitor.path == "/conta/seguranca/aplicativo/", visitor.text
    secret = re.search(r'<code class="digits secret">([A-Z2-7]+)</code>', visitor.page.text)
    assert secret
    visitor.send("/conta/seguranca/aplicativo/", code=totp(secret[1]))
    assert visitor.path == "/conta/seguranca/recuperacao/"
    assert len(re.findall(r'<li class="digits">\d{8}</li>', visitor.page.text)) == 10
    assert visitor.open("/balcao/").url.path == "/balcao/"


def test_a_session_from_before_the_second_factor_has_to_show_it(plain: Installation, new_account):
    login, password = new_account()
    with Visitor(plain.url) as early, Visitor(plain.url) as owner:
        enter(early, login, password)
        enter(owner, login, password)
        owner.open("/conta/seguranca/aplicativo/")
        secret = re.search(r'digits secret">([A-Z2-7]+)<', owner.page.text)
        assert secret
        owner.send("/conta/seguranca/aplicativo/", code=totp(secret[1]))
        assert early.open("/balcao/").url.path == "/conta/confirmar/codigo/"


def test_the_last_second_factor_cannot_be_taken_away(visitor: Visitor, new_account):
    enter(visitor, *new_account())
    visitor.open("/conta/seguranca/aplicativo/")
    secret = re.search(r'digits secret">([A-Z2-7]+)<', visitor.page.text)
    assert secret
    visitor.send("/conta/seguranca/aplicativo/", code=totp(secret[1]))
    visitor.open("/conta/seguranca/aplicativo/retirar/")
    assert "único segundo fator" in visitor.text


def test_second_factors_lie_sealed(demo: Installation):
    import psycopg

    with psycopg.connect(demo.database_url) as connection:
        kept = connection.execute("SELECT data::text FROM portal.mfa_authenticator").fetchall()
    assert kept
    assert [row for row in kept if DEMO_SECRET in row[0]] == []


def test_an_unknown_name_and_a_wrong_password_look_the_same(plain: Installation):
    login, _password = plain.login("999003")
    answers = []
    for name in (login, "ninguem.aqui"):
        with Visitor(plain.url) as visitor:
            enter(visitor, name, WRONG)
            shown = visitor.page.text.replace(name, "NAME")
            answers.append((visitor.page.status_code, re.sub(r'value="[A-Za-z0-9]{64}"', "", shown)))
    assert answers[0] == answers[1]


def test_an_unknown_name_and_a_wrong_password_take_as_long(plain: Installation):
    """The quickest of some tries, taken in turns and each from an address of its own, so that no limit answers.

    Something else that runs here can slow every try of one kind, so there are more while they differ.
    """

    def seconds(name: str, address: str) -> float:
        with Visitor(plain.url, transport=httpx.HTTPTransport(NOBODY, local_address=address)) as visitor:
            visitor.open("/conta/entrar/")
            before = time.perf_counter()
            visitor.send("/conta/entrar/", login=name, password=WRONG)
            return time.perf_counter() - before

    login = plain.login("999003")[0]
    known, unknown, n = math.inf, math.inf, 0
    while n < 3 or (n < 12 and not 0.5 < unknown / known < 2):
        n += 1
        known = min(known, seconds(login, f"127.0.1.{n}"))
        unknown = min(unknown, seconds(f"ninguem.{n}", f"127.0.2.{n}"))
    assert 0.5 < unknown / known < 2


def test_a_strangers_wrong_tries_never_lock_the_owner_out(plain: Installation, new_account):
    login, password = new_account()
    with Visitor(plain.url) as owner:
        enter(owner, login, password)
        assert owner.path == "/conta/seguranca/"
        owner.send("/conta/sair/")
        with Visitor(plain.url) as stranger:
            for _ in range(6):
                enter(stranger, login, WRONG)
            enter(stranger, login, password)
            assert stranger.path == "/conta/entrar/", "a stranger's sixth try is not judged, right or wrong"
        enter(owner, login, password)
        assert owner.path == "/conta/seguranca/"


def test_there_is_no_way_to_sign_up_and_no_admin(visitor: Visitor):
    for path in ("/conta/signup/", "/accounts/signup/", "/admin/", "/conta/email/", "/conta/senha/recuperar/"):
        assert visitor.open(path).status_code == 404


def test_signing_out_ends_the_session(desk: Visitor):
    desk.send("/conta/sair/")
    assert desk.open("/balcao/").url.path == "/conta/entrar/"


def test_changing_the_password_ends_other_sessions(plain: Installation, new_account):
    login, password = new_account()
    with Visitor(plain.url) as one, Visitor(plain.url) as other:
        enter(one, login, password)
        enter(other, login, password)
        one.open("/conta/senha/")
        new = "uma frase bem comprida"
        one.send("/conta/senha/", oldpassword=password, password1=new, password2=new)
        assert one.open("/conta/seguranca/").url.path == "/conta/seguranca/"
        assert other.open("/conta/seguranca/").url.path == "/conta/entrar/"


@pytest.mark.browser
def test_a_passkey_opens_the_desk(plain: Installation, browser, new_account):
    """With Chromium's own virtual authenticator; passkeys want a name, so the address is localhost."""
    url = plain.url.replace("127.0.0.1", "localhost")
    login, password = new_account()
    context = browser.new_context()
    page = context.new_page()
    with contextlib.closing(context):
        keys = context.new_cdp_session(page)
        keys.send("WebAuthn.enable")
        options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
        told = {**options, "isUserVerified": True, "automaticPresenceSimulation": True}
        keys.send("WebAuthn.addVirtualAuthenticator", {"options": told})
        page.goto(f"{url}/conta/entrar/")
        page.fill("[name=login]", login)
        page.fill("[name=password]", password)
        page.click("form button.primary")
        page.click("text=Acrescentar uma chave")
        page.fill("[name=name]", "recepção")
        page.check("[name=passwordless]")
        page.click("#mfa_webauthn_add")
        page.wait_for_url("**/recuperacao/")
        page.goto(f"{url}/balcao/")
        page.wait_for_url("**/balcao/")
        page.goto(f"{url}/conta/seguranca/chaves/")
        page.click("text=Retirar")
        page.wait_for_selector("text=Este é o seu único segundo fator.")
        page.click("text=Sair")
        page.wait_for_url("**/conta/entrar/**")
        page.goto(f"{url}/conta/entrar/")
        page.click("#passkey_login")
        page.wait_for_url("**/balcao/")
