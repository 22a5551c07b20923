"""Starting: how long `chancela demo` takes until it is ready, on a new folder and on one that it knows."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import msgspec

from bench import carriers
from bench.serving import STOP_S
from bench.stage import FailedError


class StartUp(msgspec.Struct, frozen=True):
    """Seconds from the command to its being ready, and the memory of a worker that has nothing to do."""

    first_s: float
    again_s: float
    worker_rss_mb: float


def measure() -> StartUp:
    """Start the demo twice on one folder."""
    with tempfile.TemporaryDirectory(prefix="chancela-bench-") as made:
        first_s, _ = _start(Path(made) / "data")
        again_s, rss_mb = _start(Path(made) / "data")
    return StartUp(round(first_s, 2), round(again_s, 2), rss_mb)


def _start(data: Path) -> tuple[float, float]:
    bare = {name: value for name, value in os.environ.items() if not name.startswith("CHANCELA_")}
    began = time.monotonic()
    command = [sys.executable, "-m", "chancela.cli.main", "demo", "--json", "--data", str(data), "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=bare)
    try:
        line = process.stdout.readline() if process.stdout else b""
        took = time.monotonic() - began
        if not line or "url" not in json.loads(line):
            raise FailedError("the demo does not get ready")
        return took, max(map(carriers.rss_mb, _workers(process.pid)), default=0.0)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.communicate(timeout=STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def _workers(parent: int) -> list[int]:
    """Return the children of a process that are workers."""
    found = []
    for each in Path("/proc").glob("[0-9]*"):
        try:
            words = (each / "cmdline").read_bytes().split(b"\0")
            born_of = int((each / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, IndexError):
            continue
        if born_of == parent and b"worker" in words:
            found.append(int(each.name))
    return found
