"""A contact changed by telephone: asked for in a call, told to the old one, approved by another person, then used."""

from __future__ import annotations

import re
import time
import uuid
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from tests import callers
from tests.cast import cast

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chancela.adapters.demo.invented import Invented
    from tests.journeys.walk import Walk

pytestmark = pytest.mark.browser
HOUSE = cast().cambui
DIEGO = HOUSE.person("Diego")
NEW, TO = "41 90000-6611", "(41) *****-6611"
CLEAN = (
    "DELETE FROM chancela.call WHERE operator = '999003'",
    "DELETE FROM chancela.contact_hold WHERE operator = '999003'",
    "DELETE FROM chancela.contact WHERE operator = '999003' AND address = '+5541900006611'",
    "UPDATE chancela.contact SET state = 'confirmed' WHERE operator = '999003' AND state = 'retired'",
)
TWIN = """
INSERT INTO chancela.beneficiary (operator, id, card_number, name, relation, birth_date, cpf)
SELECT operator, %s, '00300008899', name, 'holder', birth_date, cpf FROM chancela.beneficiary WHERE id = %s
"""


@pytest.fixture(autouse=True)
def untouched(live: Any) -> Iterator[None]:
    """Nobody rang today, and nobody's contact was changed."""

    def clean() -> None:
        with psycopg.connect(live.database_url, autocommit=True) as owner:
            for statement in CLEAN:
                owner.execute(statement.encode())

    clean()
    yield
    clean()


def rings(walk: Walk, person: Invented) -> None:
    """Open a call, say who rings, and answer until it is known."""
    walk.page.goto("/operadora/central/")
    walk.page.click("text=Abrir a ligação")
    walk.page.fill("[name=who]", person.card_number)
    walk.page.press("[name=who]", "Enter")
    walk.page.wait_for_selector("#id_answer")
    while walk.page.query_selector("#id_answer"):
        kind = callers.kind_of(walk.page.inner_text("main"))
        walk.page.fill("#id_answer", callers.answer(kind, person, HOUSE.people))
        with walk.page.expect_navigation():
            walk.page.press("#id_answer", "Enter")


def heard(walk: Walk, card: str, words: str) -> dict[str, Any]:
    """What came to the phone of a card."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        for each in walk.desk.http.get(f"/demo/phone/{card}.json").json():
            if words in each["text"]:
                return dict(each)
        walk.page.wait_for_timeout(200)
    raise AssertionError(f"nothing of «{words}» came")


def test_o_celular_e_trocado_por_telefone_e_o_codigo_vai_para_o_novo(operator: Any, receptionist: Any):
    agent: Walk = operator(role="agent")
    rings(agent, DIEGO)
    agent.page.click("text=Trocar um contato")
    agent.spotless()
    agent.page.fill("[name=address]", NEW)
    agent.page.click("text=Pedir a troca")
    agent.page.wait_for_selector("text=Troca pedida")
    agent.spotless()
    assert TO in agent.page.inner_text("main") and "espera que outra pessoa da equipe aprove" in agent.page.inner_text(
        "main"
    )

    told = heard(agent, DIEGO.card_number, "Pediram")
    assert "Responda NAO" in told["text"] and "6611" not in told["text"]

    analyst: Walk = operator(role="analyst")
    analyst.page.goto("/operadora/casos/")
    assert TO in analyst.page.inner_text("main") and DIEGO.name not in analyst.page.inner_text("main")
    analyst.spotless()
    analyst.page.click("button:has-text('Aprovar')")
    analyst.page.wait_for_selector(f"text={TO} é agora o contato de Diego")
    heard(agent, DIEGO.card_number, "foi trocado")

    clinic: Walk = receptionist()
    address = clinic.desk.new_guia(DIEGO.card_number)
    clinic.desk.sent(address)
    clinic.page.goto(f"{address}codigo/")
    assert TO in clinic.page.inner_text("main")
    clinic.give(clinic.read(DIEGO.card_number))
    clinic.sealed()


def finds(analyst: Walk) -> str:
    """Find a person by the card; the address of their file."""
    page = analyst.page
    page.goto("/operadora/pessoas/")
    page.fill("[name=q]", DIEGO.card_number)
    page.press("[name=q]", "Enter")
    page.wait_for_url("**/pessoas/*-*/")
    return str(page.url)


def test_a_equipe_acha_uma_pessoa_e_mostra_o_que_esta_coberto(operator: Any):
    """By name and by card; uncovered for a reason, gone on the next look; every page as a page should be."""
    analyst: Walk = operator(role="analyst")
    page = analyst.page
    page.goto("/operadora/pessoas/")
    analyst.spotless()
    page.fill("[name=q]", DIEGO.name.split()[0][:3])
    with page.expect_navigation():
        page.press("[name=q]", "Enter")
    analyst.spotless()
    own = finds(analyst)
    analyst.spotless()
    assert DIEGO.name not in page.inner_text("main")
    page.fill("[name=reason]", "Conferência pedida pela própria pessoa")
    page.click("text=Nome, CPF e nascimento")
    page.wait_for_selector("text=estão à mostra")
    assert DIEGO.name in page.inner_text("main")
    analyst.spotless()
    page.goto(own)
    assert DIEGO.name not in page.inner_text("main") and "Conferência pedida" in page.inner_text("main")


def test_a_equipe_le_o_que_acontece_antes_de_mudar_um_cadastro(operator: Any):
    analyst: Walk = operator(role="analyst")
    page, own = analyst.page, finds(analyst)
    page.click("text=Suspender o atendimento")
    page.wait_for_url("**/mudar/suspender/")
    analyst.spotless()
    page.goto(own)
    page.click(".record-grid a:has-text('Contestar')")
    page.wait_for_url(re.compile(r"/contatos/[0-9a-f-]+/$"))
    analyst.spotless()


def test_a_equipe_compara_dois_cadastros_antes_de_juntar(operator: Any, live: Any):
    analyst: Walk = operator(role="analyst")
    page, own, twin = analyst.page, finds(analyst), uuid.uuid4()
    with psycopg.connect(live.database_url, autocommit=True) as owner:
        owner.execute(TWIN, (twin, own.rstrip("/").rpartition("/")[2]))
        page.goto(own)
        page.click("text=00300008899")
        page.wait_for_url("**/juntar/*-*/")
        analyst.spotless()
        assert "Mesmo CPF e mesmo nascimento" in page.inner_text("main")
        page.fill("[name=reason]", "sim")
        page.click("button:has-text('Juntar')")
        page.wait_for_selector("#summary")
        analyst.spotless()
        owner.execute("DELETE FROM chancela.beneficiary WHERE id = %s", (twin,))
