"""Having a file drawn anew by a child process, and the QRs on it read there where they are asked for."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any, Final

from chancela.adapters.documents import apart
from chancela.domain.attachment import MOST_BYTES, MOST_PAGES, MediaType
from chancela.domain.refusal import Refusal

PATIENCE_S: Final = 45.0
CHILD: Final = ("-I", "-m", "chancela.adapters.documents.child")
QRS: Final = "qrs"  # what the child is told where it is to read them
AT_ONCE: Final = 2


@dataclass(frozen=True, slots=True)
class Clean:
    """A document drawn anew: what may be kept of it."""

    media_type: MediaType
    pages: int
    content: bytes = field(repr=False)
    qrs: tuple[str, ...] = field(default=(), repr=False)


class Cleaner:
    """At most two children at a time; the rest wait."""

    def __init__(self, patience_s: float = PATIENCE_S, child: tuple[str, ...] = CHILD) -> None:
        self._room = asyncio.Semaphore(AT_ONCE)
        self._patience_s, self._child = patience_s, child

    async def clean(self, content: bytes, *, qrs: bool = False) -> Clean | Refusal:
        """Return the file drawn anew, or FILE_REFUSED for what cannot be read, FILE_TOO_BIG for what is too much.

        With `qrs`, the texts of the QRs that can be read on its pages come along.
        """
        if not content:
            return Refusal.FILE_REFUSED
        if len(content) > MOST_BYTES:
            return Refusal.FILE_TOO_BIG
        async with self._room:
            child = (*self._child, QRS) if qrs else self._child
            return _read(await apart.written(child, content, self._patience_s))


def _read(written: bytes) -> Clean | Refusal:
    head, _, content = written.partition(b"\n")
    try:
        told: dict[str, Any] = json.loads(head)
        if told.get("refused") == "too_big":
            return Refusal.FILE_TOO_BIG
        clean = Clean(MediaType(told["media_type"]), int(told["pages"]), content, tuple(told.get("qrs", ())))
    except (ValueError, KeyError, TypeError, AttributeError):
        return Refusal.FILE_REFUSED
    return clean if content and 1 <= clean.pages <= MOST_PAGES else Refusal.FILE_REFUSED
