"""Both edges behind one address, or each alone; what is not served is not loaded."""

import subprocess
import sys

import httpx
import pytest

from chancela import edge
from tests import running

LOADED = """
import sys
from chancela import edge
edge.application({only})
print([name for name in ("django", "litestar", "chancela.portals", "chancela.api.app") if name in sys.modules])
"""


@pytest.mark.parametrize(
    ("path", "machines"),
    [
        ("/v1/guias", True),
        ("/oauth/token", True),
        ("/.well-known/jwks.json", True),
        ("/v1", True),
        ("/v12/guias", False),
        ("/", False),
        ("/balcao/", False),
        ("/demo/phone/1", False),
    ],
)
def test_an_address_belongs_to_one_edge(path, machines):
    assert edge.for_machines(path) is machines


def test_the_machine_edge_alone_loads_no_pages(settings):
    said = loaded('"api"', settings)
    assert said == "['litestar', 'chancela.api.app']\n"


def test_what_is_no_edge_is_refused(settings):
    with pytest.raises(ValueError, match="there is no edge 'pages'"):
        edge.application("pages")


@pytest.mark.parametrize("module", ["chancela.cli.main", "chancela.cli.verifying", "chancela.worker.main"])
def test_the_command_line_and_the_worker_load_neither(module):
    code = f"import sys, {module}; print([n for n in ('django', 'litestar', 'uvicorn') if n in sys.modules])"
    assert run(code) == "[]\n"


async def test_both_edges_answer_under_one_address(live):
    async with httpx.AsyncClient(base_url=live.url, timeout=20) as http:
        assert (await http.get("/healthz")).status_code == 200
        assert (await http.get("/readyz")).status_code == 200
        assert (await http.get("/metrics")).status_code == 200
        unknown = await http.get("/v1/nothing")
        assert unknown.headers["content-type"].startswith("application/problem+json")
        assert (await http.get("/")).headers["content-type"].startswith("text/html")


def loaded(only, settings):
    return run(LOADED.format(only=only), CHANCELA_DATABASE_URL=settings.database_url, CHANCELA_DATA=str(settings.data))


def run(code, **settings):
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=running.environment(**settings)
    )
    return done.stdout
