"""Rules from a draft to their effect: copied, changed, approved by another person, and met at the desk."""

import datetime as dt
import re

import psycopg
import pytest

from tests.fakes.brazil import BRAZIL
from tests.journeys.walk import Walk, wrong

pytestmark = pytest.mark.browser
DIEGO, PLAN = "00300000501", "Cambuí Essencial"
RULES = "/operadora/regras/"


@pytest.fixture(autouse=True)
def as_they_began(live):
    """Let the next journey find the rules with which the operator began."""
    yield
    with psycopg.connect(live.database_url, autocommit=True) as owner:
        owner.execute("DELETE FROM chancela.policy_version")


def saved(walk: Walk) -> None:
    walk.page.click("button:has-text('Salvar')")
    walk.page.wait_for_selector("[role=status] >> text=Salvo.")


def drafted(walk: Walk) -> str:
    """Copy what holds; the address of the draft."""
    walk.page.goto(RULES)
    walk.spotless()
    walk.page.click("text=Mudar as regras")
    walk.page.wait_for_selector("[role=status] >> text=Rascunho feito.")
    return re.sub(r"\?.*", "", walk.page.url)


def shortened(walk: Walk) -> None:
    """Let codes live for a day, after having asked for three."""
    walk.page.click("a:has-text('Mudar') >> text=Mudar Prazos e tentativas")
    walk.spotless()
    walk.page.fill("[name='valid.hours']", "72")
    walk.page.click("button:has-text('Salvar')")
    walk.page.wait_for_selector(".error >> text=no máximo 48")
    assert walk.page.input_value("[name='valid.hours']") == "72", "nothing typed is lost"
    walk.spotless()
    walk.page.fill("[name='valid.hours']", "24")
    saved(walk)


def made_stricter_for_the_plan(walk: Walk) -> None:
    walk.page.click("text=Nova exceção")
    walk.spotless()
    walk.page.fill("[name=plan]", PLAN)
    walk.page.check("[name=own-tries_per_code]")
    walk.page.fill("[name=tries_per_code]", "2")
    saved(walk)


def proposed_for_today(walk: Walk) -> None:
    walk.page.click("text=Mudar o dia e o motivo")
    walk.page.fill("[name=from_date]", f"{dt.datetime.now(BRAZIL).date()}")
    walk.page.fill("[name=note]", "A auditoria pediu.")
    walk.spotless()
    saved(walk)
    walk.page.fill("[name=plano]", PLAN)
    walk.page.click("form[action='#trial'] button")
    walk.page.wait_for_selector("[role=status] >> text=até 2 tentativas erradas")
    walk.spotless()
    walk.page.click("text=Pedir aprovação")
    walk.page.wait_for_selector("[role=status] >> text=Pedido enviado.")


def approved(walk: Walk, draft: str) -> None:
    walk.page.goto(RULES)
    walk.spotless()
    walk.page.goto(draft)
    assert walk.page.is_visible("text=O código vale por 24 horas.")
    walk.spotless()
    walk.page.click("button:has-text('Aprovar')")
    walk.page.wait_for_selector(".state.good >> text=Em vigor")
    walk.page.goto(RULES)
    walk.spotless()


def test_uma_excecao_do_plano_vai_do_rascunho_ao_balcao(operator, receptionist):
    ana, boss = operator(role="analyst"), operator(role="manager")
    draft = drafted(ana)
    shortened(ana)
    made_stricter_for_the_plan(ana)
    proposed_for_today(ana)
    approved(boss, draft)
    desk = receptionist()
    desk.has_code(DIEGO)
    desk.give(wrong(desk.read(DIEGO)))
    desk.refused("resta 1 tentativa")


def test_quem_atende_le_as_regras_e_nao_as_muda(operator):
    agent = operator(role="agent")
    agent.page.goto(RULES)
    agent.page.wait_for_selector("text=O que vale hoje")
    assert not agent.page.is_visible("text=Mudar as regras")
    agent.page.click("text=Vale o último código")
    agent.page.wait_for_selector("text=O que mudaria do que vale hoje")
    agent.spotless()
