"""PostgreSQL with nothing to install: one in a folder, shared by the processes that hold it, stopped by the last."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import psycopg

from chancela.adapters.postgres import cluster

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DATABASE: Final = "chancela"


@dataclass(frozen=True, slots=True)
class Embedded:
    """A running server: `url` leads to our database; whoever holds one lets go of it in the end."""

    folder: Path
    url: str
    hold: int

    def close(self) -> None:
        """Let go; the last holder stops the server, with everything written. A killed holder has let go as well."""
        with _alone(self.folder):
            try:
                fcntl.flock(self.hold, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            finally:
                os.close(self.hold)
            cluster.stop(self.folder)

    async def stop(self) -> None:
        """Let go without blocking the event loop."""
        await asyncio.to_thread(self.close)


def start(folder: Path, tuning: Mapping[str, str] | None = None) -> Embedded:
    """Start the server that keeps its data in a folder, or join the one that already runs there.

    `tuning` are settings of a cluster that is made now. What cannot be done raises `cluster.ClusterError`.
    """
    folder = folder.expanduser().resolve()
    try:
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _alone(folder):
            _ensure_running(folder, dict(tuning or {}))
            url = _url(cluster.socket(folder), DATABASE)
            hold = _open(folder, "held")
            fcntl.flock(hold, fcntl.LOCK_SH)
    except OSError as fault:
        raise cluster.ClusterError(f"PostgreSQL cannot keep its data in {folder}: {fault.strerror}.") from fault
    return Embedded(folder, url, hold)


def _ensure_running(folder: Path, tuning: dict[str, str]) -> None:
    made = cluster.version(folder)
    if made is None:
        if folder.exists() and any(folder.iterdir()):
            raise cluster.ClusterError(f"The folder {folder} is not empty and holds no PostgreSQL; choose another one.")
        cluster.make(folder, tuning)
    elif made != cluster.carried_version():
        raise cluster.ClusterError(
            f"The data in {folder} is PostgreSQL {made}'s; this program carries {cluster.carried_version()}. "
            "Dump it with the version that made it and load it into a new folder."
        )
    if cluster.postmaster(folder) is None:
        cluster.start(folder)
    with psycopg.connect(_url(cluster.socket(folder), "postgres"), autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone() is None:
            connection.execute(f"CREATE DATABASE {DATABASE}")


def _url(socket: Path, database: str) -> str:
    return f"postgresql://{cluster.OWNER}@/{database}?host={quote(str(socket), safe='/')}"


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep every other process from starting or stopping this server meanwhile."""
    lock = _open(folder, "lock")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _open(folder: Path, kind: str) -> int:
    path = folder.with_name(f".{folder.name}.{kind}")
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
