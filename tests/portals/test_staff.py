"""Who works at the operator: accounts opened by a link, changed, closed and reset, each change told by the trail."""

from __future__ import annotations

import concurrent.futures
import json
import re
import secrets
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from django.contrib.sessions.serializers import JSONSerializer
from django.core import signing

from chancela.adapters.keys.key_file import KeyFile
from chancela.domain import staff
from chancela.portals.accounts.models import Role
from tests.portals.browsing import Visitor
from tests.portals.test_doors import totp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.portals.conftest import Installation

CAMBUI, AURORA = "999003", "999001"
LIST, NEW, AT_PROVIDER = "/operadora/equipe/", "/operadora/equipe/nova/", "/operadora/equipe/prestador/"
PASSWORD = "um cavalo de bateria"
SALT = "django.contrib.sessions.SessionStore"


@pytest.fixture
def admin(office_as: Callable[..., Visitor]) -> Visitor:
    return office_as(Role.ADMINISTRATOR)


@pytest.fixture
def owner(demo: Installation) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(demo.database_url, autocommit=True) as connection:
        yield connection


def new_login() -> str:
    return f"pessoa.{secrets.token_hex(4)}"


def invites(admin: Visitor, login: str, role: str = Role.AGENT, name: str = "Dalva Moura") -> str:
    """Open an account of the operator's own; the address of its invitation."""
    admin.open(NEW)
    admin.post(NEW, {**admin.form_of_page(), "login": login, "name": name, "role": str(role)})
    return link(admin)


def link(visitor: Visitor) -> str:
    found = re.search(r'value="https?://[^/"]+(/conta/convite/[\w-]{43}/)"', visitor.page.text)
    assert found, visitor.text
    return found[1]


def enters(visitor: Visitor, invitation: str) -> str:
    """Use an invitation and enrol an app; its secret."""
    visitor.open(invitation)
    visitor.post(invitation, {**visitor.form_of_page(), "password1": PASSWORD, "password2": PASSWORD})
    assert visitor.path == "/conta/seguranca/", visitor.text
    visitor.open("/conta/seguranca/aplicativo/")
    secret = re.search(r'digits secret">([A-Z2-7]+)<', visitor.page.text)
    assert secret
    visitor.send("/conta/seguranca/aplicativo/", code=totp(secret[1]))
    return secret[1]


def signs_in(visitor: Visitor, login: str, secret: str) -> None:
    visitor.open("/conta/entrar/")
    visitor.send("/conta/entrar/", login=login, password=PASSWORD)
    if visitor.path == "/conta/entrar/codigo/":
        visitor.send("/conta/entrar/codigo/", code=totp(secret, time.time() + 30))


def account(owner: psycopg.Connection[Any], login: str) -> int:
    row = owner.execute("SELECT id FROM portal.accounts_user WHERE username = %s", (login,)).fetchone()
    assert row
    return int(row[0])


def told(owner: psycopg.Connection[Any], login: str, operator: str = CAMBUI) -> list[tuple[str, dict[str, str]]]:
    """What the trail keeps of an account: who did it, and its data."""
    subject = staff.account_uuid(operator, account(owner, login))
    asked = (
        "SELECT actor, data FROM chancela.trail WHERE operator = %s AND kind = 'operator:staff:changed'"
        " AND subject = %s ORDER BY seq"
    )
    with owner.transaction():
        owner.execute("SET LOCAL ROLE chancela_app")
        owner.execute("SELECT set_config('chancela.operator', %s, true)", (operator,))
        return [(actor, json.loads(data)) for actor, data in owner.execute(asked, (operator, subject))]


def asks(admin: Visitor, account_id: int, deed: str) -> None:
    """Press one of the buttons of an account's access."""
    admin.open(f"{LIST}{account_id}/")
    admin.send(f"{LIST}{account_id}/acesso/", do=deed)


def aged(owner: psycopg.Connection[Any], demo: Installation, visitor: Visitor, minutes: int) -> None:
    """Let a visitor's second factor have been shown long ago."""
    key = KeyFile(demo.data / "keys.json").secret("django").hex()
    session = visitor.http.cookies["chancela_session"]
    row = owner.execute("SELECT session_data FROM portal.django_session WHERE session_key = %s", (session,)).fetchone()
    assert row
    kept = signing.loads(row[0], key=key, salt=SALT, serializer=JSONSerializer)
    for each in kept["account_authentication_methods"]:
        each["at"] -= minutes * 60
    sealed = signing.dumps(kept, key=key, salt=SALT, serializer=JSONSerializer, compress=True)
    owner.execute("UPDATE portal.django_session SET session_data = %s WHERE session_key = %s", (sealed, session))


