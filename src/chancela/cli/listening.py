"""Ports: taken before anything is started, so that one that is in use is told at once."""

from __future__ import annotations

import errno
import socket
import time

from chancela.cli.home import Sorry

PATIENCE_S = 2.0
PAUSE_S = 0.1


def reserve(host: str, port: int, *, shared: bool = False) -> socket.socket:
    """Return a socket bound to the port (0: any free one) and not listening yet.

    A port that was just let go of may take a moment, so a busy one is asked again for two seconds. `shared` lets
    processes of the same user bind it as well: the kernel then spreads connections over those that listen.
    """
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            with _bound(host, port) as alone:
                if not shared:
                    return alone.dup()
                port = alone.getsockname()[1]
            return share(host, port)
        except OSError as fault:
            if fault.errno != errno.EADDRINUSE or time.monotonic() > until:
                raise _sorry(host, port, fault) from fault
            time.sleep(PAUSE_S)


def share(host: str, port: int) -> socket.socket:
    """Return a socket bound beside those of the other processes that share the port."""
    return _bound(host, port, shared=True)


def url(bound: socket.socket) -> str:
    """Return the address of a bound socket as a browser takes it."""
    host, port = bound.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def own(bound: socket.socket) -> tuple[str, int]:
    """Return where this machine reaches a bound socket: one that is open to every address, by its own."""
    host, port = bound.getsockname()[:2]
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), port  # noqa: S104 - nothing is bound here


def _bound(host: str, port: int, *, shared: bool = False) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    made = socket.socket(family, kind, protocol)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        made.bind(address)
    except BaseException:
        made.close()
        raise
    return made


def _sorry(host: str, port: int, fault: OSError) -> Sorry:
    if fault.errno == errno.EADDRINUSE:
        return Sorry(f"Port {port} is in use: stop what uses it, or choose another one with --port.")
    if fault.errno == errno.EACCES:
        return Sorry(f"Port {port} may not be used by this user: choose one above 1023 with --port.")
    return Sorry(f"The address {host}, port {port} cannot be used here: {fault.strerror}.")
