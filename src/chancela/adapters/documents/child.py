"""What the child process runs: it reads one file from standard input and writes it drawn anew, within hard limits.

Told so by a word after its name, it also reads the QRs on what it drew, and turns pages upright by them.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from typing import Any, Final

MEMORY_B: Final = 1536 * 1024 * 1024
CPU_S: Final = 20
FILES: Final = 64
LIMITS: Final = (
    (resource.RLIMIT_AS, MEMORY_B),
    (resource.RLIMIT_CPU, CPU_S),
    (resource.RLIMIT_FSIZE, 0),
    (resource.RLIMIT_CORE, 0),
    (resource.RLIMIT_NOFILE, FILES),
)
NO_MORE: Final = (resource.RLIMIT_NOFILE, resource.RLIMIT_NPROC)


def main() -> None:
    """Write one line of JSON, then the bytes; where the file is refused, the line says why and nothing follows."""
    for which, most in LIMITS:
        resource.setrlimit(which, (most, most))
    content = sys.stdin.buffer.read()
    shut()
    told, drawn = _answer(content, qrs=len(sys.argv) > 1)
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + drawn)
    sys.stdout.buffer.flush()


def shut() -> None:
    """Draw something of ours, so that all that drawing needs is in memory; after this no file or socket opens.

    Whoever found a fault in a decoder would be here as the server's own user, who may read the keys.
    """
    from PIL import Image

    from chancela.adapters.documents import pictures, qrs, sheets

    for kind in (*pictures.FORMATS, "PDF"):
        ours = io.BytesIO()
        Image.new("RGB", (1, 1)).save(ours, kind)
        if kind == "PDF":
            sheets.clean(ours.getvalue())
        else:
            pictures.clean(ours.getvalue())
    white = io.BytesIO()
    Image.new("L", (64, 64), "white").save(white, "PNG")
    qrs.read("image/png", white.getvalue())
    for which in NO_MORE:
        resource.setrlimit(which, (0, 0))


def _answer(content: bytes, *, qrs: bool) -> tuple[dict[str, Any], bytes]:
    from chancela.adapters.documents import pictures, qrs as reading, sheets

    try:
        if content.startswith(sheets.BEGINS):
            drawn, pages = sheets.clean(content)
            told: dict[str, Any] = {"media_type": "application/pdf", "pages": pages}
        else:
            media_type, drawn = pictures.clean(content)
            told = {"media_type": media_type, "pages": 1}
    except pictures.TooBigError:
        return {"refused": "too_big"}, b""
    except pictures.UnreadableError:
        return {"refused": "unreadable"}, b""
    if not qrs:
        return {**told, "qrs": []}, drawn
    read = reading.read(told["media_type"], drawn)
    if read.quarters and told["media_type"] == "application/pdf":
        drawn, _ = sheets.clean(content, read.quarters)
    elif read.quarters:
        drawn = pictures.again(told["media_type"], drawn, read.quarters[1])
    return {**told, "qrs": read.texts}, drawn


if __name__ == "__main__":
    main()
