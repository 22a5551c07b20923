"""The demo's open doors and phones exist in demo mode alone."""

import httpx
import pytest

from tests.portals.conftest import Installation

DOORS = ("/demo/entrar/", "/demo/segundo-fator/", "/demo/confirmar/")
PATHS = ("/demo/", *DOORS, "/demo/phone/00300000101", "/demo/phone/00300000101.json")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_outside_the_demo_there_is_no_such_page(plain: Installation, path: str, method: str):
    assert httpx.request(method, plain.url + path, timeout=20).status_code in ({404} if method == "GET" else {403, 404})


def test_outside_the_demo_the_front_leads_to_the_desk(plain: Installation):
    answer = httpx.get(plain.url + "/", timeout=20, follow_redirects=True)
    assert answer.url.path == "/conta/entrar/"
    assert "demonstra" not in answer.text


def test_in_the_demo_they_are_there(demo: Installation):
    assert "Entrar como clínica" in httpx.get(demo.url + "/", timeout=20).text
    assert httpx.get(f"{demo.url}/demo/phone/00300000101", timeout=20).status_code == 200
    assert httpx.get(f"{demo.url}/demo/phone/00300000402.json", timeout=20).json() == []
    assert httpx.get(f"{demo.url}/demo/phone/00399999999.json", timeout=20).status_code == 404
