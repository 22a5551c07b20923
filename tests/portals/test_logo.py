"""The operator's logo at the top of the beneficiaries' pages: asked about once, harmless, and never in the way."""

from __future__ import annotations

import re
import struct
import zlib
from typing import TYPE_CHECKING

import pytest

from chancela.domain import logo as logos
from tests.domain.test_logo import chunk
from tests.journeys.walk import COLOURS, WIDER, faults
from tests.portals.browsing import Visitor
from tests.portals.test_browser import SIZES, browsing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser as Chromium, Page

    from tests.commands import Commands
    from tests.portals.conftest import Installation

ANS, NAME = "999002", "Bem-te-vi Dental"
LOGO, DOOR = f"/app/{ANS}/logo", f"/app/{ANS}/entrar/"
TOP = 64  # pixels; a logo makes the top of a page no higher


def drawn(width: int, height: int) -> bytes:
    """A real picture, dark green on nothing."""
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    row = b"\0" + b"\x10\x40\x20\xff" * (width // 2) + b"\0\0\0\0" * (width - width // 2)
    return logos.PNG + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(row * height)) + chunk(b"IEND", b"")


@pytest.fixture
def put(say: Commands, tmp_path: Path) -> Iterator[Callable[[bytes], str]]:
    """Put a logo by the command; its version. It is gone again after the test."""

    def run(*words: object) -> None:
        done = say("operator", "logo", ANS, *words)
        assert done.status == 0, done.err

    def one(content: bytes) -> str:
        (tmp_path / "logo").write_bytes(content)
        run(tmp_path / "logo")
        found = logos.read(content)
        assert isinstance(found, logos.Logo)
        return found.version

    yield one
    run("--remove")


@pytest.fixture
def stranger(demo: Installation) -> Iterator[Visitor]:
    with Visitor(demo.url) as visitor:
        yield visitor


def top(visitor: Visitor) -> str:
    visitor.open(DOOR)
    found = re.search(r'<a class="brand".*?</a>', visitor.page.text, re.DOTALL)
    assert found
    return found[0]


def test_without_a_logo_the_name_stands_there(stranger: Visitor):
    assert f"<span>{NAME}</span>" in top(stranger)
    assert stranger.open(LOGO).status_code == 404
    assert stranger.open("/app/000000/logo").status_code == 404


def test_a_logo_stands_in_the_place_of_the_name_and_bears_it(stranger: Visitor, put: Callable[[bytes], str]):
    version = put(drawn(120, 40))
    assert f'src="{LOGO}?v={version}" alt="{NAME}"' in top(stranger)
    stranger.open("/app/999001/entrar/")
    assert "/logo" not in stranger.page.text


def test_a_logo_is_a_picture_and_nothing_else(stranger: Visitor, put: Callable[[bytes], str]):
    version = put(drawn(120, 40))
    got = stranger.open(f"{LOGO}?v={version}")
    assert (got.status_code, got.content, got.headers["content-type"]) == (200, drawn(120, 40), "image/png")
    assert got.headers["content-security-policy"] == "default-src 'none'"
    assert got.headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in got.headers


def test_a_version_is_kept_for_ever_and_anything_else_asked_about(stranger: Visitor, put: Callable[[bytes], str]):
    version = put(drawn(120, 40))
    assert stranger.open(f"{LOGO}?v={version}").headers["cache-control"] == "public, max-age=31536000, immutable"
    for address in (LOGO, f"{LOGO}?v=0123456789abcdef"):
        assert stranger.open(address).headers["cache-control"] == "no-cache"
    known = {"If-None-Match": stranger.page.headers["etag"]}
    again = stranger.http.get(LOGO, headers=known)
    assert (again.status_code, again.content) == (304, b"")
    another = put(drawn(60, 60))
    assert another != version
    assert stranger.http.get(LOGO, headers=known).status_code == 200


def test_the_worker_keeps_the_logo_that_stands_now(stranger: Visitor, put: Callable[[bytes], str]):
    scripts = [stranger.open(f"/app/{ANS}/sw.js").text]
    for content in (drawn(120, 40), drawn(60, 60)):
        put(content)
        scripts.append(stranger.open(f"/app/{ANS}/sw.js").text)
    assert [LOGO in each for each in scripts] == [False, True, True]
    assert len(set(scripts)) == 3


@pytest.mark.browser
def test_no_logo_breaks_the_layout(browser: Chromium, demo: Installation, put: Callable[[bytes], str]):
    with browsing(browser, demo) as context:
        page = context.new_page()
        page.emulate_media(reduced_motion="reduce")
        found = {}
        for shape in ((1024, 24), (24, 1024), (200, 200), (1, 1)):
            put(drawn(*shape))
            page.goto(DOOR)
            assert page.evaluate("document.querySelector('.hand-logo').naturalWidth > 0")
            for size, (width, height) in SIZES.items():
                page.set_viewport_size({"width": width, "height": height})
                found[shape, size] = shown(page)
    assert {look: each for look, each in found.items() if each} == {}


def shown(page: Page) -> list[str]:
    """What is wrong with the page beneath a logo, in both lights."""
    page.emulate_media(color_scheme="light")
    found = [*faults(page), *plate(page)]
    page.emulate_media(color_scheme="dark")
    found += [*faults(page, COLOURS), *plate(page)]
    over = page.evaluate(WIDER)
    high = page.evaluate("document.querySelector('.top').getBoundingClientRect().height")
    return [*found, *([f"{over} pixels too wide"] if over > 0 else []), *([f"{high} high"] if high > TOP else [])]


def plate(page: Page) -> list[str]:
    """A logo lies on a light plate in every light."""
    found = page.evaluate("getComputedStyle(document.querySelector('.hand-logo')).backgroundColor")
    return [] if found == "rgb(255, 254, 251)" else [f"a plate of {found}"]
