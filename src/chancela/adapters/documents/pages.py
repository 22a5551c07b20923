"""The pages of what is kept, as pictures: a PDF of ours is a row of JPEGs, which are taken out as they stand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from chancela.domain.attachment import MediaType

if TYPE_CHECKING:
    from collections.abc import Iterator

_PICTURE: Final = re.compile(rb"/Filter /DCTDecode\b[^>]*?/Length ([0-9]{1,9})\b[^>]*?>>\s*?stream\r?\n")


def page(media_type: MediaType, content: bytes, number: int) -> tuple[MediaType, bytes] | None:
    """Return one page, counted from 1, as a picture; None where there is none."""
    if media_type is not MediaType.PDF:
        return (media_type, content) if number == 1 else None
    found = next((each for nth, each in enumerate(_pictures(content), 1) if nth == number), None)
    return (MediaType.JPEG, found) if found is not None else None


def _pictures(content: bytes) -> Iterator[bytes]:
    at = 0
    while found := _PICTURE.search(content, at):
        at = found.end() + int(found[1])
        yield content[found.end() : at]
