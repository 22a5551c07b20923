"""Who is let in: the token endpoint as RFC 6749 says it, access tokens that end, and clients that are revoked."""

from __future__ import annotations

import base64
import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from chancela.adapters.postgres import clients
from chancela.api import access
from tests.api.caller import Caller, slug
from tests.api.conftest import NewCaller

if TYPE_CHECKING:
    from chancela.adapters.postgres.clients import NewClient
    from chancela.bootstrap.app import App
    from tests.cast import Tenant

GRANT = {"grant_type": "client_credentials"}


@pytest.fixture
async def credentials(app: App, aurora: Tenant) -> NewClient:
    return await clients.create(app.pool, aurora.ans, "test", aurora.provider)


def basic(text: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(text.encode()).decode()}


async def test_a_token_is_given_for_a_quarter_of_an_hour(app: App, http: httpx.AsyncClient, credentials: NewClient):
    answer = await http.post("/oauth/token", data=GRANT, auth=(credentials.id, credentials.secret))
    given = answer.json()
    claims = app.keys.verify_jws(given["access_token"], "at+jwt")
    assert answer.headers["cache-control"] == "no-store"
    assert (given["token_type"], given["expires_in"]) == ("Bearer", 900)
    assert given["scope"] == claims["scope"] == "beneficiaries:read guias:read guias:write trail:read webhooks:manage"
    assert claims["exp"] - claims["iat"] == 900
    assert (claims["sub"], claims["operator"], claims["provider"]) == (credentials.id, "999001", "10001")
    assert {"aud", "iss", "jti"} <= claims.keys()


async def test_the_form_may_carry_the_credentials(http: httpx.AsyncClient, credentials: NewClient):
    form = {**GRANT, "client_id": credentials.id, "client_secret": credentials.secret, "scope": "guias:read"}
    answer = await http.post("/oauth/token", data=form)
    assert (answer.status_code, answer.json()["scope"]) == (200, "guias:read")


WRONG = ["{id}:wrong", "999001.aaaaaaaaaaaaaaaa:{secret}", "no id:x", "{id}", ":", "{id}:{secret}x", "é:é"]
REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"grant_type": "password"}, "unsupported_grant_type"),
    ({}, "invalid_request"),
    ({**GRANT, "scope": "everything"}, "invalid_scope"),
    ({**GRANT, "scope": "guias:review"}, "invalid_scope"),
    ({**GRANT, "client_secret": "x"}, "invalid_request"),
]
MALFORMED = [b"grant_type=client_credentials&grant_type=x", b"\xff=\xff", b"grant_type=%ff", b"", b"&" * 99]
NO_TOKENS = ["", "Bearer", "Bearer ", "Bearer x", "Bearer x.y.z", "Basic eDp4", "Bearer é", "Bearer " + "a" * 9000]


async def test_unknown_and_wrong_are_one_answer(http: httpx.AsyncClient, credentials: NewClient):
    for wrong in WRONG:
        text = wrong.format(id=credentials.id, secret=credentials.secret)
        answer = await http.post("/oauth/token", data=GRANT, headers=basic(text))
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client"), wrong
        assert answer.headers["www-authenticate"].startswith("Basic ")


async def test_what_the_endpoint_refuses(http: httpx.AsyncClient, credentials: NewClient):
    auth = (credentials.id, credentials.secret)
    for form, error in REFUSED:
        answer = await http.post("/oauth/token", data=form, auth=auth)
        assert (answer.status_code, answer.json()["error"]) == (400, error), form
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    for body in MALFORMED:
        answer = await http.post("/oauth/token", content=body, headers=headers, auth=auth)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request"), body


async def test_the_form_is_a_form(http: httpx.AsyncClient, credentials: NewClient):
    auth = (credentials.id, credentials.secret)
    answer = await http.post("/oauth/token", json=GRANT, auth=auth)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    large = await http.post("/oauth/token", data={**GRANT, "x": "x" * 70_000}, auth=auth)
    assert (large.status_code, slug(large)) == (413, "corpo-grande-demais")


