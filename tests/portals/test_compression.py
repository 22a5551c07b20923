"""What travels packed, and what never does."""

from __future__ import annotations

import gzip
import re
from typing import TYPE_CHECKING

import httpx
import pytest

from chancela.portals import compression
from tests.portals.browsing import Visitor

if TYPE_CHECKING:
    from tests.portals.conftest import Installation

OURS = {"Accept-Encoding": "gzip", "Sec-Fetch-Site": "same-origin"}
DOOR = "/app/999003/entrar/"


def asked(demo: Installation, path: str, **headers: str) -> tuple[httpx.Response, bytes]:
    """An answer and its bytes as they came over the wire."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with httpx.stream("GET", demo.url + path, headers={"Accept-Encoding": "identity", **named}, timeout=20) as answer:
        return answer, b"".join(answer.iter_raw())


def files_of(demo: Installation) -> list[str]:
    """The style sheets and scripts of the Hand's door."""
    page, body = asked(demo, DOOR)
    assert "Content-Encoding" not in page.headers
    return re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js|svg))"', body.decode())


def test_files_travel_packed_and_are_the_same_unpacked(demo: Installation):
    paths = files_of(demo)
    assert {path.rsplit(".", 1)[1] for path in paths} == {"css", "js", "svg"}
    for path in paths:
        plain, body = asked(demo, path)
        packed, small = asked(demo, path, Accept_Encoding="br;q=1.0, gzip;q=0.8")
        assert "Content-Encoding" not in plain.headers
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(small) == body
        assert int(packed.headers["Content-Length"]) == len(small) < len(body)
        assert {plain.headers["Vary"], packed.headers["Vary"]} == {"Accept-Encoding"}
        assert packed.headers["ETag"] == f"W/{plain.headers['ETag']}"
        assert packed.headers["Content-Type"] == plain.headers["Content-Type"]
        assert "immutable" in packed.headers["Cache-Control"]


@pytest.mark.parametrize("kept_packed", [True, False])
def test_a_copy_that_is_still_good_is_not_sent_again(demo: Installation, kept_packed: bool):
    path = files_of(demo)[0]
    kept, _ = asked(demo, path, Accept_Encoding="gzip" if kept_packed else "identity")
    again, nothing = asked(demo, path, Accept_Encoding="gzip", If_None_Match=kept.headers["ETag"])
    assert (again.status_code, nothing) == (304, b"")
    assert again.headers["Vary"] == "Accept-Encoding"


def test_a_part_of_a_file_is_a_part_of_the_file_itself(demo: Installation):
    path = files_of(demo)[0]
    _, body = asked(demo, path)
    part, some = asked(demo, path, Accept_Encoding="gzip", Range="bytes=10-19")
    assert (part.status_code, some) == (206, body[10:20])
    assert "Content-Encoding" not in part.headers


def test_a_picture_that_is_packed_already_stays_as_it_is(demo: Installation):
    icon, body = asked(demo, "/static/hand/icon-192.png", Accept_Encoding="gzip")
    assert "Content-Encoding" not in icon.headers
    assert body.startswith(b"\x89PNG")


@pytest.mark.parametrize("path", [DOOR, "/app/999003/manifest.webmanifest", "/app/999003/sw.js"])
def test_pages_that_our_own_pages_ask_for_travel_packed(demo: Installation, path: str):
    plain, body = asked(demo, path)
    packed, small = asked(demo, path, **OURS)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert int(packed.headers["Content-Length"]) == len(small) < len(body)
    for answer in (plain, packed):
        assert {"Accept-Encoding", "Sec-Fetch-Site"} <= set(re.split(r",\s*", answer.headers["Vary"]))


@pytest.mark.parametrize("site", ["cross-site", "same-site", None])
def test_what_another_site_asks_for_travels_unpacked(demo: Installation, site: str | None):
    headers = {"Accept-Encoding": "gzip", **({"Sec-Fetch-Site": site} if site else {})}
    answer, body = asked(demo, DOOR, **headers)
    assert "Content-Encoding" not in answer.headers
    assert b"<h1>" in body


def test_the_length_of_a_packed_page_tells_nothing_of_what_it_holds(demo: Installation):
    lengths = {len(asked(demo, "/app/999003/sem-sinal/", **OURS)[1]) for _ in range(12)}
    assert max(lengths) - min(lengths) > 10


def test_a_live_stream_is_neither_packed_nor_held_back(desk: Visitor):
    guia = desk.new_guia("00300000101")
    with desk.http.stream("GET", f"{guia}eventos/", headers=OURS) as stream:
        assert stream.headers["Content-Type"] == "text/event-stream"
        assert "Content-Encoding" not in stream.headers
        assert next(stream.iter_raw())


@pytest.mark.parametrize("accepted", ["gzip", "br, gzip", "GZIP;q=0.5", "deflate,gzip;q=0.001", "gzip ;q=1"])
def test_who_says_so_can_unpack(accepted: str):
    assert compression.TAKEN.search(accepted)


@pytest.mark.parametrize("accepted", ["", "identity", "br", "gzip;q=0", "gzip; q=0.000", "x-gzipped", "gzip;q=0, br"])
def test_who_does_not_say_so_cannot(accepted: str):
    assert not compression.TAKEN.search(accepted)
