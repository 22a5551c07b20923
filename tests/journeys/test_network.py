"""The network, in a browser: a provider gets a professional, is put out, its desk says so, and it is let in again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.journeys.walk import faults

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.journeys.conftest import NewWalk

pytestmark = pytest.mark.browser


def gets_a_professional(office: Page) -> None:
    office.get_by_role("link", name=re.compile("^Novo profissional")).click()
    office.get_by_label("Nome").fill("Rosa Prado")
    office.get_by_label("Conselho").select_option("CRO")
    office.get_by_label("Número do registro").fill("54321")
    office.get_by_label("UF").select_option("PR")
    office.get_by_label("Telefones novos").fill("41 99000-0078")
    office.get_by_role("button", name="Salvar").click()
    expect(office.get_by_role("status")).to_contain_text("Profissional salvo")
    expect(office.get_by_text("CRO 54321/PR")).to_be_visible()
    expect(office.get_by_text("(41) *****-0078")).to_be_visible()


def turns(office: Page, verb: str, why: str) -> None:
    office.get_by_role("link", name=verb).click()
    office.get_by_label("Motivo").fill(why)
    office.keyboard.press("Enter")
    expect(office.get_by_role("status")).to_contain_text("Prestador ")


def stands(desk: Page, heading: str) -> None:
    desk.reload()
    expect(desk.get_by_role("heading", level=1)).to_have_text(heading)
    assert faults(desk) == []


def test_a_provider_gets_a_professional_is_put_out_and_let_in_again(operator: NewWalk, receptionist: NewWalk):
    office, desk = operator(role="manager").page, receptionist().page
    office.get_by_role("link", name=re.compile("^Rede")).click()
    office.get_by_label("Código ou nome").fill("jatoba")
    office.keyboard.press("Enter")
    office.get_by_role("link", name=re.compile("^Clínica Jatobá")).click()
    gets_a_professional(office)
    try:
        turns(office, "Desativar o prestador", "Pediu para sair da rede por um tempo.")
        stands(desk, "Este prestador está desativado na operadora")
    finally:
        turns(office, "Ativar o prestador", "Voltou para a rede.")
    stands(desk, "Passe a carteirinha")
