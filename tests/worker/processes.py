"""Workers as processes of their own, as they run in production."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from tests import running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chancela.bootstrap.settings import Settings

HERE = pathlib.Path(__file__).parents[2]
PROGRAM = """
import uvloop
from chancela.api import shapes
from chancela.bootstrap import logs, settings
from chancela.worker import main
from chancela.worker.pace import Pace
logs.begin({level})
uvloop.run(main.run(settings.read(), Pace({pace}), lambda: print("ready", flush=True), shape=shapes.encoded))
"""


def environment(settings: Settings) -> dict[str, str]:
    """The settings as a process reads them."""
    return {
        **os.environ,
        "PYTHONPATH": f"{HERE / 'src'}{os.pathsep}{HERE}",
        "CHANCELA_DATABASE_URL": settings.database_url or "",
        "CHANCELA_DATA": str(settings.data),
        "CHANCELA_DEMO": "1" if settings.demo else "0",
        "CHANCELA_SMTP_URL": settings.smtp_url or "",
        "CHANCELA_DEMO_CARRIER_DELAY_MS": str(settings.demo_carrier_delay_ms),
        "CHANCELA_DEMO_LOCAL_WEBHOOKS": "1" if settings.demo_local_webhooks else "0",
    }


def run(settings: Settings, program: str) -> subprocess.CompletedProcess[bytes]:
    """Run a program of its own to its end."""
    return subprocess.run([sys.executable, "-c", program], env=environment(settings), timeout=60, check=False)


@dataclass
class Crew:
    """Workers that were started; none of them outlives it."""

    settings: Settings
    pace: str = "lease_s=1, poll_s=0.2"
    level: str = "WARNING"
    stderr: int | None = None
    alive: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self) -> subprocess.Popen[bytes]:
        """Start a worker and return when it is at work."""
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM.format(pace=self.pace, level=repr(self.level))],
            env=environment(self.settings),
            stdout=subprocess.PIPE,
            stderr=self.stderr,
        )
        self.alive.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        return process

    def end(self, process: subprocess.Popen[bytes]) -> int:
        """Ask it to stop and return its exit status."""
        process.terminate()
        return self._gone(process)

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """Let it die in the middle of whatever it does."""
        process.kill()
        self._gone(process)

    def _gone(self, process: subprocess.Popen[bytes]) -> int:
        status = process.wait(30)
        self.alive.remove(process)
        if process.stdout is not None:
            process.stdout.close()
        return status


@contextlib.contextmanager
def crew(settings: Settings, **more: Any) -> Iterator[Crew]:
    """Workers for as long as the block lasts."""
    found = Crew(settings, **more)
    try:
        yield found
    finally:
        for process in list(found.alive):
            found.kill(process)


class Brood:
    """Workers of one installation, forked in a moment from a process that has everything loaded."""

    def __init__(self, settings: Settings, **pace: float) -> None:
        told = environment(settings)
        mine = {name: value for name, value in told.items() if name.startswith("CHANCELA_")}
        self._line = json.dumps({"settings": mine, "pace": pace})
        self._hatchery = subprocess.Popen(
            [sys.executable, "-m", "tests.worker.hatchery"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=told,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._hatchery.communicate(timeout=60)
        assert self._hatchery.returncode == 0

    def start(self) -> int:
        """Have a worker started and return its process id when it is at work."""
        assert self._hatchery.stdin is not None and self._hatchery.stdout is not None
        self._hatchery.stdin.write(f"{self._line}\n")
        self._hatchery.stdin.flush()
        return int(self._hatchery.stdout.readline())

    def kill(self, worker: int) -> None:
        """Let it die in the middle of whatever it does."""
        os.kill(worker, signal.SIGKILL)
        self._gone(worker)

    def end(self, worker: int) -> None:
        """Ask it to stop, and wait until it has."""
        os.kill(worker, signal.SIGTERM)
        self._gone(worker)

    @staticmethod
    def _gone(worker: int) -> None:
        until = time.monotonic() + 60
        while running.alive({worker}):
            assert time.monotonic() < until, "a worker does not end"
            time.sleep(0.01)


@contextlib.contextmanager
def worker(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    """One worker, which ends in good order."""
    with crew(settings) as found:
        process = found.start()
        yield process
        assert found.end(process) == 0


def memory_mb(process: subprocess.Popen[bytes]) -> float:
    """The largest resident memory that the process ever had."""
    with open(f"/proc/{process.pid}/status", encoding="ascii") as status:  # noqa: PTH123 - not a file on a disk
        (peak,) = (line for line in status if line.startswith("VmHWM"))
    return int(peak.split()[1]) / 1024
