"""In which language a client wants to read: Portuguese unless it prefers English (RFC 9110 section 12.5.4)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from chancela.domain.sentences import ENGLISH, PORTUGUESE

RANGE: Final = re.compile(rb"([A-Za-z]{1,8}|\*)(?:-[0-9A-Za-z-]{1,40})?(?:\s*;\s*q=([01](?:\.[0-9]{0,3})?))?")
SPOKEN: Final = {b"pt": PORTUGUESE, b"en": ENGLISH, b"*": PORTUGUESE}
LONGEST: Final = 500


@lru_cache(maxsize=512)
def language(header: bytes) -> str:
    """Return `pt-br` or `en` for an Accept-Language header; what cannot be read is passed over."""
    best, weight = PORTUGUESE, 0.0
    for part in header[:LONGEST].split(b","):
        match = RANGE.fullmatch(part.strip())
        spoken = SPOKEN.get(match[1].lower()) if match else None
        wanted = float(match[2] or 1) if match else 0.0
        if spoken and wanted > weight:
            best, weight = spoken, wanted
    return best
