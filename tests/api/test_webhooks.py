"""Webhooks by the machine edge: opened once with a secret that no table holds, seen and ended by their own alone."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import httpx
import psycopg
import pytest

from tests.api.caller import PROBLEM, Caller, slug

if TYPE_CHECKING:
    from chancela.bootstrap.app import App
    from chancela.bootstrap.settings import Settings
    from tests.api.conftest import NewCaller
    from tests.cast import Tenant

HERE = "http://127.0.0.1:9009/hook"
WISH = {"url": HERE, "events": ["guia.validated", "delivery.failed"]}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A demo in which systems on this machine may be told."""
    return replace(settings, demo=True, demo_local_webhooks=True)


async def opened(caller: Caller, **changed: Any) -> httpx.Response:
    return await caller.post("/v1/webhooks", {**WISH, **changed})


async def end(caller: Caller, webhook_id: object) -> httpx.Response:
    headers = {"Authorization": f"Bearer {caller.token}"}
    return await caller.http.delete(f"/v1/webhooks/{webhook_id}", headers=headers)


async def test_one_is_opened_with_a_secret_that_is_shown_this_once(core_system: Caller, database_url: str):
    answer = await opened(core_system)
    made = answer.json()
    assert answer.status_code == 201, answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert (made["url"], made["events"], made["provider"]) == (HERE, ["guia.validated", "delivery.failed"], None)
    assert len(base64.b64decode(made["secret"].removeprefix("whsec_"), validate=True)) == 32
    (listed,) = (await core_system.get("/v1/webhooks")).json()["items"]
    assert "secret" not in listed
    assert (listed["id"], listed["waiting"], listed["delivered_at"]) == (made["id"], 0, None)
    with psycopg.connect(database_url) as connection:
        tables = connection.execute("SELECT to_jsonb(w)::text FROM chancela.webhook w").fetchall()
    assert made["secret"][6:] not in str(tables)


async def test_the_same_key_opens_one_and_shows_the_same_secret(core_system: Caller, database_url: str):
    first, second = [await core_system.post("/v1/webhooks", WISH, key="k") for _ in range(2)]
    assert (first.status_code, first.json()) == (second.status_code, second.json()) == (201, first.json())
    other = await core_system.post("/v1/webhooks", {**WISH, "events": ["guia.validated"]}, key="k")
    assert (other.status_code, slug(other)) == (422, "chave-reutilizada")
    with psycopg.connect(database_url) as connection:
        kept = connection.execute("SELECT convert_from(body, 'UTF8') FROM chancela.answer").fetchall()
        assert connection.execute("SELECT count(*) FROM chancela.webhook").fetchone() == (1,)
    assert "whsec" not in str(kept)
    assert first.json()["secret"][6:] not in str(kept)


async def test_each_has_a_secret_of_its_own(core_system: Caller):
    assert len({(await opened(core_system)).json()["secret"] for _ in range(3)}) == 3


@pytest.mark.parametrize(
    "url",
    [
        *("http://core.example/", "https://localhost:8443/", "https://10.0.0.1/hook"),
        *("https://169.254.169.254/latest/", "https://[::1]/", "https://[fd00::1]/", "https://a:b@1.1.1.1/"),
        *(
            "https://1.1.1.1:25/",
            "https://1.1.1.1/#x",
            "http://127.0.0.2:9009/",
            "https://" + "a" * 70 + ".localhost:9000/",
        ),
    ],
)
async def test_an_address_that_is_none_of_the_worlds_is_refused(core_system: Caller, url: str):
    refused = await opened(core_system, url=url)
    assert (refused.status_code, slug(refused)) == (422, "endereco-recusado"), refused.text
    assert refused.headers["content-type"] == PROBLEM


async def test_without_the_trials_setting_this_machine_is_no_address(app: App, core_system: Caller):
    app.post.here = False
    assert slug(await opened(core_system)) == "endereco-recusado"
    assert (await opened(core_system, url="https://1.1.1.1/hook")).status_code == 201


@pytest.mark.parametrize(
    "changed",
    [
        *({"url": "x"}, {"url": "https://a b.example/"}, {"url": 1}, {"events": []}, {"events": ["guia.eaten"]}),
        *({"events": "guia.validated"}, {"secret": "mine"}, {"provider": ""}),
    ],
)
async def test_a_wish_that_is_not_of_the_contract_is_refused(core_system: Caller, changed: dict[str, Any]):
    refused = await opened(core_system, **changed)
    assert (refused.status_code, slug(refused)) == (422, "campos-invalidos")


async def test_ten_are_enough(core_system: Caller, clinic: Caller):
    assert [(await opened(core_system)).status_code for _ in range(11)] == [201] * 10 + [409]
    assert slug(await opened(core_system)) == "avisos-demais"
    assert (await opened(clinic)).status_code == 201


async def test_a_provider_has_those_of_its_own_guias_alone(core_system: Caller, clinic: Caller, aurora: Tenant):
    whole, own = (await opened(core_system)).json(), (await opened(clinic)).json()
    assert own["provider"] == aurora.provider
    assert slug(await opened(clinic, provider=aurora.other_provider)) == "nao-encontrado"
    assert slug(await opened(core_system, provider="99999")) == "prestador-desconhecido"
    assert [each["id"] for each in (await clinic.get("/v1/webhooks")).json()["items"]] == [own["id"]]
    assert (await end(clinic, whole["id"])).status_code == 404
    assert [each["id"] for each in (await core_system.get("/v1/webhooks")).json()["items"]] == [whole["id"], own["id"]]


async def test_one_is_ended_once_and_a_foreign_one_is_like_none(
    core_system: Caller, new_caller: NewCaller, cambui: Tenant, aurora: Tenant
):
    made = (await opened(core_system)).json()
    for stranger in (await new_caller(cambui), await new_caller(aurora, aurora.other_provider)):
        foreign, unknown, malformed = [await end(stranger, each) for each in (made["id"], uuid4(), "no-uuid")]
        assert (foreign.status_code, foreign.json()) == (unknown.status_code, unknown.json())
        assert (malformed.status_code, malformed.json()) == (404, unknown.json())
    ended = await end(core_system, made["id"])
    assert (ended.status_code, ended.content) == (204, b"")
    assert (await end(core_system, made["id"])).status_code == 404
    assert (await core_system.get("/v1/webhooks")).json() == {"items": []}


async def test_a_token_without_the_scope_opens_none(core_system: Caller):
    form = {"grant_type": "client_credentials", "scope": "guias:read"}
    credentials = (core_system.credentials.id, core_system.credentials.secret)
    token = (await core_system.http.post("/oauth/token", data=form, auth=credentials)).json()["access_token"]
    narrow = replace(core_system, token=token)
    assert (await opened(narrow)).status_code == (await narrow.get("/v1/webhooks")).status_code == 403
