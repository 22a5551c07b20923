"""A guia on paper: printed at the desk, signed, photographed, and accepted by the auditor who compares it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.adapters.documents import signed
from tests.journeys.walk import PATIENCE_MS, faults
from tests.portals.test_browser import by_key

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.browser
ROSA = "00300000101"
WHY = "Mora longe e não tem celular; a filha assinou junto."


def test_da_guia_impressa_ao_aceite_da_auditoria(receptionist: Any, operator: Any, tmp_path: Path):
    desk, auditor = receptionist(), operator()
    page, guia = desk.page, desk.has_guia(ROSA)
    with page.expect_download() as download:
        by_key(page, "p")
    sheet = download.value.path().read_bytes()
    page.wait_for_selector("text=2. Enviar a folha assinada")
    assert faults(page) == []
    photo = tmp_path / "folha.jpg"
    photo.write_bytes(signed.photo(sheet))
    page.set_input_files("#id_file", photo)
    page.select_option("#id_reason", "refused")
    page.fill("#id_detail", WHY)
    by_key(page, "e")
    page.wait_for_selector("text=Recebida. O atendimento está registrado")
    assert faults(page) == []

    office = auditor.page
    office.goto(guia.replace("/balcao/guias/", "/operadora/auditoria/sem-codigo/"))
    office.wait_for_selector("text=O que foi impresso é o que está na guia.")
    assert office.is_visible("text=pelo código QR, com a assinatura digital conferida")
    assert office.is_visible(f"text={WHY}")
    until = time.monotonic() + PATIENCE_MS / 1000
    while office.evaluate("document.querySelector('.sheet-pages img').naturalWidth") <= 1000:
        assert time.monotonic() < until, "the page that was brought does not come"
        office.wait_for_timeout(100)
    auditor.spotless()
    by_key(office, "s")
    office.wait_for_selector("text=conferida. O prestador já vê a resposta.")
    page.goto(guia)
    page.wait_for_selector("text=Aceito pela auditoria")
