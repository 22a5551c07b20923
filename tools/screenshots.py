"""Draw docs/screenshots/*.png anew: a demo of its own, a real browser, the way of one guia.

`python tools/screenshots.py [--size phone] [--dark] [--into DIR]`; CHANCELA_CHROMIUM names the browser.
"""

import argparse
import contextlib
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

from playwright.sync_api import BrowserContext, Page, sync_playwright

FOLDER = pathlib.Path(__file__).parents[1] / "docs" / "screenshots"
SIZES = {"desk": (1366, 768), "phone": (360, 740)}
QUIET = ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-component-update"]
OPERATOR = "999003"
CARD = "00300000101"
QUEUE = ("00300000301", "00300000501", "00300000502", "00300000601")
FILLING, CONSULTATION = "85100196", "81000065"


@contextlib.contextmanager
def demo() -> Iterator[str]:
    """The address of a demo that lives as long as the block."""
    with tempfile.TemporaryDirectory(prefix="chancela-screenshots-") as folder:
        words = [sys.executable, "-m", "chancela.cli.main", "demo", "--data", folder, "--port", "0", "--json"]
        kept = {name: value for name, value in os.environ.items() if name != "CHANCELA_DATABASE_URL"}
        with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=kept) as process:
            try:
                line = process.stdout.readline() if process.stdout else ""
                yield json.loads(line)["url"]
            finally:
                process.send_signal(signal.SIGINT)
                process.wait(30)


def enter(page: Page, card: str, *codes: str) -> None:
    """Enter a guia for a card, up to its page."""
    page.goto(f"/balcao/pessoas/{card}/nova/odonto/")
    for nth, code in enumerate(codes):
        page.fill("#id_find", code)
        page.press("#id_find", "Enter")
        page.wait_for_selector(f".line >> nth={nth}")
    if FILLING in codes:
        page.click('[data-tooth="26"]')
        page.check('input[value="O"]', force=True)
    page.click("button[value=check]")
    page.click("button[value=register]")
    page.wait_for_selector("dialog[open] [data-focus], dialog[open] details[open]")


def code(url: str, number: str) -> str:
    """The digits that came to the person's phone."""
    for _ in range(100):
        with urllib.request.urlopen(f"{url}/demo/phone/{CARD}.json") as answer:  # noqa: S310 - our own demo
            held: list[dict[str, Any]] = json.load(answer)
        for each in held:
            found = re.search(r"\b\d{6}\b", each["text"].replace(number, ""))
            if number in each["text"] and found:
                return found[0]
        time.sleep(0.1)
    raise SystemExit("the code did not come to the phone")


def draw(context: BrowserContext, url: str, into: pathlib.Path) -> None:
    """Walk the way of one guia and keep a picture of each place."""
    page = context.new_page()

    def keep(name: str, of: Page = page) -> None:
        of.screenshot(path=into / f"{name}.png")
        sys.stderr.write(f"chancela: drew {into / name}.png\n")

    page.goto("/")
    keep("demo")
    page.click(f'article form:has([value="{OPERATOR}"]) button')
    for card in QUEUE:
        enter(page, card, CONSULTATION)
    enter(page, CARD, FILLING, CONSULTATION)
    keep("channel-dialog")
    page.keyboard.press("Escape")
    page.wait_for_timeout(300)
    keep("guia-awaiting")
    number = page.inner_text("h1 .digits")
    guia = page.url.split("?")[0]
    page.goto(f"/balcao/pessoas/{CARD}/")
    keep("desk")
    page.goto(f"{guia}codigo/")
    page.click(".button.primary")
    digits = code(url, number)
    phone = context.new_page()
    phone.set_viewport_size({"width": 412, "height": 768})
    phone.goto(f"/demo/phone/{CARD}")
    keep("phone", phone)
    page.fill("[name=code]", f"{digits[:3]} {digits[3:]}")
    page.click("#code-part button.primary")
    page.wait_for_selector(".seal.pressed")
    page.wait_for_timeout(400)
    keep("guia-validated")


def main() -> None:
    """Draw them all."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--size", choices=SIZES, default="desk")
    options.add_argument("--dark", action="store_true")
    options.add_argument("--into", type=pathlib.Path, default=FOLDER)
    asked = options.parse_args()
    asked.into.mkdir(parents=True, exist_ok=True)
    width, height = SIZES[asked.size]
    with demo() as url, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=os.environ.get("CHANCELA_CHROMIUM"), args=QUIET)
        context = browser.new_context(
            base_url=url,
            viewport={"width": width, "height": height},
            color_scheme="dark" if asked.dark else "light",
            locale="pt-BR",
        )
        draw(context, url, asked.into)
        browser.close()


if __name__ == "__main__":
    main()
