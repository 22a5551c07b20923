"""The addresses of names that others chose, asked for on threads of their own: a slow answer holds up nothing else."""

from __future__ import annotations

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final

AT_ONCE: Final = 64  # whoever owns a name may let each question wait for as long as the system's resolver does
_ASKING: Final = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="names")


async def addresses(host: str, port: int) -> list[str]:
    """Return the IP addresses of a name, in the system's order; an unknown name raises OSError."""
    ask = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    found = await asyncio.get_running_loop().run_in_executor(_ASKING, ask)
    return [str(each[4][0]) for each in found]
