"""What a request brings is counted before it is kept: 1 GB fills no disk, whoever sends it and however it is told."""

import contextlib
import socket
from collections.abc import Iterator
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest

from chancela.portals import uploads
from tests.portals.browsing import Visitor

GIB = uploads.GIB
DOCUMENTS = "/balcao/guias/00000000-0000-7000-8000-000000000000/documentos/"
IMPORTS = "/operadora/importacoes/"
BUFFERS = 16 * uploads.MIB  # what two sockets of one machine hold on their way, and what is let pass by


def cookie_of(visitor: Visitor) -> str:
    return "; ".join(f"{name}={value}" for name, value in visitor.http.cookies.items())


@pytest.fixture
def cookie(demo) -> Iterator[str]:
    with Visitor(demo.url) as visitor:
        visitor.sign_in("999003")
        yield cookie_of(visitor)


def sent(url: str, head: list[str], pieces: Iterator[bytes]) -> tuple[int, str]:
    """Send a request until the other side has had enough; how many bytes went out, and what was answered."""
    address = urlsplit(url)
    out = 0
    with socket.create_connection((address.hostname or "", address.port or 80), timeout=20) as wire:
        wire.sendall("\r\n".join([*head, f"Host: {address.netloc}", "", ""]).encode())
        with contextlib.suppress(OSError):
            for each in pieces:
                wire.sendall(each)
                out += len(each)
        answer = b""
        with contextlib.suppress(OSError):
            while piece := wire.recv(65536):
                answer += piece
    return out, answer.decode("utf-8", "replace")


def plain(size: int) -> Iterator[bytes]:
    piece = b"a" * 65536
    return (piece for _ in range(size // len(piece)))


def chunked(size: int) -> Iterator[bytes]:
    return (b"10000\r\n%s\r\n" % each for each in plain(size))


def head(path: str, cookie: str = "", *more: str) -> list[str]:
    kind = "Content-Type: multipart/form-data; boundary=b"
    return [f"POST {path} HTTP/1.1", kind, *([f"Cookie: {cookie}"] if cookie else []), *more]


def test_a_gigabyte_that_is_declared_is_refused_before_it_is_read(demo, cookie: str):
    out, answer = sent(demo.url, head(DOCUMENTS, cookie, f"Content-Length: {GIB}"), plain(GIB))
    assert out <= uploads.room(DOCUMENTS).size + BUFFERS
    assert answer.startswith("HTTP/1.1 413")
    assert "Arquivo grande demais" in answer
    assert "no-store" in answer and "content-security-policy" in answer.lower()


def test_a_gigabyte_in_chunks_is_refused_when_the_limit_is_read(demo, cookie: str):
    out, _ = sent(demo.url, head(DOCUMENTS, cookie, "Transfer-Encoding: chunked"), chunked(GIB))
    assert out <= 2 * uploads.room(DOCUMENTS).size + BUFFERS


def test_a_body_in_chunks_a_little_over_the_limit_is_answered_in_words(demo):
    body = chunked(uploads.USUAL.size + 65536)
    _, answer = sent(demo.url, head("/balcao/", "", "Transfer-Encoding: chunked"), iter([*body, b"0\r\n\r\n"]))
    assert answer.startswith("HTTP/1.1 413")


def test_a_length_that_lies_brings_no_more_than_it_says(demo, cookie: str):
    few = head(DOCUMENTS, cookie, "Content-Length: 10", "Connection: close")
    _, answer = sent(demo.url, few, plain(64 * uploads.MIB))
    assert answer.partition("\r\n")[0].split()[1] in {"400", "403", "404"}
    both = head(DOCUMENTS, cookie, "Content-Length: 10", "Transfer-Encoding: chunked")
    out, answer = sent(demo.url, both, chunked(GIB))
    assert out <= 2 * uploads.room(DOCUMENTS).size + BUFFERS
    assert " 200 " not in answer.partition("\r\n")[0]


def test_the_room_of_documents_is_for_those_who_signed_in(demo):
    size = uploads.USUAL.size + 1
    for cookie in ("", "chancela_session=anything"):
        _, answer = sent(demo.url, head(DOCUMENTS, cookie, f"Content-Length: {size}"), iter([b"a" * size]))
        assert answer.startswith("HTTP/1.1 413"), cookie


def test_the_room_of_imports_is_for_those_alone_who_import(demo, cookie: str, office_as):
    size = uploads.USUAL.size + 65536
    for who in (cookie, cookie_of(office_as("auditor"))):
        _, answer = sent(demo.url, head(IMPORTS, who, f"Content-Length: {GIB}"), plain(size))
        assert answer.startswith("HTTP/1.1 413")
    _, answer = sent(demo.url, head(IMPORTS, cookie_of(office_as("analyst")), f"Content-Length: {size}"), plain(size))
    assert answer.startswith("HTTP/1.1 400")  # it was read, and is no form


def test_what_would_not_fit_on_the_disk_is_not_taken(monkeypatch: pytest.MonkeyPatch):
    room = uploads.room(IMPORTS).size
    for free, taken in (
        (1 << 50, room),
        (uploads.SPARE + 10 * uploads.MIB, 5 * uploads.MIB),
        (uploads.SPARE, uploads.USUAL.size),
        (0, uploads.USUAL.size),
    ):
        monkeypatch.setattr(uploads.shutil, "disk_usage", lambda place, free=free: SimpleNamespace(free=free))
        assert uploads._fitting(room) == taken
    assert uploads._fitting(uploads.room(DOCUMENTS).size) == uploads.room(DOCUMENTS).size


def test_other_pages_take_no_file_and_half_a_megabyte_at_most(desk: Visitor):
    for path in ("/balcao/", "/balcao/busca/", "/conta/entrar/", "/nada/"):
        assert uploads.room(path) == uploads.USUAL
        refused = desk.http.post(path, content=b"a" * (uploads.USUAL.size + 1))
        assert refused.status_code == 413, path
    desk.open("/balcao/")
    answer = desk.http.post("/idioma/", files={"file": ("a.txt", b"a")}, data={"language": "en"})
    assert answer.status_code == 400


def test_the_page_that_refuses_speaks_the_readers_language(desk: Visitor):
    desk.http.cookies.set("chancela_language", "en")
    refused = desk.http.post("/balcao/", content=b"a" * (uploads.USUAL.size + 1))
    assert '<html lang="en"' in refused.text


class Wire:
    """A client as ASGI sees it, and how much of what it sent was asked for."""

    def __init__(self, path: str, *headers: tuple[bytes, bytes], size: int) -> None:
        self.scope = {
            "type": "http",
            "method": "POST",
            "path": path,
            "query_string": b"",
            "headers": list(headers),
            "server": ("127.0.0.1", 80),
            "client": ("127.0.0.1", 1),
        }
        self.left, self.read, self.status = size, 0, 0

    async def receive(self) -> dict:
        piece = min(65536, self.left)
        self.left -= piece
        self.read += piece
        return {"type": "http.request", "body": b"a" * piece, "more_body": self.left > 0}

    async def send(self, message) -> None:
        self.status = message.get("status", self.status)


async def test_what_exceeds_is_read_once_to_the_limit_and_once_more_to_pass_by():
    wire = Wire("/nada/", (b"transfer-encoding", b"chunked"), (b"host", b"127.0.0.1"), size=GIB)
    await uploads.Handler()(wire.scope, wire.receive, wire.send)
    assert wire.status == 413
    assert wire.read <= 2 * (uploads.USUAL.size + 65536)
