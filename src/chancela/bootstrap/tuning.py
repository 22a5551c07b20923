"""The interpreter, tuned for a server: what stands at the start is never searched for garbage again."""

from __future__ import annotations

import gc

YOUNG = 50_000  # a set makes thousands of short-lived facts, none of them in a circle


def settle() -> None:
    """Call once when everything is loaded."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 100)
