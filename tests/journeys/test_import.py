"""The operator's list becomes people at the desk: sent, looked at, brought in, and undone where it was wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bench import sib
from bench.sib import Contract

if TYPE_CHECKING:
    from pathlib import Path

    from tests.journeys.walk import Walk

pytestmark = pytest.mark.browser
HOLDER, CHILD, GONE = 88_001, 88_002, 88_003


def base(tmp_path: Path) -> str:
    people = [
        Contract(CHILD, HOLDER, "4", "Lia Araújo Prado"),
        Contract(HOLDER, name="Otávio Prado"),
        Contract(GONE, name="Iara Melo"),
        Contract(88_004, name="Sem Data", joined="ontem"),
    ]
    return str(sib.conference(tmp_path / "conferencia.CNX", "999003", people))


def sent(walk: Walk, file: str) -> None:
    walk.page.goto("/operadora/importacoes/")
    walk.page.set_input_files("#id_file", file)
    walk.page.click("text=Enviar e ver a prévia")
    walk.page.wait_for_selector("text=O que mudaria")


def brought_in(walk: Walk) -> None:
    walk.page.click("button:has-text('Importar')")
    walk.page.wait_for_selector("text=O que mudou")


def undone(walk: Walk) -> None:
    walk.page.click("text=Desfazer esta importação")
    walk.page.wait_for_selector("text=O que foi desfeito")


def counted(walk: Walk, word: str) -> str:
    return walk.page.locator(f".sums div:has(dt:text-is('{word}')) dd").first.inner_text()


def test_um_arquivo_do_sib_vira_guia_validada_e_o_desfazer_conta_o_que_ficou(
    operator: Any, receptionist: Any, tmp_path: Path
):
    walk: Walk = operator(role="manager")
    sent(walk, base(tmp_path))
    assert (counted(walk, "novos"), counted(walk, "recusados")) == ("3", "1")
    walk.page.wait_for_selector("text=não é uma data no formato aaaa-mm-dd")
    walk.page.wait_for_selector("text=Otávio P.")
    assert "Otávio Prado" not in walk.page.content()
    walk.spotless()
    brought_in(walk)
    walk.spotless()
    desk: Walk = receptionist()
    desk.has_guia(f"{CHILD:011d}")
    desk.page.click("text=Enviar o código")
    desk.page.wait_for_selector("dialog[open] >> text=Não há contato cadastrado.")
    desk.page.click("dialog >> text=Enviar por SMS")
    desk.page.wait_for_selector("text=Informe o celular.")
    desk.page.fill("[name=ddd]", "41")
    desk.page.fill("[name=mobile]", "90000-8801")
    desk.page.click("dialog button:text('Enviar por SMS')")
    desk.page.wait_for_selector("dialog .ladder >> text=(41) *****-8801")
    desk.give(desk.read(f"{CHILD:011d}"))
    desk.sealed()
    undone(walk)
    assert counted(walk, "foram retirados") == "1"
    assert counted(walk, "ficaram, desligados") == "2"
    walk.page.wait_for_selector(f"text={CHILD:011d}")
    walk.page.wait_for_selector("text=já tinha movimento: ficou, desligado")
    walk.spotless()


def test_sem_javascript_o_caminho_e_o_mesmo(operator: Any, tmp_path: Path):
    walk: Walk = operator(role="manager", java_script_enabled=False)
    sent(walk, base(tmp_path))
    walk.page.click("button:has-text('Descartar')")
    walk.page.wait_for_url("**/operadora/importacoes/")


def test_um_arquivo_que_nao_e_do_sib_nem_csv_conta_o_que_fazer(operator: Any, tmp_path: Path):
    walk: Walk = operator(role="manager")
    (tmp_path / "lista.xlsx").write_bytes(b"PK\x03\x04")
    walk.page.goto("/operadora/importacoes/")
    walk.page.set_input_files("#id_file", str(tmp_path / "lista.xlsx"))
    walk.page.click("text=Enviar e ver a prévia")
    walk.page.wait_for_selector("text=salve-o como CSV UTF-8")
    walk.spotless()
