"""Running the worker in this process."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def run(when_ready: Callable[[], None]) -> None:
    """Deliver and keep house until SIGINT or SIGTERM."""
    from chancela.cli import serving

    when_ready()
    serving.stops_by_interrupt()
    serving.wait_for_the_end()


def work(data: Path | None) -> None:
    """Work for an installation until told to stop."""
    from chancela.cli import home

    with home.opened(data) as found:
        home.check(found)
        home.publish(found)
        run(lambda: print("chancela: the worker works.", file=sys.stderr))
