"""security.md 10 at the desk: a guia of another provider or operator has no page, no button and no place in a list."""

from __future__ import annotations

import re
from importlib import resources
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import httpx
import pytest

from tests.api.caller import new_guia
from tests.portals.browsing import Visitor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cast import Cast, Tenant
    from tests.running import Running

TYPED = {"code": "123456", "why": "mine now", "way": "sms", "do": "again", "once": "x" * 22}
WHOLE = {"Accept-Encoding": "identity"}  # what is packed has padding of random length
CHANGING = re.compile(r'nonce="[^"]*"|value="[A-Za-z0-9]{64}"|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}')
QUEUE = re.compile(r'<ul class="queue.*?</ul>', re.DOTALL)  # which says how long each guia has waited, by the minute


@pytest.fixture(scope="module")
def desk(live: Running, house: Cast) -> Iterator[Visitor]:
    """Aurora's clinic at its desk."""
    with Visitor(live.url) as visitor:
        visitor.sign_in(house.aurora.ans)
        yield visitor


@pytest.fixture(scope="module")
def own(live: Running, house: Cast) -> dict[str, Any]:
    return entered(live, house.aurora, house.aurora.provider)


@pytest.fixture(scope="module")
def foreign(live: Running, house: Cast) -> list[dict[str, Any]]:
    """A guia of another provider of the same operator, and one of another operator."""
    aurora, cambui = house.aurora, house.cambui
    return [entered(live, aurora, aurora.other_provider), entered(live, cambui, cambui.provider)]


def entered(live: Running, tenant: Tenant, provider: str) -> dict[str, Any]:
    """A guia with a code on its way, entered by the operator's own system."""
    told = live.operator(tenant.ans)
    with httpx.Client(base_url=live.url, timeout=20) as http:
        grant = {"grant_type": "client_credentials"}
        given = http.post("/oauth/token", data=grant, auth=(told["client_id"], told["client_secret"])).json()
        http.headers["Authorization"] = f"Bearer {given['access_token']}"
        guia = http.post("/v1/guias", json=new_guia(tenant, provider=provider)).json()
        asked = http.post(f"/v1/guias/{guia['id']}/token", json={"channel": "sms"})
        assert asked.status_code == 202, asked.text
    return dict(guia)


def pages() -> list[str]:
    """Every address of the desk that names a guia."""
    text = (resources.files("chancela.portals.provider") / "urls.py").read_text(encoding="utf-8")
    return [f"/balcao/{path}" for path in re.findall(r'path\("([^"]*<uuid:guia_id>[^"]*)"', text)]


def shown(visitor: Visitor, method: str, path: str, guia_id: object) -> tuple[int, dict[str, str], str]:
    """Status, headers and body of a page, but for what differs each time."""
    address, headers = path.replace("<uuid:guia_id>", str(guia_id)), {"Sec-Fetch-Site": "same-origin", **WHOLE}
    data = {**TYPED, **visitor.form("/conta/sair/")} if method == "POST" else None
    answer = visitor.http.request(method, address, data=data, headers=headers, follow_redirects=False)
    kept = {name: value for name, value in answer.headers.items() if name not in {"date", "set-cookie", "location"}}
    kept["location"] = CHANGING.sub("*", answer.headers.get("location", ""))
    kept["content-security-policy"] = re.sub(r"nonce-[^']*", "*", kept.get("content-security-policy", ""))
    return answer.status_code, kept, CHANGING.sub("*", answer.text)


def test_a_foreign_guia_has_no_page(desk: Visitor, own: dict[str, Any], foreign: list[dict[str, Any]]):
    assert len(pages()) >= 8
    desk.open("/balcao/")  # whose form holds a token that every posting needs
    for path in pages():
        for method in ("GET", "POST"):
            unknown = shown(desk, method, path, uuid4())
            for guia in foreign:
                assert shown(desk, method, path, guia["id"]) == unknown, (method, path)
            assert unknown[0] in {303, 404, 405}, (method, path, unknown)
    assert desk.open(f"/balcao/guias/{own['id']}/").status_code == 200


def test_a_foreign_guia_is_in_no_list(desk: Visitor, own: dict[str, Any], foreign: list[dict[str, Any]]):
    for guia in foreign:
        for path in ("/balcao/", "/balcao/guias/", f"/balcao/guias/?number={guia['number']}"):
            text = desk.open(path).text
            assert guia["id"] not in text, path
        found = desk.open(f"/balcao/guias/?card={guia['card_number']}").text
        assert guia["id"] not in found
    assert own["id"] in desk.open("/balcao/guias/").text


def test_a_foreign_number_is_found_by_no_search(
    desk: Visitor, house: Cast, own: dict[str, Any], foreign: list[dict[str, Any]]
):
    def searched(text: str) -> tuple[int, str]:
        desk.open("/balcao/")
        desk.send("/balcao/buscar/", q=text)
        assert foreign[0]["id"] not in desk.page.text
        shown = QUEUE.sub("*", desk.page.text.replace(text, "NUMBER"))
        return desk.page.status_code, CHANGING.sub("*", shown)

    aurora = {each.card_number for each in house.aurora.people}
    card = next(each.card_number for each in house.cambui.people if each.card_number not in aurora)
    for text in (foreign[0]["number"], card):
        assert searched(text) == searched("9" * len(text)), text
    assert desk.open(f"/balcao/pessoas/{card}/").status_code == 404
    desk.open("/balcao/")
    desk.send("/balcao/buscar/", q=own["number"])
    assert desk.path == f"/balcao/guias/{own['id']}/"
