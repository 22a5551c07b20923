"""A code that follows the visit: at the desk singly and for a list, in the person's hand, and how it is contested."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest

from chancela.domain import offline
from tests.portals.browsing import Visitor
from tests.portals.conftest import Installation
from tests.portals.hands import Hand

ANS, CARD, BORN = "999002", "00200000101", date(1978, 4, 15)
LIST = "/balcao/pendentes/"


@pytest.fixture
def clinic(demo: Installation) -> Iterator[Visitor]:
    """The desk of a house whose manual knows the late code."""
    with Visitor(demo.url) as visitor:
        visitor.sign_in(ANS)
        yield visitor


@pytest.fixture(autouse=True)
def _nobody_waits(demo: Installation) -> Iterator[None]:
    """A list that begins empty, and a demo that goes on without what these tests left waiting."""
    yield
    forget(demo)


def forget(demo: Installation) -> None:
    with psycopg.connect(demo.database_url, autocommit=True) as connection:
        connection.execute(
            "WITH gone AS (DELETE FROM chancela.late_visit WHERE operator = %s RETURNING guia_id)"
            " UPDATE chancela.guia SET authorisation = 'cancelled', attendance = 'none', cancelled_why = 'x'"
            " WHERE operator = %s AND id IN (SELECT guia_id FROM gone)",
            (ANS, ANS),
        )


def today() -> date:
    return offline.day(datetime.now(UTC))


def postponed(clinic: Visitor) -> tuple[str, str]:
    """A guia whose code is to follow: its address and number."""
    guia = clinic.new_guia(CARD)
    number = clinic.number
    clinic.open(f"{guia}depois/")
    clinic.send(f"{guia}depois/", visit_date=f"{today()}")
    assert clinic.path == guia, clinic.text
    return guia, number


def key(guia: str) -> str:
    return guia.strip("/").rpartition("/")[2]


def test_a_visit_goes_on_and_its_page_says_until_when_the_code_may_come(clinic: Visitor):
    guia = clinic.new_guia(CARD)
    assert "O código vem depois" in clinic.text
    clinic.open(f"{guia}depois/")
    assert "O atendimento segue agora" in clinic.text
    clinic.send(f"{guia}depois/", visit_date=f"{today()}")
    assert clinic.path == guia
    assert "TOKEN TARDIO" in clinic.text
    assert f"Atendimento de {today():%d/%m}, à espera do código." in clinic.text
    assert f"até {today() + timedelta(days=5):%d/%m};" in clinic.text
    assert "Pedir o código tardio" in clinic.text and "O código vem depois" not in clinic.text
    clinic.open(f"{guia}depois/")
    assert "já espera o código" in clinic.text


@pytest.mark.parametrize("days", [-1, 1])
def test_a_day_that_cannot_be_stays_in_the_form_with_what_to_do(clinic: Visitor, days: int):
    guia = clinic.new_guia(CARD)
    clinic.open(f"{guia}depois/")
    typed = f"{today() + timedelta(days=days)}"
    clinic.send(f"{guia}depois/", visit_date=typed)
    assert clinic.page.status_code == 422
    assert "Confira o dia do atendimento" in clinic.text and f'value="{typed}"' in clinic.page.text
    clinic.send(f"{guia}depois/", visit_date="")
    assert "Informe o dia do atendimento." in clinic.text


def test_the_code_of_several_is_asked_for_at_once_and_each_row_takes_its_own(clinic: Visitor):
    guias = [postponed(clinic) for _ in range(2)]
    clinic.open(LIST)
    assert clinic.page.text.count('type="checkbox"') == clinic.page.text.count(" checked") == 2
    clinic.send(LIST, guia=[key(guia) for guia, _ in guias], do="ask")
    assert "2 códigos pedidos." in clinic.text
    assert clinic.text.count("código enviado") == 2
    codes = {key(guia): clinic.code(CARD, number) for guia, number in guias}
    first, second = codes
    wrong = f"{(int(codes[second]) + 1) % 10**6:06d}"
    clinic.send(LIST, do="give", **{f"code-{first}": codes[first], f"code-{second}": wrong})
    assert clinic.page.status_code == 422
    assert "O código não confere" in clinic.text and "veja o motivo em cada um" in clinic.text
    assert codes[first] not in clinic.page.text and wrong not in clinic.page.text
    clinic.send(LIST, do="give", **{f"code-{second}": codes[second]})
    assert "1 atendimento validado." in clinic.text
    assert "Nenhum atendimento espera o código" in clinic.text
    clinic.open(guias[0][0])
    assert f"de {today():%d/%m/%Y}, com código tardio" in clinic.text and "tardio" in clinic.text


def test_the_message_says_the_day_of_the_visit(clinic: Visitor):
    guia, number = postponed(clinic)
    clinic.sent(guia)
    clinic.code(CARD, number)
    told = [each["text"] for each in clinic.http.get(f"/demo/phone/{CARD}.json").json() if number in each["text"]]
    assert all(f"{today():%d/%m}" in each for each in told)
    assert f"código tardio do atendimento de {today():%d/%m}" in clinic.open(f"{guia}codigo/").text


def test_with_nothing_marked_or_typed_it_says_what_to_do(clinic: Visitor):
    guia, _number = postponed(clinic)
    clinic.open(LIST)
    clinic.send(LIST, do="ask")
    assert clinic.page.status_code == 422 and "Marque ao menos um atendimento." in clinic.text
    clinic.send(LIST, do="ask", guia=key(guia))
    clinic.send(LIST, do="give")
    assert "Digite ao menos um código." in clinic.text


def test_another_providers_visit_is_not_among_them(clinic: Visitor, desk: Visitor):
    guia, number = postponed(clinic)
    desk.open(LIST)
    assert number not in desk.text
    foreign = desk.open(f"{guia}depois/")
    assert foreign.status_code == 404


def test_the_desk_is_reminded_of_what_is_about_to_be_too_late(clinic: Visitor, demo: Installation):
    postponed(clinic)
    assert "perde o prazo" not in clinic.open("/balcao/").text
    with psycopg.connect(demo.database_url, autocommit=True) as connection:
        connection.execute(
            "UPDATE chancela.late_visit SET due_date = %s, remind_date = %s", (today() + timedelta(1), today())
        )
    clinic.open("/balcao/")
    assert "1 atendimento perde o prazo do código amanhã." in clinic.text
    assert "até amanhã" in clinic.open(LIST).text


def test_the_person_reads_of_which_day_it_is_and_may_say_that_it_was_not_them(clinic: Visitor, demo: Installation):
    guia, number = postponed(clinic)
    with Hand(demo.url, ANS) as hand:
        hand.enter(CARD, BORN)
        place = f"{hand.home}guias/{key(guia)}/"
        assert f"atendimento de {today():%d/%m}" in hand.text
        hand.open(place)
        assert f"Atendimento de {today():%d/%m}, código tardio" in hand.text
        assert "Gerar o código" in hand.text and "Não fui eu" in hand.text
        hand.open(f"{place}nao-fui-eu/")
        assert "Não foi você?" in hand.text and f"de {today():%d/%m}, código tardio" in hand.text
        hand.post(hand.path, hand.form_of_page())
        assert re.search(r"Protocolo \d{6} \d{8} \d{6}", hand.text)
    clinic.open(guia)
    assert "A pessoa avisou que não pediu este código." in clinic.text
    clinic.open(LIST)
    assert 'type="checkbox"' not in clinic.page.text and number in clinic.text


def test_the_persons_proof_says_the_day_of_the_visit(clinic: Visitor, demo: Installation):
    guia, number = postponed(clinic)
    clinic.sent(guia)
    clinic.open(f"{guia}codigo/")
    clinic.send(f"{guia}validar/", code=clinic.code(CARD, number))
    with Hand(demo.url, ANS) as hand:
        hand.enter(CARD, BORN)
        place = f"{hand.home}guias/{key(guia)}/"
        assert f"Atendimento de {today():%d/%m/%Y}, código tardio" in hand.open(place).text
        assert "confirmou o atendimento com um código tardio." in hand.text
        hand.open(f"{place}comprovante/")
        assert f"de {today():%d/%m/%Y}, com código tardio" in hand.text
