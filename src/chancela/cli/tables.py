"""Tables in plain text: nothing is cut off, whatever the width of the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


def say(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows under their titles, columns as wide as their longest cell."""
    widths = [max(map(len, column)) for column in zip(titles, *rows, strict=True)]
    for row in (titles, *rows):
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def instant(at: datetime | None) -> str:
    """Return an instant in UTC, or a dash where there is none."""
    return f"{at:%Y-%m-%d %H:%M}Z" if at else "-"
