"""A guia from the printer back to the cabinet: whose slip it is, what was altered, and what was sent once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pypdfium2

from chancela.adapters.keys import base45, printed as slip_text
from chancela.adapters.postgres.attachments import Documents
from chancela.bootstrap import documents, printed
from chancela.bootstrap.printed import Kept
from chancela.domain import attachment as attachments
from chancela.domain.absence import AbsenceReason
from chancela.domain.attachment import MediaType
from chancela.domain.guia import Attendance, Kind, RequestedProcedure
from chancela.domain.refusal import Refusal, Refused
from chancela.usecases.register_guia import RegisterGuia
from tests.adapters.documents import made, signed

if TYPE_CHECKING:
    import pytest

    from chancela.bootstrap.app import App
    from chancela.domain.case import Case
    from tests.cast import Cast, Tenant

WHY = {"reason": AbsenceReason.NO_PHONE}
A_FILE = Kept("0" * 64, MediaType.JPEG, 10, 1)


async def begun(app: App, tenant: Tenant) -> Case:
    asked = (RequestedProcedure("22", "81000030"),)
    case: Case = await app.do(RegisterGuia(tenant.desk, Kind.ODONTO, tenant.first.card_number, tenant.provider, asked))
    return case


async def with_sheet(app: App, tenant: Tenant) -> tuple[Case, str]:
    """A guia that was printed, and the text of its QR."""
    case = await begun(app, tenant)
    slip = await printed.print_sheet(app, tenant.desk, case.guia.id)
    assert not isinstance(slip, Refused)
    return case, printed.signed(app, case, slip)


async def taken(app: App, tenant: Tenant, case: Case, qr: str, **more: Any) -> Any:
    return await printed.take(app, tenant.desk, case.guia.id, replace(A_FILE, qr=qr), "", **{**WHY, **more})


async def test_a_scan_goes_from_the_printer_to_the_guia(app: App, aurora: Tenant):
    case, _ = await with_sheet(app, aurora)
    sheet = await printed.paper(app, aurora.desk, case.guia.id)
    assert sheet is not None
    told = " ".join(pypdfium2.PdfDocument(sheet)[0].get_textpage().get_text_range().split())
    for word in (aurora.first.name, aurora.first.card_number, case.guia.number, case.guia.procedures[0].name):
        assert word in told, word
    kept = await printed.receive(app, aurora.desk, case.guia.id, signed.scan(sheet))
    assert isinstance(kept, Kept)
    after = await printed.take(app, aurora.desk, case.guia.id, kept, "", **WHY)
    assert not isinstance(after, Refused)
    assert after.guia.attendance is Attendance.WITHOUT_TOKEN
    (document,) = await Documents(app.pool).of(aurora.ans, case.guia.id)
    assert await asyncio.to_thread(app.documents.cabinet.has, aurora.ans, document.digest)
    assert await printed.paper(app, aurora.desk, case.guia.id) is None, "no sheet waits to be signed any more"
    assert await printed.receive(app, aurora.desk, case.guia.id, made.picture()) == Refused(Refusal.SLIP_OVER)


async def test_a_slip_of_another_guia_provider_or_operator_is_refused(app: App, house: Cast):
    aurora, cambui = house.aurora, house.cambui
    case, _ = await with_sheet(app, aurora)
    _, other = await with_sheet(app, aurora)
    _, foreign = await with_sheet(app, cambui)
    for qr in (other, foreign):
        assert await taken(app, aurora, case, qr) == Refused(Refusal.SLIP_REFUSED)
    assert await printed.slips(app, cambui.desk, case.guia.id) == ()
    assert await printed.paper(app, cambui.desk, case.guia.id) is None
    assert await printed.receive(app, cambui.desk, case.guia.id, made.picture()) == Refused(Refusal.NOT_FOUND)


async def test_no_letter_of_a_slip_can_be_altered(app: App, aurora: Tenant):
    case, qr = await with_sheet(app, aurora)
    content = bytearray(base45.decode(qr.removeprefix(slip_text.BEGINS)))
    for place in range(0, len(content), 7):
        harmed = bytes([*content[:place], content[place] ^ 1, *content[place + 1 :]])
        altered = slip_text.BEGINS + base45.encode(harmed)
        assert await taken(app, aurora, case, altered) == Refused(Refusal.SLIP_REFUSED), place
    assert await Documents(app.pool).of(aurora.ans, case.guia.id) == ()


async def test_an_altered_qr_is_refused_though_the_number_is_right(app: App, aurora: Tenant):
    case, qr = await with_sheet(app, aurora)
    (slip,) = await printed.slips(app, aurora.desk, case.guia.id)
    number = printed.numbered(app, aurora.ans, slip)
    forged = replace(A_FILE, qr=qr[:-3] + "000")
    assert await printed.take(app, aurora.desk, case.guia.id, forged, number, **WHY) == Refused(Refusal.SLIP_REFUSED)
    assert await printed.take(app, aurora.desk, case.guia.id, A_FILE, "", **WHY) == Refused(Refusal.SLIP_UNREADABLE)
    assert not isinstance(await printed.take(app, aurora.desk, case.guia.id, A_FILE, number, **WHY), Refused)


async def test_two_photos_of_one_sheet_sent_at_once_are_one_return(app: App, aurora: Tenant):
    case, qr = await with_sheet(app, aurora)
    outcomes = await asyncio.gather(
        *(
            printed.take(app, aurora.desk, case.guia.id, Kept(f"{n:064x}", MediaType.PNG, 9, 1, qr), "", **WHY)
            for n in range(4)
        )
    )
    assert [each for each in outcomes if isinstance(each, Refused)] == [Refused(Refusal.SLIP_OVER)] * 3
    assert len(await Documents(app.pool).of(aurora.ans, case.guia.id)) == 1


async def test_what_was_sent_once_is_found_again_by_the_same_account_for_the_same_guia_alone(app: App, house: Cast):
    aurora = house.aurora
    case, qr = await with_sheet(app, aurora)
    kept = replace(A_FILE, qr=qr)
    text = printed.sealed(app.keys, aurora.desk, case.guia.id, kept)
    assert printed.unsealed(app.keys, aurora.desk, case.guia.id, text) == kept
    other, _ = await with_sheet(app, aurora)
    colleague = replace(aurora.desk, name="colega")
    for actor, guia_id, said in (
        (aurora.desk, other.guia.id, text),
        (colleague, case.guia.id, text),
        (house.cambui.desk, case.guia.id, text),
        *((aurora.desk, case.guia.id, said) for said in ("", "x", "ação", text[:-8], "A" * 80, f"B{text[1:]}")),
    ):
        assert printed.unsealed(app.keys, actor, guia_id, said) is None


async def test_nobody_fills_the_cabinet_with_photos_that_no_guia_takes(
    app: App, aurora: Tenant, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(attachments, "MOST_A_DAY", 1)
    case, _ = await with_sheet(app, aurora)
    assert isinstance(await printed.receive(app, aurora.desk, case.guia.id, made.picture()), Kept)
    assert await printed.receive(app, aurora.desk, case.guia.id, made.picture()) == Refused(Refusal.FILES_PAUSED)
    assert await documents.sweep(app, aurora.ans) == 0, "what lies here for less than a day stays"


async def test_what_is_no_file_or_no_guia_is_refused(app: App, aurora: Tenant):
    case, _ = await with_sheet(app, aurora)
    assert await printed.receive(app, aurora.desk, case.guia.id, b"") == Refused(Refusal.FILE_REFUSED)
    auditor = replace(aurora.desk, kind=aurora.desk.kind.AUDITOR, provider=None)
    assert await printed.receive(app, auditor, case.guia.id, made.picture()) == Refused(Refusal.FORBIDDEN)
    assert await printed.paper(app, auditor, case.guia.id) is None
