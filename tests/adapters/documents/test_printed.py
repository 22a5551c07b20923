"""The printed guia: a PDF that reads well on paper and aloud, whatever people are called; and its QR comes back."""

from __future__ import annotations

import ctypes
import io
from dataclasses import replace
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from PIL import Image

from chancela.adapters.documents import pages, printed, qrs
from chancela.adapters.documents.cleaning import Clean, Cleaner
from chancela.adapters.documents.printed import Line, Press, PressError, Sheet
from chancela.domain.attachment import MediaType
from tests.adapters.documents import signed

NAME = "Restauração em resina fotopolimerizável de duas faces"
MARKUP = 'Clínica #eval("1") *x* $y$ <z> \\ "aspas" // nada'
SHEET = Sheet(
    title="Guia 2026000000123 para assinatura",
    number="2026000000123",
    operator="Operadora Exemplo",
    ans="999009",
    facts=(("Guia", "2026000000123"), ("Pessoa", "Ana Conceição Ação"), ("Carteirinha", "00123456789")),
    procedures=(Line(1, "85100196", NAME, "dente 16 OV", 1),),
    sessions=1,
    slip="7K3M9 QW2XD",
    qr="CHA1:" + "ABC123" * 26,
    printed="21/11/2026, às 14:05",
    until="21/12/2026",
    rule="Assine somente o que foi feito, no dia em que foi feito.",
    at=1795273200,
)


def of(procedures: int = 1, **more: Any) -> Sheet:
    return replace(SHEET, procedures=tuple(replace(SHEET.procedures[0], item=n + 1) for n in range(procedures)), **more)


async def opened(sheet: Sheet) -> pypdfium2.PdfDocument:
    return pypdfium2.PdfDocument(await Press().print(sheet))


def text(document: pypdfium2.PdfDocument, page: int = 0) -> str:
    return " ".join(document[page].get_textpage().get_text_range().split())


async def test_it_is_tagged_titled_and_says_that_it_is_portuguese_and_pdf_ua():
    content = await Press().print(SHEET)
    document = pypdfium2.PdfDocument(content)
    assert pdfium.FPDFCatalog_IsTagged(document.raw)
    assert document.get_metadata_value("Title") == SHEET.title
    assert document.get_metadata_value("CreationDate").startswith("D:20261121")
    catalog = content[content.index(b"/Type/Catalog") :]
    assert b"/Lang(pt-BR)" in catalog
    assert b"/DisplayDocTitle true" in catalog
    assert b"/Marked true" in catalog
    metadata = content[content.index(b"<x:xmpmeta") : content.index(b"</x:xmpmeta>")]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert b"<rdf:li>pt-BR</rdf:li>" in metadata
    assert SHEET.title.encode() in metadata


async def test_every_font_comes_with_it():
    document = await opened(of(2, sessions=3))
    embedded = [
        pdfium.FPDFFont_GetIsEmbedded(pdfium.FPDFTextObj_GetFont(each.raw)) == 1
        for page in document
        for each in page.get_objects()
        if each.type == pdfium.FPDF_PAGEOBJ_TEXT
    ]
    assert embedded
    assert all(embedded)


async def test_read_aloud_it_goes_from_top_to_bottom():
    told = text(await opened(of(2, sessions=2)))
    heard = [
        *("Operadora Exemplo registro ANS 999009", "Guia 2026000000123 para assinatura", "Pessoa Ana Conceição Ação"),
        *("Carteirinha 00123456789", "Número desta folha 7K3M9 QW2XD", "vale até 21/12/2026", SHEET.rule),
        *("Procedimentos", "Assinatura de quem foi atendido", "1 85100196", "2 85100196", "Sessões", "Responsável"),
        *("Relação com a pessoa", "Profissional que atendeu", "Conselho, número e UF"),
        *("Guia 2026000000123, folha 7K3M9 QW2XD", "página 1 de"),
    ]
    places = [told.find(each) for each in heard]
    assert -1 not in places, dict(zip(heard, places, strict=True))
    assert places == sorted(places)


