"""Codes in the person's own hand: seen on a tap, asked for, disowned, and each attendance told to its end."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING
from uuid import uuid4

import psycopg
import pytest

from tests.portals.browsing import Visitor
from tests.portals.hands import Hand

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.portals.conftest import Installation

ANS = "999003"
ROSA, DIEGO, MARCIA, TAINA = "00300000101", "00300000501", "00300000601", "00300000801"
BORN = {
    ROSA: dt.date(1981, 10, 5),
    DIEGO: dt.date(1994, 8, 2),
    MARCIA: dt.date(1966, 2, 7),
    TAINA: dt.date(2000, 5, 18),
}
DIGITS = re.compile(r"(?<![0-9])[0-9]{3} ?[0-9]{3}(?![0-9 ])")


@pytest.fixture(scope="module")
def marcia(demo: Installation) -> Iterator[Hand]:
    with Hand(demo.url, ANS) as hand:
        yield hand.enter(MARCIA, BORN[MARCIA])


@pytest.fixture(scope="module")
def taina(demo: Installation) -> Iterator[Hand]:
    with Hand(demo.url, ANS) as hand:
        yield hand.enter(TAINA, BORN[TAINA])


def guia_of(desk: Visitor, card: str) -> tuple[str, str]:
    """A guia that awaits its code: its id and number."""
    return desk.new_guia(card).split("/")[-2], desk.number


def place(hand: Hand, guia: str, more: str = "") -> str:
    return f"{hand.home}guias/{guia}/{more}"


def shown(hand: Hand, guia: str) -> str:
    """The digits, as a tap shows them."""
    hand.open(place(hand, guia))
    hand.send(place(hand, guia, "codigo/"))
    found = re.search(r'<span aria-hidden="true">([0-9]{3}) ([0-9]{3})</span>', hand.page.text)
    assert found, hand.text
    return found[1] + found[2]


def events(demo: Installation, guia: str) -> list[tuple[str, str]]:
    with psycopg.connect(demo.database_url) as connection:
        asked = "SELECT kind, actor FROM chancela.trail WHERE subject = %s ORDER BY seq"
        return list(connection.execute(asked, (guia,)).fetchall())


# none, one, many, ended


def test_with_nothing_the_first_page_says_so(taina: Hand):
    taina.open(taina.home)
    assert "Nenhum código agora." in taina.text
    assert "Ainda não há atendimentos." in taina.text


def test_a_code_made_here_is_covered_until_a_tap_and_good_at_the_desk(marcia: Hand, desk: Visitor, demo: Installation):
    guia, number = guia_of(desk, MARCIA)
    marcia.open(marcia.home)
    assert "Esperando o código" in marcia.text
    marcia.send(place(marcia, guia, "gerar/"))
    assert marcia.path == place(marcia, guia)
    assert "••• •••" in marcia.text
    assert "O código foi gerado no aplicativo." in marcia.text
    marcia.open(marcia.home)
    assert (number in marcia.text, "••• •••" in marcia.text, "Vale até" in marcia.text) == (True, True, True)
    code = shown(marcia, guia)
    assert marcia.page.headers["cache-control"] == "no-store"
    assert marcia.page.headers["refresh"] == f"60;url={place(marcia, guia)}"
    assert f'<span class="hidden-label">{", ".join(code)}</span>' in marcia.page.text
    desk.open(f"/balcao/guias/{guia}/codigo/")
    desk.send(f"/balcao/guias/{guia}/validar/", code=code)
    assert "VALIDADA" in desk.text
    marcia.open(place(marcia, guia))
    assert "Confirmado" in marcia.text
    assert "confirmou o atendimento com o código." in marcia.text
    assert "Não fui eu" in marcia.text
    kinds = [kind for kind, _ in events(demo, guia)]
    assert kinds.count("guia:token:revealed") == 1
    shown_first = kinds.index("guia:token:revealed")  # whoever is told of it afterwards is in the trail as well
    assert kinds[shown_first + 1] == "guia:attendance:validated"


def test_each_look_is_in_the_trail_with_who_looked(marcia: Hand, desk: Visitor, demo: Installation):
    guia, _number = guia_of(desk, MARCIA)
    marcia.open(marcia.home)
    marcia.send(place(marcia, guia, "gerar/"))
    assert shown(marcia, guia) == shown(marcia, guia)
    looks = [actor for kind, actor in events(demo, guia) if kind == "guia:token:revealed"]
    assert len(looks) == 2
    assert len(set(looks)) == 1 and looks[0].startswith("person:")


def test_digits_are_on_no_other_page_and_a_get_reveals_nothing(marcia: Hand, desk: Visitor, demo: Installation):
    guia, _number = guia_of(desk, MARCIA)
    marcia.open(marcia.home)
    marcia.send(place(marcia, guia, "gerar/"))
    code = shown(marcia, guia)
    before = len(events(demo, guia))
    for path in (marcia.home, place(marcia, guia), place(marcia, guia, "codigo/"), f"{marcia.home}gerar/"):
        marcia.open(path)
        assert marcia.page.status_code == 200
        assert code not in marcia.page.text and f"{code[:3]} {code[3:]}" not in marcia.page.text
        assert ", ".join(code) not in marcia.page.text
    assert len(events(demo, guia)) == before


def test_a_code_that_the_desk_sent_is_in_the_hand_too_with_its_way(marcia: Hand, desk: Visitor):
    address = desk.new_guia(MARCIA)
    guia, number = address.split("/")[-2], desk.number
    desk.sent(address, way="sms")
    assert shown(marcia, guia) == desk.code(MARCIA, number)
    marcia.open(place(marcia, guia))
    assert re.search(r"O código foi enviado por SMS para \S", marcia.text)


def test_old_attendances_stand_on_further_pages(demo: Installation, desk: Visitor):
    with Hand(demo.url, ANS) as diego:
        made = [guia_of(desk, DIEGO)[0] for _ in range(12)]
        diego.enter(DIEGO, BORN[DIEGO])
        seen: list[str] = []
        diego.open(diego.home)
        while True:
            listed = diego.page.text.split('aria-labelledby="history"')[1]
            seen += re.findall(r"guias/([0-9a-f-]{36})/", listed)
            more = re.search(r'href="(\?antes=[0-9a-f-]+)"', diego.page.text)
            if not more:
                break
            diego.open(f"{diego.home}{more[1]}")
        assert seen[: len(made)] == made[::-1]
        assert len(set(seen)) == len(seen)
        assert diego.open(f"{diego.home}?antes=nada").status_code == 200


# asking by number, and why not


def test_a_number_told_at_the_desk_gives_the_code(marcia: Hand, desk: Visitor):
    guia, number = guia_of(desk, MARCIA)
    marcia.open(f"{marcia.home}gerar/")
    marcia.post(f"{marcia.home}gerar/", _numbered(marcia, f"{number[:4]} {number[4:]}"))
    assert marcia.path == place(marcia, guia)
    assert "••• •••" in marcia.text


def _numbered(hand: Hand, number: str) -> dict[str, str]:
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', hand.page.text)
    assert token
    return {"csrfmiddlewaretoken": token[1], "number": number}


def test_asking_again_by_number_leaves_the_live_code_alone(marcia: Hand, desk: Visitor):
    guia, number = guia_of(desk, MARCIA)
    for _ in range(2):
        marcia.open(f"{marcia.home}gerar/")
        marcia.post(f"{marcia.home}gerar/", _numbered(marcia, number))
        assert marcia.path == place(marcia, guia)
    assert marcia.text.count("O código foi gerado no aplicativo.") == 1


@pytest.mark.parametrize("typed", ["", "2026000000000", "abc", "٢٠٢٦٠٠٠٠٠٠٠٠١", "9" * 400])
def test_a_number_that_is_nobodys_is_said_kindly(marcia: Hand, typed: str):
    marcia.open(f"{marcia.home}gerar/")
    marcia.post(f"{marcia.home}gerar/", _numbered(marcia, typed))
    assert marcia.page.status_code == 422
    assert "Não há guia com este número para você." in marcia.text


def test_why_a_confirmed_guia_gives_no_code(marcia: Hand, desk: Visitor):
    guia, number = guia_of(desk, MARCIA)
    marcia.open(marcia.home)
    marcia.send(place(marcia, guia, "gerar/"))
    desk.open(f"/balcao/guias/{guia}/codigo/")
    desk.send(f"/balcao/guias/{guia}/validar/", code=shown(marcia, guia))
    marcia.open(f"{marcia.home}gerar/")
    marcia.post(f"{marcia.home}gerar/", _numbered(marcia, number))
    assert "Este atendimento já foi confirmado" in marcia.text


# another person's


def test_another_persons_guia_answers_like_an_unknown_one(taina: Hand, desk: Visitor, demo: Installation):
    guia, number = guia_of(desk, ROSA)
    before = events(demo, guia)
    taina.open(f"{taina.home}gerar/")
    token = _numbered(taina, "")
    answers = []
    for each in (guia, str(uuid4())):
        pages = [taina.open(place(taina, each, more)) for more in ("", "codigo/", "nao-fui-eu/")]
        pages += [taina.post(place(taina, each, more), token) for more in ("codigo/", "nao-fui-eu/", "gerar/")]
        answers.append([(page.status_code, page.text.replace(each, "")) for page in pages])
    assert [status for status, _ in answers[0]] == [404] * 6
    assert [re.sub(r'value="[^"]{64}"', "", text) for _, text in answers[0]] == [
        re.sub(r'value="[^"]{64}"', "", text) for _, text in answers[1]
    ]
    taina.open(f"{taina.home}gerar/")
    taina.post(f"{taina.home}gerar/", _numbered(taina, number))
    assert "Não há guia com este número para você." in taina.text
    assert events(demo, guia) == before


def test_at_another_operator_the_session_opens_nothing(marcia: Hand):
    marcia.open("/app/999001/")
    assert marcia.path == "/app/999001/entrar/"


@pytest.mark.parametrize(
    "path",
    [
        "",
        "gerar/",
        "avisos/",
        "guias/01a1fd2a-ea54-7e23-877b-28a20ffd2a38/",
        "guias/01a1fd2a-ea54-7e23-877b-28a20ffd2a38/nao-fui-eu/",
    ],
)
def test_a_stranger_is_led_to_the_door(demo: Installation, path: str):
    with Visitor(demo.url) as stranger:
        stranger.open(f"/app/{ANS}/{path}")
        assert stranger.path == f"/app/{ANS}/entrar/"


# não fui eu


def test_a_code_that_was_not_asked_for_stops_and_has_a_protocol(marcia: Hand, desk: Visitor, demo: Installation):
    guia, _number = guia_of(desk, MARCIA)
    marcia.open(marcia.home)
    marcia.send(place(marcia, guia, "gerar/"))
    code = shown(marcia, guia)
    marcia.open(place(marcia, guia, "nao-fui-eu/"))
    assert "Você não pediu este código?" in marcia.text
    marcia.post(place(marcia, guia, "nao-fui-eu/"), _numbered(marcia, ""))
    assert marcia.path == place(marcia, guia, "nao-fui-eu/")
    assert re.search(r"Protocolo 999003 [0-9]{8} [0-9]{6}", marcia.text)
    assert "O que acontece agora" in marcia.text
    desk.open(f"/balcao/guias/{guia}/")
    assert "Ver o código" not in marcia.open(place(marcia, guia)).text
    marcia.open(place(marcia, guia, "codigo/"))
    assert code not in marcia.page.text
    assert [kind for kind, _ in events(demo, guia)][-1] == "guia:token:reported"
    with psycopg.connect(demo.database_url) as connection:
        way = connection.execute("SELECT way FROM chancela.report WHERE guia_id = %s", (guia,)).fetchone()
    assert way == ("app",)


def test_reporting_twice_keeps_one_protocol(taina: Hand, desk: Visitor):
    guia, _number = guia_of(desk, TAINA)
    protocols = set()
    for _ in range(2):
        taina.open(f"{taina.home}gerar/")
        taina.post(place(taina, guia, "nao-fui-eu/"), _numbered(taina, ""))
        protocols |= set(re.findall(r"Protocolo (999003 [0-9]{8} [0-9]{6})", taina.text))
    assert len(protocols) == 1
    taina.open(f"{taina.home}gerar/")
    taina.post(place(taina, guia, "gerar/"), _numbered(taina, ""))
    assert "Você avisou que não pediu este atendimento." in taina.text
