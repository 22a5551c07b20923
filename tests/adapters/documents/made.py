"""Files that people send, and files that only an enemy would: all made here, none fetched."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from typing import Any

import pypdfium2
from PIL import Image

GPS = b"Avenida Secreta 42"
LINK = b"<< /Type /Annot /Subtype /Link /Rect [0 0 200 200] /A << /S /URI /URI (http://evil.example/) >> >>"
SCRIPT = b"app.alert('EVILSCRIPT')"


def picture(kind: str = "JPEG", size: tuple[int, int] = (64, 40), mode: str = "RGB", **more: Any) -> bytes:
    """A picture whose left half is dark and whose right half is light."""
    drawn = Image.new("L", size)
    drawn.paste(240, (size[0] // 2, 0, *size))
    if mode == "I;16":
        drawn = Image.frombytes(mode, size, b"".join(b"\0" + bytes([grey]) for grey in drawn.tobytes()))
    drawn = drawn.convert(mode) if drawn.mode != mode else drawn
    out = io.BytesIO()
    drawn.save(out, kind, **more)
    return out.getvalue()


def with_secrets() -> bytes:
    """A photograph lying on its side, which tells where and by what it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turn it a quarter
    exif[0x010F] = "Camera Inventada"
    exif.get_ifd(0x8825)[29] = GPS.decode()
    return picture(exif=exif, comment=b"comentario secreto")


def noise(size: int) -> bytes:
    """A PNG that cannot be made small."""
    dice = random.Random(7)
    out = io.BytesIO()
    Image.frombytes("RGB", (size, size), dice.randbytes(size * size * 3)).save(out, "PNG")
    return out.getvalue()


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def bomb(width: int, height: int) -> bytes:
    """A PNG of some kilobytes that becomes gigabytes."""
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    row = b"\x00" * (1 + width // 8)
    packer = zlib.compressobj(9)
    body = b"".join(packer.compress(row * 256) for _ in range(height // 256)) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def pdf(pages: int = 1, size: tuple[int, int] = (200, 300)) -> bytes:
    """A PDF of blank pages."""
    document = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.new_page(*size)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def drawn_pdf() -> bytes:
    """A PDF with a picture on each of its two pages."""
    out = io.BytesIO()
    first, second = (Image.new("RGB", (300, 400), colour) for colour in ("black", "red"))
    first.save(out, "PDF", save_all=True, append_images=[second], title="NOME SECRETO")
    return out.getvalue()


def scripted_pdf() -> bytes:
    """A PDF that runs a script when it is opened, holds a file, and leads elsewhere."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /OpenAction 4 0 R /Names << /EmbeddedFiles << /Names [(a) 5 0 R] >> >> >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Annots [" + LINK + b"] >>",
        b"<< /S /JavaScript /JS (" + SCRIPT.replace(b"(", b"\\(").replace(b")", b"\\)") + b") >>",
        b"<< /Type /Filespec /F (evil.exe) /EF << /F 6 0 R >> >>",
        b"<< /Length 4 >> stream\nMZ!!\nendstream",
    ]
    out, places = bytearray(b"%PDF-1.7\n"), []
    for nth, each in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (nth, each)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def locked_pdf() -> bytes:
    """A PDF that says it is encrypted by a password that we do not have."""
    clear = scripted_pdf()
    crypt = b"<< /Filter /Standard /V 1 /R 2 /O <%s> /U <%s> /P -4 >>" % (b"11" * 32, b"22" * 32)
    return clear.replace(b"trailer << ", b"trailer << /ID [<00><00>] /Encrypt %s " % crypt)


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("evil.class", b"\xca\xfe\xba\xbe EVILCLASS")
    return out.getvalue()


def zip_bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("zeros", b"\0" * 50_000_000)
    return out.getvalue()
