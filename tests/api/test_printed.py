"""A machine prints a guia to be signed, and gets the sheet; another's guia is like an unknown one."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pypdfium2

from chancela.adapters.keys import printed

if TYPE_CHECKING:
    from chancela.bootstrap.app import App
    from tests.api.caller import Caller
    from tests.cast import Tenant


async def test_a_guia_is_printed_and_its_sheet_given(app: App, clinic: Caller, aurora: Tenant):
    guia = (await clinic.enter(aurora)).json()
    assert (await clinic.get(f"/v1/guias/{guia['id']}/slip")).status_code == 404
    answer = await clinic.post(f"/v1/guias/{guia['id']}/slip", key="print-1")
    assert answer.status_code == 200, answer.text
    slip = answer.json()
    claims = printed.read(app.keys, slip["qr"])
    assert claims is not None
    assert (claims.number, claims.provider, str(claims.id)) == (guia["number"], aurora.provider, slip["id"])
    assert (await clinic.post(f"/v1/guias/{guia['id']}/slip", key="print-1")).json() == slip
    sheet = await clinic.get(f"/v1/guias/{guia['id']}/slip")
    assert (sheet.status_code, sheet.headers["content-type"]) == (200, "application/pdf")
    told = " ".join(pypdfium2.PdfDocument(sheet.content)[0].get_textpage().get_text_range().split())
    assert f"Número desta folha {slip['number']}" in told
    again = (await clinic.post(f"/v1/guias/{guia['id']}/slip", key="print-2")).json()
    assert again["number"] != slip["number"]


async def test_what_needs_no_signature_is_not_printed(clinic: Caller, aurora: Tenant):
    guia = (await clinic.enter(aurora)).json()
    await clinic.post(f"/v1/guias/{guia['id']}/cancellation", {"why": "Entered twice"})
    answer = await clinic.post(f"/v1/guias/{guia['id']}/slip")
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:chancela:problem:guia-cancelada")
    for verb in (clinic.post, clinic.get):
        assert (await verb(f"/v1/guias/{uuid4()}/slip")).status_code == 404
