"""Operators and accounts of an installation that is no demo."""

import subprocess
import sys

import psycopg
import pytest

from tests import running

INVITED = """
INSERT INTO portal.accounts_invitation (user_id, digest, made_at, expires_at)
SELECT u.id, decode(repeat('ab', 32), 'hex'), now(), now() + interval '1 day'
FROM portal.accounts_user u WHERE u.username = 'maria'
"""


def opened(settings, *words, password="um-cavalo-bateria-grampo"):
    return subprocess.run(
        [sys.executable, "-m", "chancela.cli.main", "user", *words, "--data", settings.data],
        input=f"{password}\n",
        capture_output=True,
        text=True,
        check=False,
        env=running.environment(CHANCELA_DATABASE_URL=settings.database_url),
    )


def test_an_account_is_opened_once_and_given_a_new_password(settings):
    words = ("create", "Maria", "--operator", "999003", "--provider", "10003", "--name", "Maria da Recepção")
    made = opened(settings, *words)
    assert (made.returncode, made.stderr) == (0, "")
    again = opened(settings, *words)
    assert again.returncode == 1
    assert "There is an account Maria already" in again.stderr
    with psycopg.connect(settings.database_url, autocommit=True) as connection:
        connection.execute(INVITED)
        assert opened(settings, "reset", "maria", password="outra-senha-comprida").returncode == 0
        assert connection.execute("SELECT count(*) FROM portal.accounts_invitation").fetchone() == (0,)


@pytest.mark.parametrize(
    ("words", "password", "said"),
    [
        (("--operator", "999003", "--provider", "99999"), "um-cavalo-bateria-grampo", "no active provider 99999"),
        (("--operator", "999003", "--provider", "10003"), "curta", "12"),
        (("--operator", "999003"), "um-cavalo-bateria-grampo", "Say either --provider"),
        (("--operator", "999003", "--provider", "10003", "--role", "auditor"), "um-cavalo-bateria", "Say either"),
        (("--operator", "304484", "--role", "auditor"), "um-cavalo-bateria-grampo", "There is no operator 304484"),
    ],
)
def test_an_account_that_cannot_be_is_refused_in_one_sentence(settings, words, password, said):
    refused = opened(settings, "create", "maria", *words, "--name", "Maria", password=password)
    assert refused.returncode == 1
    assert said in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize("role", ["agent", "auditor", "analyst", "manager", "dpo", "administrator"])
def test_an_account_of_the_operators_own_names_no_provider(settings, role):
    made = opened(settings, "create", "bia", "--operator", "999003", "--role", role, "--name", "Bia da Auditoria")
    assert (made.returncode, made.stderr) == (0, "")
    with psycopg.connect(settings.database_url) as connection:
        asked = "SELECT operator, provider_code, role FROM portal.accounts_user WHERE username = 'bia'"
        assert connection.execute(asked).fetchone() == ("999003", "", role)


def staff(settings):
    with psycopg.connect(settings.database_url) as connection:
        return connection.execute(
            "SELECT p.staff FROM chancela.provider p WHERE (p.operator, p.code) = ('999003', '10003')"
        ).fetchone()[0]


def test_who_works_at_a_provider_is_known_by_their_addresses(settings):
    words = ("--operator", "999003", "--provider", "10003", "--name", "Maria", "--phone", "(41) 90000-7777")
    made = opened(settings, "create", "maria", *words, "--email", "maria@Example.com")
    assert (made.returncode, made.stderr) == (0, "")
    assert staff(settings) == ["+5541900007777", "maria@example.com"]
    assert opened(settings, "create", "bia", *words[:-2], "--email", "bia@example.com").returncode == 0
    assert staff(settings) == ["+5541900007777", "bia@example.com", "maria@example.com"]


@pytest.mark.parametrize(("option", "value"), [("--email", "maria@"), ("--phone", "190")])
def test_an_address_that_is_none_opens_no_account(settings, option, value):
    words = ("create", "maria", "--operator", "999003", "--provider", "10003", "--name", "Maria", option, value)
    refused = opened(settings, *words)
    assert (refused.returncode, len(refused.stderr.splitlines())) == (1, 1)
    assert "There is no account maria" in opened(settings, "reset", "maria").stderr
    assert staff(settings) == []


def test_an_operator_is_added_once(here):
    words = ("operator", "add", "304484", "--name", "Real Odonto", "--profile", "latest-code-wins")
    assert here(*words).status == 0
    assert "304484  Real Odonto  latest-code-wins" in here("operator", "list").out
    again = here(*words)
    assert (again.status, again.err) == (1, "chancela: There is an operator 304484 already.\n")


def test_an_operators_own_settings_are_checked(here, tmp_path):
    (tmp_path / "settings.json").write_text('{"policy": {"tries_per_code": "many"}}')
    words = ("operator", "add", "304484", "--name", "Real", "--profile", "latest-code-wins")
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
        connection.execute("SELECT set_config('chancela.operator', '999003', false)")
        told = "SELECT actor, data FROM chancela.trail WHERE kind = 'operator:staff:changed' ORDER BY seq"
        return connection.execute(told).fetchall()


def test_the_trail_tells_of_each_account_opened_and_reset(settings, here):
    words = ("create", "bia", "--operator", "999003", "--role", "administrator", "--name", "Bia dos Acessos")
    assert opened(settings, *words).returncode == 0
    assert opened(settings, "reset", "bia", password="outra-senha-comprida").returncode == 0
    assert opened(settings, *words).returncode == 1
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
