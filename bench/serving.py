"""The product's own server and worker, started as an operator would start them, and asked over HTTP."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import http.client
import json
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec

from bench import stage as stages
from bench.job import GOOD, Deed, Job, Outcome
from bench.stage import FailedError
from chancela.adapters.postgres import clients, pool as pools

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from uuid import UUID

    from bench.stage import Stage
    from chancela.adapters.postgres.clients import NewClient

READY_S: Final = 60.0
STOP_S: Final = 20.0


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers on this machine, and a token that opens it."""

    port: int
    bearer: str

    def ask(
        self,
        deed: Deed,
        guias: Sequence[UUID],
        connections: int,
        codes: Sequence[str] = (),
        rate: float | None = None,
        channel: str = "sms",
    ) -> Outcome:
        """Let the load generator ask a deed of each guia; raise unless every answer is as it should be."""
        job = Job(
            port=self.port,
            bearer=self.bearer,
            deed=deed,
            guias=[str(each) for each in guias],
            codes=list(codes),
            connections=connections,
            rate=rate,
            channel=channel,
        )
        done = subprocess.run(
            [sys.executable, "-m", "bench.load"], input=msgspec.json.encode(job), stdout=subprocess.PIPE, check=True
        )
        outcome = msgspec.json.decode(done.stdout, type=Outcome)
        if set(outcome.statuses) != {GOOD[deed]}:
            raise FailedError(f"{deed} was answered {outcome.statuses}; {GOOD[deed]} was expected")
        return outcome


@contextlib.contextmanager
def served(stage: Stage, processes: int) -> Iterator[Server]:
    """Serve the machine edge until the end of the block."""
    port = _free_port()
    words = ("serve", "--processes", str(processes), "--only", "api", "--port", str(port))
    with _running(stage, words, "serving api"):
        yield Server(port, _bearer(port, asyncio.run(_client(stage))))


@contextlib.contextmanager
def working(stage: Stage, delay_ms: int) -> Iterator[int]:
    """Let a worker deliver, by a carrier that takes so long, until the end of the block; give its process id."""
    slow = {"CHANCELA_DEMO_CARRIER_DELAY_MS": str(delay_ms)}
    with _running(stage, ("worker",), "the worker works", **slow) as process:
        yield process.pid


@contextlib.contextmanager
def _running(stage: Stage, words: Sequence[str], ready: str, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command of the product from when it says that it is ready to the end of the block."""
    log = stage.settings.data / f"{words[0]}.log"
    with log.open("wb") as said:
        command = [sys.executable, "-m", "chancela.cli.main", *words]
        process = subprocess.Popen(command, env=stages.environment(stage.settings, **settings), stderr=said)
    try:
        _wait(process, log, ready)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], log: Path, ready: str) -> None:
    until = time.monotonic() + READY_S
    while ready not in log.read_text():
        if time.monotonic() > until or process.poll() is not None:
            raise FailedError(f"it does not get ready, and says: {log.read_text()[-500:]}")
        time.sleep(0.02)


async def _client(stage: Stage) -> NewClient:
    async with pools.pool(stage.url, most=2) as pool:
        return await clients.create(pool, stages.ANS, "bench")


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
    return port


def _bearer(port: int, client: NewClient) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    basic = base64.b64encode(f"{client.id}:{client.secret}".encode()).decode()
    headers = {"Authorization": f"Basic {basic}", "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/oauth/token", "grant_type=client_credentials", headers)
    bearer: str = json.load(connection.getresponse())["access_token"]
    return bearer
