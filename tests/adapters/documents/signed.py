"""Signed sheets as they come back: our own PDF, scribbled on, photographed or scanned."""

from __future__ import annotations

import io
from typing import Final

import pypdfium2
from PIL import Image, ImageDraw

INK: Final = (20, 30, 120)
DESK: Final = (120, 100, 90)
SCAN_DPI: Final = 200
POINTS: Final = 72
SCRIBBLE: Final = (0, 40, 25, -10, 50, 45, 80, -15, 110, 40, 150, 5, 190, 30)
PHOTO: Final = (3648, 5472)  # twenty megapixels


def page(pdf: bytes, number: int = 1) -> Image.Image:
    """One page of a PDF with scribbles where people sign."""
    drawn: Image.Image = pypdfium2.PdfDocument(pdf)[number - 1].render(scale=SCAN_DPI / POINTS).to_pil().convert("RGB")
    pen = ImageDraw.Draw(drawn)
    for top in (0.48, 0.54, 0.6):
        left, high = int(drawn.width * 0.7), int(drawn.height * top)
        pen.line([(left + x, high + y) for x, y in zip(SCRIBBLE[::2], SCRIBBLE[1::2], strict=True)], INK, 5, "curve")
    return drawn


def photo(pdf: bytes, *, turned: int = 90, quality: int = 40) -> bytes:
    """A photo of twenty megapixels of a sheet that lies a little askew on a desk, with the camera held sideways."""
    sheet = page(pdf).resize((3000, 4243)).rotate(3, Image.Resampling.BICUBIC, expand=True, fillcolor=DESK)
    whole = Image.new("RGB", PHOTO, DESK)
    whole.paste(sheet, (200, 500))
    return jpeg(whole.rotate(turned, expand=True), quality)


def scan(pdf: bytes) -> bytes:
    """A PDF from a scanner: a picture of each page, at 200 dots an inch."""
    pages = [page(pdf, nth) for nth in range(1, len(pypdfium2.PdfDocument(pdf)) + 1)]
    out = io.BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:], resolution=SCAN_DPI)
    return out.getvalue()


def without_qr(pdf: bytes) -> bytes:
    """A photo of a sheet on whose QR a coffee was put down."""
    drawn = page(pdf)
    ImageDraw.Draw(drawn).ellipse(
        (drawn.width * 0.68, drawn.height * 0.02, drawn.width, drawn.height * 0.22), fill=(90, 60, 30)
    )
    return jpeg(drawn, 80)


def jpeg(drawn: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    drawn.save(out, "JPEG", quality=quality)
    return out.getvalue()