async def test_only_the_operators_own_client_may_review(app: App, http: httpx.AsyncClient, aurora: Tenant):
    own = await clients.create(app.pool, aurora.ans, "core")
    answer = await http.post("/oauth/token", data=GRANT, auth=(own.id, own.secret))
    assert "guias:review" in answer.json()["scope"].split()


async def test_without_a_good_token_nobody_enters(http: httpx.AsyncClient):
    for header in NO_TOKENS:
        refused = await http.get("/v1/guias", headers={b"Authorization": header.encode()})
        assert (refused.status_code, slug(refused)) == (401, "nao-autenticado"), header
        assert refused.headers["www-authenticate"].startswith('Bearer realm="chancela"')


async def test_who_brings_nothing_is_told_no_error_code(http: httpx.AsyncClient):
    refused = await http.get("/v1/guias")
    assert refused.headers["www-authenticate"] == 'Bearer realm="chancela"'


async def test_other_signed_texts_of_ours_are_no_access_tokens(app: App, clinic: Caller):
    claims = app.keys.verify_jws(clinic.token, access.TYP)
    for text in (
        app.keys.sign(claims, "chancela-receipt+jwt"),
        app.keys.sign(claims),
        app.keys.sign({**claims, "aud": "urn:other"}, access.TYP),
        app.keys.sign({**claims, "iss": "http://other"}, access.TYP),
        app.keys.sign({**claims, "exp": int(time.time()) - 1}, access.TYP),
        app.keys.sign({**claims, "sub": "999001.aaaaaaaaaaaaaaaa"}, access.TYP),
        app.keys.sign({**claims, "provider": None}, access.TYP),
        app.keys.sign({**claims, "operator": "999003"}, access.TYP),
        app.keys.sign({}, access.TYP),
        clinic.token[:-4] + "AAAA",
    ):
        refused = await clinic.http.get("/v1/guias", headers={"Authorization": f"Bearer {text}"})
        assert (refused.status_code, slug(refused)) == (401, "nao-autenticado")


async def test_a_revoked_client_is_out_within_seconds(app: App, clinic: Caller, monkeypatch: pytest.MonkeyPatch):
    assert (await clinic.get("/v1/guias")).status_code == 200
    assert await clients.revoke(app.pool, clinic.credentials.id)
    assert access.LOOK_AGAIN_S <= 5
    monkeypatch.setattr(access, "LOOK_AGAIN_S", 0.0)
    refused = await clinic.get("/v1/guias")
    assert (refused.status_code, slug(refused)) == (401, "nao-autenticado")
    answer = await clinic.http.post("/oauth/token", data=GRANT, auth=(clinic.credentials.id, clinic.credentials.secret))
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


async def test_a_known_token_ends_on_its_time(clinic: Caller, monkeypatch: pytest.MonkeyPatch):
    assert (await clinic.get("/v1/guias")).status_code == 200
    later = time.time() + access.LIFE_S
    monkeypatch.setattr(time, "time", lambda: later)
    assert slug(await clinic.get("/v1/guias")) == "nao-autenticado"


async def test_a_narrow_token_does_only_what_it_is_for(http: httpx.AsyncClient, credentials: NewClient, aurora: Tenant):
    form = {**GRANT, "scope": "guias:read"}
    given = await http.post("/oauth/token", data=form, auth=(credentials.id, credentials.secret))
    reader = Caller(http, credentials, given.json()["access_token"])
    assert (await reader.get("/v1/guias")).status_code == 200
    refused = await reader.enter(aurora)
    assert (refused.status_code, slug(refused)) == (403, "escopo-insuficiente")
    assert 'error="insufficient_scope", scope="guias:write"' in refused.headers["www-authenticate"]


async def test_the_cache_of_tokens_is_bounded(new_caller: NewCaller, aurora: Tenant, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(access, "MOST_KNOWN", 2)
    callers = [await new_caller(aurora) for _ in range(4)]
    for each in (*callers, *callers):
        assert (await each.get("/v1/guias")).status_code == 200
