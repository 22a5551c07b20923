"""The audit: a provider sends what is asked for, an auditor looks and decides in writing, and nobody else may."""

from __future__ import annotations

import re
import secrets
import time
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from tests.adapters.documents import made
from tests.portals.browsing import Visitor

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.portals.conftest import Installation

ROSA = "00300000101"
ROOT_CANAL, IMPLANT = "85200166", "82000980"
WHY = "A imagem não mostra o que justifica o pedido."
SAME = {"Sec-Fetch-Site": "same-origin"}


def of(guia: str) -> str:
    """The auditor's address of a guia, from the desk's."""
    return guia.replace("/balcao/guias/", "/operadora/auditoria/")


def upload(desk: Visitor, guia: str, content: bytes, item: str = "1", field: str = "file", **more: Any) -> None:
    desk.open(f"{guia}documentos/")
    fields = {**desk.form(f"{guia}documentos/"), "item": item}
    files = {field: ("radiografia de Rosa.jpg", content, "image/jpeg"), **more}
    desk.page = desk.http.post(f"{guia}documentos/", data=fields, files=files, headers=SAME)


def awaits_document(desk: Visitor) -> str:
    return desk.new_guia(ROSA, ROOT_CANAL, teeth="36")


def decided(office: Visitor, guia: str, **typed: str) -> None:
    office.open(of(guia))
    office.send(of(guia), **{name.replace("_", "-"): value for name, value in typed.items()})


@pytest.fixture(autouse=True, scope="module")
def short_queue(demo: Installation) -> None:
    """What others left waiting at this desk leaves no room in its queue."""
    with psycopg.connect(demo.database_url, autocommit=True) as connection:
        connection.execute("UPDATE chancela.guia SET valid_until = current_date - 1 WHERE operator = '999003'")


@pytest.fixture
def auditor(office_as: Callable[..., Visitor]) -> Visitor:
    return office_as("auditor")


# the provider's desk


def test_the_desk_says_what_is_missing_and_takes_a_picture(desk: Visitor):
    guia = awaits_document(desk)
    assert "precisa de um documento" in desk.text
    assert "falta documento" in desk.text
    upload(desk, guia, made.with_secrets())
    assert desk.path == f"{guia}documentos/"
    assert "Recebido. A auditoria já pode ver." in desk.text
    assert "Documento 1 imagem" in desk.text
    desk.open(guia)
    assert "Em auditoria" in desk.text
    assert "precisa de um documento" not in desk.text


def test_a_photo_and_a_file_may_come_together_and_three_may_not(desk: Visitor):
    guia = awaits_document(desk)
    upload(desk, guia, made.picture(), photo=("f.png", made.picture("PNG", (30, 30)), "image/png"))
    assert "Documento 2" in desk.text
    form = desk.form(f"{guia}documentos/")
    three = [("file", ("a.png", made.picture("PNG"), "image/png"))] * 3
    assert desk.http.post(f"{guia}documentos/", data=form, files=three, headers=SAME).status_code == 400


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "Não conseguimos ler este arquivo"),
        (made.archive(), "Não conseguimos ler este arquivo"),
        (made.locked_pdf(), "Não conseguimos ler este arquivo"),
        (b"", "Não conseguimos ler este arquivo"),
        (made.bomb(60_000, 60_000), "O arquivo passa do tamanho aceito"),
        (b"a" * (11 * 2**20), "O arquivo passa do tamanho aceito"),
    ],
)
def test_a_hostile_file_is_refused_in_words_and_nothing_is_kept(desk: Visitor, content: bytes, told: str):
    guia = awaits_document(desk)
    upload(desk, guia, content)
    assert desk.page.status_code == 422
    assert told in desk.text
    assert "Nenhum ainda." in desk.text


def test_a_form_without_a_file_says_so_and_what_is_too_big_for_the_form_is_not_read(desk: Visitor):
    guia = awaits_document(desk)
    desk.open(f"{guia}documentos/")
    desk.send(f"{guia}documentos/")
    assert "Escolha um arquivo" in desk.text
    upload(desk, guia, b"a" * (13 * 2**20))
    assert desk.page.status_code == 413
    assert "Arquivo grande demais" in desk.text


def test_a_forged_item_reaches_no_other_procedure(desk: Visitor):
    guia = awaits_document(desk)
    for item in ("2", "99", "0"):
        upload(desk, guia, made.picture(), item=item)
        assert "Nada do que foi indicado aguarda decisão" in desk.text, item
    for item in ("", "x", "-1", "١", "9" * 400):
        upload(desk, guia, made.picture("PNG", (20 + len(item) % 7, 20)), item=item)
        assert desk.page.status_code == 200, item


