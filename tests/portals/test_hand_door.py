"""The door of the Hand as people and strangers meet it: pages without JavaScript, cookies, answers and limits."""

from __future__ import annotations

import datetime as dt
import re
import secrets
import time
from typing import TYPE_CHECKING, Any

import httpx
import psycopg
import pytest

from tests import cast
from tests.portals.browsing import Visitor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chancela.adapters.demo.invented import Invented
    from tests.portals.conftest import Installation

ANS = "999002"
DOOR, CODE, HOME = f"/app/{ANS}/entrar/", f"/app/{ANS}/entrar/codigo/", f"/app/{ANS}/"
PEOPLE = cast.cast().bem_te_vi.people
MOVING = {"date", "set-cookie", "content-length"}
RESETS = "DELETE FROM chancela.sign_in"


@pytest.fixture(autouse=True)
def unhurried(demo: Installation) -> None:
    """Every test's people ask for their first code of the day."""
    with psycopg.connect(demo.database_url, autocommit=True) as connection:
        connection.execute(RESETS)


@pytest.fixture
def visitor(demo: Installation) -> Iterator[Visitor]:
    with Visitor(demo.url, headers={"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0"}) as opened:
        yield opened


def owner(nth: int = 0) -> Invented:
    """An adult with a mobile."""
    return [each for each in PEOPLE if each.mobile and each.holder_card is None][nth]


def born(person: Invented) -> str:
    return f"{person.birth_date:%d/%m/%Y}"


def ask(visitor: Visitor, who: str, birth_date: str, door: str = DOOR) -> httpx.Response:
    visitor.open(door)
    fields = {"csrfmiddlewaretoken": token(visitor), "who": who, "birth_date": birth_date}
    return visitor.post(door, fields)


def token(visitor: Visitor) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', visitor.page.text)
    assert found, visitor.text
    return found[1]