# ---------------------------------------------------------------- the list


@pytest.mark.parametrize("query", ["q=%00", "prestador=%00", "depois=%00", "de=prestadores&q=a%00b&depois=%ff"])
def test_no_query_breaks_the_list(admin: Visitor, query: str):
    assert admin.open(f"{LIST}?{query}").status_code == 200


def test_the_list_tells_who_has_an_account_and_how_it_stands(admin: Visitor):
    admin.open(LIST)
    for login in ("central@cambui.example", "operadora@cambui.example", "acessos@cambui.example"):
        assert login in admin.text
    assert "jatoba.cambui" not in admin.text
    assert "aurora.example" not in admin.text


def test_people_are_found_by_a_part_of_their_name_or_login(admin: Visitor):
    admin.open(f"{LIST}?q=renato")
    assert "operadora@cambui.example" in admin.text and "central@cambui.example" not in admin.text
    admin.open(f"{LIST}?q=CENTRAL@")
    assert "Júlia Serpa" in admin.text
    admin.open(f"{LIST}?q=ninguem")
    assert "Ninguém com “ninguem”" in admin.text


def test_a_long_list_is_cut_and_goes_on(admin: Visitor, owner: psycopg.Connection[Any]):
    made = (
        "INSERT INTO portal.accounts_user (username, password, operator, provider_code, role, display_name,"
        " is_superuser, email, is_staff, is_active, date_joined)"
        " SELECT 'zz.muitos.' || lpad(n::text, 3, '0'), '!', '999003', '10001', 'provider', 'Muitos', false, '',"
        " false, true, now() FROM generate_series(1, 60) n"
    )
    owner.execute(made)
    try:
        admin.open(f"{LIST}?prestador=10001&q=zz.muitos")
        assert "zz.muitos.050" in admin.text and "zz.muitos.051" not in admin.text
        more = re.search(r'class="more"><a class="button" href="([^"]+)"', admin.page.text)
        assert more
        admin.open(LIST + more[1].replace("&amp;", "&"))
        assert "zz.muitos.060" in admin.text and "zz.muitos.050" not in admin.text
        assert 'class="more"' not in admin.page.text
    finally:
        owner.execute("DELETE FROM portal.accounts_user WHERE username LIKE 'zz.muitos.%'")


def test_a_providers_people_are_listed_by_its_code(admin: Visitor):
    admin.open(f"{LIST}?prestador=10003")
    assert "Quem entra por Clínica Jatobá" in admin.text
    assert "jatoba.cambui" in admin.text and "central@cambui.example" not in admin.text
    admin.open(f"{LIST}?prestador=10002")
    assert "Ninguém entra pelo prestador 10002 ainda." in admin.text


# ---------------------------------------------------------------- opening


def test_an_invitation_sets_a_password_and_a_second_factor_and_opens_the_desk(
    admin: Visitor, demo: Installation, owner: psycopg.Connection[Any]
):
    login = new_login()
    invitation = invites(admin, login)
    with Visitor(demo.url) as person:
        person.open(invitation)
        assert "Boas-vindas, Dalva Moura" in person.text and login in person.text
        person.post(invitation, {**person.form_of_page(), "password1": PASSWORD, "password2": PASSWORD})
        assert "Falta um passo" in person.text
        for desk in ("/operadora/", "/operadora/equipe/papeis/"):
            assert person.open(desk).url.path == "/conta/seguranca/", "no desk opens without a second factor"
        person.open("/conta/seguranca/aplicativo/")
        secret = re.search(r'digits secret">([A-Z2-7]+)<', person.page.text)
        assert secret
        person.send("/conta/seguranca/aplicativo/", code=totp(secret[1]))
        assert person.open("/operadora/equipe/papeis/").status_code == 200
    agent = {"role": "agent"}
    assert told(owner, login) == [
        ("acessos@cambui.example", {"what": "opened", **agent}),
        (login, {"what": "entered", **agent}),
    ]


