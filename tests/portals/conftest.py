"""A whole demo for the pages' tests, and the same installation served as if it were none."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
import psycopg
import pytest

from tests import commands
from tests.portals import browsing
from tests.running import free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.conftest import Databases

READY_S = 120


def _django_for_unit_tests() -> None:
    """Templates and forms want settings; no test of this process touches Django's database."""
    kept = dict(os.environ)
    os.environ.update(
        CHANCELA_DATA=tempfile.mkdtemp(prefix="chancela-unit-"),
        CHANCELA_DEMO="1",
        DJANGO_SETTINGS_MODULE="chancela.portals.settings",
    )
    try:
        import django

        django.setup(set_prefix=False)
    finally:
        os.environ.clear()
        os.environ.update(kept)


_django_for_unit_tests()


@dataclass(frozen=True)
class Installation:
    """A running Chancela; `operators` as `chancela demo --json` tells them."""

    url: str
    data: pathlib.Path
    database_url: str
    operators: dict[str, Any]

    def login(self, ans: str) -> tuple[str, str]:
        provider = self.operators[ans]["provider"]
        return provider["login"], provider["password"]


def _environment(data: pathlib.Path, database_url: str) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("CHANCELA_")}
    return {**ours, "CHANCELA_DATA": str(data), "CHANCELA_DATABASE_URL": database_url, "PYTHONUNBUFFERED": "1"}


@contextlib.contextmanager
def running(words: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "chancela.cli.main", *words], env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(20)
        if process.stdout:
            process.stdout.close()


@pytest.fixture(scope="session")
def demo(makes: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A demo of its own: server, worker, three operators."""
    data, url = tmp_path_factory.mktemp("pages"), makes.make("pages", "template1")
    with running(["demo", "--data", str(data), "--port", "0", "--json"], _environment(data, url)) as process:
        told = _first_line(process)
        yield Installation(told["url"], data, url, {each["ans"]: each for each in told["operators"]})


def _first_line(process: subprocess.Popen[str]) -> dict[str, Any]:
    lines: list[str] = []
    reader = threading.Thread(target=lambda: lines.append(process.stdout.readline() if process.stdout else ""))
    reader.start()
    reader.join(READY_S)
    assert any(lines), "the demo did not get ready"
    told: dict[str, Any] = json.loads(lines[0])
    return told


@pytest.fixture(scope="session")
def say(demo: Installation) -> Iterator[commands.Commands]:
    """The demo's command line: `say("operator", "list")`."""
    told = {"CHANCELA_DATA": str(demo.data), "CHANCELA_DATABASE_URL": demo.database_url}
    with commands.heard(**told) as said:
        yield said


@pytest.fixture(scope="module", autouse=True)
def unhurried_house(request: pytest.FixtureRequest) -> None:
    """Nobody has signed in so often today that a module's own people would have to wait."""
    names = {name for item in request.session.items if item.path == request.path for name in item.fixturenames}
    if "demo" in names:
        with psycopg.connect(request.getfixturevalue("demo").database_url, autocommit=True) as connection:
            connection.execute("DELETE FROM chancela.sign_in")


@pytest.fixture(scope="session")
def plain(demo: Installation) -> Iterator[Installation]:
    """The same installation, served by a process that is not in demo mode."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {**_environment(demo.data, demo.database_url), "CHANCELA_PUBLIC_URL": url}
    with running(["serve", "--data", str(demo.data), "--port", str(port)], environment):
        _wait_for(url)
        yield Installation(url, demo.data, demo.database_url, demo.operators)


def _wait_for(url: str) -> None:
    until = time.monotonic() + READY_S
    while time.monotonic() < until:
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(f"{url}/readyz").status_code == 200:
                return
        time.sleep(0.1)
    raise AssertionError(f"{url} did not get ready")


@pytest.fixture(scope="module")
def sessions(request: pytest.FixtureRequest) -> browsing.Sessions:
    """The sessions of a module's people; where its tests let one grow old, each begins their own."""
    return browsing.Sessions(shared=not hasattr(request.module, "aged"))


@pytest.fixture
def come_in(demo: Installation, sessions: browsing.Sessions) -> Iterator[Callable[..., browsing.Visitor]]:
    """Begin a visit at an operator: `come_in("999001")` at its clinic's desk, `come_in("999001", role)` at its own."""
    with contextlib.ExitStack() as visits:

        def begin(ans: str, role: str = "") -> browsing.Visitor:
            visitor = visits.enter_context(browsing.Visitor(demo.url))
            sessions.enter(visitor, ans, role)
            return visitor

        yield begin


@pytest.fixture
def office(come_in: Callable[..., browsing.Visitor]) -> browsing.Visitor:
    """Cambuí's own people at their desk."""
    return come_in("999003", "auditor")


@pytest.fixture
def office_as(come_in: Callable[..., browsing.Visitor]) -> Callable[..., browsing.Visitor]:
    """Begin a visit in a role of the operator's own people: `office_as(Role.MANAGER)`, at Cambuí unless said else."""
    return lambda role, ans="999003": come_in(ans, role)


@pytest.fixture
def desk(come_in: Callable[..., browsing.Visitor]) -> browsing.Visitor:
    """Cambuí's clinic at its desk."""
    return come_in("999003")
