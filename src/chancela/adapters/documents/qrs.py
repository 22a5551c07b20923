"""QRs on what was drawn anew: their texts, few and short, and how pages lie by them. Runs in a child process alone."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import zxingcpp
from PIL import Image

from chancela.adapters.documents import pages
from chancela.domain.attachment import MOST_PAGES, MediaType

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_FOUND: Final = 10
LONGEST: Final = 1000
RIGHT_ANGLE: Final = 90


@dataclass(frozen=True, slots=True)
class Read:
    """The texts of QRs; and by how many quarters, against the clock, each page that lies is to be turned upright."""

    texts: tuple[str, ...]
    quarters: Mapping[int, int]


def read(media_type: str, drawn: bytes) -> Read:
    """Return what the QRs on the pages say, turned and tilted ones too: ten at most, none over 1,000 characters.

    Paper lies as its QR does; a page on which they lie in different ways, or that has none, stays as it is.
    """
    texts: dict[str, None] = {}
    quarters: dict[int, int] = {}
    for nth in range(1, MOST_PAGES + 1):
        page = pages.page(MediaType(media_type), drawn, nth)
        if page is None or len(texts) >= MOST_FOUND:
            break
        found = _on(page[1])
        texts |= dict.fromkeys(text for text, _ in found)
        ways = {way for _, way in found}
        if len(ways) == 1 and ways != {0}:
            quarters[nth] = ways.pop()
    return Read(tuple(texts)[:MOST_FOUND], quarters)


def _on(picture: bytes) -> list[tuple[str, int]]:
    with Image.open(io.BytesIO(picture)) as opened:
        grey = opened.convert("L")
    codes = zxingcpp.read_barcodes(
        grey,
        formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode]),
        text_mode=zxingcpp.TextMode.Plain,
        try_invert=False,
    )
    return [(each.text, round(each.orientation / RIGHT_ANGLE) % 4) for each in codes if 0 < len(each.text) <= LONGEST]
