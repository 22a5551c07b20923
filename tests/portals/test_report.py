"""«Não pedi este código» by the link of an e-mail: opening it changes nothing, its button stops the code once."""

import pathlib
import re
import uuid
from collections.abc import Iterator

import httpx
import psycopg
import pytest

from chancela.adapters.keys.key_file import KeyFile
from chancela.bootstrap import slips
from tests.portals.browsing import CONSULTATION, Visitor
from tests.portals.conftest import Installation

HELENA, VANESSA = "00100000101", "00300000301"


class Person(Visitor):
    """Whoever got the e-mail: no account, no cookie of ours."""

    def press(self, link: str, **headers: str) -> httpx.Response:
        self.page = self.http.post(link, headers=headers)
        return self.page


@pytest.fixture(autouse=True)
def forgotten(demo: Installation) -> Iterator[None]:
    """Let no test's reports pause the codes of the next one."""
    yield
    forget(demo)


def forget(demo: Installation) -> None:
    with psycopg.connect(demo.database_url, autocommit=True) as connection:
        connection.execute("DELETE FROM chancela.report")


@pytest.fixture
def person(demo: Installation) -> Iterator[Person]:
    with Person(demo.url) as visitor:
        yield visitor


@pytest.fixture
def clinic(demo: Installation) -> Iterator[Visitor]:
    with Visitor(demo.url) as visitor:
        visitor.sign_in("999001")
        yield visitor


def guia_id(path: str) -> uuid.UUID:
    return uuid.UUID(path.strip("/").split("/")[-1])


def link(demo: Installation, path: str, ans: str = "999001", generation: int = 1) -> str:
    return f"/nao-pedi/{slips.deny(KeyFile(pathlib.Path(demo.data) / 'keys.json'), ans, guia_id(path), generation)}"


def reports(demo: Installation, path: str) -> list[tuple[str, str | None]]:
    with psycopg.connect(demo.database_url) as connection:
        asked = "SELECT way, outcome FROM chancela.report WHERE guia_id = %s"
        return [(row[0], row[1]) for row in connection.execute(asked, (guia_id(path),)).fetchall()]


@pytest.fixture
def sent(clinic: Visitor) -> str:
    """A guia whose code is out."""
    guia = clinic.new_guia(HELENA)
    clinic.sent(guia)
    return guia


def test_opening_the_link_tells_what_it_is_about_and_no_more(demo, clinic, person, sent):
    number = clinic.number
    person.open(link(demo, sent))
    assert person.page.status_code == 200
    for told in ("Aurora Saúde", "Clínica Ipê-Roxo", number, "Não pedi este código", "0800 000 0012"):
        assert told in person.text
    for kept in (CONSULTATION, "Consulta odontológica", "Helena", HELENA):
        assert kept not in person.page.text


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_opening_the_link_changes_nothing_as_mail_scanners_open_it(demo, person, sent, method: str):
    for _ in range(3):
        assert person.http.request(method, link(demo, sent)).status_code == 200
    assert reports(demo, sent) == []


def test_the_button_stops_the_code_and_gives_a_protocol(demo, clinic, person, sent):
    person.press(link(demo, sent))
    assert person.page.status_code == 200
    assert "Aviso recebido" in person.text
    assert "deixou de valer" in person.text
    assert re.search(r"Protocolo 999001 20[0-9]{6} [0-9]{6} ", person.text)
    assert "todos os dias, 24 horas" in person.text
    assert reports(demo, sent) == [("email", None)]
    clinic.open(sent)
    assert "A pessoa avisou que não pediu este código." in clinic.text
    assert "Enviar o código" not in clinic.text and "Enviar de novo" not in clinic.text
    assert "0800 000 0011" in clinic.text


def test_reporting_again_tells_the_same_protocol(demo, person, sent):
    first = person.press(link(demo, sent)).text
    again = person.press(link(demo, sent)).text
    shown = re.findall(r"999001 [0-9]{8} [0-9]{6}", first)
    assert shown
    assert shown == re.findall(r"999001 [0-9]{8} [0-9]{6}", again)
    assert shown == re.findall(r"999001 [0-9]{8} [0-9]{6}", person.open(link(demo, sent)).text)
    assert len(reports(demo, sent)) == 1


def test_a_reported_code_validates_nothing_and_none_goes_out_any_more(demo, clinic, person, sent):
    code = clinic.code(HELENA, clinic.number)
    clinic.open(f"{sent}codigo/")
    typed = {**clinic.form(f"{sent}validar/"), "code": code}
    again = {**clinic.form(f"{sent}codigo/enviar/"), "way": "email"}
    person.press(link(demo, sent))
    clinic.post(f"{sent}validar/", typed)
    assert clinic.page.status_code == 422
    assert "A pessoa avisou que não pediu este código" in clinic.text
    clinic.post(f"{sent}codigo/enviar/", again)
    assert clinic.page.status_code == 422
    assert "VALIDADA" not in clinic.open(sent).text