def test_an_invitation_serves_once(admin: Visitor, demo: Installation):
    invitation = invites(admin, new_login())
    with Visitor(demo.url) as person, Visitor(demo.url) as late:
        late.open(invitation)
        form = late.form_of_page()
        enters(person, invitation)
        late.post(invitation, {**form, "password1": "outra senha comprida", "password2": "outra senha comprida"})
        assert late.page.status_code == 404 and "não vale mais" in late.text
        unknown = f"/conta/convite/{secrets.token_urlsafe(32)}/"
        used, never = late.open(invitation), late.open(unknown)
        assert (used.status_code, shape(used.text)) == (never.status_code, shape(never.text))


def shape(page: str) -> str:
    return re.sub(r'value="[^"]*"', "", page)


def test_an_invitation_ends_after_72_hours(admin: Visitor, demo: Installation, owner: psycopg.Connection[Any]):
    login = new_login()
    invitation = invites(admin, login)
    left = owner.execute(
        "SELECT expires_at - made_at FROM portal.accounts_invitation WHERE user_id = %s", (account(owner, login),)
    ).fetchone()
    assert left and left[0].total_seconds() == 72 * 3600
    owner.execute(
        "UPDATE portal.accounts_invitation SET expires_at = now() WHERE user_id = %s", (account(owner, login),)
    )
    with Visitor(demo.url) as person:
        assert person.open(invitation).status_code == 404
    admin.open(f"{LIST}?q={login}")
    assert "Convite vencido" in admin.text


def test_a_link_is_kept_nowhere(admin: Visitor, owner: psycopg.Connection[Any]):
    login = new_login()
    secret = invites(admin, login).split("/")[3]
    admin.open(f"{LIST}{account(owner, login)}/")
    assert secret not in admin.page.text
    rows = owner.execute("SELECT i::text FROM portal.accounts_invitation i").fetchall()
    sessions = owner.execute("SELECT session_data FROM portal.django_session").fetchall()
    assert rows and not [row for row in [*rows, *sessions] if secret in row[0]]


def test_a_weak_password_is_refused_with_what_to_do(admin: Visitor, demo: Installation):
    invitation = invites(admin, new_login())
    with Visitor(demo.url) as person:
        for one, two, said in (
            ("curta", "curta", "12"),
            (PASSWORD, "outra", "não são iguais"),
            ("", "", "Escolha uma"),
        ):
            person.open(invitation)
            person.post(invitation, {**person.form_of_page(), "password1": one, "password2": two})
            assert person.page.status_code == 422 and said in person.text


def test_a_login_is_taken_once(admin: Visitor):
    login = new_login()
    invites(admin, login)
    for taken in (login, login.upper(), "operadora@aurora.example"):
        admin.open(NEW)
        admin.post(NEW, {**admin.form_of_page(), "login": taken, "name": "Outra", "role": "agent"})
        assert admin.page.status_code == 422 and "Este usuário já existe" in admin.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"login": "a"}, "Use de 3 a 150"),
        ({"login": "joão"}, "Use de 3 a 150"),
        ({"login": "pessoa\n"}, None),
        ({"login": "com espaço"}, "Use de 3 a 150"),
        ({"role": "provider"}, "Escolha um dos papéis"),
        ({"role": "root"}, "Escolha um dos papéis"),
        ({"name": ""}, "Escreva o nome"),
        ({"name": "x" * 121}, "120"),
    ],
)
def test_what_cannot_be_is_told_beside_its_field(admin: Visitor, typed: dict[str, str], said: str | None):
    admin.open(NEW)
    sent = {**admin.form_of_page(), "login": new_login(), "name": "Zilda Prado", "role": "agent", **typed}
    admin.post(NEW, sent)
    if said is None:  # white space around a login is nobody's intention
        assert admin.page.status_code in {200, 422}
        return
    assert admin.page.status_code == 422 and said in admin.text
    assert "Zilda Prado" in admin.page.text or "name" in typed, "what was typed stays"


def test_a_providers_person_gets_an_account_at_its_desk(
    admin: Visitor, demo: Installation, owner: psycopg.Connection[Any]
):
    login = new_login()
    admin.open(f"{AT_PROVIDER}?prestador=10003")
    assert admin.form_of_page()["provider"] == "10003"
    admin.post(AT_PROVIDER, {**admin.form_of_page(), "login": login, "name": "Recepção"})
    with Visitor(demo.url) as person:
        enters(person, link(admin))
        assert person.open("/balcao/").url.path == "/balcao/"
        assert person.open("/operadora/").status_code == 404
    assert told(owner, login)[0] == ("acessos@cambui.example", {"what": "opened", "role": "provider"})