def test_a_document_opens_as_a_picture_in_which_nothing_runs(desk: Visitor):
    guia = awaits_document(desk)
    upload(desk, guia, made.drawn_pdf())
    (page,) = set(re.findall(rf'href="({re.escape(guia)}documentos/[0-9a-f-]+/1/)"', desk.page.text))
    shown = desk.http.get(page)
    assert (shown.status_code, shown.headers["Content-Type"]) == (200, "image/jpeg")
    assert shown.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert shown.headers["Cache-Control"] == "no-store"
    assert re.fullmatch(r'inline; filename="documento-[0-9a-f]{6}-1\.jpg"', shown.headers["Content-Disposition"])
    assert desk.http.get(page.replace("/1/", "/2/")).status_code == 200
    assert desk.http.get(page.replace("/1/", "/3/")).status_code == 404
    whole = desk.http.get(page.removesuffix("1/"))
    assert whole.headers["Content-Type"] == "application/pdf"
    assert whole.headers["Content-Disposition"].startswith("attachment")
    assert b"SECRETO" not in whole.content


def test_a_document_that_lies_no_more_in_its_place_is_told_plainly(desk: Visitor, auditor: Visitor, demo: Installation):
    guia = awaits_document(desk)
    upload(desk, guia, made.picture("PNG", (41, 43)))
    with psycopg.connect(demo.database_url) as connection:
        found = connection.execute("SELECT digest FROM chancela.attachment ORDER BY added_at DESC LIMIT 1").fetchone()
    assert found
    (demo.data / "documents" / "999003" / found[0][:2] / found[0]).unlink()
    page = re.findall(rf'href="({re.escape(guia)}documentos/[0-9a-f-]+/1/)"', desk.page.text)[0]
    gone = desk.open(page)
    assert gone.status_code == 410
    assert "não está onde deveria" in desk.text
    auditor.open(of(guia))
    assert "não está no lugar" in auditor.text


def test_documents_of_others_are_like_none(desk: Visitor, demo: Installation, office_as: Callable[..., Visitor]):
    guia = awaits_document(desk)
    upload(desk, guia, made.picture())
    page = re.findall(rf'href="({re.escape(guia)}documentos/[0-9a-f-]+/1/)"', desk.page.text)[0]
    unknown = f"/balcao/guias/00000000-0000-7000-8000-{secrets.token_hex(6)}/documentos/"
    with Visitor(demo.url) as other:
        other.sign_in("999001")
        told = [(other.open(each).status_code, other.text) for each in (f"{guia}documentos/", unknown)]
        assert told[0] == told[1]
        assert told[0][0] == 404
        assert other.open(page).status_code == 404
    foreign = office_as("auditor", "999001")
    for path in (of(guia), of(page), f"{of(guia)}negativa/"):
        assert foreign.open(path).status_code == 404, path
    for role in ("agent", "analyst", "manager", "dpo", "administrator"):
        visitor = office_as(role)
        for path in ("/operadora/auditoria/", of(guia), of(page)):
            assert visitor.open(path).status_code == 404, (role, path)


# the auditor's desk


def test_the_queue_shows_what_waits_with_the_person_masked(desk: Visitor, auditor: Visitor):
    guia = awaits_document(desk)
    number = desk.number
    auditor.open("/operadora/auditoria/?situacao=awaiting_document")
    assert number in auditor.text
    assert "1 sem documento" in auditor.text
    assert "Espera documento" in auditor.text
    upload(desk, guia, made.picture())
    auditor.open("/operadora/auditoria/?situacao=awaiting_document")
    assert number not in auditor.text
    auditor.open("/operadora/auditoria/?tipo=odonto&situacao=under_audit")
    assert number in auditor.text
    assert "1 procedimento a decidir" in auditor.text
    for filters in ("tipo=consulta", "espera=7", "tipo=odonto&espera=1"):
        auditor.open(f"/operadora/auditoria/?{filters}")
        assert number not in auditor.text, filters
        assert "Nenhuma guia com estes filtros." in auditor.text
    for nonsense in (
        "depois=u-x",
        "depois=n-123",
        "espera=%00",
        "tipo=%F0%9F%98%80",
        "situacao=denied",
        "depois=" + "9" * 3000,
    ):
        assert auditor.open(f"/operadora/auditoria/?{nonsense}").status_code == 200, nonsense


def test_looking_at_a_picture_is_on_the_trail(desk: Visitor, auditor: Visitor, demo: Installation):
    guia = awaits_document(desk)
    upload(desk, guia, made.picture())
    auditor.open(of(guia))
    picture = re.findall(r'<img src="([^"]+)"', auditor.page.text)[0]
    assert auditor.http.get(picture).headers["Content-Type"] == "image/jpeg"
    with psycopg.connect(demo.database_url) as connection:
        seen = connection.execute(
            "SELECT actor FROM chancela.trail WHERE kind = 'guia:attachment:seen' AND subject = %s",
            (guia.split("/")[3],),
        ).fetchall()
    assert len(seen) == 1


