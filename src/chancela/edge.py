"""Both edges as one ASGI application: it opens the app for as long as it serves and gives it to every request."""

from __future__ import annotations

import asyncio
import functools
from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    from chancela.bootstrap.app import App
    from chancela.bootstrap.outage_pulse import Pulse

    Scope = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
    Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
    Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]

MACHINES: Final = ("/v1", "/oauth", "/.well-known")
SIGNS: Final = frozenset({"/healthz", "/readyz", "/metrics"})
EDGES: Final = ("api", "portals")


def application(only: str | None = None, at: tuple[str, int] | None = None) -> Asgi:
    """Return the application of this installation (settings from the environment), whole or one edge `only`.

    Where the address `at` which it is served is told, it says that what it serves lives as long as it answers there.
    """
    from chancela.bootstrap import settings
    from chancela.bootstrap.app import App

    if only not in {None, *EDGES}:
        raise ValueError(f"there is no edge {only!r}; there are {', '.join(EDGES)}")
    app = App(settings.read())
    return compose(app, only, pulse_of(app, only, at) if at else None)


def compose(app: App, only: str | None = None, pulse: Pulse | None = None) -> Asgi:
    """Return the application over an app; the signs of life are answered whichever edge is served."""
    machines = _api(app) if only != "portals" else None
    people = _portals() if only != "api" else None
    signs = machines or _api(app)

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(app, receive, send, pulse)
            return
        if scope["type"] != "http":
            return
        scope["chancela"] = app
        path: str = scope["path"]
        if path in SIGNS:
            await signs(scope, receive, send)
        elif machines is not None and (people is None or for_machines(path)):
            await machines(scope, receive, send)
        elif people is not None:
            await people(scope, receive, send)

    return serve


def for_machines(path: str) -> bool:
    """Tell whether an address belongs to the machine edge."""
    return any(path == each or path.startswith(f"{each}/") for each in MACHINES)


def _api(app: App) -> Asgi:
    from chancela.api import app as api

    return api.create(app)


def _portals() -> Asgi:
    from chancela.portals import asgi

    return cast("Asgi", asgi.application())


def pulse_of(app: App, only: str | None, at: tuple[str, int]) -> Pulse:
    """Return the pulse of a process that serves both edges, or one `only`, at an address of its own."""
    from chancela.bootstrap import outage_pulse
    from chancela.domain.outage_pulse import MACHINES, PAGES

    own = {None: {PAGES, MACHINES}, "portals": {PAGES}, "api": {MACHINES}}[only]
    return outage_pulse.Pulse(app, own, functools.partial(outage_pulse.answered, *at))


async def _lifespan(app: App, receive: Receive, send: Send, pulse: Pulse | None) -> None:
    """Open the app when the server starts; close it when it stops."""
    from chancela.bootstrap import tuning

    await receive()
    try:
        await app.__aenter__()
    except Exception as fault:  # noqa: BLE001 - the server ends, and says why
        await send({"type": "lifespan.startup.failed", "message": str(fault)})
        return
    tuning.settle()
    await send({"type": "lifespan.startup.complete"})
    beating = asyncio.create_task(pulse.run()) if pulse else None
    await receive()
    if beating:
        beating.cancel()
    await app.__aexit__(None, None, None)
    await send({"type": "lifespan.shutdown.complete"})
