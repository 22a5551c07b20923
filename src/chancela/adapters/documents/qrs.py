"""QRs on what was drawn anew: their texts alone, few and short. Runs in a child process alone."""

from __future__ import annotations

import io
from typing import Final

import zxingcpp
from PIL import Image

from chancela.adapters.documents import pages
from chancela.domain.attachment import MOST_PAGES, MediaType

MOST_FOUND: Final = 10
LONGEST: Final = 1000


def found(media_type: str, drawn: bytes) -> list[str]:
    """Return the texts of the QRs on the pages, turned and tilted ones too: ten at most, none over 1,000 characters."""
    texts: dict[str, None] = {}
    for nth in range(1, MOST_PAGES + 1):
        page = pages.page(MediaType(media_type), drawn, nth)
        if page is None or len(texts) >= MOST_FOUND:
            break
        texts |= dict.fromkeys(_on(page[1]))
    return list(texts)[:MOST_FOUND]


def _on(picture: bytes) -> list[str]:
    with Image.open(io.BytesIO(picture)) as opened:
        grey = opened.convert("L")
    read = zxingcpp.read_barcodes(
        grey,
        formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode]),
        text_mode=zxingcpp.TextMode.Plain,
        try_invert=False,
    )
    return [each.text for each in read if 0 < len(each.text) <= LONGEST]
