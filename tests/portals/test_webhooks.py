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
    administrator.send(end)
    assert "este sistema não recebe mais nada" in administrator.text
    assert "Encerrados neste mês" in administrator.text
    assert end not in administrator.page.text
    other = administrator.form(f"{PAGE}01990000-0000-7000-8000-00000000000b/encerrar/")
    assert administrator.post(end, other).status_code == 404
    foreign = f"{PAGE}01990000-0000-7000-8000-00000000000c/encerrar/"
    assert administrator.post(foreign, other).status_code == 404


@pytest.mark.parametrize("role", ["agent", "auditor", "analyst", "manager", "dpo"])
def test_nobody_else_finds_the_page(office_as: Callable[..., Visitor], role: str):
    visitor = office_as(role)
    assert visitor.open(PAGE).status_code == 404
