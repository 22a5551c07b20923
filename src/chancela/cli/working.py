"""Running the worker in this process."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def run(when_ready: Callable[[], None]) -> None:
    """Deliver and keep house, by the settings of the environment, until SIGINT or SIGTERM."""
    import uvloop

    from chancela.api import shapes
    from chancela.bootstrap import logs, settings
    from chancela.worker import main

    logs.begin()
    uvloop.run(main.run(settings.read(), when_ready=when_ready, shape=shapes.encoded))


def work(data: Path | None) -> None:
    """Work for an installation until told to stop."""
    from chancela.cli import home, serving

    serving.stops_by_interrupt()
    home.check_keys(data)
    with home.opened(data) as found:
        home.check(found)
        home.publish(found)
        run(lambda: print("chancela: the worker works.", file=sys.stderr))
