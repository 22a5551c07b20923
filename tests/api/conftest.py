"""Fixtures for the machine edge: the edge itself, callers with credentials, and a real server for what streams."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import httpx
import pytest
import uvicorn

from chancela.adapters.postgres import clients
from chancela.api import app as api
from chancela.bootstrap.app import App
from tests.api.caller import Caller

if TYPE_CHECKING:
    from chancela.api.app import Edge
    from chancela.bootstrap.settings import Settings
    from tests.cast import Tenant

NewCaller = Callable[..., Awaitable[Caller]]


@pytest.fixture
def edge(app: App) -> Edge:
    """The machine edge over the app."""
    return api.create(app)


@pytest.fixture
async def http(edge: Edge) -> AsyncIterator[httpx.AsyncClient]:
    """An HTTP client that speaks to the edge without a socket and without credentials."""
    transport = httpx.ASGITransport(edge)
    async with httpx.AsyncClient(transport=transport, base_url="http://chancela.test") as client:
        yield client


@pytest.fixture
def new_caller(app: App, http: httpx.AsyncClient) -> NewCaller:
    """Make a client of a tenant, bound to a provider where one is named, and get it an access token."""

    async def make(tenant: Tenant, provider: str | None = None) -> Caller:
        credentials = await clients.create(app.pool, tenant.ans, "test", provider)
        return await Caller.admitted(http, credentials)

    return make


@pytest.fixture
async def clinic(new_caller: NewCaller, aurora: Tenant) -> Caller:
    """Aurora's desk provider as a program."""
    return await new_caller(aurora, aurora.provider)


@pytest.fixture
async def core_system(new_caller: NewCaller, aurora: Tenant) -> Caller:
    """Aurora's own system."""
    return await new_caller(aurora)


@pytest.fixture
async def twin(settings: Settings, clinic: Caller) -> AsyncIterator[Caller]:
    """The same client at a second server over the same database."""
    async with App(settings) as other:
        transport = httpx.ASGITransport(api.create(other))
        async with httpx.AsyncClient(transport=transport, base_url="http://twin.test") as http:
            yield replace(clinic, http=http)


@pytest.fixture
async def server(edge: Edge) -> AsyncIterator[str]:
    """The address of a real server in this loop."""
    bound = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(edge, http="httptools", ws="none", lifespan="off", log_config=None, access_log=False)
    running = uvicorn.Server(config)
    running.capture_signals = contextlib.nullcontext  # type: ignore[method-assign]  # the signals are pytest's
    task = asyncio.create_task(running.serve(sockets=[bound]))
    while not running.started:
        await asyncio.sleep(0.01)
    yield f"http://127.0.0.1:{bound.getsockname()[1]}"
    running.should_exit = True
    await task
