"""Logs: one JSON line an event on the error stream, from which no code can be read."""

from __future__ import annotations

import logging
import re
import sys
from typing import TYPE_CHECKING, Any, Final

import structlog

if TYPE_CHECKING:
    from collections.abc import MutableMapping

CODE_LIKE: Final = re.compile(r"(?<![0-9])[0-9]{3}[ -]?[0-9]{3}(?![0-9])")
HIDDEN: Final = "······"
KEPT: Final = frozenset({"timestamp", "operator"})


def begin(level: int = logging.WARNING) -> None:
    """Send what this process logs to the error stream, from this level on."""
    before: list[structlog.types.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper("iso"),
    ]
    last: list[structlog.types.Processor] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
        without_codes,
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=before, processors=last))
    logging.basicConfig(level=level, handlers=[handler], force=True)


def without_codes(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Hide whatever could be a code, six digits in a row or in two groups, also in what an exception says."""
    del logger, method
    return {name: CODE_LIKE.sub(HIDDEN, str(value)) if name not in KEPT else value for name, value in event.items()}
