"""A demo that really runs, in a process of its own, as a person would start it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chancela.bootstrap import verify
from chancela.bootstrap.settings import Settings

STOP_S = 20
OURS = range(16_000, 32_000)  # ports that no kernel gives out by itself, so that nobody gets one before we do


@dataclass(frozen=True)
class Running:
    """What `chancela demo --json` told, and the process that serves it."""

    process: subprocess.Popen[str]
    data: Path
    told: dict[str, Any]

    @property
    def url(self) -> str:
        return str(self.told["url"])

    @property
    def database_url(self) -> str:
        return str(self.told["database_url"])

    def operator(self, ans: str) -> dict[str, Any]:
        """`client_id`, `client_secret`, `provider` (code, login, password), `beneficiaries`."""
        return next(each for each in self.told["operators"] if each["ans"] == ans)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """End it; return its exit status and what else it said on its standard output."""
        self.process.send_signal(how)
        rest, _ = self.process.communicate(timeout=STOP_S)
        return self.process.returncode, rest


def free_port() -> int:
    """A port of this machine for a server that starts in a moment."""
    while True:
        with contextlib.suppress(OSError), socket.socket() as found:
            found.bind(("127.0.0.1", random.SystemRandom().choice(OURS)))
            port: int = found.getsockname()[1]
            return port


def environment(**more: str) -> dict[str, str]:
    """The environment without a setting of ours, but with those given."""
    return {name: value for name, value in os.environ.items() if not name.startswith("CHANCELA_")} | more


def start_demo(data: Path, *words: str, port: int = 0) -> Running:
    """Start the demo and wait until it is ready."""
    command = [sys.executable, "-m", "chancela.cli.main", "demo", "--json", "--data", str(data), "--port", str(port)]
    told = environment(CHANCELA_DEMO_LOCAL_WEBHOOKS="1")  # so that a test's own system can be told
    process = subprocess.Popen([*command, *words], stdout=subprocess.PIPE, text=True, env=told)
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, f"the demo ended with {process.wait()} before it was ready"
    return Running(process, data, json.loads(line))


def chancela(*words: object, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; its output is read, never shown."""
    return subprocess.run(
        [sys.executable, "-m", "chancela.cli.main", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        env=environment(**settings),
        timeout=60,
    )


def whole(data: Path, database_url: str, ans: str) -> bool:
    """What verifying finds now of an operator's trail, whose house other tests changed behind its back, or did not.

    It is read on a thread of its own, as a browser's loop may be at work on this one.
    """
    settings = Settings(data=data, database_url=database_url)
    with ThreadPoolExecutor(1) as aside:
        return aside.submit(lambda: asyncio.run(verify.verify(settings, only=ans))).result().whole


def descendants(pid: int) -> set[int]:
    """Every process that this one started, and that those started."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(") ")[2].split()
        except OSError:
            continue
        parents[int(entry.parent.name)] = int(fields[1])
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


def alive(pids: set[int]) -> set[int]:
    """Those of these processes that still run."""
    return {pid for pid in pids if Path(f"/proc/{pid}").exists() and "State:\tZ" not in _status(pid)}


def _status(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return "State:\tZ"


def gone(pids: set[int], seconds: float = 10) -> bool:
    """Wait until none of these processes runs; tell whether that came to be."""
    until = time.monotonic() + seconds
    while alive(pids) and time.monotonic() < until:
        time.sleep(0.05)
    return alive(pids) == set()
