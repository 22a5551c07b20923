"""A process that has everything loaded and forks servers when asked, so that one costs a moment instead of a start."""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any

import uvicorn

from chancela import edge
from chancela.bootstrap.app import App
from chancela.bootstrap.settings import Settings
from chancela.cli import listening, serving


def main() -> None:
    """Fork a server for each line of standard input; when it ends, end those that are left."""
    _load()
    children: set[int] = set()
    for line in sys.stdin:
        children.add(_born(json.loads(line)))
        children = {each for each in children if os.waitpid(each, os.WNOHANG) == (0, 0)}
    for each in children:
        os.kill(each, signal.SIGTERM)
        os.waitpid(each, 0)


def _load() -> None:
    """Put a server together that is never opened, so that all it needs is in memory."""
    with tempfile.TemporaryDirectory() as data:
        application = edge.compose(App(Settings(Path(data), "postgresql://")), "api")
        uvicorn.Config(application, loop="uvloop", http="httptools", ws="none", log_config=None).load()


def _born(told: dict[str, Any]) -> int:
    child = os.fork()
    if child:
        return child
    os.environ.update(told["settings"])
    try:
        serving.run(listening.share(told["host"], told["port"]), "api", _ready)
    finally:
        os._exit(0)


def _ready() -> None:
    os.write(1, f"{os.getpid()}\n".encode())


if __name__ == "__main__":
    main()
