"""Administrators see which systems are told and whether it arrives, and end one; they learn no secret."""

from collections.abc import Callable, Iterator

import psycopg
import pytest

from tests.portals.browsing import Visitor
from tests.portals.conftest import Installation

MADE = """
INSERT INTO chancela.webhook
    (operator, id, url, kinds, provider, created_by, created_at, delivered_at, failed_at, failure)
VALUES
    ('999003', '01990000-0000-7000-8000-00000000000a', 'https://core.example/hook?key=segredo', '{guia.validated}',
     NULL, 'nucleo', now(), now(), NULL, NULL),
    ('999003', '01990000-0000-7000-8000-00000000000b', 'https://lab.example/x',
     '{attendance.disputed,delivery.failed}', '30001', 'laboratorio', now(), NULL, now(), 'status 503'),
    ('999001', '01990000-0000-7000-8000-00000000000c', 'https://aurora.example/x', '{guia.validated}',
     NULL, 'x', now(), NULL, NULL, NULL)
"""
PAGE = "/operadora/avisos/"


@pytest.fixture
def made(demo: Installation) -> Iterator[None]:
    with psycopg.connect(demo.database_url, autocommit=True) as connection:
        connection.execute(MADE)
        yield
        connection.execute("DELETE FROM chancela.webhook_event")
        connection.execute("DELETE FROM chancela.webhook")


@pytest.fixture
def administrator(office_as: Callable[..., Visitor]) -> Visitor:
    return office_as("administrator")


def test_nobody_is_told_and_the_page_says_so(administrator: Visitor):
    administrator.open(PAGE)
    assert "Nenhum sistema recebe avisos." in administrator.text


def test_each_is_shown_with_what_it_hears_and_whether_it_arrives(administrator: Visitor, made):
    administrator.open(PAGE)
    for told in (
        *("core.example", "de toda a operadora", "guia validada", "chegam", "por nucleo"),
        *("lab.example", "só do prestador 30001", "atendimento contestado", "não chegam", "status 503"),
    ):
        assert told in administrator.text, told
    for kept in ("segredo", "whsec", "aurora.example"):
        assert kept not in administrator.page.text


def test_one_is_ended_and_then_stands_among_those_that_ended(administrator: Visitor, made):
    administrator.open(PAGE)
    end = f"{PAGE}01990000-0000-7000-8000-00000000000a/encerrar/"
    administrator.open(end)
    administrator.send(end)
    assert "este sistema não recebe mais nada" in administrator.text
    assert "Encerrados neste mês" in administrator.text
    assert end not in administrator.page.text
    assert "Já foi encerrado" in administrator.open(end).text and "<button" not in main(administrator)
    administrator.open(f"{PAGE}01990000-0000-7000-8000-00000000000b/encerrar/")
    other = administrator.form(f"{PAGE}01990000-0000-7000-8000-00000000000b/encerrar/")
    assert administrator.post(end, other).status_code == 404
    foreign = f"{PAGE}01990000-0000-7000-8000-00000000000c/encerrar/"
    assert administrator.post(foreign, other).status_code == 404
    assert administrator.open(foreign).status_code == 404


def main(visitor: Visitor) -> str:
    """The page without its frame."""
    return visitor.page.text.partition("<main")[2].partition("</main>")[0]


def test_before_one_is_ended_its_page_says_what_is_lost_and_asks_once_more(administrator: Visitor, made):
    administrator.open(PAGE)
    assert "<form" not in main(administrator)
    end = f"{PAGE}01990000-0000-7000-8000-00000000000b/encerrar/"
    assert f'href="{end}"' in administrator.page.text
    administrator.open(end)
    for told in (
        *("Encerrar os avisos a lab.example?", "só do prestador 30001", "código que não chegou"),
        "Não dá para desfazer.",
    ):
        assert told in administrator.text, told
    administrator.open(PAGE)
    assert "Ligados 2" in administrator.text


@pytest.mark.parametrize("role", ["agent", "auditor", "analyst", "manager", "dpo"])
def test_nobody_else_finds_the_page(office_as: Callable[..., Visitor], role: str):
    visitor = office_as(role)
    assert visitor.open(PAGE).status_code == 404
    assert visitor.open(f"{PAGE}01990000-0000-7000-8000-00000000000a/encerrar/").status_code == 404
