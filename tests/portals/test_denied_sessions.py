"""«Não fui eu» of single sessions: named in the hand or by the e-mail's link, decided for themselves, shown to all."""

import datetime as dt
import re
from collections.abc import Iterator

import psycopg
import pytest

from tests.portals.browsing import Visitor
from tests.portals.conftest import Installation
from tests.portals.hands import Hand
from tests.portals.test_report import Person, forget, guia_id, link
from tests.portals.test_series import CARD, attended, begun, how_many

ANS = "999001"
BORN = dt.date(1984, 3, 12)
TEXT = "Falamos com a pessoa e com a clínica: a visita não aconteceu."
CLEAN = (
    "UPDATE chancela.guia SET attendance = 'validated' WHERE attendance = 'disputed'",
    "UPDATE chancela.guia_session SET outcome = NULL, judged_at = NULL, ruling = NULL WHERE outcome IS NOT NULL",
)


@pytest.fixture(autouse=True)
def forgotten(demo: Installation) -> Iterator[None]:
    """Let no test's disputes pause the codes of the next one, nor stay without their report."""
    yield
    with psycopg.connect(demo.database_url, autocommit=True) as connection:
        for each in CLEAN:
            connection.execute(each)
    forget(demo)


@pytest.fixture
def aurora(demo: Installation) -> Iterator[Visitor]:
    with Visitor(demo.url) as visitor:
        visitor.sign_in(ANS)
        yield visitor


@pytest.fixture
def clerk(demo: Installation) -> Iterator[Visitor]:
    """The auditor of Aurora."""
    with Visitor(demo.url) as visitor:
        visitor.sign_in_as_operator(ANS)
        yield visitor


@pytest.fixture
def done(aurora: Visitor) -> str:
    """A series of three, confirmed to its last session."""
    guia, number = begun(aurora, 3)
    attended(aurora, guia, number)
    for _ in range(2):
        aurora.open(f"{guia}sessao/")
        aurora.send(f"{guia}sessao/")
    assert "VALIDADA" in aurora.text
    return guia


def disowned(demo: Installation, guia: str, *places: int, **more: str) -> Person:
    """Whoever got the e-mail, once they named sessions."""
    with Person(demo.url) as person:
        person.page = person.http.post(link(demo, guia, ANS), data={"session": [str(each) for each in places], **more})
    return person


def hidden(visitor: Visitor) -> dict[str, str]:
    """What the page's form sends without being asked."""
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', visitor.page.text))


def page(guia: str) -> str:
    return f"/operadora/casos/{guia_id(guia)}/contestacao/"


def decide(clerk: Visitor, guia: str, choice: str, text: str = TEXT) -> None:
    clerk.open(page(guia))
    clerk.send(page(guia), choice=choice, text=text)


def kept(demo: Installation, guia: str) -> tuple[list[int], str]:
    """The sessions in question, and how the guia stands."""
    with psycopg.connect(demo.database_url) as connection:
        asked = (
            "SELECT r.sessions, g.attendance FROM chancela.report r JOIN chancela.guia g"
            " ON (g.operator, g.id) = (r.operator, r.guia_id) WHERE g.id = %s"
        )
        row = connection.execute(asked, (guia_id(guia),)).fetchone()
    assert row
    return row[0], row[1]