def test_an_account_needs_a_provider_that_works(admin: Visitor):
    admin.open(AT_PROVIDER)
    admin.post(AT_PROVIDER, {**admin.form_of_page(), "provider": "99999", "login": new_login(), "name": "Recepção"})
    assert admin.page.status_code == 422 and "Não há prestador ativo" in admin.text


# ---------------------------------------------------------------- changing, closing, resetting


@pytest.fixture
def colleague(admin: Visitor, demo: Installation, owner: psycopg.Connection[Any]) -> Iterator[Any]:
    """An auditor who is at work: (their visit, login, account's id, app's secret)."""
    login = new_login()
    invitation = invites(admin, login, Role.AUDITOR)
    with Visitor(demo.url) as person:
        secret = enters(person, invitation)
        assert person.open("/operadora/casos/").status_code == 200
        yield person, login, account(owner, login), secret


def test_a_closed_account_ends_at_its_next_click_and_enters_no_more(
    admin: Visitor, demo: Installation, owner: psycopg.Connection[Any], colleague: Any
):
    person, login, account_id, secret = colleague
    asks(admin, account_id, "close")
    assert "Acesso fechado" in admin.text
    assert person.open("/operadora/casos/").url.path == "/conta/entrar/"
    with Visitor(demo.url) as again:
        signs_in(again, login, secret)
        assert again.open("/operadora/casos/").url.path == "/conta/entrar/"
    assert told(owner, login)[-1] == ("acessos@cambui.example", {"what": "closed", "role": "auditor"})


def test_a_page_that_is_kept_up_to_date_ends_with_its_account(
    admin: Visitor, demo: Installation, desk: Visitor, owner: psycopg.Connection[Any]
):
    """Somebody at the clinic's second desk looks on as a code goes out, until their account is closed."""
    login = new_login()
    admin.open(f"{AT_PROVIDER}?prestador=10003")
    admin.post(AT_PROVIDER, {**admin.form_of_page(), "login": login, "name": "Recepção"})
    guia = desk.new_guia(demo.operators[CAMBUI]["beneficiaries"][0]["card_number"])
    with Visitor(demo.url) as person:
        enters(person, link(admin))
        person.open(guia)
        looks_on = re.search(r'"(/balcao/guias/[^"]+/eventos/[^"]*)"', person.page.text)
        assert looks_on
        with person.http.stream("GET", looks_on[1]) as stream:
            lines = stream.iter_lines()
            assert next(lines) == "retry: 2000"
            asks(admin, account(owner, login), "close")
            desk.sent(guia)
            assert [line for line in lines if line.startswith("data:")] == []


def test_a_reopened_account_enters_again_and_no_old_session_comes_back(
    admin: Visitor, demo: Installation, owner: psycopg.Connection[Any], colleague: Any
):
    person, login, account_id, secret = colleague
    cookie = person.http.cookies["chancela_session"]
    asks(admin, account_id, "close")
    asks(admin, account_id, "reopen")
    person.http.cookies.clear()
    person.http.cookies.set("chancela_session", cookie)
    assert person.open("/operadora/casos/").url.path == "/conta/entrar/"
    with Visitor(demo.url) as again:
        signs_in(again, login, secret)
        assert again.open("/operadora/casos/").url.path == "/operadora/casos/"
    assert [data["what"] for _, data in told(owner, login)][-2:] == ["closed", "reopened"]


def test_a_reset_takes_password_second_factor_and_sessions_and_invites_anew(
    admin: Visitor, demo: Installation, owner: psycopg.Connection[Any], colleague: Any
):
    person, login, account_id, secret = colleague
    asks(admin, account_id, "reset")
    invitation = link(admin)
    assert person.open("/operadora/casos/").url.path == "/conta/entrar/"
    with Visitor(demo.url) as again:
        signs_in(again, login, secret)
        assert again.path == "/conta/entrar/"
        enters(again, invitation)
        assert again.open("/operadora/casos/").status_code == 200
    assert [data["what"] for _, data in told(owner, login)][-2:] == ["reset", "entered"]


def test_closing_takes_an_open_invitation_back(admin: Visitor, demo: Installation, owner: psycopg.Connection[Any]):
    login = new_login()
    invitation = invites(admin, login)
    asks(admin, account(owner, login), "close")
    asks(admin, account(owner, login), "reopen")
    with Visitor(demo.url) as person:
        assert person.open(invitation).status_code == 404


