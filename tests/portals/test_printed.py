"""A guia on paper at the desk: printed, signed, photographed, sent; what cannot be read is asked for, nothing lost."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pypdfium2

from tests.adapters.documents import made, signed
from tests.portals.browsing import CONSULTATION

if TYPE_CHECKING:
    from tests.portals.browsing import Visitor

ROSA = "00300000101"
SAME = {"Sec-Fetch-Site": "same-origin"}


def printed(desk: Visitor) -> tuple[str, bytes]:
    """A guia that was printed, and its PDF."""
    guia = desk.new_guia(ROSA, CONSULTATION)
    desk.open(guia)
    desk.send(f"{guia}assinatura/imprimir/")
    return guia, sheet(desk, guia)


def sheet(desk: Visitor, guia: str) -> bytes:
    found = desk.http.get(f"{guia}assinatura/folha.pdf")
    assert found.status_code == 200
    return found.content


def number(desk: Visitor, guia: str) -> str:
    desk.open(f"{guia}assinatura/")
    found = re.search(r'<strong class="digits slip">([0-9A-Z ]{11})</strong>', desk.page.text)
    assert found
    return found[1]


def send(desk: Visitor, guia: str, content: bytes | None = None, field: str = "file", **typed: Any) -> None:
    if not typed.pop("as_it_is", False):
        desk.open(f"{guia}assinatura/")
    fields = {**desk.form(f"{guia}assinatura/"), "reason": "no_phone", **typed}
    files = {field: ("folha de Rosa.jpg", content, "image/jpeg")} if content is not None else None
    desk.page = desk.http.post(f"{guia}assinatura/", data=fields, files=files, headers=SAME)


def test_a_guia_is_printed_and_its_sheet_downloads_by_itself(desk: Visitor):
    guia, content = printed(desk)
    assert desk.path == f"{guia}assinatura/"
    assert desk.page.headers["Refresh"] == f"0; url={guia}assinatura/folha.pdf"
    found = desk.http.get(f"{guia}assinatura/folha.pdf")
    assert found.headers["Content-Type"] == "application/pdf"
    assert re.fullmatch(r'attachment; filename="guia-\d{13}-assinatura\.pdf"', found.headers["Content-Disposition"])
    assert found.headers["Cache-Control"] == "no-store"
    assert found.content == content, "the same sheet is the same file"
    told = " ".join(pypdfium2.PdfDocument(content)[0].get_textpage().get_text_range().split())
    assert f"Número desta folha {number(desk, guia)}" in told
    assert "Rosa" in told
    assert ROSA in told
    first = number(desk, guia)
    desk.send(f"{guia}assinatura/imprimir/")
    assert number(desk, guia) != first


def test_a_photo_of_the_signed_sheet_ends_the_visit_without_a_code(desk: Visitor):
    guia, content = printed(desk)
    send(desk, guia, signed.photo(content), "photo")
    assert desk.page.status_code == 200, desk.text
    assert re.search(r"Recebida\. O atendimento está registrado, protocolo \d{20}", desk.text)
    assert "Folhas que voltaram" in desk.text
    desk.open(guia)
    assert "SEM TOKEN" in desk.text
    assert "Imprimir guia para assinatura" not in desk.text


def test_a_photo_without_its_qr_asks_for_the_number_and_not_for_the_photo_again(desk: Visitor):
    guia, content = printed(desk)
    right = number(desk, guia)
    send(desk, guia, signed.without_qr(content))
    assert desk.page.status_code == 422
    assert "Digite o número impresso abaixo dele" in desk.text
    assert "A imagem já está aqui" in desk.text
    send(desk, guia, as_it_is=True, number="0000000000")
    assert desk.page.status_code == 422
    assert "Esta folha não é desta guia" in desk.text
    send(desk, guia, as_it_is=True, number=right.lower())
    assert "Recebida." in desk.text


def test_what_is_missing_is_told_and_the_image_stays(desk: Visitor):
    guia, content = printed(desk)
    send(desk, guia)
    assert "Tire uma foto da folha assinada" in desk.text
    send(desk, guia, signed.scan(content), reason="")
    assert "Escolha o motivo." in desk.text
    assert "A imagem já está aqui" in desk.text
    send(desk, guia, as_it_is=True, reason="refused")
    assert desk.page.status_code == 422
    assert "A imagem já está aqui" in desk.text
    send(desk, guia, as_it_is=True, reason="refused", detail="não quis dizer o código")
    assert "Recebida." in desk.text


def test_a_sheet_of_another_guia_is_refused_and_the_image_is_asked_for_again(desk: Visitor):
    _, content = printed(desk)
    other, _ = printed(desk)
    send(desk, other, signed.scan(content))
    assert desk.page.status_code == 422
    assert "Esta folha não é desta guia" in desk.text
    assert "A imagem já está aqui" not in desk.text


def test_what_is_no_picture_is_refused_in_words(desk: Visitor):
    guia, _ = printed(desk)
    send(desk, guia, made.archive())
    assert desk.page.status_code == 422
    assert "Não conseguimos ler este arquivo" in desk.text
    send(desk, guia, b"a" * (13 * 2**20))
    assert desk.page.status_code == 413


def test_what_another_account_or_guia_kept_is_not_taken(desk: Visitor):
    one, content = printed(desk)
    send(desk, one, signed.without_qr(content))
    kept = desk.form(f"{one}assinatura/")["kept"]
    two, _ = printed(desk)
    right = number(desk, two)
    for forged in (kept, kept[:-4] + "AAAA", "x", "ação", ""):
        send(desk, two, kept=forged, number=right)
        assert desk.page.status_code == 422
        assert "Tire uma foto da folha assinada" in desk.text


def test_without_a_sheet_the_page_says_how_to_get_one_and_takes_nothing(desk: Visitor):
    guia = desk.new_guia(ROSA, CONSULTATION)
    desk.open(f"{guia}assinatura/")
    assert "Nenhuma folha espera assinatura" in desk.text
    assert "Enviar a folha assinada" not in desk.text
    assert desk.http.get(f"{guia}assinatura/folha.pdf").status_code == 404
    token = desk.form(f"{guia}assinatura/imprimir/")["csrfmiddlewaretoken"]
    fields = {"csrfmiddlewaretoken": token, "reason": "no_phone"}
    files = {"file": ("a.jpg", made.picture(), "image/jpeg")}
    desk.page = desk.http.post(f"{guia}assinatura/", data=fields, files=files, headers=SAME)
    assert desk.page.status_code == 422
    assert "O prazo desta folha passou ou ela já foi usada" in desk.text


def test_a_guia_that_is_over_is_not_printed(desk: Visitor):
    guia = desk.new_guia(ROSA, CONSULTATION)
    desk.open(guia)
    token = desk.form(f"{guia}assinatura/imprimir/")["csrfmiddlewaretoken"]
    desk.open(f"{guia}cancelar/")
    desk.send(f"{guia}cancelar/", why="engano de digitação")
    desk.post(f"{guia}assinatura/imprimir/", {"csrfmiddlewaretoken": token})
    assert desk.page.status_code == 422
    assert "cancelada" in desk.text
    unknown = "/balcao/guias/00000000-0000-4000-8000-000000000001/assinatura/"
    assert desk.http.get(unknown).status_code == 404
    assert desk.http.post(f"{unknown}imprimir/", data={"csrfmiddlewaretoken": token}, headers=SAME).status_code == 404
