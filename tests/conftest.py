"""Fixtures for every test: PostgreSQL, a fresh database with the cast in it, the app, a demo that runs, a browser."""

from __future__ import annotations

import os
import secrets
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from chancela.adapters.demo import loading
from chancela.adapters.postgres import embedded
from chancela.bootstrap.app import App
from chancela.bootstrap.settings import Settings
from tests import cast, running

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from playwright.sync_api import Browser

    from tests.cast import Cast, Tenant
    from tests.running import Running

LOCAL = ("127.", "::1", "localhost")
DAY_S, MIDNIGHTS_S, SHORT_OF_IT_S = 86_400, (0, 3 * 3600), 15  # when a day begins by UTC and in Brazil
MEMORY, ROOM = Path("/dev/shm"), 3 << 30  # noqa: S108 - bytes; two processes use half a GiB
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")
# What Playwright switches off, as ours is heeded in its place; then the address bar's own pages, which a Chromium with
# its whole frame makes anew for every window though nobody sees them: two thirds of what a new one costs.
FEATURES_OFF = (
    *("AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "LensOverlay", "MediaRouter"),
    *("HttpsUpgrades", "HttpsFirstBalancedModeAutoEnable", "PaintHolding", "ThirdPartyStoragePartitioning"),
    *("AvoidCorsURLLoaderRestartOnRedirect", "OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled"),
    *("PreconnectToSearch", "WebUIOmniboxPopup", "WebUIOmniboxFullPopup", "WebUIOmniboxAimPopup"),
)
CHROMIUM_FLAGS = (
    *("--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-component-update"),
    *("--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"),
    f"--disable-features={','.join(FEATURES_OFF)}",
)


def pytest_configure() -> None:
    """Let no test speak to another machine."""
    sys.addaudithook(_stays_here)


def _stays_here(event: str, args: tuple[Any, ...]) -> None:
    if event == "socket.connect" and isinstance(args[1], tuple) and not str(args[1][0]).startswith(LOCAL):
        raise AssertionError(f"a test would speak to {args[1][0]}")
    if event == "socket.getaddrinfo" and args[0] and not str(args[0]).startswith(LOCAL):
        raise AssertionError(f"a test asks where {args[0]} is")


def pytest_runtest_setup() -> None:
    """Let no test begin in the last seconds of a day: many say more than once what today is."""
    left = min((midnight - time.time()) % DAY_S for midnight in MIDNIGHTS_S)
    if left < SHORT_OF_IT_S:
        time.sleep(left + 0.1)


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where databases lie: in memory where there is room, as thousands are made here, each of hundreds of files."""
    if _roomy(MEMORY):
        with tempfile.TemporaryDirectory(prefix="chancela-databases-", dir=MEMORY) as folder:
            yield Path(folder)
    else:
        yield tmp_path_factory.mktemp("databases")


def _roomy(folder: Path) -> bool:
    return os.access(folder, os.W_OK) and shutil.disk_usage(folder).free >= ROOM


@pytest.fixture(scope="session")
def cluster(databases: Path) -> Iterator[str]:
    """The address of a PostgreSQL of this test process; quick rather than durable, as no test cuts the power.

    Several installations share it, and the promises' tests start many processes on it.
    """
    quick = {"fsync": "off", "full_page_writes": "off", "autovacuum": "off", "shared_buffers": "64MB"}
    server = embedded.start(databases / "postgres", {**quick, "max_wal_size": "256MB", "max_connections": "300"})
    yield server.url
    server.close()


class Databases:
    """Makes databases like a template's: thousands in a run, so the files are copied and not each page told to the log.

    Those of a test are dropped once another is asked for, as PostgreSQL waits a tenth of a second for the connections
    that a test has only just closed.
    """

    def __init__(self, cluster: str) -> None:
        self._cluster = cluster
        self._over: list[str] = []
        self._held = psycopg.connect(cluster, autocommit=True)

    def make(self, name: str, template: str) -> str:
        """Make the database `name`; its address."""
        self.clear()
        self._held.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy'.encode())
        return self._cluster.replace("/chancela?", f"/{name}?")

    def end(self, name: str) -> None:
        """Take note that nobody needs the database any longer."""
        self._over.append(name)

    def clear(self) -> None:
        """Drop what nobody needs."""
        while self._over:
            self._held.execute(f'DROP DATABASE "{self._over.pop()}" WITH (FORCE)'.encode())

    def close(self) -> None:
        """Drop what is left and go."""
        self.clear()
        self._held.close()


@pytest.fixture(scope="session")
def makes(cluster: str) -> Iterator[Databases]:
    """Where the databases of this test process come from."""
    opened = Databases(cluster)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def empty_template(makes: Databases, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database that is migrated and holds nothing."""
    url = makes.make("empty_template", "template1")
    data = tmp_path_factory.mktemp("migrating")
    done = running.chancela("migrate", "--data", data, CHANCELA_DATABASE_URL=url)
    assert done.returncode == 0, done.stderr
    return "empty_template"


@pytest.fixture(scope="session")
def template(makes: Databases, empty_template: str) -> str:
    """The name of a database with the catalogue (all of TUSS 22), the three operators, their networks and families."""
    url = makes.make("template", empty_template)
    with psycopg.connect(url) as connection:
        loading.load(connection)
    return "template"


@pytest.fixture
def new_database(makes: Databases) -> Iterator[Callable[[str], str]]:
    """Make a database like a template's, as often as asked; none outlives the next test that asks for one."""
    made: list[str] = []

    def make(template: str) -> str:
        made.append(f"test_{secrets.token_hex(6)}")
        return makes.make(made[-1], template)

    yield make
    for name in made:
        makes.end(name)


@pytest.fixture
def database_url(new_database: Callable[[str], str], template: str) -> str:
    """The address of a fresh database with the cast in it."""
    return new_database(template)


@pytest.fixture
def empty_database_url(new_database: Callable[[str], str], empty_template: str) -> str:
    """The address of a fresh database that is migrated and holds nothing."""
    return new_database(empty_template)


@pytest.fixture
def settings(database_url: str, tmp_path: Any) -> Settings:
    """A demo installation of its own: fresh database, own folder and keys."""
    return Settings(data=tmp_path / "data", database_url=database_url, demo=True)


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[App]:
    """The app, opened."""
    async with App(settings) as opened:
        yield opened


@pytest.fixture(scope="session")
def house() -> Cast:
    """Who is in the database: `house.aurora`, `house.bem_te_vi`, `house.cambui`, each with people and actors."""
    return cast.cast()


@pytest.fixture(scope="session")
def aurora(house: Cast) -> Tenant:
    """999001, push-per-attendance."""
    return house.aurora


@pytest.fixture(scope="session")
def bem_te_vi(house: Cast) -> Tenant:
    """999002, latest-code-wins."""
    return house.bem_te_vi


@pytest.fixture(scope="session")
def cambui(house: Cast) -> Tenant:
    """999003, one-code-per-guia."""
    return house.cambui


@pytest.fixture(scope="session")
def live(databases: Path) -> Iterator[Running]:
    """A demo that really runs, with server, worker and database; shared by the session: keep to your own guias."""
    started = running.start_demo(databases / "live")
    yield started
    started.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium; a module's own, as Playwright's loop and that of asynchronous tests cannot share a thread."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=_chromium(), args=list(CHROMIUM_FLAGS))
        yield opened
        opened.close()


def _chromium() -> str:
    found = os.environ.get("CHANCELA_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if found is None:
        raise RuntimeError("no Chromium on the PATH: install one, or name it in CHANCELA_CHROMIUM")
    return found
