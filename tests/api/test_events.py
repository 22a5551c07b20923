"""Server-sent events: how a guia stands, then what changes, until the client leaves or may no longer listen."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import uvicorn

from chancela.adapters.postgres import clients
from chancela.api import access, events
from tests.api.caller import Caller, code_of

if TYPE_CHECKING:
    from chancela.api.app import Edge
    from chancela.bootstrap.app import App
    from tests.cast import Tenant

SOON_S = 8


@contextlib.asynccontextmanager
async def listening(server: str, caller: Caller, guia_id: str) -> AsyncIterator[AsyncIterator[str]]:
    """Listen to a guia's events over a real connection."""
    headers = {"Authorization": f"Bearer {caller.token}"}
    async with (
        httpx.AsyncClient(base_url=server, timeout=SOON_S) as http,
        http.stream("GET", f"/v1/guias/{guia_id}/events", headers=headers) as answer,
    ):
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/event-stream"
        assert answer.headers["cache-control"] == "no-store"
        yield answer.aiter_lines()


async def next_event(lines: AsyncIterator[str]) -> tuple[str, Any]:
    """The next event's name and data; comments and reconnection times are passed over."""
    async with asyncio.timeout(SOON_S):
        name = ""
        async for line in lines:
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: "):
                return name, json.loads(line.removeprefix("data: "))
    raise AssertionError("the stream ended")


async def until(lines: AsyncIterator[str], wanted: str) -> Any:
    while True:
        name, data = await next_event(lines)
        if name == wanted:
            return data


async def test_a_guia_is_followed_to_its_validation(app: App, server: str, clinic: Caller, aurora: Tenant):
    guia_id = (await clinic.enter(aurora)).json()["id"]
    async with listening(server, clinic, guia_id) as lines:
        name, data = await next_event(lines)
        assert (name, data["id"], data["status"]) == ("guia", guia_id, "awaiting_token")
        issued = (await clinic.post(f"/v1/guias/{guia_id}/token", {"channel": "sms"})).json()
        assert await until(lines, "delivery") == issued["token"]["deliveries"][0]
        code = await code_of(app, aurora, guia_id)
        validated = (await clinic.post(f"/v1/guias/{guia_id}/validation", {"code": code})).json()
        assert (await until(lines, "guia"))["status"] == "validated"
        assert await until(lines, "validation") == validated["validation"]


async def test_a_silent_stream_says_that_it_is_there(
    server: str, clinic: Caller, aurora: Tenant, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(events, "STILL_S", 0.0)
    guia_id = (await clinic.enter(aurora)).json()["id"]
    async with listening(server, clinic, guia_id) as lines, asyncio.timeout(SOON_S):
        async for line in lines:
            if line.startswith(":"):
                return
    raise AssertionError("no comment came")


async def test_a_revoked_client_hears_no_more(
    app: App, server: str, clinic: Caller, aurora: Tenant, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(access, "LOOK_AGAIN_S", 0.0)
    guia_id = (await clinic.enter(aurora)).json()["id"]
    async with listening(server, clinic, guia_id) as lines, asyncio.timeout(SOON_S):
        assert (await next_event(lines))[0] == "guia"
        await clients.revoke(app.pool, clinic.credentials.id)
        async for _ in lines:
            pass


async def test_nothing_watches_when_the_client_has_left(app: App, server: str, clinic: Caller, aurora: Tenant):
    guia_id = (await clinic.enter(aurora)).json()["id"]
    async with listening(server, clinic, guia_id) as lines:
        await next_event(lines)
    async with asyncio.timeout(SOON_S):
        while app.notices._watchers:
            await asyncio.sleep(0.05)


async def test_a_server_that_stops_ends_its_streams_quietly(
    edge: Edge, clinic: Caller, aurora: Tenant, caplog: pytest.LogCaptureFixture
):
    guia_id = (await clinic.enter(aurora)).json()["id"]
    bound = socket.create_server(("127.0.0.1", 0))
    quiet = {"ws": "none", "lifespan": "off", "log_config": None, "access_log": False}
    stopping = uvicorn.Server(uvicorn.Config(edge, http="httptools", timeout_graceful_shutdown=1, **quiet))
    stopping.capture_signals = contextlib.nullcontext  # type: ignore[method-assign]
    task = asyncio.create_task(stopping.serve(sockets=[bound]))
    async with listening(f"http://127.0.0.1:{bound.getsockname()[1]}", clinic, guia_id) as lines:
        assert (await next_event(lines))[0] == "guia"
        stopping.should_exit = True
        async with asyncio.timeout(SOON_S):
            await task
    assert "Traceback" not in caplog.text
