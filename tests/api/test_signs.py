"""Signs of life: live, ready, counted; and a database that is away is told as a problem, never as a fault."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

import httpx
import psycopg
from joserfc.jwk import KeySet
from prometheus_client.parser import text_string_to_metric_families
from psycopg.conninfo import conninfo_to_dict

from chancela.api.meter import Meter
from chancela.api.operation import Gives, Operation
from chancela.api.serving import Serving
from tests.api.caller import Caller, slug

if TYPE_CHECKING:
    import pytest

    from chancela.api.call import Call
    from chancela.api.replies import Reply
    from chancela.bootstrap.app import App
    from chancela.bootstrap.settings import Settings
    from tests.cast import Tenant


async def test_a_process_lives_and_is_ready(http: httpx.AsyncClient):
    live, ready = await http.get("/healthz"), await http.get("/readyz")
    assert (live.status_code, live.json()) == (200, {"status": "ok"})
    assert (ready.status_code, ready.json()) == (200, {"status": "ready"})


async def test_without_its_keys_it_is_not_ready(app: App, http: httpx.AsyncClient):
    app.settings.key_file.chmod(0o644)
    app.keys._look(at_once=True)
    app.settings.key_file.write_text("{")
    app.keys._look(at_once=True)
    ready = await http.get("/readyz")
    assert (ready.status_code, slug(ready)) == (503, "indisponivel")
    assert str(app.settings.data) not in ready.text
    assert (await http.get("/healthz")).status_code == 200


async def test_a_database_that_is_away_is_a_problem_with_a_time_to_wait(
    app: App, settings: Settings, cluster: str, clinic: Caller, aurora: Tenant
):
    assert (await clinic.get("/v1/guias")).status_code == 200
    app.pool.timeout = 1.0
    with psycopg.connect(cluster, autocommit=True) as connection:
        name = conninfo_to_dict(settings.database_url or "")["dbname"]
        connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false'.encode())
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
    unknown = "/v1/guias/01990000-0000-7000-8000-000000000000"
    began = time.monotonic()
    answers = await asyncio.gather(
        clinic.http.get("/readyz"),
        clinic.get("/v1/guias"),
        clinic.get(f"/v1/beneficiaries/{aurora.first.card_number}"),
        clinic.http.post("/oauth/token", data={"grant_type": "client_credentials"}, auth=(clinic.credentials.id, "x")),
        *(clinic.get(unknown) for _ in range(8)),
        *(clinic.enter(aurora, key=f"k-{n}") for n in range(8)),
        *(clinic.post(f"{unknown}/token", {}) for _ in range(8)),
        *(clinic.post(f"{unknown}/validation", {"code": "123456"}) for _ in range(8)),
    )
    assert {(each.status_code, slug(each), each.headers["retry-after"]) for each in answers} == {
        (503, "indisponivel", "5")
    }
    assert time.monotonic() - began < app.pool.timeout * len(answers) / 2, "they wait beside each other"
    assert (await clinic.http.get("/healthz")).status_code == 200


async def test_a_fault_of_ours_is_told_without_its_cause(app: App, caplog: pytest.LogCaptureFixture):
    async def fails(call: Call) -> Reply:
        raise RuntimeError(f"secret {call.language}")

    operation = Operation(name="fails", method="GET", path="/", run=fails, does="Fail.", gives=(Gives(),))
    serving = Serving(app, Meter(app.pool))

    async def failing(scope: Any, receive: Any, send: Any) -> None:
        await serving.serve(operation, {}, scope, receive, send)

    async with httpx.AsyncClient(transport=httpx.ASGITransport(failing), base_url="http://test") as http:
        answer = await http.get("/", headers={"Accept-Language": "en"})
    assert (answer.status_code, slug(answer)) == (500, "erro-interno")
    assert "secret" not in answer.text
    assert "fails failed" in caplog.text


async def test_calls_are_counted_by_operation_and_status(clinic: Caller, aurora: Tenant):
    await clinic.enter(aurora)
    await clinic.post("/v1/guias", {})
    text = (await clinic.http.get("/metrics")).text
    families = {each.name: each for each in text_string_to_metric_families(text)}
    counts = {
        (each.labels["operation"], each.labels["status"]): each.value
        for each in families["chancela_call_seconds"].samples
        if each.name.endswith("_count")
    }
    assert counts["registerGuia", "201"] == 1
    assert counts["registerGuia", "422"] == 1
    assert "process_cpu_seconds" in families
    assert aurora.first.card_number not in text


async def test_the_public_keys_hold_no_secret(http: httpx.AsyncClient):
    keys = (await http.get("/.well-known/jwks.json")).json()
    assert len(keys["keys"]) == 1
    assert "d" not in keys["keys"][0]
    assert KeySet.import_key_set(keys).keys[0].is_private is False


async def test_before_the_first_checkpoint_there_is_none(clinic: Caller):
    assert slug(await clinic.get("/v1/checkpoints/latest")) == "nao-encontrado"
