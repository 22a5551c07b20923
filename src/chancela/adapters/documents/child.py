"""What the child process runs: it reads one file from standard input and writes it drawn anew, within hard limits."""

from __future__ import annotations

import json
import resource
import sys
from typing import Final

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


def main() -> None:
    """Write one line of JSON, then the bytes; where the file is refused, the line says why and nothing follows."""
    for which, most in LIMITS:
        resource.setrlimit(which, (most, most))
    told, drawn = _answer(sys.stdin.buffer.read())
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + drawn)
    sys.stdout.buffer.flush()


def _answer(content: bytes) -> tuple[dict[str, str | int], bytes]:
    from chancela.adapters.documents import pictures, sheets

    try:
        if content.startswith(sheets.BEGINS):
            drawn, pages = sheets.clean(content)
            return {"media_type": "application/pdf", "pages": pages}, drawn
        media_type, drawn = pictures.clean(content)
    except pictures.TooBigError:
        return {"refused": "too_big"}, b""
    except pictures.UnreadableError:
        return {"refused": "unreadable"}, b""
    return {"media_type": media_type, "pages": 1}, drawn


if __name__ == "__main__":
    main()
