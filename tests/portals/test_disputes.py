"""«Não fui eu» after the attendance: disputed at the desk, decided in writing at the office, read by both sides."""

from collections.abc import Callable, Iterator

import psycopg
import pytest

from chancela.domain.permissions import Permission
from chancela.portals.operator import urls as office_urls
from chancela.portals.provider import urls as desk_urls
from tests.portals.browsing import Visitor
from tests.portals.conftest import Installation
from tests.portals.test_report import Person, forget, guia_id, link

ROSA = "00300000101"
TEXT = "Falamos com a pessoa e com a clínica: a visita não aconteceu."
SIDE = "A pessoa veio às dez e assinou a ficha de presença."
AGAIN = "UPDATE chancela.guia SET attendance = 'validated' WHERE attendance = 'disputed'"


@pytest.fixture(autouse=True)
def forgotten(demo: Installation) -> Iterator[None]:
    """Let no test's disputes pause the codes of the next one, nor stay without their report."""
    yield
    with psycopg.connect(demo.database_url, autocommit=True) as connection:
        connection.execute(AGAIN)
    forget(demo)


@pytest.fixture
def disputed(demo: Installation, desk: Visitor) -> str:
    """A validated guia of Cambuí of which its person said that it was not them."""
    guia = desk.new_guia(ROSA)
    desk.sent(guia)
    desk.send(f"{guia}validar/", code=desk.code(ROSA, desk.number))
    with Person(demo.url) as person:
        person.press(link(demo, guia, "999003"))
        assert "O atendimento fica contestado." in person.text
        assert "999003" in person.text
    return guia


def page(guia: str) -> str:
    return f"/operadora/casos/{guia_id(guia)}/contestacao/"


def decide(office: Visitor, guia: str, choice: str = "no", text: str = TEXT) -> None:
    office.open(page(guia))
    office.send(page(guia), choice=choice, text=text)


def test_the_desk_sees_it_at_once_with_its_proof_and_how_to_answer(desk: Visitor, disputed: str):
    desk.open(disputed)
    for told in ("CONTESTADA", "não foi dela", "A operadora responde por escrito até", "Responder à contestação"):
        assert told in desk.text, told
    assert "Baixar o recibo" in desk.text
    assert "Cancelar a guia" not in desk.text
    assert desk.http.get(f"{disputed}recibo/").status_code == 200


def test_the_provider_answers_once_and_what_it_typed_stays_until_it_says_something(desk: Visitor, disputed: str):
    desk.open(f"{disputed}contestacao/")
    assert desk.send(f"{disputed}contestacao/", text="sim").status_code == 422
    assert "pelo menos dez letras" in desk.text
    assert ">sim</textarea>" in desk.page.text
    desk.send(f"{disputed}contestacao/", text=SIDE)
    assert "A operadora lê a sua resposta antes de decidir." in desk.text
    assert SIDE in desk.text
    assert "<textarea" not in desk.page.text


def test_signs_that_no_database_takes_break_neither_side(desk: Visitor, office: Visitor, disputed: str):
    desk.open(f"{disputed}contestacao/")
    desk.send(f"{disputed}contestacao/", text=SIDE.replace("dez", "dez\x00"))
    assert SIDE in desk.text
    decide(office, disputed, text=TEXT.replace("não", "não\x00"))
    assert TEXT in desk.open(f"{disputed}contestacao/").text


def test_cases_begin_with_disputes_and_the_overdue_stand_out(
    demo: Installation, desk: Visitor, office: Visitor, disputed: str
):
    number = desk.open(disputed) and desk.number
    office.open("/operadora/casos/")
    assert office.text.index("atendimentos contestados") < office.text.index("Não pedi este código")
    assert number in office.text
    assert "ainda não respondeu" in office.text
    assert "passou do prazo" not in office.text
    with psycopg.connect(demo.database_url, autocommit=True) as connection:
        connection.execute("UPDATE chancela.report SET due_date = '2026-01-02'")
    office.open("/operadora/casos/")
    assert "1 contestação passou do prazo." in office.text
    assert "venceu em 02/01" in office.text


def test_it_is_decided_in_writing_and_both_sides_read_it(
    demo: Installation, desk: Visitor, office: Visitor, disputed: str
):
    desk.open(f"{disputed}contestacao/")
    desk.send(f"{disputed}contestacao/", text=SIDE)
    office.open(page(disputed))
    assert SIDE in office.text
    assert "Rosa" in office.text
    for wrong in ({"choice": "", "text": TEXT}, {"choice": "no", "text": "ok"}):
        assert office.send(page(disputed), **wrong).status_code == 422
        assert "Falta acertar" in office.text
    decide(office, disputed)
    assert "não aconteceu e não é pago" in office.text
    desk.open(disputed)
    assert TEXT in desk.text
    with Person(demo.url) as person:
        person.open(link(demo, disputed, "999003"))
        assert TEXT in person.text
        assert SIDE not in person.text
    office.open(page(disputed))
    assert "<textarea" not in office.page.text
    for visitor, paper in ((office, f"{page(disputed)}papel/"), (desk, f"{disputed}contestacao/papel/")):
        assert TEXT in visitor.open(paper).text


def test_what_happened_is_validated_again_and_says_so(desk: Visitor, office: Visitor, disputed: str):
    decide(office, disputed, "yes", "A ficha assinada e a agenda confirmam a visita.")
    assert "aconteceu e volta a valer" in office.text
    desk.open(disputed)
    assert "VALIDADA" in desk.text
    assert "A operadora conferiu: o atendimento aconteceu." in desk.text


def test_a_second_decision_meets_the_first(desk: Visitor, office: Visitor, disputed: str):
    office.open(page(disputed))
    fields = office.form(page(disputed))
    decide(office, disputed)
    late = office.post(page(disputed), {**fields, "choice": "yes", "text": TEXT})
    assert late.status_code == 422
    assert "já foi decidida" in office.text


@pytest.mark.parametrize("role", ["agent", "dpo", "administrator"])
def test_who_does_not_decide_finds_no_such_page(office_as: Callable[..., Visitor], disputed: str, role: str):
    assert office_as(role).open(page(disputed)).status_code == 404


def test_a_guia_without_a_dispute_or_of_others_has_no_such_page(demo: Installation, desk: Visitor, office: Visitor):
    guia = desk.new_guia(ROSA)
    assert desk.open(f"{guia}contestacao/").status_code == 404
    assert office.open(page(guia)).status_code == 404
    with Visitor(demo.url) as stranger:
        stranger.sign_in("999001")
        assert stranger.open(f"{guia}contestacao/").status_code == 404


def test_each_page_asks_its_permission():
    asked = {
        each.name: each.callback.permission
        for each in [*office_urls.urlpatterns, *desk_urls.urlpatterns]
        if "dispute" in (each.name or "")
    }
    assert asked == {
        "operator_dispute": Permission.DECIDE_DISPUTE,
        "operator_dispute_paper": Permission.DECIDE_DISPUTE,
        "guia_dispute": Permission.ANSWER_DISPUTE,
        "guia_dispute_paper": Permission.READ_GUIA,
    }