def test_in_the_hand_each_session_has_its_box_and_more_may_follow(demo: Installation, aurora: Visitor, done: str):
    with Hand(demo.url, ANS) as helena:
        helena.enter(CARD, BORN)
        own = f"{helena.home}guias/{guia_id(done)}/"
        helena.open(f"{own}nao-fui-eu/")
        assert "Quais sessões não foram suas? Sem marcar nenhuma, o aviso vale para todas" in helena.text
        assert helena.page.text.count('type="checkbox" name="session"') == 3
        helena.post(f"{own}nao-fui-eu/", {**hidden(helena), "session": ["2"]})
        assert "parte deste atendimento não foi sua: sessão 2." in helena.text
        assert helena.page.text.count('type="checkbox" name="session"') == 2
        fields = hidden(helena)
        assert helena.post(f"{own}nao-fui-eu/", fields).status_code == 422
        assert "Marque ao menos uma sessão." in helena.text
        helena.post(f"{own}nao-fui-eu/", {**fields, "session": ["3"]})
        assert "sessões 2 e 3" in helena.text
        assert kept(demo, done) == ([2, 3], "disputed")
        helena.open(own)
        told = helena.text
        assert "Foi avisado que não foi da pessoa: sessões 2 e 3." in told
        assert told.count("contestada") == 2
        assert "Outra sessão não foi minha" in told


def test_none_named_is_all_of_it(demo: Installation, done: str):
    person = disowned(demo, done)
    assert "O atendimento fica contestado." in person.text
    assert "checkbox" not in person.page.text
    assert kept(demo, done) == ([], "disputed")


def test_by_the_link_of_the_email_sessions_are_named_too(demo: Installation, done: str):
    with Person(demo.url) as person:
        person.open(link(demo, done, ANS))
        assert "Quais sessões não foram suas?" in person.text and "Não fui eu" in person.text
    assert "parte deste atendimento não foi sua: sessão 1." in disowned(demo, done, 1).text
    person = disowned(demo, done, more="1")
    assert person.page.status_code == 422 and "Marque ao menos uma sessão." in person.text


def test_a_box_that_no_page_has_says_nothing(demo: Installation, done: str):
    for wrong in (["9"], ["1", "0"], ["1", "100"], ["-1"], ["٣"], ["1\n"], ["x"]):
        with Person(demo.url) as person:
            person.page = person.http.post(link(demo, done, ANS), data={"session": wrong})
        assert person.page.status_code == 200 and "Aviso recebido" not in person.text, wrong


def test_what_was_denied_is_not_paid_and_the_rest_stands(
    demo: Installation, aurora: Visitor, clerk: Visitor, done: str
):
    disowned(demo, done, 2)
    aurora.open(done)
    assert "CONTESTADA" in aurora.text and "parte deste atendimento não foi dela: sessão 2" in aurora.text
    assert ["contestada" in each for each in how_many(aurora, done)] == [False, True, False]
    aurora.open(f"{done}contestacao/")
    assert "O que foi contestado sessão 2" in aurora.text
    clerk.open("/operadora/casos/")
    assert "sessão 2" in clerk.text
    clerk.open(page(done))
    assert "Aconteceu o que a pessoa contesta (sessão 2)?" in clerk.text
    decide(clerk, done, "no")
    assert "não aconteceu e não é pago sessão 2 da guia" in clerk.text
    assert kept(demo, done) == ([2], "validated")
    aurora.open(done)
    assert "VALIDADA" in aurora.text and "não aconteceu e não é pago; o resto do atendimento vale" in aurora.text
    assert ["não se paga" in each for each in how_many(aurora, done)] == [False, True, False]
    for visitor, paper in ((clerk, f"{page(done)}papel/"), (aurora, f"{done}contestacao/papel/")):
        visitor.open(paper)
        assert "não aconteceu o que foi contestado (sessão 2): não será pago" in visitor.text and TEXT in visitor.text
    with Person(demo.url) as person:
        person.open(link(demo, done, ANS))
        assert "não aconteceu e não é pago o que você contestou (sessão 2)" in person.text


