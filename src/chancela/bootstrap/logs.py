"""Logs: one JSON line an event on the error stream, from which no code and no link can be read."""

from __future__ import annotations

import logging
import re
import sys
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import MutableMapping

CODE_LIKE: Final = re.compile(r"(?<![0-9])[0-9]{3}[ -]?[0-9]{3}(?![0-9])")
# 32 random bytes and more as URL-safe text: the links of invitations, visits and reports stand in addresses.
SECRET_LIKE: Final = re.compile(r"(?<![\w-])(?=[0-9_a-z-]*[A-Z])(?=[0-9_A-Z-]*[a-z])[0-9A-Za-z_-]{40,}")
HIDDEN: Final = "······"
KEPT: Final = frozenset({"timestamp", "operator"})


def begin(level: int = logging.WARNING) -> None:
    """Send what this process logs to the error stream, from this level on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine())
    logging.basicConfig(level=level, handlers=[handler], force=True)


class OneLine(logging.Formatter):
    """Writes records by structlog, which is loaded with the first of them: most processes never have one."""

    _inner: logging.Formatter | None = None

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line of JSON."""
        if self._inner is None:
            self._inner = _formatter()
        return self._inner.format(record)


def _formatter() -> logging.Formatter:
    import structlog

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
    return structlog.stdlib.ProcessorFormatter(foreign_pre_chain=before, processors=last)


def without_codes(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Hide whatever could be a code, six digits in a row or in two groups, or a link's secret; in exceptions too."""
    del logger, method
    return {name: _hidden(str(value)) if name not in KEPT else value for name, value in event.items()}


def _hidden(text: str) -> str:
    return CODE_LIKE.sub(HIDDEN, SECRET_LIKE.sub(HIDDEN, text))