def test_after_the_operator_found_a_mistake_the_page_says_so_and_codes_go_out_again(demo, clinic, person, sent):
    person.press(link(demo, sent))
    with Visitor(demo.url) as office:
        office.sign_in_as_operator("999001")
        office.open("/operadora/casos/")
        office.send(f"/operadora/casos/{guia_id(sent)}/", outcome="mistaken")
    assert "foi engano, e o atendimento seguiu" in " ".join(person.open(link(demo, sent)).text.split())
    assert "liberou a guia" in clinic.open(sent).text
    clinic.sent(sent)
    assert "Peça o código à pessoa" in clinic.text
    assert "Não pedi este código" in person.open(link(demo, sent)).text, "of the new code one may say it again"


def test_where_the_operator_found_the_person_right_both_are_told(demo, clinic, person, sent):
    person.press(link(demo, sent))
    with Visitor(demo.url) as office:
        office.sign_in_as_operator("999001")
        office.open("/operadora/casos/")
        office.send(f"/operadora/casos/{guia_id(sent)}/", outcome="upheld")
    assert "deu razão a você" in person.open(link(demo, sent)).text
    assert "Esta guia não recebe mais códigos." in clinic.open(sent).text


def test_what_was_validated_already_is_disputed_by_the_same_link(demo, clinic, person, sent):
    clinic.open(f"{sent}codigo/")
    clinic.send(f"{sent}validar/", code=clinic.code(HELENA, clinic.number))
    assert "já foi confirmado com o código" in person.open(link(demo, sent)).text
    person.press(link(demo, sent))
    assert "O atendimento fica contestado." in person.text
    assert "A pessoa disse que este atendimento não foi dela" in " ".join(clinic.open(sent).text.split())
    with psycopg.connect(demo.database_url, autocommit=True) as connection:
        connection.execute("UPDATE chancela.guia SET attendance = 'validated' WHERE id = %s", (guia_id(sent),))


def test_an_attendance_that_was_recorded_without_a_code_is_disputed_by_such_a_link(demo, desk, person):
    guia = desk.new_guia(VANESSA)
    desk.open(f"{guia}sem-codigo/")
    desk.send(f"{guia}sem-codigo/", reason="refused", detail="não quis dizer o código")
    address = link(demo, guia, "999003", generation=0)
    person.open(address)
    for said in ("Este atendimento não foi seu?", "foi registrado sem o código", "Não fui eu"):
        assert said in person.text
    for other in ("Não pedi este código", "enviou um código", "não quis dizer"):
        assert other not in person.text
    person.press(address)
    assert "O atendimento fica contestado." in person.text
    assert reports(demo, guia) == [("email", None)]
    with psycopg.connect(demo.database_url, autocommit=True) as connection:
        connection.execute("UPDATE chancela.guia SET attendance = 'without_token' WHERE id = %s", (guia_id(guia),))


def test_whatever_is_wrong_with_a_slip_the_answer_is_the_same(demo, person, sent):
    right = link(demo, sent).removeprefix("/nao-pedi/")
    turned = ("B" if right[20] != "B" else "C").join((right[:20], right[21:]))
    nowhere = slips.deny(KeyFile(pathlib.Path(demo.data) / "keys.json"), "999001", uuid.uuid4(), 1)
    elsewhere = slips.deny(KeyFile(pathlib.Path(demo.data) / "keys.json"), "999002", guia_id(sent), 1)
    wrong = (right[:-1], f"{right}A", turned, nowhere, elsewhere, "x", "%C3%A7", "=" * 56, "A" * 5000)
    answers = [ask(f"/nao-pedi/{slip}") for slip in wrong for ask in (person.open, person.press)]
    assert {answer.status_code for answer in answers} == {404}
    pages = {re.sub(r'value="[^"]*"', "", answer.text) for answer in answers}
    assert len(pages) == 1
    assert "Este link não serve" in pages.pop()
    assert reports(demo, sent) == []


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_cannot_press_the_button(demo, person, sent, site: str):
    answer = person.press(link(demo, sent), **{"Sec-Fetch-Site": site})
    assert answer.status_code == 403
    assert reports(demo, sent) == []


def test_the_page_is_kept_nowhere_and_lets_nothing_in(demo, person, sent):
    for answer in (person.open(link(demo, sent)), person.press(link(demo, sent)), person.open("/nao-pedi/x")):
        assert answer.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["referrer-policy"] == "same-origin"


def test_the_page_speaks_the_persons_language_unless_another_was_chosen(demo, person, desk: Visitor):
    guia = desk.new_guia(VANESSA)
    with psycopg.connect(demo.database_url, autocommit=True) as connection:
        change = "UPDATE chancela.beneficiary SET language = %s WHERE operator = '999003' AND card_number = %s"
        connection.execute(change, ("en", VANESSA))
        try:
            page = person.open(link(demo, guia, "999003"))
            assert "You did not ask for this code?" in page.text
            assert '<html lang="en">' in page.text
            assert page.headers["content-language"] == "en"
            person.send("/idioma/", language="pt-br")
            assert "Você não pediu este código?" in person.open(link(demo, guia, "999003")).text
        finally:
            connection.execute(change, ("pt-br", VANESSA))
