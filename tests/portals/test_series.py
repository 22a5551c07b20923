"""A series at the desk, in the person's hand and at the auditor's: which session comes next, and who confirmed each."""

import datetime as dt
import re
from collections.abc import Callable, Iterator

import psycopg
import pytest

from tests.portals.browsing import Visitor
from tests.portals.conftest import Installation
from tests.portals.hands import Hand

CARD, THERAPY, BORN = "00100000101", "50000160", dt.date(1984, 3, 12)


@pytest.fixture
def aurora(demo: Installation) -> Iterator[Visitor]:
    """The desk of a house where one code is enough for a day's sessions."""
    with Visitor(demo.url) as visitor:
        visitor.sign_in("999001")
        yield visitor


def begun(desk: Visitor, sessions: int, code: str = THERAPY, kind: str = "sp-sadt") -> tuple[str, str]:
    """A guia of so many sessions: its address and number."""
    guia = desk.new_guia(CARD, code, kind, quantity=str(sessions))
    return guia, desk.number


def attended(desk: Visitor, guia: str, number: str, old: str = "") -> str:
    """One session by a code of its own, which is returned."""
    desk.sent(guia)
    code = desk.code_after(CARD, number, old)
    desk.open(f"{guia}codigo/")
    desk.send(f"{guia}validar/", code=code)
    assert desk.path == guia, desk.text
    return code


