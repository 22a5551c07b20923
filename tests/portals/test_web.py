"""What every page promises a browser (security.md, the web)."""

import json
import os
import re
import subprocess
import sys

import httpx
import pytest

from tests.portals.browsing import Visitor
from tests.portals.conftest import Installation

PAGES = ("/", "/conta/entrar/", "/balcao/", "/balcao/guias/", "/balcao/pessoas/00300000101/", "/balcao/nothing-here/")


@pytest.mark.parametrize("path", PAGES)
def test_no_page_lets_strange_code_in(desk: Visitor, path: str):
    policy = desk.open(path).headers["content-security-policy"]
    told = dict(part.split(" ", 1) for part in policy.split("; "))
    assert told["default-src"] == "'none'"
    assert told["script-src"] == told["style-src"] == told["img-src"] == told["form-action"] == "'self'"
    assert told["frame-ancestors"] == told["base-uri"] == "'none'"
    assert desk.page.headers["x-frame-options"] == "DENY"
    assert desk.page.headers["x-content-type-options"] == "nosniff"
    assert desk.page.headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize("path", PAGES)
def test_no_page_is_kept_by_a_browser_or_a_proxy(desk: Visitor, path: str):
    assert "no-store" in desk.open(path).headers["cache-control"]


@pytest.mark.parametrize("path", PAGES)
def test_no_page_holds_script_or_style_of_its_own(desk: Visitor, path: str):
    page = desk.open(path).text
    assert re.findall(r"<style\b|\sstyle=|\son[a-z]+=\"|javascript:", page) == []
    inline = [tag for tag in re.findall(r"<script\b[^>]*>", page) if "src=" not in tag]
    assert [tag for tag in inline if 'type="application/json"' not in tag] == []


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_another_site_makes_a_browser_send_changes_nothing(desk: Visitor, site: str):
    fields = {**desk.form("/balcao/buscar/"), "q": "00300000101"}
    answer = desk.http.post("/balcao/buscar/", data=fields, headers={"Sec-Fetch-Site": site})
    assert answer.status_code == 403


def test_a_form_without_its_token_changes_nothing(desk: Visitor):
    answer = desk.http.post("/balcao/buscar/", data={"q": "00300000101"})
    assert answer.status_code == 403
    assert "Nada foi gravado" in answer.text


def test_style_sheets_may_be_kept_for_ever_as_their_address_changes_with_them(desk: Visitor):
    path = re.search(r'href="(/static/design/tokens\.[0-9a-f]{12}\.css)"', desk.open("/balcao/").text)
    assert path
    answer = desk.http.get(path[1])
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    "path", ["/static/../settings.py", "/static/%2e%2e/settings.py", "/static/", "/static/nothing"]
)
def test_nothing_else_is_served_as_a_file(demo: Installation, path: str):
    assert httpx.get(demo.url + path, timeout=20).status_code == 404


def test_over_https_cookies_belong_to_the_host_alone(demo: Installation):
    wanted = [
        "SESSION_COOKIE_NAME",
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_NAME",
        "LANGUAGE_COOKIE_NAME",
        "PERSON_COOKIE_NAME",
        "ENTRY_COOKIE_NAME",
        "HTTPS",
        "SECURE_HSTS_SECONDS",
    ]
    script = (
        "import json; from django.conf import settings as s; "
        f"print(json.dumps({{name: getattr(s, name) for name in {wanted!r}}}))"
    )
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "chancela.portals.settings",
        "CHANCELA_DATA": str(demo.data),
        "CHANCELA_PUBLIC_URL": "https://codigo.example.com",
    }
    out = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    told = json.loads(out.stdout)
    assert told["SESSION_COOKIE_NAME"] == "__Host-chancela_session"
    assert told["CSRF_COOKIE_NAME"] == "__Host-chancela_csrf"
    assert told["LANGUAGE_COOKIE_NAME"] == "__Host-chancela_language"
    assert (told["PERSON_COOKIE_NAME"], told["ENTRY_COOKIE_NAME"]) == ("__Host-pessoa", "__Host-entrada")
    assert told["SESSION_COOKIE_SECURE"] is told["HTTPS"] is True
    assert told["SECURE_HSTS_SECONDS"] >= 31_536_000


def test_no_middleware_makes_the_loop_wait():
    """One that knew no async would push every request, live ones too, through a thread for as long as it lasts."""
    from django.conf import settings
    from django.utils.module_loading import import_string

    assert [name for name in settings.MIDDLEWARE if not import_string(name).async_capable] == []


def test_passwords_are_kept_with_more_than_19_mib_and_two_passes():
    from django.contrib.auth.hashers import make_password

    kept = make_password("uma frase qualquer")
    memory = re.search(r"\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$", kept)
    assert memory
    assert int(memory[1]) >= 19 * 1024
    assert int(memory[2]) >= 2


def test_both_languages_are_a_choice_that_needs_no_javascript(desk: Visitor):
    assert 'lang="pt-br"' in desk.open("/balcao/").text
    desk.http.headers["Accept-Language"] = "en-US"
    assert "Passe a carteirinha" in desk.open("/balcao/").text
    desk.send("/idioma/", language="en")
    assert 'lang="en"' in desk.page.text
    assert "Swipe the card" in desk.text
    desk.send("/idioma/", language="pt-br")
    assert "Passe a carteirinha" in desk.text


@pytest.mark.parametrize("elsewhere", ["https://example.com/", "//example.com", "javascript:alert(1)"])
def test_no_page_sends_a_reader_to_another_site(demo: Installation, elsewhere: str):
    with Visitor(demo.url) as visitor:
        visitor.http.follow_redirects = False
        visitor.open("/conta/entrar/")
        answer = visitor.post("/idioma/", {**visitor.form("/idioma/"), "language": "en", "next": elsewhere})
        assert answer.headers["location"].startswith("/")
        assert not answer.headers["location"].startswith("//")
