"""Passkeys at the pages: as people and strangers meet them without a browser, and what Chromium shows of them."""

from __future__ import annotations

import contextlib
import json
import re
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from django.http import HttpResponse
from django.test import override_settings

from chancela.portals.hand import keeping
from tests import cast
from tests.authenticator import Authenticator
from tests.portals.browsing import Visitor
from tests.portals.hands import Hand
from tests.portals.test_hand_door_browser import fresh, looked_at, sound

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from chancela.adapters.demo.invented import Invented
    from tests.portals.conftest import Installation

ANS = "999003"
HOME, DOOR = f"/app/{ANS}/", f"/app/{ANS}/entrar/"
ENTER, ASK = f"{DOOR}chave/", f"{DOOR}chave/pedir/"
ACCOUNT, KEYS, NEW = f"{HOME}conta/", f"{HOME}conta/chaves/", f"{HOME}conta/chaves/pedir/"
STALE = "UPDATE chancela.person_session SET assured_at = assured_at - interval '15 min'"
NOTHING = "00000000-0000-7000-8000-000000000000"


def owner(nth: int = 4) -> Invented:
    return [each for each in cast.cast().cambui.people if each.mobile and each.holder_card is None][nth]


def run(demo: Installation, statement: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(demo.database_url, autocommit=True) as connection:
        done = connection.execute(statement.encode())
        return done.fetchall() if done.description else []


@pytest.fixture(autouse=True)
def clean(demo: Installation) -> Iterator[None]:
    """Nobody has a passkey, or asked for a code yet."""
    fresh(demo)
    run(demo, "DELETE FROM chancela.passkey_challenge")
    yield
    run(demo, "DELETE FROM chancela.passkey")


@pytest.fixture
def url(demo: Installation) -> str:
    """Passkeys want a name, so the address is localhost."""
    return demo.url.replace("127.0.0.1", "localhost")


@pytest.fixture
def hand(demo: Installation, url: str) -> Iterator[Hand]:
    with Hand(url, ANS) as opened:
        yield opened.enter(owner().card_number, owner().birth_date)


def authenticator(url: str) -> Authenticator:
    return Authenticator(url, "localhost")


def token(visitor: Visitor) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', visitor.page.text)
    assert found, visitor.text
    return found[1]


def asked(visitor: Visitor, page: str, place: str) -> dict[str, Any]:
    """The options that a page's script would be given."""
    visitor.open(page)
    kept = token(visitor)
    told = visitor.http.post(place, data={"csrfmiddlewaretoken": kept}, headers={"Sec-Fetch-Site": "same-origin"})
    assert told.status_code == 200 and told.headers["cache-control"] == "no-store", told.text
    options: dict[str, Any] = told.json()
    return options


def answer(visitor: Visitor, place: str, text: str) -> httpx.Response:
    return visitor.post(place, {"csrfmiddlewaretoken": token(visitor), "answer": text})


def enrolled(hand: Hand, url: str) -> Authenticator:
    key = authenticator(url)
    answer(hand, KEYS, key.create(asked(hand, ACCOUNT, NEW)))
    assert hand.path == ACCOUNT and "A chave de acesso está criada." in hand.text
    return key


def entered(visitor: Visitor, key: Authenticator, door: str = DOOR, place: str = ENTER) -> httpx.Response:
    return answer(visitor, place, key.get(asked(visitor, door, ASK)))


def test_a_person_enrols_a_passkey_and_comes_in_with_it_elsewhere(hand: Hand, url: str):
    key = enrolled(hand, url)
    assert "ainda não usada" in hand.text and "/remover/" in hand.page.text
    with Visitor(url) as other:
        entered(other, key, f"{DOOR}?next={ACCOUNT}", f"{ENTER}?next={ACCOUNT}")
        assert other.path == ACCOUNT and owner().name in other.text and "ainda não usada" not in other.text


def test_the_slip_of_a_challenge_is_for_this_host_and_no_script(url: str):
    with Visitor(url) as visitor:
        visitor.open(DOOR)
        told = visitor.http.post(ASK, data={"csrfmiddlewaretoken": token(visitor)})
        (slip,) = [each for each in told.headers.get_list("set-cookie") if each.startswith("entrada-chave-")]
        for flag in ("HttpOnly", "Path=/", "SameSite=Lax", "Max-Age=300"):
            assert flag in slip, slip


@override_settings(HTTPS=True, ENTRY_COOKIE_NAME="__Host-entrada")
def test_over_https_the_slip_cannot_be_set_by_another_host():
    response = HttpResponse()
    keeping.keep_challenge(response, ANS, "slip")
    slip = response.cookies[f"__Host-entrada-chave-{ANS}"]
    assert (slip.value, slip["path"], slip["domain"], slip["secure"]) == ("slip", "/", "", True)


def test_an_answer_without_its_slip_or_sent_twice_opens_nothing(hand: Hand, url: str):
    key = enrolled(hand, url)
    with Visitor(url) as one, Visitor(url) as two:
        text = key.get(asked(one, DOOR, ASK))
        two.open(DOOR)
        answer(two, ENTER, text)
        assert two.path == DOOR and "Esta chave de acesso não serviu." in two.text
        answer(one, ENTER, text)
        assert one.path == HOME
        one.http.cookies.delete(f"pessoa-{ANS}")
        one.open(DOOR)
        answer(one, ENTER, text)
        assert one.path == DOOR


def test_a_form_without_its_token_or_from_another_site_is_refused(url: str):
    with Visitor(url) as visitor:
        visitor.open(DOOR)
        kept = {"csrfmiddlewaretoken": token(visitor)}
        for place in (ASK, ENTER):
            assert visitor.http.post(place).status_code == 403
            assert visitor.http.post(place, data=kept, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
            assert visitor.http.get(place).status_code == 405


def test_strangers_are_asked_the_same_whoever_has_a_passkey(hand: Hand, url: str):
    with Visitor(url) as visitor:
        before = asked(visitor, DOOR, ASK)
        enrolled(hand, url)
        after = asked(visitor, DOOR, ASK)
    assert before.pop("challenge") != after.pop("challenge")
    assert before == after and "allowCredentials" not in after


def test_a_change_wants_a_proof_of_the_last_fifteen_minutes(demo: Installation, hand: Hand, url: str):
    key = enrolled(hand, url)
    remove = re.search(r'href="([^"]+/remover/)"', hand.page.text)
    assert remove
    run(demo, STALE)
    hand.open(ACCOUNT)
    assert f"{HOME}conta/confirmar/?next={ACCOUNT}" in hand.page.text and NEW not in hand.page.text
    kept = token(hand)
    for place in (NEW, KEYS, remove[1]):
        hand.post(place, {"csrfmiddlewaretoken": kept, "answer": ""})
        assert hand.path == f"{HOME}conta/confirmar/"
    hand.open(remove[1])
    assert hand.path == f"{HOME}conta/confirmar/" and "Confirmar com chave de acesso" in hand.text
    there = str(hand.page.url.raw_path, "ascii")
    entered(hand, key, there, f"{ENTER}?next={remove[1]}")
    assert hand.path == remove[1] and "Remover esta chave de acesso?" in hand.text


def test_who_has_no_passkey_is_not_offered_to_confirm_by_one(hand: Hand):
    hand.open(f"{HOME}conta/confirmar/")
    assert "chave de acesso" not in hand.text and "Receber o código" in hand.text


def test_a_removed_passkey_opens_nothing_and_anothers_is_like_none(demo: Installation, hand: Hand, url: str):
    key = enrolled(hand, url)
    remove = re.search(r'href="([^"]+/remover/)"', hand.page.text)
    assert remove
    with Hand(url, ANS) as other:
        other.enter(owner(5).card_number, owner(5).birth_date)
        other.open(ACCOUNT)
        kept = {"csrfmiddlewaretoken": token(other)}
        answers = []
        for place in (remove[1], f"{KEYS}{NOTHING}/remover/"):
            gone = other.open(place)
            answers.append((gone.status_code, other.text, other.post(place, kept).status_code, other.text))
        assert answers[0] == answers[1] and answers[0][0] == answers[0][2] == 404
    assert len(run(demo, "SELECT 1 FROM chancela.passkey WHERE ended_at IS NULL")) == 1
    hand.open(remove[1])
    hand.post(remove[1], {"csrfmiddlewaretoken": token(hand)})
    assert hand.path == ACCOUNT and "/remover/" not in hand.page.text
    with Visitor(url) as visitor:
        entered(visitor, key)
        assert visitor.path == DOOR and "Esta chave de acesso não serviu." in visitor.text


def test_five_passkeys_are_enough(hand: Hand, url: str):
    for _ in range(5):
        enrolled(hand, url)
    assert "Já são 5 chaves." in hand.text
    refused = hand.http.post(NEW, data={"csrfmiddlewaretoken": token(hand)})
    assert (refused.status_code, refused.json()) == (422, {})


def test_what_is_no_answer_enrols_nothing_and_says_so(hand: Hand, url: str):
    asked(hand, ACCOUNT, NEW)
    for text in ("", "{}", json.dumps({"rawId": "x"})):
        answer(hand, KEYS, text)
        assert hand.path == ACCOUNT and "A chave de acesso não foi criada." in hand.text


def test_an_operator_that_is_none_has_no_challenge(url: str):
    with Visitor(url) as visitor:
        visitor.open(DOOR)
        kept = {"csrfmiddlewaretoken": token(visitor)}
        for place in ("/app/999999/entrar/chave/", "/app/999999/entrar/chave/pedir/"):
            assert visitor.http.post(place, data=kept).status_code == 404


@pytest.mark.browser
def test_the_pages_with_passkeys_are_sound(browser, demo: Installation, url: str, hand: Hand):
    enrolled(hand, url)
    with contextlib.closing(looked_at(browser, demo)) as context:
        page = context.new_page()
        page.goto(f"{url}{DOOR}?chave=nao")
        page.wait_for_selector("text=Entrar com chave de acesso")
        sound(page, "passkey-door")
        hand.lend(context)
        for name, path in (("account", f"{ACCOUNT}?chave=sim"), ("confirm", f"{HOME}conta/confirmar/")):
            page.goto(f"{url}{path}")
            sound(page, f"passkey-{name}")
        page.goto(f"{url}{ACCOUNT}")
        with page.expect_navigation():
            page.click("text=Remover")
        sound(page, "passkey-end")


@pytest.mark.browser
def test_where_passkeys_cannot_be_they_are_not_offered(browser, demo: Installation, url: str, hand: Hand):
    """An address that is a number, and a browser without JavaScript."""
    for context, base in (
        (browser.new_context(), demo.url),
        (browser.new_context(java_script_enabled=False), url),
    ):
        with contextlib.closing(context):
            page = context.new_page()
            page.goto(f"{base}{DOOR}")
            assert not page.is_visible("text=Entrar com chave de acesso")
            for each in hand.http.cookies.jar:
                context.add_cookies([{"name": each.name, "value": str(each.value), "url": base}])
            page.goto(f"{base}{ACCOUNT}")
            assert not page.is_visible("text=Criar chave de acesso")
            page.wait_for_selector("text=Este navegador não oferece chaves de acesso aqui.")
