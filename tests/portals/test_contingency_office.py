"""Contingency in the office: lists handed out and ended, a number told by telephone, and what nobody brought in yet."""

import re
from collections.abc import Iterator

import pytest

from tests.portals.browsing import Visitor
from tests.portals.conftest import Installation
from tests.portals.test_contingency import ANS, CARD, PAGE, forget, line, post

OFFICE, CENTRAL, CLINIC = "/operadora/contingencia/", "/operadora/central/", "10001"
TOLD = re.compile(r'<strong class="protocol digits">([0-9]+)</strong>')


@pytest.fixture
def manager(demo: Installation) -> Iterator[Visitor]:
    with Visitor(demo.url) as visitor:
        visitor.sign_in_as_operator(ANS, "manager")
        yield visitor
    forget(demo)


@pytest.fixture
def agent(demo: Installation) -> Iterator[Visitor]:
    with Visitor(demo.url) as visitor:
        visitor.sign_in_as_operator(ANS, "agent")
        yield visitor


@pytest.fixture
def clinic(demo: Installation) -> Iterator[Visitor]:
    with Visitor(demo.url) as visitor:
        visitor.sign_in(ANS)
        yield visitor


def test_a_list_is_handed_to_a_provider_and_ended_with_its_reason(manager: Visitor):
    manager.open(OFFICE)
    assert "Nenhuma lista até hoje" in manager.text
    manager.send(OFFICE, provider=CLINIC)
    assert "entregue: o prestador já a vê" in manager.text
    assert "0 de 20" in manager.text
    manager.send(OFFICE, provider=CLINIC)
    assert manager.page.status_code == 422
    assert "Ainda há números" in manager.text
    manager.send(OFFICE, provider="404")
    assert manager.page.status_code == 422
    address = re.search(rf"{OFFICE}[0-9a-f-]{{36}}/", manager.page.text)
    assert address is not None
    manager.open(address[0])
    manager.send(address[0], why="")
    assert manager.page.status_code == 422
    manager.send(address[0], why="Lista perdida")
    assert (manager.path, "Lista perdida" in manager.text) == (OFFICE, True)
    manager.open(address[0])
    assert "Já foi encerrada" in manager.text


def test_a_number_told_by_telephone_waits_until_it_is_brought_in(agent: Visitor, manager: Visitor, clinic: Visitor):
    agent.open(CENTRAL)
    agent.send(f"{CENTRAL}abrir/")
    call = agent.path
    agent.open(f"{call}numero/")
    agent.send(f"{call}numero/", provider="404")
    assert (agent.page.status_code, TOLD.findall(agent.page.text)) == (422, [])
    agent.send(f"{call}numero/", provider=CLINIC, card=CARD, note="portal fora do ar")
    number = " ".join(TOLD.findall(agent.page.text))
    assert re.fullmatch(r"9[0-9]{3} [0-9]{3} 01 [0-9]{4}", number)
    assert "nove zero zero zero" in agent.text
    manager.open(OFFICE)
    assert number in manager.text
    assert CARD in manager.text
    post(clinic, line(number), do="send")
    assert "1 atendimento registrado" in clinic.text
    manager.open(OFFICE)
    assert number not in manager.text
    agent.send(f"{call}fim/") if f"{call}fim/" in agent.page.text else None
    assert PAGE in str(clinic.page.url)


@pytest.mark.parametrize("role", ["auditor", "dpo", "administrator", "agent"])
def test_the_page_is_there_for_analysts_and_managers_alone(demo: Installation, role: str):
    with Visitor(demo.url) as visitor:
        visitor.sign_in_as_operator(ANS, role)
        visitor.open(OFFICE)
        assert visitor.page.status_code == 404
