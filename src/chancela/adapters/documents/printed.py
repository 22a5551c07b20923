"""The printed guia as a PDF (PDF/UA-1): set by typst in a child process, from data alone."""

from __future__ import annotations

import asyncio
import io
import json
from dataclasses import asdict, dataclass
from typing import Final

import segno

from chancela.adapters.documents import apart

PATIENCE_S: Final = 20.0
CHILD: Final = ("-I", "-m", "chancela.adapters.documents.printed_child")
AT_ONCE: Final = 2
BEGINS: Final = b"%PDF-"
QUIET_ZONE: Final = 4  # modules of white around a QR (ISO/IEC 18004)
LEVEL: Final = "q"  # a quarter of it may be lost to stamps, folds and copies


class PressError(Exception):
    """A sheet was not set in time, or not at all."""


@dataclass(frozen=True, slots=True)
class Line:
    """One procedure as it is printed."""

    item: int
    code: str
    name: str
    place: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a printed guia shows, every word as it is read.

    `qr` is the text of its QR, `slip` the number beneath, `at` when it was printed in seconds since 1970; `logo` is a
    PNG or WebP.
    """

    title: str
    number: str
    operator: str
    ans: str
    facts: tuple[tuple[str, str], ...]
    procedures: tuple[Line, ...]
    sessions: int
    slip: str
    qr: str
    printed: str
    until: str
    rule: str
    at: int
    logo: bytes | None = None


class Press:
    """At most two children at a time; the rest wait."""

    def __init__(self, patience_s: float = PATIENCE_S, child: tuple[str, ...] = CHILD) -> None:
        self._room = asyncio.Semaphore(AT_ONCE)
        self._patience_s, self._child = patience_s, child

    async def print(self, sheet: Sheet) -> bytes:
        """Return the PDF of a sheet; PressError where there is none in time."""
        async with self._room:
            drawn = await apart.written(self._child, _told(sheet), self._patience_s)
        if not drawn.startswith(BEGINS):
            raise PressError("the sheet was not set")
        return drawn


def symbol(text: str) -> str:
    """Return the QR of a text as SVG: black on white, a quarter of it spare."""
    drawn = io.BytesIO()
    made = segno.make(text, error=LEVEL, micro=False, boost_error=False)
    made.save(drawn, kind="svg", border=QUIET_ZONE, omitsize=True, dark="#000", light="#fff")
    return drawn.getvalue().decode()


def _told(sheet: Sheet) -> bytes:
    told = {**asdict(sheet), "qr": symbol(sheet.qr), "logo": list(sheet.logo) if sheet.logo else None}
    return json.dumps(told).encode()