def test_a_decision_moves_the_guia_on_and_the_desk_says_that_it_was_answered(desk: Visitor, auditor: Visitor):
    guia = awaits_document(desk)
    number = desk.number
    upload(desk, guia, made.picture())
    decided(auditor, guia, answer_1="authorised")
    assert auditor.path == "/operadora/auditoria/"
    assert f"Guia {number} respondida." in auditor.text
    desk.open(guia)
    assert "AGUARDANDO TOKEN" in desk.text
    assert "respondida" in desk.text


def test_a_denial_needs_words_and_nothing_typed_is_lost(desk: Visitor, auditor: Visitor):
    guia = awaits_document(desk)
    decided(auditor, guia, answer_1="denied", code_1="3145", why_1="não")
    assert auditor.page.status_code == 422
    assert "Escreva o motivo da negativa" in auditor.text
    assert '<option value="3145" lang="pt-br" selected>' in auditor.page.text
    assert ">não</textarea>" in auditor.page.text
    decided(auditor, guia, answer_1="awaiting_document", need_1="rx")
    assert "Escreva o que falta" in auditor.text
    decided(auditor, guia)
    assert "Escolha uma resposta" in auditor.text
    desk.open(guia)
    assert "Ato complementar" in desk.text


def test_a_denial_is_written_for_auditor_and_provider_and_names_reason_protocol_and_how_to_contest(
    desk: Visitor, auditor: Visitor
):
    guia = awaits_document(desk)
    number = desk.number
    assert desk.open(f"{guia}negativa/").status_code == 404
    decided(auditor, guia, answer_1="denied", code_1="3145", why_1=WHY)
    for visitor, path in ((auditor, f"{of(guia)}negativa/"), (desk, f"{guia}negativa/")):
        visitor.open(path)
        assert visitor.page.status_code == 200
        for words in ("Negativa de cobertura, por escrito", number, "3145", WHY, "Rosa", "0800 701 9656", "623/2024"):
            assert words in visitor.text, (path, words)
        assert re.search(r"Protocolo 999003[0-9]{14}", visitor.text)
    desk.open(guia)
    assert "Negativa por escrito" in desk.text
    assert "respondida: negada" in desk.text


def test_who_decides_on_an_old_page_loses_nothing(desk: Visitor, auditor: Visitor, office_as: Callable[..., Visitor]):
    guia = awaits_document(desk)
    auditor.open(of(guia))
    old = auditor.form(of(guia))
    upload(desk, guia, made.picture())
    typed = {**old, "answer-1": "denied", "why-1": WHY}
    auditor.post(of(guia), typed)
    assert auditor.page.status_code == 422
    assert "A guia mudou depois que esta página foi aberta" in auditor.text
    assert WHY in auditor.page.text
    assert "Documento 1" in auditor.text
    colleague = office_as("auditor")
    decided(colleague, guia, answer_1="authorised")
    auditor.post(of(guia), {**typed, "seen": auditor.form(of(guia))["seen"]})
    assert "Já respondidos por outra pessoa" in auditor.text
    assert WHY in auditor.text
    desk.open(guia)
    assert "AGUARDANDO TOKEN" in desk.text


def test_a_form_without_its_mark_decides_nothing(desk: Visitor, auditor: Visitor):
    guia = awaits_document(desk)
    auditor.open(of(guia))
    fields = {**auditor.form(of(guia)), "answer-1": "authorised"}
    auditor.post(of(guia), {key: value for key, value in fields.items() if key != "seen"})
    assert auditor.page.status_code == 422


@pytest.mark.parametrize(
    "nasty", ["\x00", "<script>alert(1)</script>", "a" * 5000, "{{7*7}}", "\ud83d\ude00" * 3, "١٢٣"]
)
def test_whatever_is_typed_nothing_breaks(desk: Visitor, auditor: Visitor, nasty: str):
    guia = awaits_document(desk)
    nasty = nasty.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    for name in ("answer_1", "code_1", "why_1", "need_1"):
        decided(auditor, guia, **{"answer_1": "denied", name: nasty})
        assert auditor.page.status_code < 500
        assert "<script>alert(1)</script>" not in auditor.page.text
        if auditor.path == "/operadora/auditoria/":
            guia = awaits_document(desk)


def test_the_person_is_told_once_without_a_word_of_what_it_was(desk: Visitor, auditor: Visitor):
    guia = awaits_document(desk)
    number = desk.number
    decided(auditor, guia, answer_1="denied", why_1=WHY)
    until = time.monotonic() + 20
    told: list[str] = []
    while not told and time.monotonic() < until:
        time.sleep(0.3)
        inbox = desk.http.get(f"/demo/phone/{ROSA}.json").json()
        told = [each["text"] for each in inbox if number in each["text"]]
    assert len(told) == 1
    assert "respondeu sobre a guia" in told[0]
    for secret in (WHY, "negad", ROOT_CANAL, "canal"):
        assert secret not in told[0]
