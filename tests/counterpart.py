"""A small HTTP/1.1 server in the test's own loop, for counterparts that follow a protocol or break it on purpose."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Awaitable, Callable


@dataclass(frozen=True)
class Asked:
    """A request; header names in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """What is answered; `raw` replaces the whole of it, `reset` hangs up instead, `after_s` is how long it takes."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    after_s: float = 0.0
    raw: bytes | None = None
    reset: bool = False

    def wire(self) -> bytes:
        lines = [f"HTTP/1.1 {self.status} Said", f"content-length: {len(self.body)}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return self.raw if self.raw is not None else "\r\n".join([*lines, "", ""]).encode() + self.body


@contextlib.asynccontextmanager
async def listening(
    answering: Callable[[Asked], Awaitable[Answer]], tls: ssl.SSLContext | None = None
) -> AsyncIterator[int]:
    """Let it listen on a free port of this machine, and yield the port."""
    talks: dict[asyncio.StreamWriter, asyncio.Event] = {}

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ended = talks[writer] = asyncio.Event()
        try:
            await _talk(reader, writer, answering)
        except (OSError, asyncio.IncompleteReadError):
            pass  # whoever asked is gone
        finally:
            writer.transport.abort()
            ended.set()

    server = await asyncio.start_server(talk, "127.0.0.1", 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for writer in talks:
            writer.transport.abort()
        for ended in talks.values():
            await ended.wait()
        await server.wait_closed()
        await asyncio.sleep(0)


async def _talk(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answering: Callable[[Asked], Awaitable[Answer]]
) -> None:
    while True:
        first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")[:-2]
        method, path, _ = first.split(" ")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        answer = await answering(Asked(method, path, headers, body))
        if answer.reset or (answer.after_s and await _left(reader, answer.after_s)):
            return
        writer.write(answer.wire())
        await writer.drain()
        if answer.raw is not None:
            return


async def _left(reader: asyncio.StreamReader, within_s: float) -> bool:
    """Wait, unless whoever asked leaves before."""
    try:
        await asyncio.wait_for(reader.read(1), within_s)
    except TimeoutError:
        return False
    return True
