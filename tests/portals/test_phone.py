"""The demo's phone: what it shows, what it loses on request, and what its owner may answer."""

import re
import time
import uuid

import psycopg
import pytest

from tests.portals.browsing import Visitor
from tests.portals.conftest import Installation

REGINA, IOLANDA, ODETE = "00100000402", "00100000202", "00300001001"
RUNG_IS_OVER = "UPDATE chancela.live_token SET climb_at = now() WHERE guia_id = %s AND climb_at IS NOT NULL"


@pytest.fixture
def phone(demo: Installation):
    with Visitor(demo.url) as visitor:
        yield visitor


@pytest.fixture
def clinic(demo: Installation):
    with Visitor(demo.url) as visitor:
        visitor.sign_in("999001")
        yield visitor


def does(phone: Visitor, card: str, trouble: str) -> None:
    phone.open(f"/demo/phone/{card}")
    phone.send(f"/demo/phone/{card}/defeito", trouble=trouble)
    assert phone.page.status_code == 200


@pytest.mark.parametrize(
    ("trouble", "word"),
    [("loses_sms", "Perder os SMS deste telefone"), ("off", "Telefone desligado"), ("none", "Tudo chega")],
)
def test_a_phone_says_what_it_does(phone: Visitor, trouble: str, word: str):
    does(phone, ODETE, trouble)
    pressed = re.findall(r'aria-pressed="true">(?:<svg.*?</svg>)?([^<]+)<', phone.page.text, re.DOTALL)
    assert [each.strip() for each in pressed] == [word]
    does(phone, ODETE, "none")


def test_what_is_no_trouble_changes_nothing(phone: Visitor):
    does(phone, ODETE, "on fire")
    assert 'aria-pressed="true"' in phone.page.text
    assert phone.post("/demo/phone/00399999999/defeito", phone.form(f"/demo/phone/{ODETE}/defeito")).status_code == 404


def test_a_lost_sms_is_followed_by_another_way_by_itself(demo: Installation, phone: Visitor, clinic: Visitor):
    does(phone, REGINA, "loses_sms")
    try:
        guia = clinic.new_guia(REGINA)
        number = clinic.number
        clinic.sent(guia)
        assert "Se não chegar, enviamos por WhatsApp" in clinic.text
        with psycopg.connect(demo.database_url) as owner:
            owner.execute(RUNG_IS_OVER, (guia.split("/")[-2],))
        code = clinic.code(REGINA, number)
        assert [each["channel"] for each in held(phone, REGINA, number)] == ["whatsapp"]
        settles(clinic, f"{guia}codigo/", r"SMS \(11\) \*{5}-\d{4} Enviado .* WhatsApp \(11\) \*{5}-\d{4} Entregue")
        assert "Chegou à pessoa." in clinic.text
        clinic.send(f"{guia}validar/", code=code)
        assert "VALIDADA" in clinic.text
    finally:
        does(phone, REGINA, "none")


def held(phone: Visitor, card: str, number: str) -> list[dict[str, str]]:
    return [each for each in phone.http.get(f"/demo/phone/{card}.json").json() if number in each["text"]]


def settles(clinic: Visitor, path: str, pattern: str) -> None:
    until = time.monotonic() + 30
    while not re.search(pattern, clinic.open(path) and clinic.text):
        assert time.monotonic() < until, clinic.text
        time.sleep(0.3)


def test_the_app_shows_its_digits_only_after_a_tap_and_a_call_says_them(phone: Visitor, clinic: Visitor):
    guia = clinic.new_guia("00100000101")
    number = clinic.number
    clinic.sent(guia)
    code = clinic.code("00100000101", number)
    settles(clinic, f"{guia}codigo/", r"Aplicativo Entregue")
    clinic.sent(guia, way="voice", do="again")
    until = time.monotonic() + 30
    while "voice" not in {each["channel"] for each in held(phone, "00100000101", number)}:
        assert time.monotonic() < until
        time.sleep(0.1)
    page = phone.open("/demo/phone/00100000101").text
    notice = next(each for each in messages(page, "app") if number in each)
    before, _, after = notice.partition("<details>")
    assert code not in re.sub(r"<[^>]+>", "", before)
    assert f"{code[:3]} {code[3:]}" in after
    assert "<details open" not in page
    assert ", ".join(code) in messages(page, "voice")[0]


def messages(page: str, channel: str) -> list[str]:
    return re.findall(rf'<li class="message {channel}">(.*?)</li>', page, re.DOTALL)


def test_where_nothing_came_nothing_is_drawn_anew(phone: Visitor):
    page = phone.open(f"/demo/phone/{ODETE}").text
    mark = re.search(r"\?seen=([0-9a-f]{16})", page)
    assert mark
    same = phone.http.get(f"/demo/phone/{ODETE}?seen={mark[1]}", headers={"HX-Request": "true"})
    assert (same.status_code, same.text) == (204, "")
    assert phone.http.get(f"/demo/phone/{ODETE}?seen=x", headers={"HX-Request": "true"}).status_code == 200


def test_answering_nao_stops_the_guia(phone: Visitor, clinic: Visitor):
    guia = clinic.new_guia(REGINA)
    number = clinic.number
    clinic.sent(guia)
    clinic.code(REGINA, number)
    page = phone.open(f"/demo/phone/{REGINA}").text
    sms = next(each for each in messages(page, "sms") if number in each)
    action = re.search(r'action="([^"]+/nao)"', sms)
    assert action
    phone.send(action[1])
    assert "A pessoa avisou que não pediu este código." in clinic.open(guia).text
    assert phone.post(f"/demo/phone/{REGINA}/{uuid.uuid4()}/nao", phone.form(action[1])).status_code == 404
