"""A disputed attendance without a code: whoever reviewed it reads both sides and leaves its decision to others."""

from collections.abc import Callable, Iterator

import psycopg
import pytest

from tests.portals.browsing import Visitor
from tests.portals.conftest import Installation
from tests.portals.test_disputes import AGAIN, ROSA, TEXT, page
from tests.portals.test_report import Person, forget, link

ABLE = (
    "UPDATE portal.accounts_user SET is_active = %s"
    " WHERE operator = '999003' AND role IN ('auditor', 'analyst', 'manager')"
)


@pytest.fixture(autouse=True)
def forgotten(demo: Installation) -> Iterator[None]:
    """Let no test's disputes pause the codes of the next one, nor leave somebody without an access."""
    yield
    with psycopg.connect(demo.database_url, autocommit=True) as connection:
        connection.execute(AGAIN)
        connection.execute(ABLE, (True,))
    forget(demo)


@pytest.fixture
def disputed(demo: Installation, desk: Visitor) -> str:
    """A guia of Cambuí that went on without a code, of which its person said that it was not them."""
    guia = desk.new_guia(ROSA)
    desk.sent(guia)
    desk.open(f"{guia}sem-codigo/")
    desk.send(f"{guia}sem-codigo/", reason="refused", detail="não quis")
    with Person(demo.url) as person:
        person.press(link(demo, guia, "999003"))
        assert "O atendimento fica contestado." in person.text
    return guia


def review(auditor: Visitor, guia: str) -> None:
    of = guia.replace("/balcao/guias/", "/operadora/auditoria/sem-codigo/")
    auditor.open(of)
    auditor.send(of, answer="accept")
    assert auditor.path == "/operadora/auditoria/sem-codigo/", auditor.text


def test_whoever_reviewed_it_reads_why_they_do_not_decide_and_who_does(office: Visitor, disputed: str):
    review(office, disputed)
    office.open(page(disputed))
    assert "Quem decide se ele aconteceu é outra pessoa." in office.text
    assert "Podem decidir: Alice Fontes (Análise) , Tomás Quadros (Gestão) ." in office.text
    assert "<textarea" not in office.page.text
    assert "Registrar a decisão" not in office.text


def test_a_colleague_decides_it(office: Visitor, office_as: Callable[..., Visitor], disputed: str):
    review(office, disputed)
    colleague = office_as("analyst")
    colleague.open(page(disputed))
    assert "é outra pessoa" not in colleague.text
    colleague.send(page(disputed), choice="no", text=TEXT)
    assert "não aconteceu e não é pago" in colleague.text
    office.open(page(disputed))
    assert TEXT in office.text
    assert "é outra pessoa" not in office.text


def test_a_page_that_was_open_before_the_review_decides_nothing(office: Visitor, disputed: str):
    office.open(page(disputed))
    fields = {**office.form(page(disputed)), "choice": "yes", "text": TEXT}
    review(office, disputed)
    assert office.post(page(disputed), fields).status_code == 422
    assert "Você já conferiu este atendimento sem código." in office.text
    assert 'href="#id_reviewed"' in office.page.text
    assert 'id="id_reviewed"' in office.page.text
    assert "responder até" in office.text


def test_where_nobody_else_can_it_says_whom_to_ask(demo: Installation, office: Visitor, disputed: str):
    review(office, disputed)
    with psycopg.connect(demo.database_url, autocommit=True) as connection:
        connection.execute(f"{ABLE} AND role <> 'auditor'", (False,))
    office.open(page(disputed))
    assert "Peça à administração que abra o acesso de outra pessoa" in office.text
    assert "Podem decidir" not in office.text
