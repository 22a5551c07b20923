"""PDFs: each page drawn and kept as a picture; no script, link, file or form goes on. In a child process alone."""

from __future__ import annotations

import io
import time
from typing import TYPE_CHECKING, Final

import pypdfium2

from chancela.adapters.documents import pictures
from chancela.domain.attachment import MOST_PAGES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PIL import Image

BEGINS: Final = b"%PDF-"
POINTS_PER_INCH: Final = 72
RESOLUTION: Final = 150
LONGEST_SIDE: Final = 2400
QUALITY: Final = 85
LONG_AGO: Final = time.gmtime(0)  # the file tells nothing of when it was drawn


def clean(content: bytes, quarters: Mapping[int, int] | None = None) -> tuple[bytes, int]:
    """Return a PDF of pictures and how many pages it has; a password, no page or more than twenty are refused.

    Pages, counted from 1, are turned by so many `quarters` against the clock.
    """
    turns = quarters or {}
    try:
        document = pypdfium2.PdfDocument(content)
        if not len(document):
            raise pictures.UnreadableError
        if len(document) > MOST_PAGES:
            raise pictures.TooBigError
        if document.get_formtype():
            document.init_forms()  # what was filled in is drawn; scripts are not in this build of PDFium
        pages = [pictures.turned(_drawn(document[nth]), turns.get(nth + 1, 0)) for nth in range(len(document))]
    except (pypdfium2.PdfiumError, ValueError, MemoryError, OSError):
        raise pictures.UnreadableError from None
    out = io.BytesIO()
    pages[0].save(
        out,
        "PDF",
        save_all=True,
        append_images=pages[1:],
        resolution=RESOLUTION,
        quality=QUALITY,
        creationDate=LONG_AGO,
        modDate=LONG_AGO,
    )
    return out.getvalue(), len(pages)


def _drawn(page: pypdfium2.PdfPage) -> Image.Image:
    longest = max(page.get_size())
    if longest <= 0:
        raise pictures.UnreadableError
    scale = min(RESOLUTION / POINTS_PER_INCH, LONGEST_SIDE / longest)
    drawn: Image.Image = page.render(scale=scale).to_pil().convert("RGB")
    page.close()
    return drawn
