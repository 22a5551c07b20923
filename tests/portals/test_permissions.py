"""Every page of a desk asks a permission, and is there for its own people alone."""

from __future__ import annotations

import contextlib
import functools
import inspect
import re
import secrets
from typing import TYPE_CHECKING

import psycopg
import pytest

from chancela.domain import permissions
from chancela.domain.permissions import Actor, ActorKind, Permission
from chancela.portals.accounts.models import STAFF, Role
from chancela.portals.operator import urls as operator
from chancela.portals.provider import urls as provider
from tests.portals.browsing import Visitor
from tests.portals.conftest import Installation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.urls import URLPattern

PAGES = [("/balcao/", page) for page in provider.urlpatterns] + [("/operadora/", page) for page in operator.urlpatterns]
NAMED = [page.name for _, page in PAGES]


@pytest.mark.parametrize("page", [page for _, page in PAGES], ids=NAMED)
def test_every_page_asks_a_permission(page):
    assert isinstance(page.callback.permission, Permission)


@pytest.mark.parametrize(("desk", "page"), PAGES, ids=NAMED)
def test_every_page_says_which_methods_it_answers(demo: Installation, desk: str, page):
    with Visitor(demo.url) as visitor:
        assert visitor.http.request("PUT", desk + str(page.pattern)).status_code in {403, 404, 405}


def test_a_stranger_is_led_to_the_door_from_every_page(demo: Installation):
    guia = f"/balcao/guias/{'0' * 8}-0000-7000-8000-{secrets.token_hex(6)}/"
    with Visitor(demo.url) as visitor:
        own = ("/balcao/", "/balcao/guias/", "/balcao/pessoas/1/", guia, f"{guia}codigo/", f"{guia}eventos/")
        for path in (*own, "/operadora/", "/operadora/entregas/", "/operadora/casos/"):
            assert visitor.open(path).url.path == "/conta/entrar/", path


def test_a_part_of_a_page_asked_for_by_a_stranger_sends_the_whole_page_to_the_door(demo: Installation):
    with Visitor(demo.url) as visitor:
        answer = visitor.http.get("/balcao/procedimentos/odonto/?q=ab", headers={"HX-Request": "true"})
        assert answer.headers["HX-Redirect"].startswith("/conta/entrar/")


CHANGE = "UPDATE portal.accounts_user SET role = %s WHERE username = %s"


def test_roles_of_the_operators_own_staff_do_not_open_the_desk(demo: Installation):
    """The same account, had it another role, would find no such page."""
    login = demo.login("999001")[0]
    with Visitor(demo.url) as visitor, psycopg.connect(demo.database_url, autocommit=True) as connection:
        visitor.sign_in("999001")
        try:
            for role in set(Role) - {Role.PROVIDER}:
                connection.execute(CHANGE, (role.value, login))
                assert visitor.open("/balcao/").status_code == 404
        finally:
            connection.execute(CHANGE, (Role.PROVIDER.value, login))
        assert visitor.open("/balcao/").status_code == 200


OFFICE = ("/operadora/", "/operadora/entregas/", "/operadora/casos/")


BEM_TE_VI = "999002"
# What stands for a part of an address: it has the right shape, and belongs to nothing.
NOTHING = {
    "uuid": "00000000-0000-7000-8000-000000000000",
    "int": "2000000000",
    "slug": "nada",
    "str": "nada",
    "provider": "nada",
}


def methods(page: URLPattern) -> list[str]:
    """What a page answers, as its outermost decorator says."""
    listed = inspect.getclosurevars(page.callback).nonlocals["request_method_list"]
    return [method for method in listed if method != "HEAD"]


def address(page: URLPattern) -> str:
    filled = re.sub(r"<(\w+):\w+>", lambda part: NOTHING[part[1]], str(page.pattern))
    return f"/operadora/{filled}"


CELLS = [
    pytest.param(role, page, method, id=f"{role}-{method}-{page.name}")
    for role in sorted(STAFF)
    for page in operator.urlpatterns
    if page.name != "operator"
    for method in methods(page)
]


@pytest.fixture(scope="module")
def at_work(demo: Installation) -> Iterator[Callable[[Role], tuple[Visitor, dict[str, str]]]]:
    """Somebody of Bem-te-vi's in a role, who signs in once, with what proves that a form is from a page of theirs."""
    with contextlib.ExitStack() as visits:

        @functools.cache
        def of(role: Role) -> tuple[Visitor, dict[str, str]]:
            visitor = visits.enter_context(Visitor(demo.url))
            visitor.sign_in_as_operator(BEM_TE_VI, role.value)
            visitor.open("/operadora/equipe/papeis/")
            return visitor, visitor.form("/conta/sair/")

        yield of


@pytest.mark.parametrize(("role", "entry", "method"), CELLS)
def test_each_page_of_the_operators_desk_opens_to_those_who_may_alone(
    at_work: Callable[[Role], tuple[Visitor, dict[str, str]]], role: Role, entry: URLPattern, method: str
):
    """Every page and every form that is sent, over every role; what is not there never breaks a page either."""
    visitor, token = at_work(role)
    sent = {"data": token, "headers": {"Sec-Fetch-Site": "same-origin"}} if method == "POST" else {}
    found = visitor.http.request(method, address(entry), **sent).status_code
    may = permissions.may_for(Actor(BEM_TE_VI, ActorKind(role.value), "x"), entry.callback.permission, "")
    assert found < 500
    if not may:
        assert found == 404
    elif not entry.pattern.converters:
        assert found not in {403, 404, 405}


def test_to_a_provider_the_operators_desk_is_like_a_page_that_is_not_there(desk: Visitor):
    nothing = desk.open("/operadora/nada/")
    assert nothing.status_code == 404
    for path in OFFICE:
        found = desk.open(path)
        assert (found.status_code, shape(found.text, path)) == (404, shape(nothing.text, "/operadora/nada/"))


def shape(page: str, path: str) -> str:
    return re.sub(r'value="[A-Za-z0-9]{64}"', "", page).replace(path, "")


def test_to_the_operators_people_the_providers_desk_is_not_there(office: Visitor):
    assert [office.open(path).status_code for path in ("/balcao/", "/balcao/guias/")] == [404, 404]