def how(desk: Visitor) -> list[str]:
    """What the table of sessions tells of each."""
    rows = re.findall(r"<tr><th scope=\"row\" class=\"digits\">(.*?)</tr>", desk.page.text, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", each).split()) for each in rows]


def test_a_days_sessions_are_confirmed_by_its_one_code_until_the_last_validates(aurora: Visitor):
    guia, number = begun(aurora, 3)
    assert "Sessão 1 de 3" in aurora.text
    attended(aurora, guia, number)
    assert "Sessão 1 de 3 confirmada." in aurora.text and "Sessão 2 de 3" in aurora.text
    assert "Cancelar a guia" not in aurora.text
    assert "sessão 2 de 3" in aurora.open("/balcao/").text.lower()
    for place in (2, 3):
        aurora.open(f"{guia}sessao/")
        assert f"Confirmar a sessão {place} de 3?" in aurora.text
        aurora.send(f"{guia}sessao/")
        assert aurora.path == guia, aurora.text
    assert "VALIDADA" in aurora.text and "Código de validação" in aurora.text
    assert [re.sub(r" (hoje|agora|ipe).*?(código)", r" \2", each) for each in how(aurora)][1:] == [
        "2ª código do dia, da sessão 1",
        "3ª código do dia, da sessão 1",
    ]
    assert "ipe.aurora" in how(aurora)[0] and "código na hora" in how(aurora)[0]
    assert "código do dia, da sessão 1" in aurora.open(f"{guia}papel/").text


def test_once_the_days_code_has_none_left_the_button_is_not_offered_and_the_page_says_why(aurora: Visitor):
    guia, number = begun(aurora, 6)
    old = attended(aurora, guia, number)
    assert "Ele ainda confirma 2 sessões do dia." in aurora.text and "Confirmar a sessão 2" in aurora.text
    for place in (2, 3):
        assert f"Confirmar a sessão {place}" in aurora.open(guia).text
        aurora.open(f"{guia}sessao/")
        fields = aurora.form(f"{guia}sessao/")
        aurora.post(f"{guia}sessao/", fields)
    why = "O código de hoje já confirmou 3 sessões, o limite de um código. Para a sessão 4, peça outro código ou siga"
    assert why in aurora.text and "Confirmar a sessão" not in aurora.text and "Falta a pessoa" not in aurora.text
    assert "Seguir sem código" in aurora.text and "Enviar o código" in aurora.text
    assert why in aurora.open(f"{guia}sessao/").text and f'action="{guia}sessao/"' not in aurora.page.text
    aurora.post(f"{guia}sessao/", {**fields, "once": "beyond", "place": "4"})
    assert aurora.page.status_code == 422
    assert "Peça outro código, ou siga sem código com o motivo." in aurora.text and why not in aurora.text
    aurora.sent(guia)
    assert why not in aurora.open(guia).text  # the other one is on its way
    aurora.open(guia)
    attended(aurora, guia, number, old)
    assert "na sessão 4. Ele ainda confirma 2 sessões do dia." in aurora.text
    assert "Confirmar a sessão 5" in aurora.text


def test_the_session_that_the_page_showed_is_confirmed_and_no_other(aurora: Visitor):
    guia, number = begun(aurora, 4)
    attended(aurora, guia, number)
    aurora.open(f"{guia}sessao/")
    fields = aurora.form(f"{guia}sessao/")
    aurora.post(f"{guia}sessao/", fields)
    aurora.post(f"{guia}sessao/", {**fields, "once": "another"})
    assert aurora.page.status_code == 422 and "A guia mudou" in aurora.text
    aurora.post(f"{guia}sessao/", {**fields, "once": "odd", "place": "x"})
    assert aurora.page.status_code == 422
    assert len(how_many(aurora, guia)) == 2


def how_many(desk: Visitor, guia: str) -> list[str]:
    desk.open(guia)
    return how(desk)


def test_a_series_that_ends_early_says_why_and_is_validated(aurora: Visitor):
    guia, number = begun(aurora, 9)
    attended(aurora, guia, number)
    aurora.open(f"{guia}encerrar/")
    aurora.send(f"{guia}encerrar/", why="")
    assert aurora.page.status_code == 422 and "Escreva o motivo." in aurora.text
    aurora.send(f"{guia}encerrar/", why="Teve alta antes.")
    assert "VALIDADA" in aurora.text and "Teve alta antes." in aurora.text
    assert "Sessões: 1 de 9" in aurora.text
    aurora.open(f"{guia}encerrar/")
    aurora.send(f"{guia}encerrar/", why="De novo.")
    assert aurora.page.status_code == 422


def test_a_guia_that_is_no_series_has_no_pages_of_one(aurora: Visitor):
    guia = aurora.new_guia(CARD)
    assert "Sessões desta guia" not in aurora.text
    for part in ("sessao/", "encerrar/"):
        assert aurora.open(guia + part).status_code == 404


def test_anothers_series_is_exactly_like_none(aurora: Visitor, desk: Visitor):
    guia, _ = begun(aurora, 2)
    for part in ("sessao/", "encerrar/"):
        assert desk.open(guia + part).status_code == 404


def test_the_auditor_reads_what_was_written_of_a_session(
    aurora: Visitor, demo: Installation, office_as: Callable[..., Visitor]
):
    guia, number = begun(aurora, 5)
    attended(aurora, guia, number)
    row = (
        "INSERT INTO chancela.guia_session (operator, guia_id, place, at, by, generation, reason, tiss, protocol,"
        " detail, lead, event_seq) SELECT operator, guia_id, 2, now(), by, 1, 'no_signal', '03', '9',"
        " 'Sem sinal na sala.', 'sampled', 1 FROM chancela.guia_session WHERE guia_id = %s"
    )
    guia_id = guia.rstrip("/").rsplit("/", 1)[1]
    with psycopg.connect(demo.database_url, autocommit=True) as connection:
        connection.execute(row, (guia_id,))
    auditor = office_as("auditor", "999001")
    auditor.open(f"/operadora/auditoria/{guia_id}/")
    assert auditor.page.status_code == 200
    assert "Sessão 3 de 5" in auditor.text and "Sem sinal na sala." in auditor.text
    assert "sem código: Sem sinal ou internet" in auditor.text


def test_a_session_without_a_code_is_recorded_once_and_the_series_goes_on(aurora: Visitor):
    guia, _ = begun(aurora, 4)
    aurora.open(f"{guia}sem-codigo/")
    assert "Vale para a sessão 1 de 4" in aurora.text
    fields = {**aurora.form(f"{guia}sem-codigo/"), "reason": "no_phone"}
    aurora.post(f"{guia}sem-codigo/", fields)
    assert aurora.path == guia and "Sessão 1 de 4 registrada sem código: protocolo" in aurora.text
    aurora.post(f"{guia}sem-codigo/", {**fields, "once": "by-another-desk"})
    assert "A guia mudou" in aurora.text
    (only,) = how_many(aurora, guia)
    assert "sem código: Não tem celular" in only
    assert "AGUARDANDO TOKEN" in aurora.text


def test_the_person_reads_the_sessions_confirmed_in_their_name(aurora: Visitor, demo: Installation):
    guia, number = begun(aurora, 4)
    attended(aurora, guia, number)
    with Hand(demo.url, "999001") as helena:
        helena.enter(CARD, BORN)
        helena.open(f"{helena.home}guias/{guia.rstrip('/').rsplit('/', 1)[1]}/")
        assert "Sessões confirmadas em seu nome 1 de 4 Sessão 1: código na hora" in helena.text
        assert "Não fui eu" in helena.text


def test_auditors_see_to_the_sessions_without_a_code_of_a_validated_series(
    aurora: Visitor, office_as: Callable[..., Visitor]
):
    guia, number = begun(aurora, 2)
    attended(aurora, guia, number)
    aurora.open(f"{guia}sem-codigo/")
    fields = {**aurora.form(f"{guia}sem-codigo/"), "reason": "refused", "detail": "Não quis dar o número."}
    aurora.post(f"{guia}sem-codigo/", fields)
    assert "VALIDADA" in aurora.text and "A operadora confere as sessões sem código desta guia." in aurora.text
    auditor = office_as("auditor", "999001")
    auditor.open("/operadora/auditoria/sem-codigo/")
    assert number in auditor.text
    page = next(
        each for each in re.findall(r'href="(/operadora/[^"]*)"', auditor.page.text) if guia.split("/")[-2] in each
    )
    auditor.open(page)
    assert "Sessões: 2 de 2" in auditor.text and "Não quis dar o número." in auditor.text
    auditor.send(page, answer="refuse", why="Uma sessão sem qualquer comprovação.")
    told = aurora.open(guia).text
    assert "não aceitou sessões sem código" in told and "Uma sessão sem qualquer comprovação." in told
