"""A process that has the worker loaded and forks one when asked, so that one costs a moment instead of a start."""

from __future__ import annotations

import json
import os
import signal
import sys
from typing import Any

import uvloop

from chancela.bootstrap import carriers, logs, settings
from chancela.worker import main as workers
from chancela.worker.pace import Pace


def main() -> None:
    """Fork a worker for each line of standard input; when it ends, end those that are left."""
    carriers.kinds()
    children: set[int] = set()
    for line in sys.stdin:
        children.add(_born(json.loads(line)))
        children = {each for each in children if os.waitpid(each, os.WNOHANG) == (0, 0)}
    for each in children:
        os.kill(each, signal.SIGTERM)
        os.waitpid(each, 0)


def _born(told: dict[str, Any]) -> int:
    child = os.fork()
    if child:
        return child
    os.environ.update(told["settings"])
    try:
        logs.begin("ERROR")
        uvloop.run(workers.run(settings.read(), Pace(**told["pace"]), when_ready=_ready))
    finally:
        os._exit(0)


def _ready() -> None:
    os.write(1, f"{os.getpid()}\n".encode())


if __name__ == "__main__":
    main()
