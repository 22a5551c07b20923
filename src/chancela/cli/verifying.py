"""`chancela verify`: the trail walked offline, and what was found."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from chancela.bootstrap.verify import Report


def run(data: Path | None) -> bool:
    """Verify every trail of an installation, say what was found, and tell whether all is whole."""
    from chancela.bootstrap import verify
    from chancela.cli import home

    with home.opened(data) as found:
        report = asyncio.run(verify.verify(found, _progress() if sys.stderr.isatty() else None))
    _tell(report)
    return report.whole


def _tell(report: Report) -> None:
    for trail in report.trails:
        print(f"{trail.operator}  {trail.name}: {trail.events} events, {trail.checkpoints} checkpoints")
    for each in report.findings:
        print(f"NOT WHOLE  {each.sentence}")
    if report.whole:
        print(f"Everything is whole ({report.seconds:.1f} s).")
    else:
        print(f"{len(report.findings)} places are not as they should be.")


def _progress() -> Callable[[str, int, int], None]:
    def say(operator: str, done: int, of: int) -> None:
        sys.stderr.write(f"\r{operator}: {done} of {of}" + ("\n" if done == of else ""))

    return say
