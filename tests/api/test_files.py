"""Files over the machine edge: what is none is refused, nothing is half-written, nobody takes all the room."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import pytest

from chancela.api import files
from chancela.api.app import Edge
from chancela.domain import attachment as attachments
from chancela.domain.attachment import MOST_BYTES
from tests.adapters.documents import made
from tests.api.caller import Caller, slug

if TYPE_CHECKING:
    import httpx

    from chancela.bootstrap.app import App
    from tests.cast import Tenant

UNKNOWN = "/v1/guias/01990000-0000-7000-8000-000000000000"
WAYS = ("slip/return", "attachments")


async def send(
    clinic: Caller, path: str, content: Any, media_type: str = "image/png", **headers: str
) -> httpx.Response:
    more = {name.replace("_", "-"): value for name, value in headers.items()}
    return await clinic.post(path, content=content, headers={"Content-Type": media_type, **more})


@pytest.fixture
async def guia(clinic: Caller, aurora: Tenant) -> str:
    """The address of a guia whose root canal awaits a picture, and whose sheet waits to be signed."""
    found = (
        await clinic.enter(aurora, urgent=True, procedures=[{"table": "22", "code": "85200166", "tooth": "36"}])
    ).json()
    assert found["authorisation"] == "awaiting_document"
    assert (await clinic.post(f"/v1/guias/{found['id']}/slip")).status_code == 200
    return f"/v1/guias/{found['id']}"


@pytest.mark.parametrize("way", WAYS)
async def test_other_media_types_and_compression(clinic: Caller, guia: str, way: str):
    for declared in (
        "",
        "text/plain",
        "application/json",
        "multipart/form-data",
        "image/gif",
        "image/svg+xml",
        "a/b;;",
    ):
        refused = await send(clinic, f"{guia}/{way}", made.picture("PNG"), declared)
        assert (refused.status_code, slug(refused)) == (415, "tipo-nao-suportado"), declared
    refused = await send(clinic, f"{guia}/{way}", made.picture("PNG"), Content_Encoding="gzip")
    assert (refused.status_code, slug(refused)) == (415, "tipo-nao-suportado")


@pytest.mark.parametrize("way", WAYS)
async def test_what_cannot_be_drawn_is_refused_and_nothing_is_written(clinic: Caller, guia: str, way: str):
    before = (await clinic.get(guia)).json()
    photo = made.picture("JPEG", (900, 700))
    unreadable = {
        "nothing": b"",
        "an archive": made.archive(),
        "half a photo": photo[: len(photo) // 2],
        "half a PDF": made.drawn_pdf()[:300],
        "a locked PDF": made.locked_pdf(),
        "HTML": b"<html><script>alert(1)</script>",
    }
    for name, content in unreadable.items():
        refused = await send(clinic, f"{guia}/{way}?reason=07" if way == WAYS[0] else f"{guia}/{way}", content)
        assert (refused.status_code, slug(refused)) == (422, "arquivo-recusado"), name
    too_much = await send(clinic, f"{guia}/{way}", made.bomb(50_000, 50_000))
    assert (too_much.status_code, slug(too_much)) == (413, "arquivo-grande")
    assert (await clinic.get(guia)).json() == before


@pytest.mark.parametrize("way", WAYS)
async def test_a_body_over_the_limit_is_read_no_further(clinic: Caller, guia: str, way: str):
    declared = await send(clinic, f"{guia}/{way}", b"x" * (MOST_BYTES + 1))
    assert (declared.status_code, slug(declared)) == (413, "arquivo-grande")
    given = 0

    async def pieces() -> AsyncIterator[bytes]:
        nonlocal given
        for _ in range(1000):
            given += 1
            yield b"x" * 1_000_000

    undeclared = await send(clinic, f"{guia}/{way}", pieces())
    assert (undeclared.status_code, slug(undeclared)) == (413, "arquivo-grande")
    assert given <= MOST_BYTES // 1_000_000 + 2
    whole = await send(clinic, f"{guia}/{way}", b"x" * MOST_BYTES)
    assert slug(whole) in {"arquivo-recusado", "motivo-desconhecido"}, "so much is read"


QUERIES = [
    (WAYS[0], "reason=NO", "reason"),
    (WAYS[0], "reason=" + "a" * 41, "reason"),
    (WAYS[0], "visit_date=2026-02-30", "visit_date"),
    (WAYS[0], "visit_date=%D9%A2026-01-01", "visit_date"),
    (WAYS[0], "sessions=0", "sessions"),
    (WAYS[0], "sessions=100", "sessions"),
    (WAYS[0], "sessions=%D9%A3", "sessions"),
    (WAYS[0], "number=a%00", "number"),
    (WAYS[0], "number=1&number=1", "number"),
    (WAYS[0], "detail=x", None),
    (WAYS[1], "item=0", "item"),
    (WAYS[1], "item=51", "item"),
    (WAYS[1], "item=1%0A", "item"),
    (WAYS[1], "items=1", None),
]


async def test_queries_are_read_strictly(clinic: Caller):
    for way, query, field in QUERIES:
        refused = await send(clinic, f"{UNKNOWN}/{way}?{query}", made.picture("PNG"))
        assert (refused.status_code, slug(refused)) == (400, "parametros-invalidos"), query
        assert refused.json().get("field") == field, query


@pytest.mark.parametrize("way", WAYS)
async def test_strangers_are_told_nothing(clinic: Caller, way: str):
    none = await clinic.http.post(f"{UNKNOWN}/{way}", content=b"x", headers={"Content-Type": "text/plain"})
    assert (none.status_code, slug(none)) == (401, "nao-autenticado")
    unknown = await send(clinic, f"{UNKNOWN}/{way}", made.picture("PNG"))
    malformed = await send(clinic, f"/v1/guias/no-uuid/{way}", made.picture("PNG"))
    assert (unknown.status_code, slug(unknown)) == (404, "nao-encontrado")
    assert (unknown.headers, unknown.content) == (malformed.headers, malformed.content)


async def test_whoever_sends_too_slowly_makes_room(clinic: Caller, guia: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(files, "PATIENCE_S", 0.05)
    ever = asyncio.Event()

    async def pieces() -> AsyncIterator[bytes]:
        yield b"\x89PNG"
        await ever.wait()

    late = await send(clinic, f"{guia}/attachments", pieces())
    assert (late.status_code, slug(late), late.headers["retry-after"]) == (503, "indisponivel", "5")


async def test_a_body_that_ends_before_its_time_is_answered_with_nothing(edge: Edge, clinic: Caller, guia: str):
    before = (await clinic.get(guia)).json()
    headers = [
        (b"authorization", f"Bearer {clinic.token}".encode()),
        (b"content-type", b"image/png"),
        (b"content-length", b"1000"),
    ]
    scope = {"type": "http", "method": "POST", "path": f"{guia}/attachments", "query_string": b"", "headers": headers}
    messages = iter([{"type": "http.request", "body": b"x" * 500, "more_body": True}, {"type": "http.disconnect"}])
    sent: list[Any] = []

    async def receive() -> Any:
        return next(messages)

    async def answer(message: Any) -> None:
        sent.append(message)

    await edge({**scope, "raw_path": scope["path"].encode(), "root_path": "", "client": None}, receive, answer)
    assert sent == []
    assert (await clinic.get(guia)).json() == before


async def test_an_account_that_sent_enough_is_told_when_to_come_again(
    app: App, clinic: Caller, guia: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(attachments, "MOST_A_DAY", 0)
    for way in WAYS:
        paused = await send(clinic, f"{guia}/{way}", made.picture("PNG"))
        assert (paused.status_code, slug(paused), paused.headers["retry-after"]) == (429, "documentos-em-pausa", "3600")