def test_a_name_and_a_role_are_changed_and_count_at_the_next_click(
    admin: Visitor, owner: psycopg.Connection[Any], colleague: Any
):
    person, login, account_id, _ = colleague
    admin.open(f"{LIST}{account_id}/")
    admin.send(f"{LIST}{account_id}/", name="Dalva Moura Reis", role="agent")
    assert "Alterações salvas" in admin.text and "Dalva Moura Reis" in admin.text
    assert person.open("/operadora/casos/").status_code == 404
    changes = told(owner, login)[-2:]
    assert [data for _, data in changes] == [{"what": "renamed", "role": "agent"}, {"what": "role", "role": "agent"}]
    before = len(told(owner, login))
    admin.send(f"{LIST}{account_id}/", name="Dalva Moura Reis", role="agent")
    assert len(told(owner, login)) == before, "what stays as it was is no change"


def test_the_trail_never_holds_a_name_or_a_login_of_the_account(owner: psycopg.Connection[Any], colleague: Any):
    _, login, _, _ = colleague
    (_, opened), (actor, entered) = told(owner, login)
    assert actor == login  # whoever acts is named, as everywhere
    assert {*opened, *entered} == {"what", "role"}
    assert login not in json.dumps([opened, entered])


def test_nobody_closes_or_resets_themselves_or_changes_their_own_role(admin: Visitor, owner: psycopg.Connection[Any]):
    own = account(owner, "acessos@cambui.example")
    admin.open(f"{LIST}{own}/")
    assert "Fechar o acesso" not in admin.text and 'name="role"' not in admin.page.text
    form = admin.form(f"{LIST}{own}/")
    for deed in ("close", "reset"):
        admin.post(f"{LIST}{own}/acesso/", {**form, "do": deed})
        assert admin.page.status_code == 422 and "quem muda é outra pessoa" in admin.text
    admin.post(f"{LIST}{own}/", {**form, "name": "Elias Porto", "role": "agent"})
    kept = owner.execute("SELECT role, is_active FROM portal.accounts_user WHERE id = %s", (own,)).fetchone()
    assert kept == ("administrator", True)
    assert admin.open(LIST).status_code == 200


def test_of_two_administrators_who_close_each_other_at_once_one_stays(
    admin: Visitor, demo: Installation, owner: psycopg.Connection[Any]
):
    login = new_login()
    invitation = invites(admin, login, Role.ADMINISTRATOR)
    first, second = account(owner, "acessos@cambui.example"), account(owner, login)
    with Visitor(demo.url) as other:
        enters(other, invitation)
        try:
            admin.open(f"{LIST}{second}/")
            other.open(f"{LIST}{first}/")
            with concurrent.futures.ThreadPoolExecutor() as pool:
                one = pool.submit(admin.send, f"{LIST}{second}/acesso/", do="close")
                two = pool.submit(other.send, f"{LIST}{first}/acesso/", do="close")
                concurrent.futures.wait([one, two])
            active = "SELECT count(*) FROM portal.accounts_user WHERE id = ANY(%s) AND is_active"
            assert owner.execute(active, ([first, second],)).fetchone() == (1,)
        finally:
            owner.execute(
                "UPDATE portal.accounts_user SET is_active = id = %s WHERE id = ANY(%s)", (first, [first, second])
            )


def test_a_link_that_is_used_while_it_is_taken_back_is_over(
    admin: Visitor, demo: Installation, owner: psycopg.Connection[Any]
):
    login = new_login()
    invitation = invites(admin, login)
    key, waits = account(owner, login), "SELECT count(*) FROM pg_locks WHERE NOT granted"
    with Visitor(demo.url) as person, concurrent.futures.ThreadPoolExecutor() as pool:
        person.open(invitation)
        fields = {**person.form_of_page(), "password1": PASSWORD, "password2": PASSWORD}
        with owner.transaction():  # as `reset` holds first the account, then its links
            owner.execute("SELECT FROM portal.accounts_user WHERE id = %s FOR UPDATE", (key,))
            used = pool.submit(person.post, invitation, fields)
            until = time.monotonic() + 30
            while owner.execute(waits).fetchone() == (0,) and time.monotonic() < until:
                time.sleep(0.05)
            owner.execute("DELETE FROM portal.accounts_invitation WHERE user_id = %s", (key,))
        assert used.result().status_code == 404
    assert told(owner, login)[-1][1]["what"] == "opened"


