"""Every page of the desk asks a permission, and is there for a provider's people alone."""

import secrets

import pytest

from chancela.domain.permissions import Permission
from chancela.portals.accounts.models import Role
from chancela.portals.provider import urls
from tests.portals.browsing import Visitor
from tests.portals.conftest import Installation


@pytest.mark.parametrize("page", urls.urlpatterns, ids=lambda page: page.name)
def test_every_page_asks_a_permission(page):
    assert isinstance(page.callback.permission, Permission)


@pytest.mark.parametrize("page", urls.urlpatterns, ids=lambda page: page.name)
def test_every_page_says_which_methods_it_answers(demo: Installation, page):
    with Visitor(demo.url) as visitor:
        assert visitor.http.request("PUT", "/balcao/" + str(page.pattern)).status_code in {403, 404, 405}


def test_a_stranger_is_led_to_the_door_from_every_page(demo: Installation):
    guia = f"/balcao/guias/{'0' * 8}-0000-7000-8000-{secrets.token_hex(6)}/"
    with Visitor(demo.url) as visitor:
        for path in ("/balcao/", "/balcao/guias/", "/balcao/pessoas/1/", guia, f"{guia}codigo/", f"{guia}eventos/"):
            assert visitor.open(path).url.path == "/conta/entrar/", path


def test_a_part_of_a_page_asked_for_by_a_stranger_sends_the_whole_page_to_the_door(demo: Installation):
    with Visitor(demo.url) as visitor:
        answer = visitor.http.get("/balcao/procedimentos/odonto/?q=ab", headers={"HX-Request": "true"})
        assert answer.headers["HX-Redirect"].startswith("/conta/entrar/")


def test_roles_of_the_operators_own_staff_do_not_open_the_desk(demo: Installation):
    """The same account, had it another role, would find no such page."""
    import psycopg

    login = demo.login("999001")[0]
    with Visitor(demo.url) as visitor, psycopg.connect(demo.database_url, autocommit=True) as connection:
        visitor.sign_in("999001")
        change = "UPDATE portal.accounts_user SET role = %s WHERE username = %s"
        try:
            for role in set(Role) - {Role.PROVIDER}:
                connection.execute(change, (role.value, login))
                assert visitor.open("/balcao/").status_code == 404
        finally:
            connection.execute(change, (Role.PROVIDER.value, login))
        assert visitor.open("/balcao/").status_code == 200