def test_where_the_denied_session_bore_the_guias_code_every_page_says_what_is_not_paid(
    demo: Installation, aurora: Visitor, clerk: Visitor, done: str
):
    said = "não se paga: sessão 1"
    disowned(demo, done, 1)
    decide(clerk, done, "no")
    aurora.open(done)
    number = aurora.number
    assert f"VALIDADA {said}" in aurora.text and "código na hora não aconteceu: não se paga" in aurora.text
    disowned(demo, done, 2, more="1")
    decide(clerk, done, "yes", "A ficha assinada confirma a visita.")
    for path in (done, f"{done}papel/", f"/balcao/guias/?number={number}"):
        aurora.open(path)
        assert said in aurora.text, path
    clerk.open(f"/operadora/auditoria/{guia_id(done)}/")
    assert said in clerk.text
    with psycopg.connect(demo.database_url) as connection:
        row = connection.execute("SELECT beneficiary_id FROM chancela.guia WHERE id = %s", (guia_id(done),)).fetchone()
    assert row
    clerk.open(f"/operadora/pessoas/{row[0]}/")
    assert number in clerk.text and said in clerk.text


def test_another_session_after_a_decision_keeps_the_first_answer(
    demo: Installation, aurora: Visitor, clerk: Visitor, done: str
):
    disowned(demo, done, 2)
    decide(clerk, done, "no")
    disowned(demo, done, 3, more="1")
    assert kept(demo, done) == ([3], "disputed")
    clerk.open(page(done))
    assert "Respostas anteriores da operadora" in clerk.text and TEXT in clerk.text
    decide(clerk, done, "yes", "A ficha assinada confirma a visita.")
    assert ["não se paga" in each for each in how_many(aurora, done)] == [False, True, False]
    assert TEXT in aurora.open(f"{done}contestacao/").text


def test_the_provider_is_heard_again_once_more_is_disputed(
    demo: Installation, aurora: Visitor, clerk: Visitor, done: str
):
    answering, first, second = f"{done}contestacao/", "Veio às dez e assinou a ficha.", "Na terceira assinou também."
    disowned(demo, done, 2)
    aurora.open(answering)
    aurora.send(answering, text=first)
    assert "<textarea" not in aurora.page.text
    disowned(demo, done, 3, more="1")
    aurora.open(done)
    assert "Responder à contestação" in aurora.text
    aurora.open("/balcao/")
    assert re.search("contestados? esperam? a sua resposta", aurora.text)
    clerk.open("/operadora/casos/")
    assert "ainda não respondeu sobre o que foi contestado depois" in clerk.text
    clerk.open(page(done))
    assert first in clerk.text and "Ainda não respondeu sobre o que foi contestado depois." in clerk.text
    aurora.open(answering)
    assert "Resposta de antes, sobre: sessão 2" in aurora.text and first in aurora.text
    assert "a pessoa contestou mais: agora sessões 2 e 3. Responda de novo" in aurora.text
    late = aurora.form(answering)
    disowned(demo, done, 1, more="1")
    assert aurora.post(answering, {**late, "text": second}).status_code == 422
    assert "A guia mudou" in aurora.text and "agora sessões 1, 2 e 3" in aurora.text and second in aurora.page.text
    aurora.send(answering, text=second)
    assert "<textarea" not in aurora.page.text and first in aurora.text and second in aurora.text
    clerk.open(page(done))
    for visitor, paper in ((clerk, ""), (clerk, f"{page(done)}papel/"), (aurora, f"{answering}papel/")):
        visitor.open(paper or page(done))
        assert visitor.text.index(first) < visitor.text.index(second), paper
    decide(clerk, done, "no")
    with Person(demo.url) as person:
        person.open(link(demo, done, ANS))
        assert TEXT in person.text and first not in person.text


def test_what_was_shown_is_what_is_decided(demo: Installation, clerk: Visitor, done: str):
    disowned(demo, done, 2)
    clerk.open(page(done))
    fields = {**clerk.form(page(done)), "choice": "no", "text": TEXT}
    disowned(demo, done, 3, more="1")
    assert clerk.post(page(done), fields).status_code == 422
    assert "A guia mudou" in clerk.text and "sessões 2 e 3" in clerk.text
    assert kept(demo, done) == ([2, 3], "disputed")
