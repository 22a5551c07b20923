"""What a member of the crew runs: `server HOST PORT ONLY` or `worker`; it ends when its parent is gone."""

from __future__ import annotations

import os
import sys
import threading
from typing import TYPE_CHECKING

from chancela.cli import faults

if TYPE_CHECKING:
    from collections.abc import Sequence

ORPHANED = 3


def main(words: Sequence[str]) -> None:
    """Run until told to stop."""
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
    with faults.told():
        match words:
            case ["server", host, port, only]:
                from chancela.cli import listening, serving

                serving.run(listening.share(host, int(port)), only or None, say_ready)
            case ["worker"]:
                from chancela.cli import working

                working.run(say_ready)
            case _:
                sys.exit(2)


def say_ready() -> None:
    """Tell the process that started this one."""
    sys.stdout.write("ready\n")
    sys.stdout.flush()


def _end_with_parent() -> None:
    """Wait for the end of standard input: whoever held its other end has died, and so do we, at once and safely."""
    while os.read(sys.stdin.fileno(), 1):
        pass
    os._exit(ORPHANED)


if __name__ == "__main__":
    main(sys.argv[1:])
