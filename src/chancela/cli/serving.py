"""Serving the edges over HTTP from this process."""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
from typing import TYPE_CHECKING

from chancela.cli import home, listening
from chancela.cli.crew import Crew

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable
    from pathlib import Path

GRACE_S = 2
BACKLOG = 2048
FOREVER_S = 10**9


def run(bound: socket.socket, only: str | None, when_ready: Callable[[], None]) -> None:
    """Serve on a bound socket until SIGINT or SIGTERM; answers under way are given before it ends."""
    import uvicorn

    from chancela import edge
    from chancela.bootstrap import logs

    async def ready() -> None:
        when_ready()

    logs.begin()
    config = uvicorn.Config(
        edge.application(only, listening.own(bound)),
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        backlog=BACKLOG,
        timeout_graceful_shutdown=GRACE_S,
        callback_notify=ready,  # called when the server has started, and then never again
        timeout_notify=FOREVER_S,
    )
    stops_by_interrupt()
    with contextlib.suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[bound])


def serve(data: Path | None, host: str, port: int, processes: int, only: str | None) -> None:
    """Serve an installation until told to stop, from this process or from several that share the port."""
    stops_by_interrupt()
    crew = Crew()
    home.check_keys(data)
    with listening.reserve(host, port, shared=processes > 1) as bound, home.opened(data) as found:
        home.check(found)
        home.publish(found)

        def ready() -> None:
            print(f"chancela: serving {only or 'both edges'} at {listening.url(bound)}", file=sys.stderr)

        try:
            man(crew, bound, processes, only)
            until_the_end(crew, bound, processes, only, ready)
        finally:
            crew.stop()


def man(crew: Crew, bound: socket.socket, processes: int, only: str | None) -> None:
    """Start the members that share the bound port, where this process is not the only one."""
    host, port = bound.getsockname()[:2]
    for _ in range(processes if processes > 1 else 0):
        crew.start("server", host, str(port), only or "")


def until_the_end(
    crew: Crew, bound: socket.socket, processes: int, only: str | None, ready: Callable[[], None]
) -> None:
    """Serve from this process where it is the only one, else let the members do it; `ready` is called when all are."""
    if processes == 1:
        run(bound, only, ready)
        return
    crew.wait()
    ready()
    wait_for_the_end()


def stops_by_interrupt() -> None:
    """Let SIGTERM, or a terminal that closes, end this process as Ctrl-C does: what was opened is closed."""
    for each in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(each) is not signal.SIG_IGN:
            signal.signal(each, signal.default_int_handler)


def wait_for_the_end() -> None:
    """Wait until SIGINT or SIGTERM."""
    with contextlib.suppress(KeyboardInterrupt):
        threading.Event().wait()
