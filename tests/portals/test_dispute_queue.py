"""Contested attendances at the desk: its front says how many await its answer, and leads to them, those on top."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest

from chancela.adapters.postgres.dispute_desk import Unanswered
from chancela.portals.provider import dispute_shown
from tests.domain.test_dispute import ABOUT_A_CODE, OPEN, UPHELD
from tests.portals.browsing import Visitor
from tests.portals.conftest import Installation
from tests.portals.test_disputes import AGAIN, ROSA, SIDE
from tests.portals.test_report import Person, forget, link

FRONT, LIST = "/balcao/", "/balcao/guias/?status=disputed"
TODAY = dt.date(2026, 11, 20)


@pytest.fixture(autouse=True)
def forgotten(demo: Installation) -> Iterator[None]:
    """Let no test's disputes pause the codes of the next one, nor stay without their report."""
    yield
    with psycopg.connect(demo.database_url, autocommit=True) as connection:
        connection.execute(AGAIN)
    forget(demo)


def contested(demo: Installation, desk: Visitor, day: dt.date) -> tuple[str, str]:
    """A guia whose attendance is disputed, to be decided by a day: its address and number."""
    with psycopg.connect(demo.database_url, autocommit=True) as connection:
        connection.execute("UPDATE chancela.report SET opened_at = opened_at - interval '8 days'")
    guia = desk.new_guia(ROSA)
    number = desk.number
    desk.sent(guia)
    desk.send(f"{guia}validar/", code=desk.code(ROSA, number))
    with Person(demo.url) as person:
        person.press(link(demo, guia, "999003"))
        assert "O atendimento fica contestado." in person.text
    with psycopg.connect(demo.database_url, autocommit=True) as connection:
        change = "UPDATE chancela.report SET due_date = %s WHERE guia_id::text = %s"
        connection.execute(change, (day, guia.strip("/").rpartition("/")[2]))
    return guia, number


def listed(desk: Visitor) -> list[str]:
    return re.findall(r'class="row-link digits"[^>]*>([^<]+)<', desk.open(LIST).text and desk.page.text)


def test_the_front_counts_them_and_leads_to_those_without_an_answer_first(demo: Installation, desk: Visitor):
    assert "contestado" not in desk.open(FRONT).text
    now = dt.datetime.now(dt.UTC).date()
    sooner, later = now + dt.timedelta(days=5), now + dt.timedelta(days=9)
    first, one = contested(demo, desk, sooner)
    _second, other = contested(demo, desk, later)
    desk.open(FRONT)
    said = f"2 atendimentos contestados esperam a sua resposta. A operadora decide o primeiro até {sooner:%d/%m}. Alt C"
    assert said in desk.text
    assert f'href="{LIST}" accesskey="c"' in desk.page.text
    assert listed(desk) == [one, other]
    assert f"falta a sua resposta, até {sooner:%d/%m}" in desk.text
    desk.open(f"{first}contestacao/")
    desk.send(f"{first}contestacao/", text=SIDE)
    assert listed(desk) == [other, one]
    assert "você já respondeu" in desk.text
    desk.open(FRONT)
    assert f"1 atendimento contestado espera a sua resposta. A operadora decide até {later:%d/%m}." in desk.text


def test_it_names_nobody_and_no_procedure_and_is_shown_to_that_provider_alone(demo: Installation, desk: Visitor):
    _guia, number = contested(demo, desk, dt.datetime.now(dt.UTC).date() + dt.timedelta(days=5))
    notice = re.search(r'<a class="notice bad.*?</a>', desk.open(FRONT).text and desk.page.text, re.DOTALL)
    assert notice
    assert not any(told in notice[0] for told in ("Rosa", ROSA, number, "Consulta", "81000030"))
    with Visitor(demo.url) as stranger:
        stranger.sign_in("999001")
        assert "contestado" not in stranger.open(FRONT).text
        assert number not in stranger.open(LIST).text


def test_a_desk_that_is_closed_is_told_too(demo: Installation, desk: Visitor):
    contested(demo, desk, dt.datetime.now(dt.UTC).date() + dt.timedelta(days=5))
    change = "UPDATE chancela.provider SET active = %s WHERE operator = '999003' AND code = %s"
    found = re.search(r"prestador (\d+)", desk.text)
    assert found
    with psycopg.connect(demo.database_url, autocommit=True) as connection:
        connection.execute(change, (False, found[1]))
        try:
            desk.open(FRONT)
        finally:
            connection.execute(change, (True, found[1]))
    assert "está desativado" in desk.text
    assert "1 atendimento contestado espera a sua resposta." in desk.text


@pytest.mark.parametrize(
    ("count", "days", "said"),
    [
        (0, None, ""),
        (1, 3, "1 atendimento contestado espera a sua resposta. A operadora decide até 23/11."),
        (1, 0, "1 atendimento contestado espera a sua resposta. A operadora decide até 20/11."),
        (2, 1, "2 atendimentos contestados esperam a sua resposta. A operadora decide o primeiro até 21/11."),
        (1, -1, "1 atendimento contestado espera a sua resposta. O prazo acabou em 19/11: responda agora."),
        (2, -1, "2 atendimentos contestados esperam a sua resposta. O prazo do primeiro acabou em 19/11."),
    ],
)
def test_the_last_day_is_said_as_one_says_it(count: int, days: int | None, said: str):
    first = None if days is None else TODAY + dt.timedelta(days=days)
    assert dispute_shown.notice(Unanswered(count, first), TODAY) == said


def test_a_list_says_how_each_stands():
    day = TODAY + dt.timedelta(days=3)
    waits = replace(OPEN, due_date=day)
    assert dispute_shown.standing(waits, TODAY) == "falta a sua resposta, até 23/11"
    assert dispute_shown.standing(waits, day + dt.timedelta(days=1)) == "falta a sua resposta; o prazo acabou em 23/11"
    assert dispute_shown.standing(replace(waits, side=SIDE, side_at=OPEN.opened_at), TODAY) == "você já respondeu"
    assert [dispute_shown.standing(each, TODAY) for each in (None, ABOUT_A_CODE, UPHELD)] == [""] * 3
