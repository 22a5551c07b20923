"""Having a file drawn anew: by a child process that has nothing of ours, and that is ended when it takes too long."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from dataclasses import dataclass, field
from typing import Any, Final

from chancela.domain.attachment import MOST_BYTES, MOST_PAGES, MediaType
from chancela.domain.refusal import Refusal

PATIENCE_S: Final = 45.0
MOST_KEPT: Final = 32 * 1024 * 1024
CHILD: Final = ("-I", "-m", "chancela.adapters.documents.child")
AT_ONCE: Final = 2


@dataclass(frozen=True, slots=True)
class Clean:
    """A document drawn anew: what may be kept of it."""

    media_type: MediaType
    pages: int
    content: bytes = field(repr=False)


class Cleaner:
    """At most two children at a time; the rest wait."""

    def __init__(self, patience_s: float = PATIENCE_S, child: tuple[str, ...] = CHILD) -> None:
        self._room = asyncio.Semaphore(AT_ONCE)
        self._patience_s, self._child = patience_s, child

    async def clean(self, content: bytes) -> Clean | Refusal:
        """Return the file drawn anew, or FILE_REFUSED for what cannot be read, FILE_TOO_BIG for what is too much."""
        if not content:
            return Refusal.FILE_REFUSED
        if len(content) > MOST_BYTES:
            return Refusal.FILE_TOO_BIG
        async with self._room:
            return _read(await self._drawn(content))

    async def _drawn(self, content: bytes) -> bytes:
        """Return all that the child wrote, nothing where it did not come to its end in time."""
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            *self._child,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={},  # neither database nor keys
            cwd="/",
        )
        try:
            async with asyncio.timeout(self._patience_s):
                _, written = await asyncio.gather(_give(child, content), _take(child))
                return written if await child.wait() == 0 else b""
        except TimeoutError:
            return b""
        finally:
            if child.returncode is None:
                _end(child)
                await _take(child)  # it is over when nobody can write any more
                await child.wait()


async def _give(child: asyncio.subprocess.Process, content: bytes) -> None:
    if child.stdin is not None:
        with contextlib.suppress(ConnectionError):
            child.stdin.write(content)
            await child.stdin.drain()
            child.stdin.close()


async def _take(child: asyncio.subprocess.Process) -> bytes:
    """Return what the child writes; one that writes more than is ever kept is ended."""
    written = bytearray()
    while child.stdout is not None and (piece := await child.stdout.read(65536)):
        written += piece
        if len(written) > MOST_KEPT:
            _end(child)
            written.clear()
    return bytes(written)


def _end(child: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        child.kill()


def _read(written: bytes) -> Clean | Refusal:
    head, _, content = written.partition(b"\n")
    try:
        told: dict[str, Any] = json.loads(head)
        if told.get("refused") == "too_big":
            return Refusal.FILE_TOO_BIG
        clean = Clean(MediaType(told["media_type"]), int(told["pages"]), content)
    except (ValueError, KeyError, TypeError, AttributeError):
        return Refusal.FILE_REFUSED
    return clean if content and 1 <= clean.pages <= MOST_PAGES else Refusal.FILE_REFUSED
