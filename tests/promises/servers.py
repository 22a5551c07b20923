"""`chancela serve` in processes of its own, over the installation of a test."""

from __future__ import annotations

import contextlib
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests import running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from chancela.bootstrap.settings import Settings

READY = re.compile(r"serving api at (\S+)")
PATIENCE_S = 60
PAUSE_S = 0.02


@dataclass(frozen=True)
class Served:
    """Where it can be reached; `process` is the one that brings fallen servers back."""

    url: str
    process: subprocess.Popen[bytes]

    def servers(self) -> set[int]:
        """The processes that serve at this moment."""
        return running.descendants(self.process.pid)


@contextlib.contextmanager
def served(settings: Settings, log: Path, processes: int) -> Iterator[Served]:
    """Serve the machine edge until the end of the block; what the servers say goes into the log."""
    words = ["serve", "--only", "api", "--port", "0", "--processes", str(processes), "--data", str(settings.data)]
    environment = running.environment(CHANCELA_DATABASE_URL=settings.database_url or "", CHANCELA_DEMO="1")
    with log.open("wb") as told:
        command = [sys.executable, "-m", "chancela.cli.main", *words]
        process = subprocess.Popen(command, stdout=told, stderr=told, env=environment)
    try:
        yield Served(_address(process, log), process)
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    until = time.monotonic() + PATIENCE_S
    while not (found := READY.search(log.read_text())):
        assert process.poll() is None and time.monotonic() < until, f"the server did not get ready: {log.read_text()}"
        time.sleep(PAUSE_S)
    return found[1]