def tags(document: pypdfium2.PdfDocument) -> list[tuple[str, str]]:
    """The tags of the first page with their alternative texts, in order."""
    page = document[0]
    tree = pdfium.FPDF_StructTree_GetForPage(page.raw)
    found: list[tuple[str, str]] = []

    def walk(each: Any) -> None:
        found.append(
            (_said(pdfium.FPDF_StructElement_GetType, each), _said(pdfium.FPDF_StructElement_GetAltText, each))
        )
        for nth in range(pdfium.FPDF_StructElement_CountChildren(each)):
            if below := pdfium.FPDF_StructElement_GetChildAtIndex(each, nth):
                walk(below)

    for nth in range(pdfium.FPDF_StructTree_CountChildren(tree)):
        walk(pdfium.FPDF_StructTree_GetChildAtIndex(tree, nth))
    pdfium.FPDF_StructTree_Close(tree)
    return found


def _said(ask: Any, each: Any) -> str:
    held = ctypes.create_string_buffer(ask(each, None, 0))
    ask(each, held, len(held))
    return held.raw.decode("utf-16-le").rstrip("\0")


async def test_its_table_has_headers_and_its_qr_an_alternative():
    logo = io.BytesIO()
    Image.new("RGB", (60, 20), "black").save(logo, "PNG")
    content = await Press().print(of(2, logo=logo.getvalue()))
    assert (content.count(b"/S/TH/"), content.count(b"/S/TD/")) == (6, 12), "cells to sign are cells too"
    found = tags(pypdfium2.PdfDocument(content))
    kinds = {kind for kind, _ in found}
    assert {"H1", "Table", "TR", "TH", "TD", "Figure"} <= kinds
    alternatives = [alternative for kind, alternative in found if kind == "Figure"]
    assert alternatives == [
        "Logotipo de Operadora Exemplo",
        "Código QR desta folha. O número escrito abaixo dele vale o mesmo.",
    ]


async def test_what_people_are_called_is_never_read_as_markup():
    told = text(await opened(of(facts=(("Prestador", MARKUP),), operator=MARKUP, rule=MARKUP, title=MARKUP)))
    assert told.count(MARKUP) == 4


@pytest.mark.parametrize(
    ("name", "seen"), [("Ação 漢字 Sá", "Ação ?? Sá"), ("Zoë 🦷", "Zoë ?"), ("a\x00b\x1bc", "a?b?c")]
)
async def test_a_letter_that_no_font_has_keeps_no_sheet_from_its_person(name: str, seen: str):
    told = text(await opened(of(facts=(("Pessoa", name),), operator=name)))
    assert f"{seen} registro ANS" in told
    assert f"Pessoa {seen} Número desta folha 7K3M9 QW2XD" in told


@pytest.mark.parametrize(("count", "pages"), [(1, 1), (6, 1), (50, 4)])
async def test_any_number_of_procedures_has_a_line_each_on_a4(count: int, pages: int):
    document = await opened(of(count))
    assert len(document) == pages
    assert {tuple(map(round, page.get_size())) for page in document} == {(595, 842)}
    told = [text(document, nth) for nth in range(pages)]
    assert " ".join(told).count("85100196") == count
    for nth, each in enumerate(told, 1):
        assert f"página {nth} de {pages}" in each
        assert "Assinatura de quem foi atendido" in each, "the head of the table stands on each page"


async def test_a_series_has_a_line_for_each_session():
    document = await opened(of(1, sessions=12))
    told = " ".join(text(document, nth) for nth in range(len(document)))
    assert "Cada sessão tem a sua data e a sua assinatura." in told
    assert told.count("_____") == 13


async def test_very_long_names_stay_on_the_page():
    long = " ".join(["Maria Antonieta Aparecida"] * 12)
    document = await opened(of(3, facts=(("Pessoa", long), ("Prestador", "x" * 200)), operator=long))
    page = document[0]
    width = page.get_size()[0]
    for each in page.get_objects():
        left, _, right, _ = each.get_bounds()
        assert left >= 0
        assert right <= width


async def test_the_same_sheet_is_the_same_file():
    assert await Press().print(SHEET) == await Press().print(SHEET)


async def test_a_press_that_fails_or_hangs_says_so():
    with pytest.raises(PressError):
        await Press(child=("-c", "print('x')")).print(SHEET)
    with pytest.raises(PressError):
        await Press(0.1, ("-c", "import time; time.sleep(60)")).print(SHEET)


# its QR, back again