def newest(visitor: Visitor, card: str) -> str:
    """The digits of the last code to sign in that the demo phone got."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        for each in reversed(visitor.http.get(f"/demo/phone/{card}.json").json()):
            if "entrar" in each["text"] and each["at"] > visitor.began:  # type: ignore[attr-defined]
                return str(each["code"])
        time.sleep(0.1)
    raise AssertionError(f"no code to sign in came to {card}")


def come_in(visitor: Visitor, person: Invented, door: str = DOOR, **more: str) -> httpx.Response:
    visitor.began = dt.datetime.now(dt.UTC).isoformat()  # type: ignore[attr-defined]
    ask(visitor, person.card_number, born(person), door)
    assert visitor.path == CODE, visitor.text
    path = str(visitor.page.url.raw_path, "ascii")
    fields = {"csrfmiddlewaretoken": token(visitor), "code": newest(visitor, person.card_number), **more}
    return visitor.post(path, fields)


def test_a_person_comes_in_by_card_birth_date_and_the_code_on_their_phone(visitor: Visitor):
    come_in(visitor, owner())
    assert visitor.path == HOME, visitor.text
    visitor.open(f"{HOME}conta/")
    assert owner().name in visitor.text and "Firefox · Linux" in visitor.text and "este aparelho" in visitor.text


def test_a_page_that_was_asked_for_is_where_one_comes_in(visitor: Visitor):
    visitor.open(f"{HOME}conta/")
    door = str(visitor.page.url.raw_path, "ascii")
    assert visitor.path == DOOR
    come_in(visitor, owner(1), door)
    assert visitor.path == f"{HOME}conta/"


@pytest.mark.parametrize("elsewhere", ["https://example.com/", "//example.com/app/", "/balcao/", "/app/999001/", ""])
def test_no_one_is_led_elsewhere(visitor: Visitor, elsewhere: str):
    come_in(visitor, owner(2), f"{DOOR}?next={elsewhere}")
    assert visitor.path == HOME


def shape(page: httpx.Response) -> tuple[int, str, dict[str, str], list[str]]:
    """All of an answer that a stranger can compare: status, words, headers, cookies with the length of their values."""
    body = re.sub(r'value="[A-Za-z0-9]{64}"', "", page.text)
    told = (re.sub(r"expires=[^;]+", "", each) for each in page.headers.get_list("set-cookie"))
    cookies = [re.sub(r"=([^;]*)", lambda found: f"={len(found[1])}", each, count=1) for each in told]
    headers = {name: "; ".join(sorted(value.split("; "))) for name, value in page.headers.items() if name not in MOVING}
    return page.status_code, body, headers, cookies


def answers(demo: Installation, who: str, birth_date: str) -> list[Any]:
    """Every answer on the way of somebody who says to be this person and enters wrong codes."""
    with Visitor(demo.url) as visitor:
        visitor.http.follow_redirects = False
        visitor.open(DOOR)
        told = [visitor.post(DOOR, {"csrfmiddlewaretoken": token(visitor), "who": who, "birth_date": birth_date})]
        told.append(visitor.open(CODE))
        mark, typed = token(visitor), ("12", *["000000"] * 6)
        told += [visitor.post(CODE, {"csrfmiddlewaretoken": mark, "code": each}) for each in typed]
        return [shape(each) for each in told]


def test_strangers_and_known_people_get_the_same_pages(demo: Installation):
    person, nobody = owner(3), {"unknown": ("00000000000000", "01/01/1980"), "cpf": ("529.982.247-25", "01/01/1980")}
    tomorrow = f"{person.birth_date + dt.timedelta(days=1):%d/%m/%Y}"
    known = answers(demo, person.card_number, born(person))
    for who in (*nobody.values(), (person.card_number, tomorrow)):
        assert answers(demo, *who) == known
    assert [each[0] for each in known] == [303, 200, *[422] * 7]


def test_another_operators_person_is_a_stranger(demo: Installation):
    elsewhere = cast.cast().aurora.first
    known = answers(demo, owner(4).card_number, born(owner(4)))
    assert answers(demo, elsewhere.card_number, born(elsewhere)) == known


def test_a_session_opens_no_page_of_another_operator(visitor: Visitor):
    come_in(visitor, owner())
    visitor.open("/app/999001/conta/")
    assert visitor.path == "/app/999001/entrar/"
    secret = visitor.http.cookies[f"pessoa-{ANS}"]
    visitor.http.cookies.set("pessoa-999001", secret)
    visitor.open("/app/999001/conta/")
    assert visitor.path == "/app/999001/entrar/"


def test_the_cookies_are_for_this_host_alone_and_for_no_script(demo: Installation):
    with Visitor(demo.url) as visitor:
        visitor.http.follow_redirects = False
        visitor.open(DOOR)
        person = owner()
        fields = {"csrfmiddlewaretoken": token(visitor), "who": person.card_number, "birth_date": born(person)}
        (slip,) = visitor.post(DOOR, fields).headers.get_list("set-cookie")[:1]
        assert slip.startswith(f"entrada-{ANS}=")
        for flag in ("HttpOnly", "Path=/", "SameSite=Lax", "Max-Age=600"):
            assert flag in slip, slip
        assert "Domain" not in slip


@pytest.mark.parametrize(("stays", "kept"), [({}, False), ({"stays": "on"}, True)])
def test_a_session_ends_with_the_browser_unless_the_person_stays(visitor: Visitor, stays: dict[str, str], kept: bool):
    visitor.began = dt.datetime.now(dt.UTC).isoformat()  # type: ignore[attr-defined]
    ask(visitor, owner(5).card_number, born(owner(5)))
    visitor.http.follow_redirects = False
    digits = newest(visitor, owner(5).card_number)
    answer = visitor.post(CODE, {"csrfmiddlewaretoken": token(visitor), "code": digits, **stays})
    (own,) = (each for each in answer.headers.get_list("set-cookie") if each.startswith(f"pessoa-{ANS}="))
    assert ("Max-Age=2592000" in own) is kept and "HttpOnly" in own and "SameSite=Lax" in own


def test_a_form_without_its_token_or_from_another_site_changes_nothing(visitor: Visitor):
    visitor.open(DOOR)
    fields = {"who": owner().card_number, "birth_date": born(owner())}
    assert visitor.http.post(DOOR, data=fields).status_code == 403
    fields["csrfmiddlewaretoken"] = token(visitor)
    assert visitor.http.post(DOOR, data=fields, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_the_code_page_without_a_code_asked_for_leads_to_the_door(visitor: Visitor):
    visitor.open(CODE)
    assert visitor.path == DOOR


def test_what_is_left_out_is_asked_for_in_words(visitor: Visitor):
    visitor.open(DOOR)
    page = visitor.post(DOOR, {"csrfmiddlewaretoken": token(visitor), "who": "", "birth_date": "31/02/1980"})
    assert page.status_code == 422
    assert "Digite o número da carteirinha ou o CPF." in visitor.text and "A data precisa ter" in visitor.text


def test_too_many_from_one_place_wait_and_are_told_so(demo: Installation, visitor: Visitor):
    with psycopg.connect(demo.database_url, autocommit=True) as connection:
        ask(visitor, "1", "01/01/1980")
        connection.execute(
            "INSERT INTO chancela.sign_in (operator, id, origin, key_date, issued_at, expires_at)"
            " SELECT operator, gen_random_uuid(), origin, key_date, issued_at, expires_at"
            " FROM chancela.sign_in, generate_series(1, 29)"
        )
    assert ask(visitor, owner().card_number, born(owner())).status_code == 429
    assert "Espere 15 minutos" in visitor.text


def test_devices_are_listed_and_ended(demo: Installation, visitor: Visitor):
    come_in(visitor, owner(6))
    with Visitor(demo.url, headers={"User-Agent": "Mozilla/5.0 (iPhone) CriOS/140 Safari"}) as phone:
        with psycopg.connect(demo.database_url, autocommit=True) as connection:
            connection.execute(RESETS)
        come_in(phone, owner(6))
        visitor.open(f"{HOME}conta/")
        assert "Chrome · iPhone" in visitor.text
        action = re.search(r'action="([^"]+/encerrar/)"', visitor.page.text)
        assert action
        with Visitor(demo.url) as stranger:
            come_in(stranger, owner(7))
            stranger.open(f"{HOME}conta/")
            stranger.post(action[1], {"csrfmiddlewaretoken": token(stranger)})
        assert phone.open(f"{HOME}conta/").url.path == f"{HOME}conta/"
        visitor.post(action[1], {"csrfmiddlewaretoken": token(visitor)})
        assert "Chrome · iPhone" not in visitor.text
        assert phone.open(f"{HOME}conta/").url.path == DOOR


def test_leaving_ends_the_session_itself(visitor: Visitor):
    come_in(visitor, owner(8))
    secret = visitor.http.cookies[f"pessoa-{ANS}"]
    visitor.open(f"{HOME}conta/")
    visitor.post(f"{HOME}sair/", {"csrfmiddlewaretoken": token(visitor)})
    assert visitor.path == DOOR
    visitor.http.cookies.set(f"pessoa-{ANS}", secret)
    visitor.open(f"{HOME}conta/")
    assert visitor.path == DOOR


def test_confirming_sends_a_new_code_and_makes_the_session_fresh(demo: Installation, visitor: Visitor):
    come_in(visitor, owner(9), stays="on")
    old = visitor.http.cookies[f"pessoa-{ANS}"]
    visitor.open(f"{HOME}conta/confirmar/?next={HOME}conta/")
    visitor.began = dt.datetime.now(dt.UTC).isoformat()  # type: ignore[attr-defined]
    visitor.post(f"{HOME}conta/confirmar/?next={HOME}conta/", {"csrfmiddlewaretoken": token(visitor)})
    assert visitor.path == CODE
    path = str(visitor.page.url.raw_path, "ascii")
    digits = newest(visitor, owner(9).card_number)
    visitor.post(path, {"csrfmiddlewaretoken": token(visitor), "code": digits})
    assert visitor.path == f"{HOME}conta/" and visitor.http.cookies[f"pessoa-{ANS}"] != old


def test_an_unknown_operator_has_no_door(visitor: Visitor):
    for path in ("/app/999999/", "/app/999999/entrar/", "/app/x/entrar/codigo/"):
        assert visitor.open(path).status_code == 404


def test_all_operators_are_offered_and_each_leads_to_its_door(visitor: Visitor):
    visitor.open("/app/")
    assert all(name in visitor.text for name in ("Aurora", "Bem-te-vi", "Cambuí"))


def test_every_page_of_the_hand_is_for_those_who_are_signed_in_but_its_door(visitor: Visitor):
    from chancela.portals.hand.urls import urlpatterns

    open_to_all = {
        "hand_doors",
        "hand_sign_in",
        "hand_code",
        "hand_leave",
        "hand_passkey_ask",
        "hand_passkey_enter",
        "hand_manifest",
        "hand_worker",
        "hand_offline",
        "hand_help",
        "hand_logo",
    }
    by_a_link = {"hand_visit", "hand_visit_code", "hand_visit_issue", "hand_visit_not_asked"}
    unguarded = {each.name for each in urlpatterns if not getattr(each.callback, "signed_in", False)}
    assert unguarded == open_to_all | by_a_link
    guia = f"{'0' * 8}-0000-7000-8000-{secrets.token_hex(6)}"
    for each in urlpatterns:
        if each.name not in open_to_all | by_a_link:
            path = "/app/" + re.sub(r"<uuid:\w+>", guia, str(each.pattern).replace("<slug:ans>", ANS))
            path = re.sub(r"<str:\w+>|<slug:\w+>", secrets.token_urlsafe(32), path)
            answer = visitor.http.get(path, follow_redirects=False)
            assert (answer.status_code, answer.headers.get("location", "").split("?")[0]) in {(303, DOOR), (405, "")}, (
                path
            )


def test_strangers_who_spend_a_persons_codes_leave_them_those_of_their_own_browser(
    demo: Installation, visitor: Visitor
):
    person = owner(10)
    come_in(visitor, person)
    visitor.open(f"{HOME}conta/")
    visitor.post(f"{HOME}sair/", {"csrfmiddlewaretoken": token(visitor)})
    with Visitor(demo.url) as stranger:
        for _ in range(3):
            ask(stranger, person.card_number, f"{person.birth_date:%d/%m/%Y}")
    come_in(visitor, person)
    assert visitor.path == HOME
    visitor.http.cookies.delete(f"pessoa-{ANS}")
    assert visitor.open(f"{HOME}conta/").url.path == DOOR  # that somebody was here opens nothing
