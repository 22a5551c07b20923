"""Pictures: decoded and encoded anew, so that nothing goes on but what one sees. Runs in a child process alone."""

from __future__ import annotations

import io
import warnings
from typing import Final

from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

FORMATS: Final = ("JPEG", "PNG", "WEBP")
MOST_PIXELS: Final = 64_000_000  # the cameras of today's phones, and x-rays
LONGEST_SIDE: Final = 20_000  # of what is decoded
KEPT_SIDE: Final = 4096  # of what is kept
HEAVY_PNG: Final = 6 * 1024 * 1024  # above which a photograph sent as PNG is kept as JPEG
DEEP_TO_PLAIN: Final = 1 / 257  # sixteen bits of grey to eight
QUARTERS: Final = (None, Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270)

Image.MAX_IMAGE_PIXELS = MOST_PIXELS
ImageFile.LOAD_TRUNCATED_IMAGES = False


class UnreadableError(Exception):
    """This is nothing that we read."""


class TooBigError(Exception):
    """It has more pixels or pages than are read."""


def clean(content: bytes) -> tuple[str, bytes]:
    """Return the media type and bytes of a picture drawn anew: upright, without metadata, at most 4096 pixels long."""
    picture = _decoded(content)
    if picture.format == "JPEG":
        return "image/jpeg", jpeg(_bare(picture))
    drawn = _bare(picture)
    plain = png(drawn)
    return ("image/png", plain) if len(plain) <= HEAVY_PNG else ("image/jpeg", jpeg(drawn))


def again(media_type: str, drawn: bytes, quarters: int) -> bytes:
    """Return what was drawn by `clean`, turned by so many quarters against the clock."""
    with Image.open(io.BytesIO(drawn)) as picture:
        upright = turned(picture, quarters)
    return jpeg(upright) if media_type == "image/jpeg" else png(upright)


def turned(drawn: Image.Image, quarters: int) -> Image.Image:
    """Return a picture turned by so many quarters against the clock."""
    way = QUARTERS[quarters % 4]
    return drawn if way is None else drawn.transpose(way)


def png(drawn: Image.Image) -> bytes:
    """Return a picture as PNG."""
    out = io.BytesIO()
    drawn.save(out, "PNG")
    return out.getvalue()


def jpeg(drawn: Image.Image, quality: int = 88) -> bytes:
    """Return a picture as JPEG."""
    out = io.BytesIO()
    drawn.save(out, "JPEG", quality=quality)
    return out.getvalue()


def _decoded(content: bytes) -> Image.Image:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            picture = Image.open(io.BytesIO(content), formats=FORMATS)
            if max(picture.size) > LONGEST_SIDE or picture.width * picture.height > MOST_PIXELS:
                raise TooBigError
            picture.draft("RGB", (KEPT_SIDE, KEPT_SIDE))
            picture.load()
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise TooBigError from None
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Warning, MemoryError, KeyError, IndexError):
            raise UnreadableError from None
    return picture


def _bare(picture: Image.Image) -> Image.Image:
    """Return the pixels alone: the first frame, upright, on white where it was transparent, no longer than is kept."""
    upright = ImageOps.exif_transpose(picture)
    plain = _flat(upright)
    plain.thumbnail((KEPT_SIDE, KEPT_SIDE), Image.Resampling.LANCZOS)
    return Image.frombytes(plain.mode, plain.size, plain.tobytes())


def _flat(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I"):
        return picture.convert("I").point(lambda grey: grey * DEEP_TO_PLAIN).convert("L")
    if picture.has_transparency_data:
        over = picture.convert("RGBA")
        white = Image.new("RGBA", over.size, "white")
        return Image.alpha_composite(white, over).convert("RGB")
    return picture.convert("L" if picture.mode in {"1", "L"} else "RGB")
