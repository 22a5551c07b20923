"""Work apart: a child process that has nothing of ours does it, and is ended when it takes too long."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from typing import Final

MOST_WRITTEN: Final = 32 * 1024 * 1024


async def written(child: tuple[str, ...], content: bytes, patience_s: float) -> bytes:
    """Return all that a Python child wrote about what it was given, nothing where it did not end well and in time."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *child,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={},  # neither database nor keys
        cwd="/",
    )
    try:
        async with asyncio.timeout(patience_s):
            _, told = await asyncio.gather(_give(process, content), _take(process))
            return told if await process.wait() == 0 else b""
    except TimeoutError:
        return b""
    finally:
        if process.returncode is None:
            _end(process)
            await _take(process)  # it is over when nobody can write any more
            await process.wait()


async def _give(process: asyncio.subprocess.Process, content: bytes) -> None:
    if process.stdin is not None:
        with contextlib.suppress(ConnectionError):
            process.stdin.write(content)
            await process.stdin.drain()
            process.stdin.close()


async def _take(process: asyncio.subprocess.Process) -> bytes:
    """Return what the child writes; one that writes more than is ever kept is ended."""
    told = bytearray()
    while process.stdout is not None and (piece := await process.stdout.read(65536)):
        told += piece
        if len(told) > MOST_WRITTEN:
            _end(process)
            told.clear()
    return bytes(told)


def _end(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.kill()
