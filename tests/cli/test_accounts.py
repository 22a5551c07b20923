"""Operators and accounts of an installation that is no demo."""

import secrets

import psycopg
import pytest

from chancela.bootstrap.settings import Settings
from tests import commands, running

INVITED = """
INSERT INTO portal.accounts_invitation (user_id, digest, made_at, expires_at)
SELECT u.id, decode(repeat('ab', 32), 'hex'), now(), now() + interval '1 day'
FROM portal.accounts_user u WHERE u.username = 'maria'
"""


@pytest.fixture(scope="module")
def settings(makes, template, tmp_path_factory):
    """One installation for all of these: each test has people and operators of its own."""
    url = makes.make(f"accounts_{secrets.token_hex(4)}", template)
    return Settings(data=tmp_path_factory.mktemp("accounts"), database_url=url, demo=True)


@pytest.fixture(scope="module")
def user(settings):
    """Say `chancela user` with words; the password is what its standard input holds."""
    told = {"CHANCELA_DATA": str(settings.data), "CHANCELA_DATABASE_URL": settings.database_url}
    with commands.heard(**told) as say:
        yield lambda *words, password="um-cavalo-bateria-grampo": say("user", *words, typed=f"{password}\n")


def test_an_account_is_opened_once_and_given_a_new_password(settings, user):
    words = ("create", "Maria", "--operator", "999003", "--provider", "10003", "--name", "Maria da Recepção")
    made = user(*words)
    assert (made.status, made.err) == (0, "")
    again = user(*words)
    assert again.status == 1
    assert "There is an account Maria already" in again.err
    with psycopg.connect(settings.database_url, autocommit=True) as connection:
        connection.execute(INVITED)
        assert user("reset", "maria", password="outra-senha-comprida").status == 0
        assert connection.execute("SELECT count(*) FROM portal.accounts_invitation").fetchone() == (0,)


@pytest.mark.parametrize(
    ("words", "password", "said"),
    [
        (("--operator", "999003", "--provider", "99999"), "um-cavalo-bateria-grampo", "no active provider 99999"),
        (("--operator", "999003", "--provider", "10003"), "curta", "12"),
        (("--operator", "999003"), "um-cavalo-bateria-grampo", "Say either --provider"),
        (("--operator", "999003", "--provider", "10003", "--role", "auditor"), "um-cavalo-bateria", "Say either"),
        (("--operator", "305555", "--role", "auditor"), "um-cavalo-bateria-grampo", "There is no operator 305555"),
    ],
)
def test_an_account_that_cannot_be_is_refused_in_one_sentence(user, words, password, said):
    refused = user("create", "nobody", *words, "--name", "Maria", password=password)
    assert refused.status == 1
    assert said in refused.err
    assert len(refused.err.splitlines()) == 1
    assert "There is no account nobody" in user("reset", "nobody").err


@pytest.mark.parametrize("role", ["agent", "auditor", "analyst", "manager", "dpo", "administrator"])
def test_an_account_of_the_operators_own_names_no_provider(settings, user, role):
    made = user("create", f"bia.{role}", "--operator", "999003", "--role", role, "--name", "Bia da Auditoria")
    assert (made.status, made.err) == (0, "")
    with psycopg.connect(settings.database_url) as connection:
        asked = "SELECT operator, provider_code, role FROM portal.accounts_user WHERE username = %s"
        assert connection.execute(asked, (f"bia.{role}",)).fetchone() == ("999003", "", role)


def staff(settings, operator):
    with psycopg.connect(settings.database_url) as connection:
        return connection.execute(
            "SELECT p.staff FROM chancela.provider p WHERE (p.operator, p.code) = (%s, '10003')", (operator,)
        ).fetchone()[0]


def test_who_works_at_a_provider_is_known_by_their_addresses(settings, user):
    words = ("--operator", "999001", "--provider", "10003", "--name", "Maria", "--phone", "(41) 90000-7777")
    made = user("create", "maria.reis", *words, "--email", "maria@Example.com")
    assert (made.status, made.err) == (0, "")
    assert staff(settings, "999001") == ["+5541900007777", "maria@example.com"]
    assert user("create", "bia", *words[:-2], "--email", "bia@example.com").status == 0
    assert staff(settings, "999001") == ["+5541900007777", "bia@example.com", "maria@example.com"]


@pytest.mark.parametrize(("option", "value"), [("--email", "maria@"), ("--phone", "190")])
def test_an_address_that_is_none_opens_no_account(settings, user, option, value):
    words = ("create", "nobody", "--operator", "999002", "--provider", "10003", "--name", "Maria", option, value)
    refused = user(*words)
    assert (refused.status, len(refused.err.splitlines())) == (1, 1)
    assert "There is no account nobody" in user("reset", "nobody").err
    assert staff(settings, "999002") == []


def test_an_operator_is_added_once(here):
    words = ("operator", "add", "304484", "--name", "Real Odonto", "--profile", "latest-code-wins")
    assert here(*words).status == 0
    assert "304484  Real Odonto  latest-code-wins" in here("operator", "list").out
    again = here(*words)
    assert (again.status, again.err) == (1, "chancela: There is an operator 304484 already.\n")


def test_an_operators_own_settings_are_checked(here, tmp_path):
    (tmp_path / "settings.json").write_text('{"policy": {"tries_per_code": "many"}}')
    words = ("operator", "add", "305555", "--name", "Real", "--profile", "latest-code-wins")
    said = here(*words, "--settings", tmp_path / "settings.json")
    assert said.status == 1
    assert "do not fit" in said.err


@pytest.mark.parametrize(("ans", "profile"), [("30448", "latest-code-wins"), ("304484", "no-such-policy")])
def test_an_operator_that_cannot_be_is_refused(here, ans, profile):
    said = here("operator", "add", ans, "--name", "Real", "--profile", profile)
    assert said.status == 1
    assert len(said.err.splitlines()) == 1


def trail_of_accounts(settings):
    with psycopg.connect(settings.database_url) as connection:
        connection.execute("SET ROLE chancela_app")
        connection.execute("SELECT set_config('chancela.operator', '999002', false)")
        told = "SELECT actor, data FROM chancela.trail WHERE kind = 'operator:staff:changed' ORDER BY seq"
        return connection.execute(told).fetchall()


def test_the_trail_tells_of_each_account_opened_and_reset(settings, user, here):
    words = ("create", "dora", "--operator", "999002", "--role", "administrator", "--name", "Dora dos Acessos")
    assert user(*words).status == 0
    assert user("reset", "dora", password="outra-senha-comprida").status == 0
    assert user(*words).status == 1
    told = trail_of_accounts(settings)
    assert [data for _, data in told] == [
        '{"role":"administrator","what":"opened"}',
        '{"role":"administrator","what":"reset"}',
    ]
    assert all(actor.startswith("cli") for actor, _ in told)
    assert here("verify").status == 0


def test_a_sign_on_that_is_half_named_is_told_in_one_sentence(settings):
    said = running.chancela("operator", "list", "--data", settings.data, CHANCELA_OIDC_ISSUER="https://login.example")
    assert (said.returncode, len(said.stderr.splitlines())) == (1, 1)
    assert "with CHANCELA_OIDC_ISSUER, CHANCELA_OIDC_CLIENT_ID is needed too" in said.stderr