# ---------------------------------------------------------------- a fresh second factor


def test_an_old_second_factor_leads_to_showing_it_again(
    admin: Visitor, demo: Installation, owner: psycopg.Connection[Any], colleague: Any
):
    _, login, account_id, _ = colleague
    admin.open(f"{LIST}{account_id}/")
    form = admin.form(f"{LIST}{account_id}/acesso/")
    admin.open(NEW)
    opening = admin.form_of_page()
    aged(owner, demo, admin, 16)
    for page in (NEW, AT_PROVIDER, f"{LIST}{account_id}/"):
        assert admin.open(page).url.path == "/conta/confirmar/codigo/"
    admin.post(f"{LIST}{account_id}/acesso/", {**form, "do": "close"})
    assert admin.page.status_code == 422 and "mais de 15 minutos" in admin.text
    admin.post(f"{LIST}{account_id}/", {**form, "name": "Outro Nome", "role": "agent"})
    assert admin.page.status_code == 422 and "Outro Nome" in admin.page.text, "what was typed stays"
    admin.post(NEW, {**opening, "login": new_login(), "name": "Alguém", "role": "agent"})
    assert admin.page.status_code == 422 and "mais de 15 minutos" in admin.text
    assert [data["what"] for _, data in told(owner, login)] == ["opened", "entered"]


def test_in_the_demo_the_second_factor_is_shown_again_with_one_press(
    admin: Visitor, demo: Installation, owner: psycopg.Connection[Any]
):
    aged(owner, demo, admin, 16)
    admin.open(NEW)
    admin.send("/demo/confirmar/")
    assert admin.path == NEW and "Abrir e mostrar o link" in admin.text


# ---------------------------------------------------------------- walls, and one transaction


def test_another_operators_account_is_like_one_that_does_not_exist(
    office_as: Callable[..., Visitor], admin: Visitor, owner: psycopg.Connection[Any], colleague: Any
):
    _, login, account_id, _ = colleague
    stranger = office_as(Role.ADMINISTRATOR, AURORA)
    stranger.open(LIST)
    assert login not in stranger.text
    answers = []
    for number in (account_id, 999_999_999):
        stranger.open(NEW)
        sent = stranger.form_of_page()
        pages = [stranger.open(f"{LIST}{number}/"), stranger.post(f"{LIST}{number}/acesso/", {**sent, "do": "close"})]
        answers.append([(each.status_code, shape(each.text).replace(str(number), "N")) for each in pages])
    assert answers[0] == answers[1]
    assert answers[0][0][0] == 404
    assert admin.open(f"{LIST}{account_id}/").status_code == 200


@contextmanager
def no_trail(owner: psycopg.Connection[Any]) -> Iterator[None]:
    """The trail takes no word of accounts."""
    owner.execute(
        "CREATE FUNCTION public.mute() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'mute'; END $$;"
        "CREATE TRIGGER mute BEFORE INSERT ON chancela.trail FOR EACH ROW"
        " WHEN (NEW.kind = 'operator:staff:changed') EXECUTE FUNCTION public.mute()"
    )
    try:
        yield
    finally:
        owner.execute("DROP TRIGGER mute ON chancela.trail; DROP FUNCTION public.mute()")


def test_what_the_trail_cannot_be_told_does_not_happen(admin: Visitor, owner: psycopg.Connection[Any], colleague: Any):
    person, _, account_id, _ = colleague
    login = new_login()
    admin.open(f"{LIST}{account_id}/")
    form = admin.form(f"{LIST}{account_id}/acesso/")
    with no_trail(owner):
        assert admin.post(f"{LIST}{account_id}/acesso/", {**form, "do": "close"}).status_code == 500
        assert admin.post(NEW, {**form, "login": login, "name": "Alguém", "role": "agent"}).status_code == 500
    assert person.open("/operadora/casos/").status_code == 200
    assert owner.execute("SELECT FROM portal.accounts_user WHERE username = %s", (login,)).fetchone() is None


# ---------------------------------------------------------------- what each role may do


def test_the_table_of_roles_is_there_for_all_of_the_operators_people(office_as: Callable[..., Visitor]):
    for role in Role:
        if role is not Role.PROVIDER:
            visitor = office_as(role)
            visitor.open("/operadora/equipe/papeis/")
            assert "Abrir, mudar e fechar acessos" in visitor.text
            assert visitor.page.text.count("<tr>") > 20
