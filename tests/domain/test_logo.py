"""What may stand on the pages as an operator's logo: a small picture that stands still, whole, and nothing else."""

import struct
import zlib

import pytest

from chancela.domain import logo
from chancela.domain.logo import Fault, Logo


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int = 120, height: int = 40, more: bytes = b"", data: bytes = b"picture") -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return logo.PNG + chunk(b"IHDR", header) + more + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def riff(kind: bytes, data: bytes) -> bytes:
    body = b"WEBP" + kind + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


def extended(width: int, height: int, flags: int = 0) -> bytes:
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return riff(b"VP8X", bytes([flags, 0, 0, 0]) + size)


def lossless(width: int, height: int) -> bytes:
    return riff(b"VP8L", b"\x2f" + ((height - 1) << 14 | (width - 1)).to_bytes(4, "little") + b"picture")


def lossy(width: int, height: int) -> bytes:
    return riff(b"VP8 ", b"\x00\x00\x00\x9d\x01\x2a" + struct.pack("<HH", width, height) + b"picture")


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (png(), "image/png"),
        (extended(120, 40), "image/webp"),
        (lossless(120, 40), "image/webp"),
        (lossy(120, 40), "image/webp"),
    ],
)
def test_a_picture_says_what_it_is_and_how_large(content: bytes, media_type: str):
    found = logo.read(content)
    assert isinstance(found, Logo)
    assert (found.media_type, found.width, found.height, found.content) == (media_type, 120, 40, content)


def test_another_picture_has_another_version():
    one, other = logo.read(png()), logo.read(png(data=b"another"))
    assert isinstance(one, Logo)
    assert isinstance(other, Logo)
    assert one.version == logo.read(png()).version != other.version  # type: ignore[union-attr]
    assert len(one.version) == 16


@pytest.mark.parametrize("make", [png, extended, lossless, lossy])
def test_1024_pixels_are_the_most(make):
    assert isinstance(logo.read(make(1024, 1024)), Logo)
    assert logo.read(make(1025, 40)) is Fault.TOO_LARGE
    assert logo.read(make(40, 1025)) is Fault.TOO_LARGE


def test_64_kib_are_the_most():
    room = logo.MOST_BYTES - len(png(data=b""))
    assert isinstance(logo.read(png(data=b"x" * room)), Logo)
    assert logo.read(png(data=b"x" * (room + 1))) is Fault.TOO_BIG


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"GIF89a",
        b"\xff\xd8\xff\xe0 JFIF",
        b"RIFF\x04\x00\x00\x00WAVE",
        b"%PDF-1.7",
    ],
)
def test_what_is_neither_png_nor_webp_is_refused(content: bytes):
    assert logo.read(content) is Fault.NOT_A_PICTURE


@pytest.mark.parametrize(
    "content",
    [
        logo.PNG,
        png()[:-1],
        png() + b"<script>",
        png() + chunk(b"IDAT", b"behind the end"),
        png() + chunk(b"IEND", b""),
        png().replace(b"picture", b"pjcture"),
        png(0, 40),
        logo.PNG + chunk(b"IDAT", b"picture") + chunk(b"IEND", b""),
        logo.PNG + chunk(b"IHDR", b"short") + chunk(b"IDAT", b"picture") + chunk(b"IEND", b""),
        logo.PNG + chunk(b"IHDR", bytes(13)) + chunk(b"IEND", b""),
        logo.PNG + struct.pack(">I", 2**31) + b"IHDR",
        extended(120, 40) + b"<script>",
        extended(120, 40)[:-1],
        riff(b"VP8X", b"\x00"),
        riff(b"VP8L", b"\x2f"),
        riff(b"VP8L", b"\x00" * 8),
        riff(b"VP8 ", b"\x00\x00\x00\x9d\x01\x2a\x00"),
        riff(b"VP8 ", b"\x00" * 10),
        lossy(0, 40),
        riff(b"EXIF", b"\x00" * 10),
    ],
    ids=range(20),
)
def test_what_is_not_whole_or_has_more_behind_it_is_refused(content: bytes):
    assert logo.read(content) is Fault.BROKEN


def test_a_logo_stands_still():
    assert logo.read(png(more=chunk(b"acTL", b"\x00" * 8))) is Fault.MOVES
    assert logo.read(extended(120, 40, flags=0b10)) is Fault.MOVES
