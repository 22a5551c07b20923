"""A logo: a small picture of the operator's, read just far enough to know that it is one and nothing else."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_BYTES: Final = 64 * 1024
MOST_PIXELS: Final = 1024  # in width, and in height
PNG: Final = b"\x89PNG\r\n\x1a\n"
VERSION_LENGTH: Final = 16


class Fault(StrEnum):
    """Why a picture is not taken."""

    TOO_BIG = "it has more than 64 KiB"
    NOT_A_PICTURE = "it is neither PNG nor WebP (SVG is refused, as it can carry scripts)"
    BROKEN = "it is not whole, or something stands behind the picture"
    TOO_LARGE = "it is more than 1024 pixels wide or high"
    MOVES = "it moves; a logo stands still"


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture that was looked at: its media type, its size in pixels, and a version that changes with its bytes."""

    media_type: str
    width: int
    height: int
    content: bytes = field(repr=False)

    @property
    def version(self) -> str:
        """The first 16 hexadecimal digits of the bytes' SHA-256."""
        return hashlib.sha256(self.content).hexdigest()[:VERSION_LENGTH]


def read(content: bytes) -> Logo | Fault:
    """Return the logo that these bytes are, or why they are none: PNG (ISO/IEC 15948) or WebP (RFC 9649), standing."""
    if len(content) > MOST_BYTES:
        return Fault.TOO_BIG
    if content.startswith(PNG):
        return _judged("image/png", content, _png(content))
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return _judged("image/webp", content, _webp(content))
    return Fault.NOT_A_PICTURE


def _judged(media_type: str, content: bytes, size: tuple[int, int] | Fault) -> Logo | Fault:
    if isinstance(size, Fault):
        return size
    if min(size) < 1:
        return Fault.BROKEN
    return Fault.TOO_LARGE if max(size) > MOST_PIXELS else Logo(media_type, *size, content)


def _png(content: bytes) -> tuple[int, int] | Fault:
    """Return width and height by IHDR, once every chunk's sum is right and nothing stands behind IEND."""
    chunks = list(_png_chunks(content))
    kinds = [kind for kind, _ in chunks]
    whole = kinds[:1] == [b"IHDR"] and kinds[-1:] == [b"IEND"] and kinds.count(b"IEND") == 1 and b"IDAT" in kinds
    header = chunks[0][1] if whole else b""
    if len(header) != 13:  # noqa: PLR2004 - IHDR's length
        return Fault.BROKEN
    if b"acTL" in kinds:
        return Fault.MOVES
    return int.from_bytes(header[:4], "big"), int.from_bytes(header[4:8], "big")


def _png_chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Give each chunk's type and data; one that is not whole is given as of no type, and ends it."""
    at = len(PNG)
    while at < len(content):
        end = at + 12 + int.from_bytes(content[at : at + 4], "big")
        named = content[at + 4 : end - 4]
        if end > len(content) or zlib.crc32(named) != int.from_bytes(content[end - 4 : end], "big"):
            yield b"", b""
            return
        yield named[:4], named[4:]
        at = end


def _webp(content: bytes) -> tuple[int, int] | Fault:
    """Return width and height by the first chunk: VP8 (RFC 6386, 9.1), VP8L or VP8X (RFC 9649, 2.7 and 3.4)."""
    if int.from_bytes(content[4:8], "little") + 8 != len(content):
        return Fault.BROKEN
    kind, data = content[12:16], content[20:30]
    if kind == b"VP8X" and len(data) == 10:  # noqa: PLR2004 - VP8X's length
        size = int.from_bytes(data[4:7], "little") + 1, int.from_bytes(data[7:10], "little") + 1
        return Fault.MOVES if data[0] & 0b10 else size
    if kind == b"VP8L" and data[:1] == b"\x2f" and len(data) >= 5:  # noqa: PLR2004 - signature and size
        bits = int.from_bytes(data[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 " and data[3:6] == b"\x9d\x01\x2a" and len(data) == 10:  # noqa: PLR2004 - frame header
        return int.from_bytes(data[6:8], "little") & 0x3FFF, int.from_bytes(data[8:10], "little") & 0x3FFF
    return Fault.BROKEN
