"""Writes docs/explanation/care-goes-on.json: walks the 24 cells in a browser and stores what was counted."""

import json
import pathlib
import platform
import sys
import tempfile

from playwright.sync_api import sync_playwright

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from chancela.adapters.demo.care import HOUSE, Fault, Whom  # noqa: E402 - the tests are beside the tools
from tests import conftest, running  # noqa: E402
from tests.journeys import care, care_offline  # noqa: E402
from tests.journeys.walk import Walk  # noqa: E402

COUNTED = ROOT / "docs" / "explanation" / "care-goes-on.json"


def walked(live: running.Running, folder: pathlib.Path) -> dict[Fault, dict[Whom, care.Record]]:
    """Walk each fault's eight people, one signed-in browser a fault."""
    guests = care.Guests(live, folder)
    guests.get_ready()
    found = {}
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=conftest._chromium(), args=list(conftest.CHROMIUM_FLAGS))  # noqa: SLF001
        for fault in (Fault.NOTHING, Fault.CARRIER):
            desk = Walk(opened, live, HOUSE)
            desk.sign_in()
            found[fault] = care.walked(desk, guests, fault)
            desk.end()
        found[Fault.PORTAL] = care_offline.walked(opened, guests)
        opened.close()
    guests.close()
    return found


def main() -> None:
    """Start a demo of its own, walk, write."""
    with tempfile.TemporaryDirectory() as folder:
        live = running.start_demo(pathlib.Path(folder) / "data")
        try:
            found = walked(live, pathlib.Path(folder))
        finally:
            live.stop()
    cells = {
        f"{whom}/{fault}": {"steps": each.steps, "keys": each.keys, "seconds": each.seconds}
        for fault, row in found.items()
        for whom, each in row.items()
    }
    told = {"machine": f"{platform.system()} {platform.machine()}, 2 cores, Chromium without a window", "cells": cells}
    COUNTED.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