async def read(content: bytes) -> Clean:
    found = await Cleaner().clean(content, qrs=True)
    assert isinstance(found, Clean)
    return found


async def test_a_photo_of_twenty_megapixels_held_sideways_and_pressed_hard_is_read():
    pdf = await Press().print(SHEET)
    assert (await read(signed.photo(pdf))).qrs == (SHEET.qr,)


async def test_a_scan_of_many_pages_is_read():
    found = await read(signed.scan(await Press().print(of(20))))
    assert (found.media_type, found.pages, found.qrs) == (MediaType.PDF, 2, (SHEET.qr,))


async def test_a_photo_without_a_qr_is_kept_and_nothing_is_read():
    found = await read(signed.without_qr(await Press().print(SHEET)))
    assert (found.media_type, found.qrs) == (MediaType.JPEG, ())


async def test_qrs_are_read_where_they_are_asked_for_alone():
    clean = await Cleaner().clean(signed.without_qr(await Press().print(SHEET)))
    assert isinstance(clean, Clean)
    assert clean.qrs == ()


def test_of_many_qrs_a_few_are_read_and_none_that_is_very_long():
    sheet = Image.new("L", (1400, 1400), "white")
    for nth in range(12):
        drawn = io.BytesIO()
        printed.segno.make(f"QR {nth:02d}", micro=False).save(drawn, kind="png", scale=6, border=4)
        sheet.paste(Image.open(drawn), (nth % 4 * 330, nth // 4 * 330))
    out = io.BytesIO()
    sheet.save(out, "PNG")
    assert len(qrs.read("image/png", out.getvalue()).texts) == qrs.MOST_FOUND
    long = io.BytesIO()
    printed.segno.make("x" * (qrs.LONGEST + 1), micro=False).save(long, kind="png", scale=4, border=4)
    assert qrs.read("image/png", long.getvalue()) == qrs.Read((), {})


def lying(*ways: int) -> bytes:
    """A wide sheet with a mark in its upper left corner and QRs, each turned by so many degrees against the clock."""
    sheet = Image.new("L", (1200, 400), "white")
    sheet.paste(0, (0, 0, 40, 40))
    for nth, way in enumerate(ways):
        drawn = io.BytesIO()
        printed.segno.make(f"QR {nth:02d}", micro=False).save(drawn, kind="png", scale=6, border=4)
        sheet.paste(Image.open(drawn).convert("L").rotate(way), (100 + nth * 300, 80))
    out = io.BytesIO()
    sheet.save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize("held", [0, 90, 180, 270])
async def test_a_photo_of_a_sheet_is_kept_upright_however_it_was_held(held: int):
    whole = Image.open(io.BytesIO(lying(0)))
    out = io.BytesIO()
    whole.rotate(held, expand=True).save(out, "PNG")
    kept = Image.open(io.BytesIO((await read(out.getvalue())).content))
    assert kept.size == whole.size
    assert kept.convert("L").getpixel((20, 20)) == 0


async def test_pages_of_a_scan_are_turned_each_by_its_own_qr():
    sheet = Image.open(io.BytesIO(lying(0))).convert("RGB")
    scanned = [sheet, sheet.rotate(180), sheet.rotate(90, expand=True)]
    out = io.BytesIO()
    scanned[0].save(out, "PDF", save_all=True, append_images=scanned[1:], resolution=150)
    found = await read(out.getvalue())
    kept = [pages.page(MediaType.PDF, found.content, nth) for nth in (1, 2, 3)]
    shown = [Image.open(io.BytesIO(each[1])).convert("L") for each in kept if each]
    assert [each.width > each.height and each.getpixel((20, 20)) < 60 for each in shown] == [True] * 3


@pytest.mark.parametrize("ways", [(0, 90), (), (0,)])
async def test_a_sheet_without_a_qr_or_with_qrs_that_differ_stays_as_it_was_sent(ways: tuple[int, ...]):
    assert (await read(lying(*ways))).content == (await Cleaner().clean(lying(*ways))).content  # type: ignore[union-attr]


async def test_a_document_whose_qrs_nobody_asks_for_stays_as_it_lies():
    clean = await Cleaner().clean(lying(90))
    assert isinstance(clean, Clean)
    assert Image.open(io.BytesIO(clean.content)).convert("L").getpixel((20, 20)) == 0
