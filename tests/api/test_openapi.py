"""The OpenAPI document is true: what it says is accepted, what it does not say is refused, no answer goes unsaid."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import pathlib
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx
import msgspec
import pytest
import uvicorn

from chancela import edge
from chancela.adapters.postgres import clients, pool as pools
from chancela.api import app as api, documentation, health, openapi
from chancela.api.meter import Meter
from chancela.bootstrap.app import App
from chancela.bootstrap.settings import Settings
from tests.api.caller import new_guia

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cast import Tenant
    from tests.conftest import Databases

SCHEMATHESIS = pathlib.Path(sys.executable).with_name("schemathesis")
# A refusal of the house may meet whatever is well formed: `carteira-invalida` is a 422 as well.
CHECKS = """
[checks]
positive_data_acceptance.expected-statuses = ["2xx", "401", "403", "404", "409", "422", "429"]

[[operations]]
include-operation-id = "giveAccessToken"
headers = {{ Authorization = "Basic {basic}" }}
"""
# What ends the guia for those that come after; a signed sheet is drawn in a process of its own each time as well.
ENDS = ("cancelGuia", "recordAbsence", "returnSheet")
REAL = """
[parameters]
"path.guia_id" = "{guia_id}"
"path.card_number" = "{card_number}"
"body.card_number" = "{card_number}"
"body.provider" = "{provider}"
"""


@dataclass(frozen=True)
class Running:
    """A server of its own thread, and the credentials of a client."""

    url: str
    bearer: str
    basic: str

    def schemathesis(self, folder: pathlib.Path, *words: str, real: str = "") -> subprocess.CompletedProcess[str]:
        """Let schemathesis ask in every way that the document allows, and in many that it does not."""
        config = folder / "schemathesis.toml"
        config.write_text(real + CHECKS.format(basic=self.basic), encoding="utf-8")
        command = [str(SCHEMATHESIS), "--config-file", str(config), "run", f"{self.url}/v1/openapi.json"]
        # A stream has no end; test_events reads it.
        fixed = ["--header", f"Authorization: {self.bearer}", "--exclude-operation-id", "followGuia", "--checks", "all"]
        bounds = ["--seed", "1", "--request-timeout", "20", "--no-shrink", "--continue-on-failure"]
        return subprocess.run(
            [*command, *fixed, *bounds, *words], capture_output=True, text=True, cwd=folder, check=False
        )


@pytest.fixture(scope="module")
def running(
    makes: Databases, template: str, aurora: Tenant, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    database_url = makes.make("described", template)
    with served(database_url, tmp_path_factory.mktemp("described")) as url:
        new = asyncio.run(new_client(database_url, aurora.ans))
        with httpx.Client(base_url=url, timeout=20) as http:
            form = {"grant_type": "client_credentials"}
            token = http.post("/oauth/token", data=form, auth=(new.id, new.secret)).json()["access_token"]
        yield Running(url, f"Bearer {token}", base64.b64encode(f"{new.id}:{new.secret}".encode()).decode())


@contextlib.contextmanager
def served(database_url: str, folder: pathlib.Path) -> Iterator[str]:
    """Serve an app of its own from another thread."""
    bound = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{bound.getsockname()[1]}"
    app = App(Settings(data=folder, database_url=database_url, public_url=url, demo=True))
    app.post.resolve = _nowhere
    config = uvicorn.Config(edge.compose(app, "api"), http="httptools", ws="none", log_config=None, access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.02)
    yield url
    server.should_exit = True
    thread.join(timeout=10)


async def _nowhere(host: str, port: int) -> list[str]:
    """Every name leads to an address that is nobody's here: no test asks where a name is."""
    del host, port
    return ["1.1.1.1"]


async def new_client(database_url: str, ans: str) -> clients.NewClient:
    async with pools.pool(database_url) as pool:
        return await clients.create(pool, ans, "described")


@pytest.mark.slow
def test_every_answer_is_documented(running: Running, tmp_path: pathlib.Path):
    outcome = running.schemathesis(tmp_path, "--max-examples", "8")
    assert outcome.returncode == 0, outcome.stdout


@pytest.mark.slow
def test_every_answer_about_what_is_there_is_documented(running: Running, aurora: Tenant, tmp_path: pathlib.Path):
    headers = {"Authorization": running.bearer}
    guia = httpx.post(f"{running.url}/v1/guias", json=new_guia(aurora), headers=headers, timeout=20).json()
    real = REAL.format(guia_id=guia["id"], card_number=guia["card_number"], provider=guia["provider"])
    ends = [word for each in ENDS for word in ("--exclude-operation-id", each)]
    words = ("--phases", "examples,coverage,fuzzing", "--max-examples", "8", *ends)
    outcome = running.schemathesis(tmp_path, *words, real=real)
    assert outcome.returncode == 0, outcome.stdout
    metrics = httpx.get(f"{running.url}/metrics", timeout=20).text
    met = {name for name in ("registerGuia", "issueToken", "readGuia", "readBeneficiary") if served_well(metrics, name)}
    assert met == {"registerGuia", "issueToken", "readGuia", "readBeneficiary"}


def served_well(metrics: str, operation: str) -> bool:
    """Whether the operation was answered with a success at least once."""
    return any(f'operation="{operation}"' in line and 'status="2' in line for line in metrics.splitlines())


def test_the_document_holds_every_operation_that_is_served(app: App):
    operations = documentation.documented((*api.OPERATIONS, health.measured(Meter(app.pool))), "http://x")
    document = openapi.document(operations, "http://x")
    described = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    assert described == {(each.method, each.path) for each in operations}
    assert len({each.name for each in operations}) == len(operations)


async def test_the_document_and_the_page_need_nothing_from_elsewhere(http: httpx.AsyncClient):
    document = await http.get("/v1/openapi.json")
    page, style = await http.get("/v1/docs"), await http.get("/v1/docs.css")
    assert document.json()["openapi"].startswith("3.1")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert style.headers["content-type"] == "text/css; charset=utf-8"
    assert "<script" not in page.text
    assert "style=" not in page.text
    assert "//" not in page.text.replace("http://127.0.0.1", "").split("<main>")[0]
    assert "url(" not in style.text
    for name in document.json()["components"]["schemas"]:
        assert f'id="shape-{name}"' in page.text


def test_each_example_fits_its_own_schema():
    for each in api.OPERATIONS:
        for example in each.examples.values():
            assert each.takes is not None
            msgspec.json.decode(json.dumps(example), type=each.takes)
